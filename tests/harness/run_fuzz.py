#!/usr/bin/env python3
"""Runs libFuzzer targets for a while each and says what they found.

The corpus grows in build/fuzz-corpus/TARGET, starting from tests/fuzz/corpus/TARGET where that exists; tests/fuzz/TARGET.dict
is the dictionary if there is one. An input that breaks the target is kept in build/fuzz-findings/TARGET.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import threading
from dataclasses import dataclass

from symbolizer import with_symbolizer

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
INPUT_LIMIT_S = 5  # of one input: ten times what the slowest honest one takes with sanitizers on a busy machine
MEMORY_LIMIT_MB = 2048
GRACE_S = 120  # start, corpus and the last input


@dataclass
class Outcome:
    target: str
    status: int
    executions: int
    log: pathlib.Path
    findings: list[pathlib.Path]

    @property
    def clean(self) -> bool:
        # A target that ran nothing has shown nothing.
        return self.status == 0 and self.executions > 0


def fuzz(build: pathlib.Path, target: str, seconds: int, work: pathlib.Path = ROOT / "build", runs: int = -1) -> Outcome:
    """Runs a target for so many seconds or, where that is sooner, so many inputs (-1: without a bound)."""
    corpus, findings = work / "fuzz-corpus" / target, work / "fuzz-findings" / target
    log = work / "fuzz-logs" / f"{target}.log"
    for folder in (corpus, findings, log.parent):
        folder.mkdir(parents=True, exist_ok=True)
    before = set(findings.iterdir())
    seeds, dictionary = ROOT / "tests/fuzz/corpus" / target, ROOT / "tests/fuzz" / f"{target}.dict"
    command = [str(build / target), str(corpus), *([str(seeds)] if seeds.is_dir() else []), f"-max_total_time={seconds}", f"-runs={runs}",
               f"-timeout={INPUT_LIMIT_S}", f"-rss_limit_mb={MEMORY_LIMIT_MB}", f"-artifact_prefix={findings}/",
               "-print_final_stats=1", *([f"-dict={dictionary}"] if dictionary.exists() else [])]
    with log.open("wb") as out:
        try:
            status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                    env=with_symbolizer(os.environ), timeout=seconds + GRACE_S, check=False).returncode
        except (subprocess.TimeoutExpired, OSError) as error:
            out.write(f"\n{error}\n".encode())
            status = 1
    text = log.read_text(errors="replace")
    told = re.findall(r"stat::number_of_executed_units:\s*(\d+)", text) or re.findall(r"^#(\d+)\s", text, re.M)
    return Outcome(target, status, int(told[-1]) if told else 0, log, sorted(set(findings.iterdir()) - before))


def report(outcome: Outcome, build: pathlib.Path) -> None:
    print(f"{'ok' if outcome.clean else 'FAIL':<5}{outcome.target:<32}{outcome.executions:>14,} executions", flush=True)
    if not outcome.clean:
        lines = outcome.log.read_text(errors="replace").splitlines()
        print("\n".join(f"  | {line[:300]}" for line in lines[-40:]))
        for finding in outcome.findings:
            print(f"     again: {build / outcome.target} {finding}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--runs", type=int, default=-1, help="of each target; without it, only the time ends a target")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("targets", nargs="+")
    options = parser.parse_args()
    printing = threading.Lock()
    outcomes = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for future in concurrent.futures.as_completed([pool.submit(fuzz, options.build, target, options.seconds, runs=options.runs)
                                                       for target in options.targets]):
            with printing:
                report(future.result(), options.build)
            outcomes.append(future.result())
    failed = sum(not outcome.clean for outcome in outcomes)
    print(f"dev fuzz: {len(outcomes) - failed} clean, {failed} failed, "
          f"{sum(outcome.executions for outcome in outcomes):,} executions")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
