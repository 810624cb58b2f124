"""What a stage of ./dev test says about itself: comments in its script, one a line.

    # time-limit: 600 s       it is ended after that (needed)
    # budget: 120 s           how long it may take on two quiet processors, builds included (needed but for soak stages)
    # share: 40 %             of the hours of ./dev test --soak (needed for soak stages)
    # lane: wait              it mostly waits: it runs beside the stages that compile, one such stage at a time
    # alone                   it measures: nothing else runs meanwhile
    # after: release, unit    it starts when those have ended
    # quick: src/web, docs    ./dev test --quick runs it where a change reaches one of these folders, modules or files
    # takes-patterns          given a PATTERN that names no stage it runs those of its tests that match $GYR_PATTERN
"""

from __future__ import annotations

import pathlib
import re
from dataclasses import dataclass

# Today's stages together, on two quiet processors, from a clean clone with an empty compiler cache.
TODAY_S = 35 * 60
# With those to come. The rest of the 90 minutes after which a run is cut off is for slower machines.
WHOLE_S = 70 * 60
# What is kept for stages to come, by their names.
RESERVED_S = {"ui": 480, "infrastructure": 480, "packages": 240, "postgres": 480, "governance": 360}


@dataclass(frozen=True)
class Stage:
    path: pathlib.Path
    name: str
    time_limit_s: int
    budget_s: int
    waits: bool = False
    alone: bool = False
    after: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()
    takes_patterns: bool = False

    @property
    def lane(self) -> str:
        return "wait" if self.waits else "work"

    @staticmethod
    def of(path: pathlib.Path, soak_s: int = 0) -> Stage:
        """Reads a script. With `soak_s` the budget and the time limit are its share of those seconds."""
        text = path.read_text(encoding="utf-8")

        def number(key: str, unit: str) -> int:
            found = re.search(rf"^# {key}: (\d+) {unit}$", text, re.M)
            if not found:
                raise ValueError(f"{path.name} lacks the comment '# {key}: N {unit}'")
            return int(found[1])

        def names(key: str) -> tuple[str, ...]:
            found = re.search(rf"^# {key}: (.+)$", text, re.M)
            return tuple(name.strip() for name in found[1].split(",")) if found else ()

        lane = names("lane")
        if lane not in ((), ("wait",)):
            raise ValueError(f"{path.name}: there is no lane '{', '.join(lane)}'")
        waits, alone = bool(lane), bool(re.search(r"^# alone$", text, re.M))
        if waits and alone:
            raise ValueError(f"{path.name} cannot wait beside others and be alone")
        limit = number("time-limit", "s")
        budget = soak_s * number("share", "%") // 100 if soak_s else number("budget", "s")
        if budget > limit and not soak_s:
            raise ValueError(f"{path.name}: the budget of {budget} s is above the time limit of {limit} s")
        return Stage(path, path.stem.split("-", 1)[1], limit + (budget if soak_s else 0), budget, waits, alone, names("after"),
                     names("quick"), bool(re.search(r"^# takes-patterns$", text, re.M)))


def find_stages(folder: pathlib.Path, soak_s: int = 0) -> list[Stage]:
    return [Stage.of(path, soak_s) for path in sorted(folder.glob("[0-9][0-9]-*.sh"))]


def planned_s(stages: list[Stage]) -> int:
    """Seconds of a run: the stages that wait run beside the others."""
    working = sum(stage.budget_s for stage in stages if not stage.waits)
    return max(working, sum(stage.budget_s for stage in stages if stage.waits))


def check_budgets(stages: list[Stage]) -> list[str]:
    """What is wrong with the budgets of all stages together."""
    problems = []
    today = planned_s([stage for stage in stages if stage.name not in RESERVED_S])
    if today > TODAY_S:
        problems.append(f"the budgets of today's stages are {today} s together; {TODAY_S} s are allowed")
    for stage in stages:
        if stage.budget_s > RESERVED_S.get(stage.name, stage.budget_s):
            problems.append(f"stage {stage.name} has a budget of {stage.budget_s} s; {RESERVED_S[stage.name]} s are reserved for it")
    if today + sum(RESERVED_S.values()) > WHOLE_S:
        problems.append(f"with what is reserved the budgets are {today + sum(RESERVED_S.values())} s; {WHOLE_S} s are allowed")
    names = {stage.name for stage in stages}
    problems += [f"stage {stage.name} comes after '{other}', which is no stage" for stage in stages for other in stage.after if other not in names]
    return problems
