"""What the client knows: what it asked for, what it was answered, and what it saw. The auditor judges nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

ACKNOWLEDGED, REFUSED, UNKNOWN = "acknowledged", "refused", "unknown"


@dataclass(frozen=True)
class Reply:
    """One answer, or its absence, to one sending of an operation."""

    incarnation: int  # which process of the server was asked, counted from 1
    outcome: str  # ACKNOWLEDGED: 2xx with an execution's id; REFUSED: 4xx; UNKNOWN: no answer, or 5xx
    execution_id: str = ""
    status: int = 0


@dataclass
class Operation:
    """A wish to start one execution, under one idempotency token; sent again with the same token where the answer was lost."""

    token: str
    flow: str
    replies: list[Reply] = field(default_factory=list)

    @property
    def acknowledged(self) -> bool:
        return any(reply.outcome == ACKNOWLEDGED for reply in self.replies)

    @property
    def execution_ids(self) -> set[str]:
        return {reply.execution_id for reply in self.replies if reply.outcome == ACKNOWLEDGED}

    @property
    def surely_refused(self) -> bool:
        return bool(self.replies) and all(reply.outcome == REFUSED for reply in self.replies)


@dataclass(frozen=True)
class Finished:
    """A task run that the API showed as ended, and the incarnation that showed it."""

    task_run_id: str
    execution_id: str
    incarnation: int


@dataclass(frozen=True)
class Effect:
    """A line of the side-effect file: a shell task began its work."""

    incarnation: int
    execution_id: str
    task_run_id: str
    attempt: str


@dataclass(frozen=True)
class SeenTaskRun:
    id: str
    state: str
    has_effect: bool  # it is one of the shell tasks that write into the side-effect file


@dataclass(frozen=True)
class SeenExecution:
    """An execution as the API showed it after the last restart, when all had had time to end."""

    id: str
    token: str  # empty where it carries none
    flow: str
    state: str
    task_runs: tuple[SeenTaskRun, ...] = ()


@dataclass
class Restart:
    """How one restart went. Seconds count from the start of the new process."""

    incarnation: int
    ready_s: float
    # For each execution that was open at the kill: when it was first seen to have moved; None: it was not, in the time given.
    moved_s: dict[str, float | None] = field(default_factory=dict)


@dataclass
class History:
    """One epoch: from a quiet server over one or more kills to a quiet server again."""

    operations: list[Operation] = field(default_factory=list)
    finished: list[Finished] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    seen: list[SeenExecution] = field(default_factory=list)
    restarts: list[Restart] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)  # processes that an earlier incarnation started and that still ran at the end
