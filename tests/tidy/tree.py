"""What the rules see: the repository's files by name, and the findings they make."""

from __future__ import annotations

import functools
import pathlib
import sys
from dataclasses import dataclass
from typing import Callable, Iterable, Iterator, Mapping

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

from repo_files import repo_files  # noqa: E402


@dataclass(frozen=True, order=True)
class Finding:
    file: str
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.text}"


class Tree:
    """Files by their path relative to the root. Texts are read once; bytes that are no UTF-8 are replaced."""

    def __init__(self, names: Iterable[str], read: Callable[[str], str]):
        self.names = sorted(names)
        self._known = set(self.names)
        self._folders = {str(parent) for name in self.names for parent in pathlib.PurePosixPath(name).parents}
        self.read = functools.lru_cache(maxsize=None)(read)

    @staticmethod
    def of_repository(root: pathlib.Path) -> Tree:
        return Tree(repo_files(root), lambda name: (root / name).read_text(encoding="utf-8", errors="replace"))

    @staticmethod
    def of_texts(texts: Mapping[str, str]) -> Tree:
        return Tree(texts, lambda name: texts[name])

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def has_folder(self, name: str) -> bool:
        return name.rstrip("/") in self._folders or name in ("", ".")

    def having(self, *endings: str, below: str = "") -> Iterator[str]:
        for name in self.names:
            if name.startswith(below) and name.endswith(endings):
                yield name


def is_test(name: str) -> bool:
    """Unit tests beside their source, everything below tests/, and the UI's tests."""
    base = name.rsplit("/", 1)[-1]
    stem = base.split(".", 1)[0]
    return (name.startswith(("tests/", "ui/tests/")) or stem.endswith(("_test", "_bench", "_fuzz"))
            or ".test." in base or ".spec." in base)


def line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
