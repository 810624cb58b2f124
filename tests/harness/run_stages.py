#!/usr/bin/env python3
"""./dev test: runs the stages tests/stages/NN-name.sh, adds up what they tell, and checks their times.

A stage is a script that is started in the repository's root. It appends to the file $GYR_RESULT lines `passed N`, `failed N`,
`skipped REASON`, `built SECONDS` and `unsteady CASE: WHY` (it failed beside others and held by itself; counted among the passed), and
ends with a status other than 0 if something failed. Its output is kept in build/test-logs and shown on failure. stage.py describes the
comments in which a stage says how it is to be run.

Two lanes: the stages that wait run one by one beside the others, which run one by one. At the end stands a table of the times, which
are also appended to build/test-logs/times.tsv. A run of all stages fails where a stage takes more than three times its budget, or the
run more than 70 minutes; on a machine that is slower than the reference machine the budgets grow with the measured slowness.

$GYR_SECONDS tells a stage how long it may take: its budget or, where earlier stages took longer than theirs, what is left of it.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

import quick
import results
import stage_times
from repo_files import git
from results import Result
from stage import Stage, check_budgets, find_stages, planned_s
from stage_times import Table, Times

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TAIL_LINES = 60
TELLING_LINES = 20
SCARCE_BYTES = 1 << 30
TELLING = re.compile(r"^FAILED: |\berror: |^\[  FAILED  \]|^not ok |^Killed|No space left|ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|: Failure$|^Traceback")


def choose(stages: list[Stage], pattern: str) -> tuple[list[Stage], str]:
    """The stages to run, and the pattern for the tests in them (empty: all of their tests)."""
    named = [stage for stage in stages if pattern in stage.name]
    if not pattern or named:
        return named or stages, ""
    return [stage for stage in stages if stage.takes_patterns], pattern


def judge(told: pathlib.Path, reason: str, may_be_empty: bool) -> tuple[Result, str]:
    """What a stage told in its file and, where it failed, why; `reason`: what its end said."""
    try:
        result = results.read(told)
    except ValueError as error:
        result, reason = Result(), reason or str(error)
    if result is None:
        result, reason = Result(), reason or "told no result"
    if reason and result.failed == 0:
        result.failed = 1
    if result.failed and not reason:
        reason = "told failures but ended with status 0"
    if not (reason or may_be_empty or result.passed or result.skipped):
        result.failed, reason = 1, "ran no test at all"
    return result, reason


class Running:
    """The stages that run now, so that an interrupted run leaves none of them behind. Any thread."""

    def __init__(self):
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen] = set()
        self._ended = False

    def start(self, *words, **options) -> subprocess.Popen:
        with self._lock:
            if self._ended:
                raise InterruptedError("the run was ended")
            process = subprocess.Popen(*words, **options, start_new_session=True)
            self._processes.add(process)
            return process

    def forget(self, process: subprocess.Popen) -> None:
        # Whatever it left running goes with it.
        self._kill(process)
        process.wait()
        with self._lock:
            self._processes.discard(process)

    def end_all(self) -> None:
        with self._lock:
            self._ended = True
            for process in self._processes:
                self._kill(process)

    @staticmethod
    def _kill(process: subprocess.Popen) -> None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


@dataclass
class Outcome:
    stage: Stage
    result: Result
    reason: str
    seconds: float


@dataclass
class Settings:
    logs: pathlib.Path
    pattern: str
    environment: dict[str, str]
    slow: float = 1.0  # how much longer than on the reference machine work takes


def run(stage: Stage, seconds: float, settings: Settings, running: Running) -> Outcome:
    """Runs one stage, which may take so many seconds."""
    before = time.monotonic()
    log, told = settings.logs / f"{stage.name}.log", settings.logs / f"{stage.name}.result"
    told.unlink(missing_ok=True)
    environment = {**os.environ, **settings.environment, "GYR_RESULT": str(told), "GYR_PATTERN": settings.pattern,
                   "GYR_LOGS": str(settings.logs), "GYR_SECONDS": str(round(seconds)), "TZ": "UTC"}
    reason = ""
    with log.open("wb") as out:
        process = running.start(["bash", str(stage.path)], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                env=environment)
        limit = stage.time_limit_s * settings.slow
        try:
            status = process.wait(limit)
            if status != 0:
                reason = f"ended with status {status}"
        except subprocess.TimeoutExpired:
            reason = f"was ended after its {limit:.0f} s"
        finally:
            running.forget(process)
    result, reason = judge(told, reason, bool(settings.pattern or settings.environment.get("GYR_QUICK")))
    free = shutil.disk_usage(ROOT).free
    if result.failed and free < SCARCE_BYTES:  # a full disk takes the messages from the log, too
        reason += f" with {free // 2**20} MiB left on the disk"
    return Outcome(stage, result, reason, time.monotonic() - before)


class Lanes:
    """Starts each stage as soon as its lane is free and those before it have ended."""

    def __init__(self, stages: list[Stage], settings: Settings, allowed_s: float):
        self._pending = list(stages)
        self._settings = settings
        self._allowed_s = allowed_s
        self._running: dict[str, Stage] = {}  # by lane
        self._ended: queue.Queue[Outcome | BaseException] = queue.Queue()
        self._processes = Running()
        self._started = time.monotonic()

    def outcomes(self):
        """Each stage's outcome as it ends."""
        try:
            while self._pending or self._running:
                while stage := self._next():
                    self._start(stage)
                if not self._running:
                    raise ValueError(f"these stages wait for each other: {', '.join(stage.name for stage in self._pending)}")
                outcome = self._ended.get()
                if isinstance(outcome, BaseException):
                    raise outcome
                del self._running[outcome.stage.lane]
                yield outcome
        finally:
            self._processes.end_all()

    def _next(self) -> Stage | None:
        if any(stage.alone for stage in self._running.values()):
            return None
        unfinished = {stage.name for stage in [*self._pending, *self._running.values()]}
        work = next((stage for stage in self._pending if not stage.waits), None)
        for stage in self._pending:
            if stage.lane in self._running or unfinished.intersection(stage.after):
                continue
            if not stage.waits:
                if stage is work and not (stage.alone and self._running):
                    return stage
            # Nothing new starts beside a stage that is next and wants the machine for itself.
            elif not (work and work.alone and not unfinished.intersection(work.after) and "work" not in self._running):
                return stage
        return None

    def _start(self, stage: Stage) -> None:
        self._pending.remove(stage)
        self._running[stage.lane] = stage
        seconds = self._seconds_of(stage)

        def body() -> None:
            try:
                self._ended.put(run(stage, seconds, self._settings, self._processes))
            except BaseException as error:  # told to the thread that waits
                self._ended.put(error)

        threading.Thread(target=body, daemon=True, name=stage.name).start()

    def _seconds_of(self, stage: Stage) -> float:
        """Its budget, or less where that would not leave the others of its lane theirs."""
        others = sum(other.budget_s for other in self._pending if other.lane == stage.lane)
        left = self._allowed_s * self._settings.slow - (time.monotonic() - self._started) - others * self._settings.slow
        return max(0.0, min(stage.budget_s * self._settings.slow, left))


