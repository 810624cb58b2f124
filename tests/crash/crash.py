#!/usr/bin/env python3
"""./dev crash: kills a real server under load, restarts it, and compares its data with the answers that its clients received.

A cycle is one kill -9 at a random moment: under load, or while the server recovers from the previous kill. After each restart
under load, the clients repeat the requests that were not answered (with the same token), everything has time to end, and the
history is audited. Exit status: 0 all rules held, 1 a rule was broken, 2 usage error, 3 the test proved too little, 5 the server
did not work.
"""

from __future__ import annotations

import argparse
import datetime
import os
import pathlib
import random
import shutil
import sys
import threading
import time
from dataclasses import dataclass, field

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

import auditor  # noqa: E402
import flows  # noqa: E402
from api import Api, Refused, Unreachable  # noqa: E402
from gyr_server import Server, StartFailed  # noqa: E402
from history import UNKNOWN, History, Restart  # noqa: E402
from workload import Workload, send  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LOAD_S = (0.15, 1.5)  # length of the load before a kill
EARLY_KILL_S = (0.0, 0.3)  # after the start of a process that is killed while it recovers
EARLY_KILL_SHARE = 0.25
SETTLE_S = 30.0  # what has not ended after that is stuck
POLL_S = 0.02
ENOUGH_CYCLES = 20  # from here on every kind of event must have happened
SHOWN_VIOLATIONS = 20


@dataclass
class Totals:
    cycles: int = 0
    executions: int = 0
    unanswered: int = 0
    open_at_a_kill: int = 0
    finished_before_a_kill: int = 0
    early_kills: int = 0
    slowest_recovery_s: float = 0.0
    untried_canaries: set[str] = field(default_factory=lambda: set(auditor.CANARIES))
    missed_canaries: list[str] = field(default_factory=list)

    def never_happened(self) -> list[str]:
        kinds = {"a request without an answer": self.unanswered, "an execution open at a kill": self.open_at_a_kill,
                 "a task run finished before a kill": self.finished_before_a_kill, "a kill during recovery": self.early_kills}
        return [name for name, count in kinds.items() if count == 0]


def utc(text: str) -> datetime.datetime:
    # Python reads at most six digits of a fraction.
    whole, _, fraction = text.rstrip("Z").partition(".")
    return datetime.datetime.fromisoformat(f"{whole}.{(fraction + '000000')[:6]}+00:00")


def last_change(execution: dict) -> datetime.datetime:
    states = [execution["state"], *(run["state"] for run in execution.get("taskRunList") or [])]
    return max(utc(entry["date"]) for state in states for entry in state["histories"])


def environment_of(incarnation: int) -> dict[str, str]:
    return {flows.INCARNATION: str(incarnation), flows.RUN: str(os.getpid())}


def left_over_processes(incarnation: int) -> list[str]:
    """Processes that inherited the number of an earlier incarnation of ours."""
    ours = f"{flows.RUN}={os.getpid()}".encode()
    marks = [f"{flows.INCARNATION}={number}".encode() for number in range(1, incarnation)]
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            variables = (entry / "environ").read_bytes().split(b"\0")
            if ours in variables and any(mark in variables for mark in marks):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                found.append(f"{entry.name} {command}")
        except OSError:
            continue  # it has ended, or is not ours to read
    return found


