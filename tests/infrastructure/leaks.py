"""Searches for secrets where they must not be: in the command lines of processes and in files (PLUG-10)."""

from __future__ import annotations

import pathlib
import threading
from typing import Iterable

LOOK_EVERY_S = 0.03
PIECE = 1 << 20


def descendants(of: int) -> list[int]:
    """The process and everything below it, as far as it can be seen at this moment."""
    parents: dict[int, list[int]] = {}
    for folder in pathlib.Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
    found, waiting = [], [of]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += parents.get(one, [])
    return found


def command_line(process: int) -> bytes:
    try:
        return pathlib.Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def processes_with(text: str) -> list[str]:
    """The command lines of the machine that contain the text."""
    lines = [command_line(int(folder.name)) for folder in pathlib.Path("/proc").iterdir() if folder.name.isdigit()]
    return [line.replace(b"\0", b" ").decode(errors="replace") for line in lines if text.encode() in line]


class ProcessWatch:
    """Looks at the command lines of a server and its children as long as the block lasts."""

    def __init__(self, process: int, marks: Iterable[str]):
        self.process = process
        self._marks = [mark.encode() for mark in marks]
        self.found: set[str] = set()
        self.looks = 0
        self._end = threading.Event()

    def add(self, mark: str) -> None:
        self._marks = [*self._marks, mark.encode()]

    def __enter__(self) -> ProcessWatch:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            for process in descendants(self.process):
                line = command_line(process)
                self.looks += 1 if line else 0
                if any(mark in line for mark in self._marks):
                    self.found.add(line.replace(b"\0", b" ").decode(errors="replace"))
            if self._end.wait(LOOK_EVERY_S):
                return


def holds_one_of(path: pathlib.Path, marks: list[bytes]) -> bool:
    longest = max(map(len, marks))
    rest = b""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            rest += piece
            if any(mark in rest for mark in marks):
                return True
            rest = rest[-longest:]
    return False


def files_with(places: Iterable[pathlib.Path], marks: Iterable[str]) -> list[str]:
    """The files among and below these that contain one of the marks, as they are or as hexadecimal text."""
    wanted = [mark.encode() for mark in marks]
    wanted += [mark.hex().encode() for mark in wanted]
    files = [file for place in places for file in (sorted(place.rglob("*")) if place.is_dir() else [place])]
    return [str(file) for file in files if file.is_file() and holds_one_of(file, wanted)]
