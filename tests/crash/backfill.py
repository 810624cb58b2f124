#!/usr/bin/env python3
"""Runs a backfill of many dates while the server is killed: each date must give exactly one execution (TRIG-70, TRIG-202).

    tests/crash/backfill.py --program build/release/gyr --dates 10000 --kills 5 [--seed S]

The flow has a date each minute. A backfill over so many of them runs one date after another; kill -9 comes when a number of
executions exists that is drawn at random. In the end every date must have one execution, in SUCCESS, and the trigger no backfill.
Exit status: 0 it holds, 1 it does not, 3 every kill came too late, 5 the server did not work.
"""

from __future__ import annotations

import argparse
import collections
import datetime
import json
import pathlib
import random
import shutil
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

from api import TERMINAL_STATES, Api, Refused, Unreachable  # noqa: E402
from gyr_server import Server, StartFailed  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
NAMESPACE, FLOW, TRIGGER = "crash.backfill", "minutes", "each-minute"
SOURCE = f"""id: {FLOW}
namespace: {NAMESPACE}
triggers:
  - {{id: {TRIGGER}, type: io.kestra.plugin.core.trigger.Schedule, cron: "* * * * *", timezone: UTC, recoverMissedSchedules: NONE}}
tasks:
  - {{id: say, type: io.kestra.plugin.core.debug.Return, format: "{{{{ trigger.date }}}}"}}
"""
FIRST = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
STALLED_S = 60.0  # without one more execution
POLL_S = 0.02
SHOWN = 10


def text_of(date: datetime.datetime) -> str:
    return date.strftime("%Y-%m-%dT%H:%M:%SZ")


def planned(count: int) -> list[str]:
    return [text_of(FIRST + datetime.timedelta(minutes=i)) for i in range(count)]


def judge(dates: list[str], executions: list[dict]) -> list[str]:
    """What is wrong: dates without an execution, with several, executions of other dates, or that did not succeed."""
    problems = []
    counts = collections.Counter(execution.get("scheduleDate") for execution in executions)
    wanted = set(dates)
    for date in dates:
        if counts[date] != 1:
            problems.append(f"{date} has {counts[date]} executions")
    problems += [f"{count} executions of {date}, which is no date of the backfill" for date, count in counts.items() if date not in wanted]
    for execution in executions:
        state = execution["state"]["current"]
        if state != "SUCCESS":
            problems.append(f"execution {execution['id']} of {execution.get('scheduleDate')} is {state}")
    return problems


class Run:
    def __init__(self, server: Server, options: argparse.Namespace):
        self.server, self.options = server, options
        self.api = Api(server.url)
        self.pause = threading.Event()  # never set: its wait() lets time pass
        self.proved = 0  # kills that came before the last date

    def count(self, *more: tuple[str, str]) -> int:
        query = [("filters[namespace][EQUALS]", NAMESPACE), ("size", 1), *more]
        return self.api.get("executions/search", query)["total"]

    def wait_for(self, executions: int) -> int:
        """Until so many exist; how many there are."""
        found, last, since = -1, -1, time.monotonic()
        while found < executions:
            found = self.count()
            if found != last:
                last, since = found, time.monotonic()
            elif time.monotonic() - since > STALLED_S:
                raise StartFailed(f"{found} of {executions} executions, and no more for {STALLED_S:.0f} s\n{self.server.log_tail()}")
            self.pause.wait(POLL_S)
        return found

    def begin(self) -> None:
        self.api.deploy(SOURCE)
        last = text_of(FIRST + datetime.timedelta(minutes=self.options.dates - 1))
        body = {"namespace": NAMESPACE, "flowId": FLOW, "triggerId": TRIGGER, "backfill": {"start": text_of(FIRST), "end": last}}
        self.api.checked("PUT", "triggers/backfill/create", body=json.dumps(body).encode())

    def settle(self) -> list[dict]:
        """All executions of the backfill, once it has ended and they have; read once, since reading many takes long."""
        self.wait_for(self.options.dates)
        deadline = time.monotonic() + STALLED_S
        while (self.has_backfill() or self.count(("filters[state][NOT_IN]", ",".join(sorted(TERMINAL_STATES)))) > 0) and time.monotonic() < deadline:
            self.pause.wait(POLL_S)
        last = planned(self.options.dates)[-1]
        return [execution for execution in self.api.search_executions(NAMESPACE)
                if text_of(FIRST) <= (execution.get("scheduleDate") or "") <= last]

    def has_backfill(self) -> bool:
        states = self.api.get(f"triggers/{NAMESPACE}/{FLOW}")["results"]
        return any(state.get("backfill") is not None for state in states)

    def play(self, chance: random.Random) -> list[str]:
        self.server.start()
        self.begin()
        began = time.monotonic()
        killed_at = []
        found = self.count()
        for left in range(self.options.kills, 0, -1):
            ahead = max(1, (self.options.dates - found) // left - 1)
            found = self.wait_for(min(self.options.dates, found + chance.randint(1, ahead)))
            self.server.kill()
            self.api.close()
            self.server.start()
            killed_at.append(found)
            found = self.count()
        executions = self.settle()
        problems = judge(planned(self.options.dates), executions)
        self.proved = sum(count < self.options.dates for count in killed_at)
        if self.has_backfill():
            problems.append("the backfill has not come to its end")
        print(f"backfill: {len(executions)} executions of {self.options.dates} dates, killed at {killed_at}, "
              f"{time.monotonic() - began:.1f} s: {'FAILED' if problems else 'each date once'}")
        return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--dates", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not 0 <= options.kills < options.dates or options.dates > 1_000_000:
        parser.error("--kills must be fewer than --dates, and those at most 1,000,000")
    folder = ROOT / "build" / "crash" / "backfill"
    shutil.rmtree(folder, ignore_errors=True)
    server = Server([str(options.program)], folder / "data", folder / "server.log")
    try:
        with server:
            run = Run(server, options)
            problems = run.play(random.Random(options.seed))
    except (StartFailed, Unreachable, Refused) as error:
        print(f"backfill: the server did not work: {error}", file=sys.stderr)
        return 5
    for problem in problems[:SHOWN]:
        print(f"  {problem}", file=sys.stderr)
    if problems:
        print(f"  seed {options.seed}; data and log: {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    if run.proved == 0 and options.kills > 0:
        print("backfill: no kill came before the last date", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
