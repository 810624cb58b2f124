#!/usr/bin/env python3
"""./dev test: runs the stages tests/stages/NN-name.sh one after another and adds up what they tell.

A stage is a script that is started in the repository's root. It appends to the file $GYR_RESULT lines `passed N`, `failed N`,
`skipped REASON` and `unsteady CASE: WHY` (it failed beside others and held by itself; counted among the passed), and ends with a status other than 0 if something failed. Its output is kept in build/test-logs and shown
on failure. Two comments in the script say how it is to be run:

    # time-limit: 600 s      it is ended after that (needed)
    # takes-patterns         given a PATTERN that names no stage it runs those of its tests that match $GYR_PATTERN
"""

from __future__ import annotations

import argparse
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

import results
from results import Result

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TAIL_LINES = 60


@dataclass
class Stage:
    path: pathlib.Path
    name: str
    time_limit_s: int
    takes_patterns: bool

    @staticmethod
    def of(path: pathlib.Path) -> Stage:
        text = path.read_text()
        limit = re.search(r"^# time-limit: (\d+) s$", text, re.M)
        if not limit:
            raise ValueError(f"{path.name} lacks the comment '# time-limit: N s'")
        return Stage(path, path.stem.split("-", 1)[1], int(limit[1]), bool(re.search(r"^# takes-patterns$", text, re.M)))


def find_stages(folder: pathlib.Path) -> list[Stage]:
    return [Stage.of(path) for path in sorted(folder.glob("[0-9][0-9]-*.sh"))]


def choose(stages: list[Stage], pattern: str) -> tuple[list[Stage], str]:
    """The stages to run, and the pattern for the tests in them (empty: all of their tests)."""
    named = [stage for stage in stages if pattern in stage.name]
    if not pattern or named:
        return named or stages, ""
    return [stage for stage in stages if stage.takes_patterns], pattern


def run(stage: Stage, logs: pathlib.Path, pattern: str, jobs: int) -> tuple[Result, str]:
    """Runs one stage; returns what it told and, where it failed, why."""
    log, told = logs / f"{stage.name}.log", logs / f"{stage.name}.result"
    told.unlink(missing_ok=True)
    environment = {**os.environ, "GYR_RESULT": str(told), "GYR_PATTERN": pattern, "GYR_JOBS": str(jobs),
                   "GYR_LOGS": str(logs), "TZ": "UTC"}
    reason = ""
    with log.open("wb") as out:
        process = subprocess.Popen(["bash", str(stage.path)], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.STDOUT, env=environment, start_new_session=True)
        try:
            status = process.wait(stage.time_limit_s)
            if status != 0:
                reason = f"ended with status {status}"
        except subprocess.TimeoutExpired:
            reason = f"was ended after its {stage.time_limit_s} s"
        finally:
            # Whatever it left running goes with it.
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
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
    if not (reason or pattern or result.passed or result.skipped):
        result.failed, reason = 1, "ran no test at all"
    return result, reason


def tail(log: pathlib.Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(f"  | {line}" for line in lines[-TAIL_LINES:])


def report(stage: Stage, result: Result, reason: str, seconds: float, log: pathlib.Path) -> None:
    verdict = "FAIL" if result.failed else "skip" if result.skipped and not result.passed else "ok"
    counts = f"{result.passed} passed" + (f", {result.failed} failed" if result.failed else "")
    counts += f", {len(result.skipped)} skipped" if result.skipped else ""
    counts += f", {len(result.unsteady)} unsteady" if result.unsteady else ""
    print(f"{verdict:<5}{stage.name:<14}{counts:<40}{seconds:8.1f} s", flush=True)
    for skip in result.skipped:
        print(f"     SKIPPED: {skip}", flush=True)
    for case in result.unsteady:
        print(f"     UNSTEADY: {case}", flush=True)
    if result.failed:
        print(f"     {reason}; the end of {log.relative_to(ROOT) if log.is_relative_to(ROOT) else log}:\n{tail(log)}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--stages", type=pathlib.Path, default=ROOT / "tests" / "stages")
    parser.add_argument("--logs", type=pathlib.Path, default=ROOT / "build" / "test-logs")
    parser.add_argument("pattern", nargs="?", default="")
    options = parser.parse_args(arguments)
    options.logs.mkdir(parents=True, exist_ok=True)

    stages, pattern = choose(find_stages(options.stages), options.pattern)
    started = time.monotonic()
    total = Result()
    for stage in stages:
        before = time.monotonic()
        result, reason = run(stage, options.logs, pattern, options.jobs)
        if not pattern or result.passed or result.failed or result.skipped:
            report(stage, result, reason, time.monotonic() - before, options.logs / f"{stage.name}.log")
        total.add(result)
    if not total.passed and not total.failed:
        print(f"     no stage, module or test has '{options.pattern}' in its name" if options.pattern else "     no stage ran a test")
        total.failed = 1
    unsteady = f", {len(total.unsteady)} unsteady" if total.unsteady else ""
    print(f"dev test: {total.passed} passed, {total.failed} failed, {len(total.skipped)} skipped{unsteady} "
          f"in {time.monotonic() - started:.0f} s")
    return 1 if total.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