def tail(log: pathlib.Path) -> str:
    """The end of a log, behind the lines before it that look like the cause: a build goes on for a while after its first error."""
    lines = log.read_text(errors="replace").splitlines()
    telling = [line[:400] for line in lines[:-TAIL_LINES] if TELLING.search(line)]
    shown = telling[:TELLING_LINES] + (["…"] if telling else []) + lines[-TAIL_LINES:]
    return "\n".join(f"  | {line}" for line in shown)


def report(outcome: Outcome, log: pathlib.Path) -> None:
    result = outcome.result
    verdict = "FAIL" if result.failed else "skip" if result.skipped and not result.passed else "ok"
    counts = f"{result.passed} passed" + (f", {result.failed} failed" if result.failed else "")
    counts += f", {len(result.skipped)} skipped" if result.skipped else ""
    counts += f", {len(result.unsteady)} unsteady" if result.unsteady else ""
    print(f"{verdict:<5}{outcome.stage.name:<14}{counts:<40}{outcome.seconds:8.1f} s", flush=True)
    for skip in result.skipped:
        print(f"     SKIPPED: {skip}", flush=True)
    for case in result.unsteady:
        print(f"     UNSTEADY: {case}", flush=True)
    if result.failed:
        print(f"     {outcome.reason}; the end of {log.relative_to(ROOT) if log.is_relative_to(ROOT) else log}:\n{tail(log)}", flush=True)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--stages", type=pathlib.Path, help="the folder of the stages")
    parser.add_argument("--logs", type=pathlib.Path, default=ROOT / "build" / "test-logs")
    parser.add_argument("--slowness", type=float, help="of this machine; without it, it is measured")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--quick", action="store_true", help="what the change reaches, within three minutes after a build")
    which.add_argument("--soak", type=float, metavar="HOURS", help="the long ones of tests/soak")
    which.add_argument("pattern", nargs="?", default="", help="a stage, a module or a part of a test's name")
    options = parser.parse_args(arguments)
    if options.soak is not None and not 0 < options.soak <= 1000:
        parser.error(f"--soak takes a number of hours above 0, not {options.soak:g}")
    options.stages = options.stages or ROOT / "tests" / ("soak" if options.soak else "stages")
    return options


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    options.logs.mkdir(parents=True, exist_ok=True)
    everything = find_stages(options.stages, int(options.soak * 3600) if options.soak else 0)
    stages, pattern = choose(everything, options.pattern)
    environment = {"GYR_JOBS": str(options.jobs)}
    if options.quick:
        reach = quick.reach_of_change()
        print(f"quick: {reach.summary()}", flush=True)
        stages = [stage for stage in stages if reach.concerns(stage)]
        environment |= {"GYR_QUICK": "1", "GYR_MODULES": " ".join(reach.modules)}
    # Only a run of everything says whether the suite fits.
    whole = not (options.pattern or options.quick or options.soak)
    started = time.monotonic()
    total = Result()
    for problem in check_budgets(everything) if whole else []:
        print(f"FAIL {problem}")
        total.failed += 1

    probes = [] if options.slowness or not whole else [stage_times.probe_s()]
    settings = Settings(options.logs, pattern, environment, options.slowness or stage_times.slowness(probes))
    table = Table(settings.slow, allowed_s=planned_s(stages))
    lanes = Lanes(stages, settings, table.allowed_s)
    for outcome in lanes.outcomes():
        if not pattern or outcome.result.passed or outcome.result.failed or outcome.result.skipped:
            report(outcome, options.logs / f"{outcome.stage.name}.log")
        table.rows.append(Times(outcome.stage, outcome.result.built_s, outcome.seconds))
        total.add(outcome.result)
    table.elapsed_s = time.monotonic() - started
    if probes:
        table.slow = stage_times.slowness([*probes, stage_times.probe_s()])
    if not total.passed and not total.failed and not (options.quick and not stages):
        print(f"     no stage, module or test has '{options.pattern}' in its name" if options.pattern else "     no stage ran a test")
        total.failed = 1
    print(table.text())
    for late in table.over() if whole else []:
        print(f"FAIL {late}")
        total.failed += 1
    commit = (git(ROOT, "rev-parse", "--short", "HEAD") or ["none"])[0]
    stage_times.remember(options.logs / "times.tsv", table, commit)
    unsteady = f", {len(total.unsteady)} unsteady" if total.unsteady else ""
    print(f"dev test: {total.passed} passed, {total.failed} failed, {len(total.skipped)} skipped{unsteady} "
          f"in {time.monotonic() - started:.0f} s")
    return 1 if total.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
