"""The clients of the crash test: they start executions at a fixed rate, look at them, and write down what they learn."""

from __future__ import annotations

import collections
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

from api import TERMINAL_STATES, Api, Refused, Unreachable  # noqa: E402
from flows import NAMESPACE, WEBHOOK_KEY  # noqa: E402
from history import ACKNOWLEDGED, REFUSED, UNKNOWN, Finished, History, Operation, Reply  # noqa: E402

LOOK_EVERY_S = 0.005
PAUSE_AFTER_A_BREAK_S = 0.02  # so that a dead server is not asked a thousand times a second


def send(api: Api, operation: Operation, incarnation: int) -> Reply:
    """Sends an operation once and notes the reply in it."""
    headers = {"Idempotency-Key": operation.token}
    try:
        if operation.flow == "webhook":
            answer = api.call("POST", f"executions/webhook/{NAMESPACE}/webhook/{WEBHOOK_KEY}", [("token", operation.token)], headers=headers)
        else:
            answer = api.call("POST", f"executions/{NAMESPACE}/{operation.flow}", [("labels", f"token:{operation.token}")], headers=headers)
        if 200 <= answer.status < 300:
            reply = Reply(incarnation, ACKNOWLEDGED, answer.json()["id"], answer.status)
        else:
            # A 5xx tells nothing of what became of the wish; a 4xx says that it was turned down.
            reply = Reply(incarnation, REFUSED if answer.status < 500 else UNKNOWN, "", answer.status)
    except Unreachable:
        reply = Reply(incarnation, UNKNOWN)
    operation.replies.append(reply)
    return reply


class Workload:
    """Threads that load one incarnation of the server until stop()."""

    def __init__(self, url: str, incarnation: int, history: History, prefix: str, rate: float, shell_rate: float, threads: int = 4):
        self.url, self.incarnation, self.history, self.prefix = url, incarnation, history, prefix
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._count = 0
        self._to_watch: collections.deque[str] = collections.deque()
        self._failures: list[BaseException] = []
        self._start = time.monotonic()
        loads = [(self._load, (rate / threads, ("webhook", "start"))) for _ in range(threads)]
        loads.append((self._load, (shell_rate, ("shell",))))
        self._threads = [threading.Thread(target=self._guard, args=(body, *arguments), daemon=True)
                         for body, arguments in [*loads, (self._watch, ())]]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Waits for the threads; what went wrong in one is raised here."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self._failures:
            raise self._failures[0]

    def _guard(self, body, *arguments) -> None:
        try:
            body(Api(self.url, timeout=30), *arguments)
        except BaseException as error:  # noqa: BLE001 - raised again in stop()
            self._failures.append(error)

    def _new_operation(self, flow: str) -> Operation:
        with self._lock:
            self._count += 1
            operation = Operation(f"{self.prefix}-{self._count}", flow)
            self.history.operations.append(operation)
            return operation

    def _load(self, api: Api, rate: float, flows: tuple[str, ...]) -> None:
        """An open loop: what the server is late with is not asked less often."""
        sent = 0
        while not self._stop.wait(max(0.0, self._start + sent / rate - time.monotonic())):
            operation = self._new_operation(flows[sent % len(flows)])
            sent += 1
            reply = send(api, operation, self.incarnation)
            if reply.outcome == ACKNOWLEDGED and operation.flow == "shell":
                self._to_watch.append(reply.execution_id)
            elif reply.outcome == UNKNOWN:
                self._stop.wait(PAUSE_AFTER_A_BREAK_S)
        api.close()

    def _watch(self, api: Api) -> None:
        """Looks at the shell executions in turn and notes which of their task runs are shown as finished."""
        noted: set[str] = set()
        while not self._stop.wait(LOOK_EVERY_S):
            if not self._to_watch:
                continue
            execution_id = self._to_watch.popleft()
            try:
                execution = api.get(f"executions/{execution_id}")
            except Unreachable:
                return
            except Refused:
                # An acknowledged execution that is not there is the auditor's finding, from the state after the restart.
                continue
            for run in execution.get("taskRunList") or []:
                if run["state"]["current"] in TERMINAL_STATES and run["id"] not in noted:
                    noted.add(run["id"])
                    self.history.finished.append(Finished(run["id"], execution_id, self.incarnation))
            if execution["state"]["current"] not in TERMINAL_STATES:
                self._to_watch.append(execution_id)
        api.close()