class Epoch:
    """From a quiet server through one or more kills to a quiet, audited server."""

    def __init__(self, server: Server, seed: int, incarnation: int, effects: pathlib.Path, offset: int, options: argparse.Namespace):
        self.server, self.seed, self.incarnation = server, seed, incarnation
        self.effects, self.offset, self.options = effects, offset, options
        self.random = random.Random(seed)
        self.history = History()
        self.kills = 0
        self.early_kills = 0
        self.pause = threading.Event()  # never set: its wait() is how this single thread lets time pass

    def run(self, max_kills: int) -> History:
        # The server is quiet and its clock is ours: what starts from now on belongs to this epoch, and nothing else does.
        since = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        workload = Workload(self.server.url, self.incarnation, self.history, f"s{self.seed}-{self.incarnation}",
                            self.options.rate, self.options.shell_rate)
        workload.start()
        self.pause.wait(self.random.uniform(*LOAD_S))
        self.kill()
        workload.stop()
        while self.kills < max_kills and self.random.random() < EARLY_KILL_SHARE:
            self.spawn()
            self.pause.wait(self.random.uniform(*EARLY_KILL_S))
            self.early_kills += 1
            self.kill()
        restarted = datetime.datetime.now(datetime.timezone.utc)
        started = time.monotonic()
        self.spawn()
        self.server.wait_ready(timeout=SETTLE_S)
        restart = Restart(self.incarnation, self.server.health_s)
        self.history.restarts.append(restart)
        api = Api(self.server.url, timeout=SETTLE_S)
        self.watch_recovery(api, since, restarted, started, restart)
        for operation in self.history.operations:
            if not operation.acknowledged and operation.replies[-1].outcome == UNKNOWN:
                send(api, operation, self.incarnation)
        self.settle(api, since)
        self.read_effects()
        self.history.left_over = left_over_processes(self.incarnation)
        api.close()
        return self.history

    def kill(self) -> None:
        self.server.kill()
        self.kills += 1

    def spawn(self) -> None:
        self.incarnation += 1
        self.server.spawn(environment_of(self.incarnation))

    def watch_recovery(self, api: Api, since: str, restarted: datetime.datetime, started: float, restart: Restart) -> None:
        """Notes for each execution that was open at the kill when it has moved on."""
        acknowledged = {execution_id for operation in self.history.operations for execution_id in operation.execution_ids}
        waiting: set[str] | None = None
        longest = min(self.options.settle, 2 * auditor.RECOVERY_LIMIT_S)
        while waiting is None or (waiting and time.monotonic() - started < longest):
            executions = api.search_executions(flows.NAMESPACE, since)
            seconds = time.monotonic() - started
            open_ones = {e["id"] for e in executions if e["id"] in acknowledged
                         and (e["state"]["current"] not in auditor.TERMINAL or last_change(e) >= restarted)}
            waiting = open_ones if waiting is None else waiting
            for execution in executions:
                if execution["id"] in waiting and last_change(execution) >= restarted:
                    restart.moved_s[execution["id"]] = seconds
                    waiting.discard(execution["id"])
            if waiting:
                self.pause.wait(POLL_S)
        for execution_id in waiting:
            restart.moved_s[execution_id] = None

    def settle(self, api: Api, since: str) -> None:
        deadline = time.monotonic() + self.options.settle
        while True:
            executions = api.search_executions(flows.NAMESPACE, since)
            if all(e["state"]["current"] in auditor.TERMINAL for e in executions) or time.monotonic() > deadline:
                break
            self.pause.wait(POLL_S)
        self.history.seen = [flows.seen_execution(execution) for execution in executions]

    def read_effects(self) -> None:
        if self.effects.exists():
            with self.effects.open("rb") as file:
                file.seek(self.offset)
                text = file.read()
            self.offset += len(text)
            self.history.effects = [flows.parse_effect(line) for line in text.decode().splitlines()]


def note(totals: Totals, epoch: Epoch) -> None:
    history = epoch.history
    totals.cycles += epoch.kills
    totals.early_kills += epoch.early_kills
    totals.executions += len(history.seen)
    totals.unanswered += sum(any(reply.outcome == UNKNOWN for reply in o.replies) for o in history.operations)
    totals.finished_before_a_kill += len(history.finished)
    for restart in history.restarts:
        totals.open_at_a_kill += len(restart.moved_s)
        times = [restart.ready_s, *(seconds for seconds in restart.moved_s.values() if seconds is not None)]
        totals.slowest_recovery_s = max(totals.slowest_recovery_s, *times)


