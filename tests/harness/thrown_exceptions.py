"""No exception ends the server: it is made to throw at each edge (GYR_TEST_THROW, src/base/edge.h), and must go on.

What the exception hit fails with a code, all else ends as it should, and after kill -9 and a restart nothing of it is left.
"""

from __future__ import annotations

import contextlib
import json
import pathlib
import re
import tempfile
import time
from dataclasses import dataclass
from typing import Any, Callable, Iterator

from api import TERMINAL_STATES, Api, Unreachable
from gyr_server import Server
from results import Result

CODE = "GYR-E120"
LIMIT_S = 30.0
NAMESPACE = "company.team"

_PROCESS = "taskRunner: {type: io.kestra.plugin.core.runner.Process}"
FLOWS = {
    "pure": "tasks: [{id: a, type: io.kestra.plugin.core.debug.Return, format: x}]",
    "shell": f"tasks: [{{id: shell-task, type: io.kestra.plugin.scripts.shell.Commands, commands: [echo hello], {_PROCESS}}}]",
    "again": f"tasks: [{{id: again-task, type: io.kestra.plugin.scripts.shell.Commands, commands: [echo hello], {_PROCESS},"
             " retry: {type: constant, interval: PT0.05S, maxAttempts: 3}}]",
    "http": "tasks: [{id: a, type: io.kestra.plugin.core.http.Request, uri: \"%s/orders\", options: {allowFailed: true}}]",
    "rendered": "tasks: [{id: a, type: io.kestra.plugin.core.debug.Return, runIf: \"{{ (kv('key', errorOnMissing=false) ?? 'none') == 'none' }}\","
                " format: x}]",
    "file": "tasks: [{id: a, type: io.kestra.plugin.core.storage.Write, content: x}, {id: b, type: io.kestra.plugin.core.storage.Size,"
            " uri: \"{{ outputs.a.uri }}\"}]",
    "caller": "tasks: [{id: a, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: called, wait: true,"
              " transmitFailed: true}]",
    "called": "tasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: m}]",
    "slept": "tasks: [{id: a, type: io.kestra.plugin.core.flow.Sleep, duration: PT0.05S}]",
}


@dataclass
class Case:
    """A plan of exceptions; at most `failures` executions may end FAILED, each with the code. `flows`: those that run."""
    plan: str
    flows: tuple[str, ...] = ("pure", "shell", "http", "rendered", "file", "caller", "slept")
    failures: int = 0
    quarantined: int = 0

    @property
    def edge(self) -> str:
        return self.plan.split(":")[0]


CASES = [
    Case("turn:pure:1"), Case("turn:pure:1:bad_alloc"), Case("turn:shell+:1"), Case("turn:shell+:2", failures=1),
    Case("turn:shell+:2:bad_alloc", failures=1), Case("turn:shell+:3", flows=("shell", "pure"), quarantined=1), Case("turn:called:1"),
    Case("turn:called:2", failures=1),
    Case("turn:gather:1", failures=1), Case("turn:release:1", failures=1), Case("turn:release:3", failures=1),
    Case("attempt:shell-task:1", failures=1), Case("attempt:shell-task:1:bad_alloc", failures=1),
    Case("attempt:again-task:2", flows=("again", "pure")),
    Case("attempt:frame:1", failures=1), Case("attempt:render:1", flows=("rendered", "pure"), failures=1),
    Case("request:getExecution:1"), Case("request:getExecution:1:bad_alloc"), Case("coroutine:/throw:1"),
    Case("callback:posted:5"), Case("callback:timer:2"), Case("pool:upkeep:1"), Case("pool:file:1", failures=1), Case("reader:question:1", failures=1),
    Case("writer:pure:1"), Case("writer:pure:2:bad_alloc", failures=1), Case("writer:upkeep:1"), Case("log_filer:lines:1"),
    Case("client:/orders:1", failures=1), Case("poller:output:1"),
]


