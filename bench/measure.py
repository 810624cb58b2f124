"""What the scenarios measure with: the load generator, the kernel's figures of processes and folders, the machine itself."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import platform
import signal
import subprocess
from dataclasses import asdict, dataclass, field
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Measure:
    """One figure of one scenario."""

    scenario: str
    name: str
    value: float
    unit: str
    goal: float | None = None
    higher_is_better: bool = False
    note: str = ""
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def meets_goal(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value >= self.goal if self.higher_is_better else self.value <= self.goal

    def record(self) -> dict[str, Any]:
        return {**asdict(self), "meets_goal": self.meets_goal}


class LoadFailed(Exception):
    """The load generator ended with an error, or what it did was no clean run."""


class Load:
    """Calls of gyr_load against one server."""

    def __init__(self, program: pathlib.Path, url: str, executions_path: str, pid: int | None, user_file: pathlib.Path | None = None):
        self.program, self.url = program, url
        self.common = ["--url", url, "--executions", executions_path, *(["--server-pid", str(pid)] if pid else []),
                       *(["--user", str(user_file)] if user_file else [])]

    def start(self, mode: str, **options: Any) -> subprocess.Popen[str]:
        words = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", str(value))]
        # A signal that comes before the program listens to it neither ends it nor counts: _stop() sends another.
        return subprocess.Popen([str(self.program), mode, *self.common, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))

    @staticmethod
    def _stop(process: subprocess.Popen[str]) -> tuple[str, str]:
        for _ in range(300):
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.communicate(timeout=0.2)
        process.kill()
        process.communicate()
        raise LoadFailed("gyr_load did not end within a minute after it was asked to")

    @staticmethod
    def finish(process: subprocess.Popen[str], stop: bool = False) -> dict[str, Any]:
        out, error = Load._stop(process) if stop else process.communicate()
        if process.returncode != 0:
            raise LoadFailed(error.strip().splitlines()[-1] if error.strip() else f"gyr_load ended with status {process.returncode}")
        report = json.loads(out)
        if not report["clean"]:
            raise LoadFailed(f"not a clean run: {report['sent']} sent, {report['acknowledged']} acknowledged, "
                             f"states {report['states']}, errors {report['errors']}")
        return report

    def run(self, mode: str, **options: Any) -> dict[str, Any]:
        return self.finish(self.start(mode, **options))


def sync_latency(program: pathlib.Path, folder: pathlib.Path) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([program, "sync", folder], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


# -- processes -------------------------------------------------------------------------------------------------------


def _stat(pid: int) -> list[str] | None:
    try:
        # The name, in parentheses, may hold anything; what follows it is fields from the third on.
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return None


def process_tree(pid: int) -> list[int]:
    """The process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = _stat(int(entry))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(entry))
    tree, waiting = [], [pid]
    while waiting:
        tree.append(waiting.pop())
        waiting += children.get(tree[-1], [])
    return tree


@dataclass
class Usage:
    rss_bytes: int  # pages that processes share are counted for each of them
    memory_bytes: int  # each page once: what the machine lacks because they run
    cpu_s: float


def _proportional(pid: int) -> int | None:
    """The proportional set size; nothing where the system does not tell it."""
    try:
        text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), None)


def usage(pid: int) -> Usage:
    """Memory and CPU time of a process and its descendants: a server may keep helpers."""
    rss, memory, ticks = 0, 0, 0
    for one in process_tree(pid):
        fields = _stat(one)
        if fields:
            ticks += int(fields[11]) + int(fields[12])
            resident = int(fields[21]) * PAGE
            shared_fairly = _proportional(one)
            rss += resident
            memory += resident if shared_fairly is None else shared_fairly
    return Usage(rss, memory, ticks / TICKS)


def find_listener(port: int) -> int | None:
    """The process on this machine that listens on a TCP port; nothing where there is none or it is not ours to see."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in pathlib.Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            if any(os.readlink(f"/proc/{entry}/fd/{descriptor}") in inodes for descriptor in os.listdir(f"/proc/{entry}/fd")):
                return int(entry)
        except OSError:
            continue
    return None


# -- disks and machines ----------------------------------------------------------------------------------------------


def bytes_on_disk(folder: pathlib.Path) -> int:
    """What the files take on the disk, not how long they are."""
    return sum((pathlib.Path(base) / name).lstat().st_blocks * 512 for base, _, names in os.walk(folder) for name in names)


def machine(folder: pathlib.Path) -> dict[str, Any]:
    model = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    memory = next(int(line.split()[1]) for line in pathlib.Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    kind = subprocess.run(["stat", "-f", "-c", "%T", str(folder)], capture_output=True, text=True, check=False).stdout.strip()
    return {"cpu": model, "cores": os.cpu_count(), "memory_mb": memory // 1024, "kernel": platform.release(), "file_system": kind,
            "load_average": os.getloadavg()[0]}