def run_cycles(server: Server, work: pathlib.Path, options: argparse.Namespace, totals: Totals) -> list[auditor.Violation]:
    effects = work / "effects"
    server.start(environment=environment_of(1))
    api = Api(server.url, timeout=SETTLE_S)
    for source in (flows.WEBHOOK, flows.START, flows.shell_flow(effects)):
        api.deploy(source)
    api.close()
    incarnation, offset, tokens = 1, 0, 0
    while totals.cycles < options.cycles:
        epoch = Epoch(server, options.seed + totals.cycles, incarnation, effects, offset, options)
        history = epoch.run(options.cycles - totals.cycles)
        incarnation, offset = epoch.incarnation, epoch.offset
        note(totals, epoch)
        tokens += sum(operation.acknowledged for operation in history.operations)
        violations = auditor.audit(history)
        if violations:
            return violations
        if totals.untried_canaries:
            totals.missed_canaries += auditor.try_canaries(history, totals.untried_canaries)
        print(f"cycle {totals.cycles:>5}: {len(history.seen):>5} executions, {len(history.effects):>4} shell tasks, "
              f"ready after {history.restarts[-1].ready_s:.2f} s", file=sys.stderr, flush=True)
    # Nothing of an earlier epoch may have been lost, doubled or woken later on.
    query = [("filters[namespace][EQUALS]", flows.NAMESPACE), ("size", 1), ("page", 1)]
    total = Api(server.url, timeout=SETTLE_S).get("executions/search", query)["total"]
    if total != tokens:
        return [auditor.Violation("count", f"{tokens} executions were acknowledged in all, {total} are there")]
    return []


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev crash", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, nargs="+", help="the program and its first arguments")
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None, help="seed of the first cycle (default: from the clock; it is printed)")
    parser.add_argument("--rate", type=float, default=200.0, help="webhooks and starts per second")
    parser.add_argument("--shell-rate", type=float, default=8.0, help="shell executions per second")
    parser.add_argument("--settle", type=float, default=SETTLE_S, help="seconds after which an execution that has not ended counts as stuck")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "crash", help="working folder, kept after a failure")
    options = parser.parse_args(arguments)
    if options.cycles < 1 or options.rate <= 0 or options.shell_rate <= 0:
        parser.error("--cycles, --rate and --shell-rate take numbers above 0")
    if options.seed is None:
        options.seed = time.time_ns() % 1_000_000_000
    return options


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    work = options.work.resolve() / str(options.seed)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    print(f"seed {options.seed}", file=sys.stderr, flush=True)
    totals = Totals()
    again = f"./dev crash --cycles {{}} --seed {options.seed}"
    try:
        with Server(options.program, work / "data", work / "server.log") as server:
            violations = run_cycles(server, work, options, totals)
    except (StartFailed, Refused, Unreachable, ValueError) as error:
        print(f"dev crash: after {totals.cycles} cycles: {error}\n     data and log: {work}\n"
              f"     again: {again.format(totals.cycles + 1)}", file=sys.stderr)
        return 5
    for violation in violations[:SHOWN_VIOLATIONS]:
        print(f"VIOLATION {violation}")
    if len(violations) > SHOWN_VIOLATIONS:
        print(f"… and {len(violations) - SHOWN_VIOLATIONS} more")
    weak = [f"the canary was not caught: {name}" for name in totals.missed_canaries]
    if totals.executions == 0:
        weak.append("no execution was ever started")
    if totals.cycles >= ENOUGH_CYCLES and not violations:
        weak += [f"never tried: {name}" for name in sorted(totals.untried_canaries)]
        weak += [f"never happened: {name}" for name in totals.never_happened()]
    for text in weak:
        print(f"WEAK {text}")
    print(f"dev crash: {totals.cycles} cycles, {totals.executions} executions, {totals.unanswered} requests without an answer, "
          f"{len(violations)} violations, slowest recovery {totals.slowest_recovery_s:.2f} s, seed {options.seed}")
    if violations or weak:
        print(f"     data and log: {work}\n     again: {again.format(totals.cycles)}", file=sys.stderr)
        return 1 if violations else 3
    shutil.rmtree(work)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
