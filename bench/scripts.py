"""The scenarios of scripts: light ones, and what each costs on top of its process (W1); one that writes very many lines (L1)."""

from __future__ import annotations

import os
import shutil
import statistics
import time
from typing import Iterator

from measure import Load, LoadFailed, Measure
from scenarios import NotHere, Target, wait_by_latest, duration_s

W1_TASKS = 40  # shell and Python in turns
W1_RUNS = 5
W1_ALONE = 40  # starts of each process by itself
L1_TIMEOUT_S = 600
PROCESS = "taskRunner: {type: io.kestra.plugin.core.runner.Process}"
SHELL = "{id: t%d, type: io.kestra.plugin.scripts.shell.Commands, " + PROCESS + ', commands: ["echo light"]}'
PYTHON = "{id: t%d, type: io.kestra.plugin.scripts.python.Script, " + PROCESS + ", %sscript: 'print(\"light\")'}"


def _alone_ms(words: list[str]) -> float:
    """What such a process takes by itself, from its start to its end: the median."""
    times, quiet = [], os.open(os.devnull, os.O_WRONLY)
    for _ in range(W1_ALONE):
        began = time.perf_counter()
        pid = os.posix_spawnp(words[0], words, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, quiet, 1)])
        _, status = os.waitpid(pid, 0)
        times.append((time.perf_counter() - began) * 1_000)
        if status != 0:
            raise LoadFailed(f"{words} ended with status {status}")
    os.close(quiet)
    return statistics.median(times)


def _run(target: Target, name: str, tasks: list[str]) -> float:
    """The shortest of some runs, in milliseconds."""
    namespace, flow = target.deploy("w1", **{"id: w1": f"id: {name}", "TASKS": f"[{', '.join(tasks)}]"})
    times = []
    for _ in range(W1_RUNS):
        execution = target.api.checked("POST", f"executions/{namespace}/{flow}", [("wait", "true")]).json()
        if execution["state"]["current"] != "SUCCESS" or len(execution["taskRunList"]) != len(tasks):
            raise LoadFailed(f"the scripts ended in {execution['state']['current']}")
        times.append(duration_s(execution["state"]["startDate"], execution["state"]["endDate"]) * 1_000)
    return min(times)


def w1(target: Target) -> Iterator[Measure]:
    if shutil.which("python") is None and target.server:
        raise NotHere("W1 needs `python`")
    shell, python = _alone_ms(["sh", "-c", "echo light"]), _alone_ms(["python", "-c", 'print("light")'])
    half = W1_TASKS // 2
    mixed = _run(target, "w1", [(SHELL % i) if i % 2 == 0 else PYTHON % (i, "") for i in range(W1_TASKS)])
    ours = (mixed - half * (shell + python)) / W1_TASKS
    yield Measure("W1", f"of ours, each of {W1_TASKS} tasks", ours, "ms", 3.0,
                  note=f"{mixed:.0f} ms in all; alone a shell takes {shell:.2f} and Python {python:.2f} ms")
    yield Measure("W1", "a shell task", _run(target, "w1-shell", [SHELL % i for i in range(W1_TASKS)]) / W1_TASKS, "ms")
    yield Measure("W1", "a Python task", _run(target, "w1-python", [PYTHON % (i, "") for i in range(W1_TASKS)]) / W1_TASKS, "ms")
    if target.server:  # beyond the reference
        warm = _run(target, "w1-warm", [PYTHON % (i, "warmInterpreter: true, ") for i in range(W1_TASKS)]) / W1_TASKS
        yield Measure("W1", "a Python task, started interpreter", warm, "ms", 10.0)


def l1(target: Target) -> Iterator[Measure]:
    namespace, quick = target.deploy("t1")
    wait = target.api.path(f"executions/{namespace}/{quick}", [("wait", "true")])
    namespace, flow = target.deploy("l1", **{"1000000": str(target.settings.lines)})
    beside = target.load().start("closed", wait=wait, connections=1, seconds=L1_TIMEOUT_S)
    try:
        execution_id = target.api.checked("POST", f"executions/{namespace}/{flow}").json()["id"]
        seconds = wait_by_latest(target.api, namespace, flow, execution_id)
    finally:
        report = Load.finish(beside, stop=True)
    execution = target.api.get(f"executions/{execution_id}")
    if execution["state"]["current"] != "SUCCESS":
        raise LoadFailed(f"the lines ended in {execution['state']['current']}")
    yield Measure("L1", "lines captured", target.settings.lines / seconds, "/s", None, True, f"{target.settings.lines} in {seconds:.2f} s")
    yield Measure("L1", "T1 beside, p99", report["latency_ms"]["wait"]["p99"], "ms", 20.0, note=f"{report['sent']} starts", detail=report)
    times = []
    for page in (1, 2, 3, 1, 2, 3):
        began = time.perf_counter()
        target.api.get("logs/search", [("filters[flowId][EQUALS]", flow), ("sort", "timestamp:desc"), ("size", 100), ("page", page)])
        times.append((time.perf_counter() - began) * 1_000)
    yield Measure("L1", "a page of them, slowest of six", max(times), "ms")
    began = time.perf_counter()
    text = target.api.checked("GET", f"logs/{execution_id}/download").body.decode()
    numbers = [line.rsplit(" ", 1)[1] for line in text.splitlines()]
    missing = target.settings.lines - sum(1 for number, wanted in zip((n for n in numbers if n.isdigit()), range(1, target.settings.lines + 1))
                                          if number == str(wanted))
    if missing:
        raise LoadFailed(f"{missing} of {target.settings.lines} lines are not where they should be")
    yield Measure("L1", "download of all, complete and in order", time.perf_counter() - began, "s")


SCRIPTS = {"W1": w1, "L1": l1}
