"""Compares a client's history with what the server shows afterwards. Pure: no clock, no network.

The promises (principle: nothing lost): an acknowledged execution exists and ends; a token has one execution; a task run recorded as
finished never runs again; one that ran is recorded, one recorded ran; every open execution moves on within 5 s of a restart.
"""

from __future__ import annotations

import collections
import copy
from dataclasses import dataclass, replace
from typing import Callable, Iterator

from history import ACKNOWLEDGED, Effect, History, Reply, SeenExecution

RECOVERY_LIMIT_S = 5.0
TERMINAL = frozenset({"SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "SKIPPED", "RETRIED"})


@dataclass(frozen=True)
class Violation:
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"


def check_acknowledged(history: History) -> Iterator[Violation]:
    seen = {execution.id: execution for execution in history.seen}
    for operation in history.operations:
        for execution_id in sorted(operation.execution_ids):
            execution = seen.get(execution_id)
            if execution is None:
                yield Violation("lost", f"{operation.flow} {operation.token}: execution {execution_id} was acknowledged and is gone")
            elif execution.state not in TERMINAL:
                yield Violation("stuck", f"{operation.flow} {operation.token}: execution {execution_id} is still {execution.state}")
            elif execution.state != "SUCCESS":
                yield Violation("failed", f"{operation.flow} {operation.token}: execution {execution_id} ended in {execution.state}")


def check_tokens(history: History) -> Iterator[Violation]:
    by_token: dict[str, list[SeenExecution]] = collections.defaultdict(list)
    for execution in history.seen:
        by_token[execution.token].append(execution)
    for token, executions in by_token.items():
        if token and len(executions) > 1:
            yield Violation("doubled", f"token {token} has the executions {sorted(e.id for e in executions)}")
    for operation in history.operations:
        if len(operation.execution_ids) > 1:
            yield Violation("doubled", f"token {operation.token} was answered with {sorted(operation.execution_ids)}")
        shown = {execution.id for execution in by_token.get(operation.token, [])}
        if operation.surely_refused and shown:
            yield Violation("invented", f"token {operation.token} was refused and has the execution {sorted(shown)}")
        for execution_id in operation.execution_ids - shown if shown else ():
            yield Violation("confused", f"token {operation.token} was answered with {execution_id} but is carried by {sorted(shown)}")
    asked = {operation.token for operation in history.operations}
    for execution in history.seen:
        if execution.token not in asked:
            yield Violation("invented", f"execution {execution.id} of {execution.flow} (token '{execution.token}') was never asked for")


def check_effects(history: History) -> Iterator[Violation]:
    ended_in: dict[str, int] = {}
    for finished in history.finished:
        ended_in[finished.task_run_id] = min(finished.incarnation, ended_in.get(finished.task_run_id, finished.incarnation))
    # No task of these flows has a retry: one process of the server begins a task run once.
    counts = collections.Counter((effect.task_run_id, effect.execution_id, effect.incarnation) for effect in history.effects)
    recorded = {run.id: run for execution in history.seen for run in execution.task_runs}
    for (task_run_id, execution_id, incarnation), count in counts.items():
        if count > 1:
            yield Violation("ran twice", f"task run {task_run_id} began {count} times in incarnation {incarnation}")
        ended = ended_in.get(task_run_id)
        if ended is not None and incarnation > ended:
            yield Violation("ran again", f"task run {task_run_id} was shown finished by incarnation {ended} and began again "
                                         f"in incarnation {incarnation}")
        if task_run_id not in recorded:
            yield Violation("ran unrecorded", f"task run {task_run_id} of {execution_id} ran and is not recorded")
    began = {effect.task_run_id for effect in history.effects}
    for run in recorded.values():
        if run.has_effect and run.state == "SUCCESS" and run.id not in began:
            yield Violation("never ran", f"task run {run.id} is recorded as SUCCESS and never ran")
    for task_run_id, incarnation in ended_in.items():
        if task_run_id not in recorded:
            yield Violation("lost", f"task run {task_run_id} was shown finished by incarnation {incarnation} and is gone")


def check_restarts(history: History) -> Iterator[Violation]:
    for restart in history.restarts:
        if restart.ready_s > RECOVERY_LIMIT_S:
            yield Violation("slow", f"incarnation {restart.incarnation} was ready after {restart.ready_s:.2f} s")
        for execution_id, seconds in restart.moved_s.items():
            if seconds is None or seconds > RECOVERY_LIMIT_S:
                when = "not in the time given" if seconds is None else f"after {seconds:.2f} s"
                yield Violation("slow", f"execution {execution_id} moved on {when} in incarnation {restart.incarnation}")


def check_left_over(history: History) -> Iterator[Violation]:
    for text in history.left_over:
        yield Violation("left over", f"a process of a dead server still runs: {text}")


CHECKS = [check_acknowledged, check_tokens, check_effects, check_restarts, check_left_over]


def audit(history: History) -> list[Violation]:
    return [violation for check in CHECKS for violation in check(history)]


# -- canaries: real histories, damaged on purpose; an auditor that misses one is broken ----------------------------------


def _lose_an_execution(history: History) -> bool:
    operation = next((o for o in history.operations if o.acknowledged), None)
    if operation is None:
        return False
    history.seen = [execution for execution in history.seen if execution.id not in operation.execution_ids]
    return True


def _leave_one_running(history: History) -> bool:
    return _change_state(history, "RUNNING")


def _fail_one(history: History) -> bool:
    return _change_state(history, "FAILED")


def _change_state(history: History, state: str) -> bool:
    acknowledged = {execution_id for o in history.operations for execution_id in o.execution_ids}
    for index, execution in enumerate(history.seen):
        if execution.id in acknowledged:
            history.seen[index] = replace(execution, state=state)
            return True
    return False


def _double_a_token(history: History) -> bool:
    execution = next((e for e in history.seen if e.token), None)
    if execution is None:
        return False
    history.seen.append(replace(execution, id=execution.id + "-again", task_runs=()))
    return True


def _answer_with_two_ids(history: History) -> bool:
    operation = next((o for o in history.operations if o.acknowledged), None)
    if operation is None:
        return False
    operation.replies.append(Reply(operation.replies[-1].incarnation + 1, ACKNOWLEDGED, "another-execution", 200))
    return True


def _invent_an_execution(history: History) -> bool:
    history.seen.append(SeenExecution("invented", "token-nobody-sent", "flow", "SUCCESS"))
    return True


def _run_a_finished_task_again(history: History) -> bool:
    began = {effect.task_run_id: effect for effect in history.effects}
    finished = next((f for f in history.finished if f.task_run_id in began), None)
    if finished is None:
        return False
    history.effects.append(replace(began[finished.task_run_id], incarnation=finished.incarnation + 1))
    return True


def _run_a_task_twice(history: History) -> bool:
    if not history.effects:
        return False
    history.effects.append(history.effects[0])
    return True


def _run_without_a_record(history: History) -> bool:
    history.effects.append(Effect(1, "execution", "task-run-nobody-knows", "1"))
    return True


def _record_without_running(history: History) -> bool:
    run = next((r for e in history.seen for r in e.task_runs if r.has_effect and r.state == "SUCCESS"), None)
    if run is None:
        return False
    history.effects = [effect for effect in history.effects if effect.task_run_id != run.id]
    return True


def _recover_slowly(history: History) -> bool:
    if not history.restarts:
        return False
    history.restarts[0] = replace(history.restarts[0], ready_s=RECOVERY_LIMIT_S + 1)
    return True


CANARIES: dict[str, tuple[Callable[[History], bool], str]] = {
    "an execution is lost": (_lose_an_execution, "lost"),
    "an execution stays open": (_leave_one_running, "stuck"),
    "an execution fails": (_fail_one, "failed"),
    "a token has two executions": (_double_a_token, "doubled"),
    "a token is answered with two ids": (_answer_with_two_ids, "doubled"),
    "an execution comes from nowhere": (_invent_an_execution, "invented"),
    "a finished task runs again": (_run_a_finished_task_again, "ran again"),
    "a task runs twice at once": (_run_a_task_twice, "ran twice"),
    "a task runs unrecorded": (_run_without_a_record, "ran unrecorded"),
    "a task is recorded and never ran": (_record_without_running, "never ran"),
    "the server comes back late": (_recover_slowly, "slow"),
}


def try_canaries(history: History, untried: set[str]) -> list[str]:
    """Damages copies of a good history. Removes from `untried` what could be tried; returns what was not caught."""
    missed = []
    for name in sorted(untried):
        damage, rule = CANARIES[name]
        damaged = copy.deepcopy(history)
        if damage(damaged):
            untried.discard(name)
            if rule not in {violation.rule for violation in audit(damaged)}:
                missed.append(name)
    return missed
