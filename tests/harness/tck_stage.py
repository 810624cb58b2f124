#!/usr/bin/env python3
"""Runs the compatibility cases that hold against a fresh server of the given program, with a login.

    tck_stage.py --program build/release/gyr [--jobs N] [--all]

The cases lie in tests/tck; tests/tck/held.txt names those that hold, and must go on holding. A case that fails beside others is
tried again by itself, because a loaded machine may break its times. --all runs every case and tells which hold and are not
in the list, and which are in the list and do not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import results
from gyr_server import Server
from results import Result

CASES = pathlib.Path(__file__).resolve().parent.parent / "tck"
USER, PASSWORD = "tck@example.com", "Compatible1"
# An encryption key for the cases on SECRET inputs and a login for those on authentication; worth nothing outside this run.
CONFIG = f"""kestra:
  encryption:
    secret-key: "dGhlLWtleS1vZi10aGUtdGVzdHMtb25seS0zMmJ5dGU="
  server:
    basic-auth:
      username: {USER}
      password: {PASSWORD}
"""


def held_cases(path: pathlib.Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def chosen(held: list[str], pattern: str) -> list[str]:
    return [case for case in held if pattern in case]


class Cases:
    """The cases against one running server."""

    def __init__(self, server: Server, folder: pathlib.Path):
        self.server, self.told = server, folder / "told.json"

    def run(self, patterns: list[str], jobs: int) -> dict[str, dict]:
        """What became of each case whose name holds one of the patterns (none: all)."""
        environment = {**os.environ, "TCK_MANAGEMENT_URL": f"http://127.0.0.1:{self.server.management_port}"}
        self.told.unlink(missing_ok=True)
        done = subprocess.run([sys.executable, CASES / "run.py", "--url", self.server.url, "--user", USER, "--password", PASSWORD,
                               "--jobs", str(jobs), "--json", self.told, *patterns],
                              env=environment, capture_output=True, text=True, check=False)
        if not self.told.exists():
            raise RuntimeError(f"the cases ended with status {done.returncode} and told nothing\n{done.stdout}{done.stderr}")
        return {outcome["case"]: outcome for outcome in json.loads(self.told.read_text())}


def judge(outcomes: dict[str, dict], held: list[str]) -> tuple[Result, list[str]]:
    """Counts the held cases; the second list names those that failed."""
    result, failed = Result(), []
    for case in held:
        outcome = outcomes.get(case)
        if outcome is None or not outcome["ok"]:
            failed.append(case)
        elif "skipped" in outcome:
            result.skipped.append(f"{case}: {outcome['skipped']}")
        else:
            result.passed += 1
    return result, failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    held = chosen(held_cases(CASES / "held.txt"), os.environ.get("GYR_PATTERN", ""))
    if not held:
        results.tell(Result())
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with Server([options.program], folder / "data", folder / "server.log", extra_config=CONFIG, mode="standalone") as server:
            server.start()
            cases = Cases(server, folder)
            outcomes = cases.run([] if options.all else held, options.jobs)
            result, failed = judge(outcomes, held)
            if failed:
                missed = failed
                again, failed = judge(cases.run(missed, 1), missed)
                result.add(again)
                result.unsteady += [f"{case} held only when it ran alone; before: {outcomes[case].get('error')}"
                                    for case in missed if case not in failed]
            result.failed += len(failed)
            for case in failed:
                outcome = outcomes.get(case, {"error": "there is no such case"})
                print(f"FAILED {case} (line {outcome.get('line')}): {outcome.get('error')}")
            if failed:
                print(server.log_tail(40))
            if options.all:
                for case, outcome in outcomes.items():
                    if outcome["ok"] and "skipped" not in outcome and case not in held:
                        print(f"holds, and is not in held.txt: {case}")
                    elif not outcome["ok"] and case not in held:
                        print(f"does not hold: {case}: {str(outcome.get('error'))[:200]}")
    results.tell(result)
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