class Installation:
    """A server, and what is asked of it. Answers with 500 and 503 that carry a code are asked again."""

    def __init__(self, program: str, folder: pathlib.Path, orders: str):
        self.server = Server([program], folder / "data", folder / "server.log")
        self.orders = orders
        self.problems: list[str] = []

    def start(self, plan: str | None) -> None:
        self.server.start(environment={"GYR_TEST_THROW": plan} if plan else {})
        self.api = Api(self.server.url, timeout=LIMIT_S)

    def call(self, method: str, path: str, body: bytes = b"", content_type: str = "application/json") -> Any:
        for _ in range(10):
            try:
                answer = self.api.call(method, path, body=body, content_type=content_type)
            except Unreachable:
                if self.server.process is None or self.server.process.poll() is not None:
                    raise
                continue  # a connection that an exception has ended
            if answer.status < 400:
                return answer.json()
            if answer.status not in (500, 503) or not re.search(rb"GYR-[A-Z]\d{3}", answer.body):
                raise AssertionError(f"{method} {path}: status {answer.status}: {answer.body[:300]!r}")
        raise AssertionError(f"{method} {path} fails again and again: {answer.body[:300]!r}")

    def save(self, flows: tuple[str, ...]) -> None:
        for name in {*flows, *(["called"] if "caller" in flows else [])}:
            text = FLOWS[name].replace("%s", self.orders)
            self.call("POST", "flows", f"id: {name}\nnamespace: {NAMESPACE}\n{text}\n".encode(), "application/x-yaml")

    def run(self, flow: str) -> str:
        return self.call("POST", f"executions/{NAMESPACE}/{flow}")["id"]

    def wait(self, ids: list[str], quarantine_ends: bool = True) -> dict[str, dict[str, Any]]:
        """The executions when all have ended, or are in quarantine; those that did not, too."""
        deadline = time.monotonic() + LIMIT_S
        seen: dict[str, dict[str, Any]] = {}
        open_ids = list(ids)
        while open_ids and time.monotonic() < deadline:
            for each in list(open_ids):
                seen[each] = self.call("GET", f"executions/{each}")
                if seen[each]["state"]["current"] in TERMINAL_STATES or (quarantine_ends and "GYR-E038" in self.log_of(each)):
                    open_ids.remove(each)
        return seen

    def log_of(self, execution: str) -> str:
        return json.dumps(self.call("GET", f"logs/{execution}"))

    def caught(self) -> dict[str, float]:
        management = Api(f"http://127.0.0.1:{self.server.management_port}", timeout=LIMIT_S)
        for _ in range(5):
            answer = management.call("GET", "/prometheus")
            if answer.status == 200:
                break
        return {edge: float(value) for edge, value in
                re.findall(r'^kestra_server_exceptions_caught_total\{edge="(\w+)"\} (\S+)$', answer.body.decode(), re.M)}


def workload(installation: Installation, flows: tuple[str, ...], times: int) -> dict[str, dict[str, Any]]:
    """Each flow by itself first, so that it is known whose step throws; then all together."""
    ended: dict[str, dict[str, Any]] = {}
    for flow in flows:
        ended |= installation.wait([installation.run(flow)])
    return ended | installation.wait([installation.run(flow) for _ in range(times - 1) for flow in flows])


def check(installation: Installation, case: Case, ended: dict[str, dict[str, Any]]) -> Iterator[str]:
    """What is wrong with how the executions ended."""
    failed = quarantined = 0
    for execution, found in ended.items():
        state = found["state"]["current"]
        if state == "SUCCESS":
            continue
        log = installation.log_of(execution) + json.dumps(found)
        if state == "FAILED" and any(text in log for text in (CODE, "thrown on purpose", "out of memory")):
            failed += 1
        elif "GYR-E038" in log:
            quarantined += 1
        else:
            yield f"execution {execution} of {found['flowId']} is {state}: {log[-1500:]}"
    if failed > case.failures:
        yield f"{failed} executions have failed, at most {case.failures} may"
    if quarantined != case.quarantined:
        yield f"{quarantined} executions are in quarantine instead of {case.quarantined}"


def run_case(program: str, case: Case, orders: str) -> list[str]:
    """The problems of one case."""
    with tempfile.TemporaryDirectory(prefix="gyr-throws-") as name:
        installation = Installation(program, pathlib.Path(name), orders)
        server = installation.server
        problems: list[str] = []
        try:
            installation.start(case.plan)
            installation.save(case.flows)
            if case.edge == "coroutine":
                with contextlib.suppress(Unreachable):  # the connection is closed without an answer
                    installation.api.call("GET", "/throw")
            first = workload(installation, case.flows, 2)
            problems += check(installation, case, first)
            caught = installation.caught()
            deadline = time.monotonic() + LIMIT_S
            while not caught.get(case.edge) and time.monotonic() < deadline:
                caught = installation.caught()  # upkeep comes after a quiet second
            if not caught.get(case.edge):
                problems.append(f"nothing was thrown at the edge: {caught}")
            if installation.api.call("GET", "/health").status != 200:
                problems.append("/health is not 200")
            server.kill()

            installation.start(None)
            again = installation.wait(list(first))
            for execution, found in again.items():
                before = first[execution]["state"]["current"]
                if before in TERMINAL_STATES and found["state"]["current"] != before:
                    problems.append(f"{execution} was {before} before the restart and is {found['state']['current']}")
                if before not in TERMINAL_STATES:
                    installation.call("POST", f"executions/{execution}/release")
            released = installation.wait([each for each, found in again.items() if found["state"]["current"] not in TERMINAL_STATES],
                                         quarantine_ends=False)
            fresh = workload(installation, case.flows, 1)
            for execution, found in {**released, **fresh}.items():
                if found["state"]["current"] != "SUCCESS":
                    problems.append(f"after the restart {execution} of {found['flowId']} is {found['state']['current']}:"
                                    f" {installation.log_of(execution)[-1500:]}")
            if any(installation.caught().values()):
                problems.append(f"exceptions after the restart: {installation.caught()}")
            if (status := server.stop()) not in (0, 143):
                problems.append(f"the server ended with status {status}")
        except Exception as error:  # a server that has died shows in any call
            problems.append(f"{type(error).__name__}: {error}")
        finally:
            server.kill()
        if problems:
            problems.append(server.log_tail(40))
        return problems


def throws(program: str, orders: str, report: Callable[[str], None] = print) -> Result:
    result = Result()
    for case in CASES:
        problems = run_case(program, case, orders)
        result.failed += bool(problems)
        result.passed += not problems
        for problem in problems:
            report(f"GYR_TEST_THROW={case.plan}: {problem}")
    return result
