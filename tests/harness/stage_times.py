"""How long the stages of ./dev test took: the machine's speed, the table at the end, and the history in times.tsv."""

from __future__ import annotations

import concurrent.futures
import datetime
import pathlib
import shutil
import subprocess
import time
from dataclasses import dataclass, field

from stage import WHOLE_S, Stage

# What the machine's speed is measured by: the same kind of work as that of the builds.
PROBE = "#include <algorithm>\n#include <functional>\n#include <map>\n#include <regex>\n#include <string>\n" \
        "bool probe(const std::string& s) { std::map<std::string, std::function<bool(std::regex)>> m;" \
        " m[s] = [&](std::regex r) { return std::regex_match(s, r); }; return m[s](std::regex(s)); }\n"
COMPILER = ["clang++-19", "-std=c++23", "-x", "c++", "-c", "-", "-o", "/dev/null"]
# Seconds that the probe takes on the reference machine, beside one of its own kind on each further processor.
REFERENCE_S = 2.8
# No machine is so slow that a budget grows further: a suite that takes longer is cut off.
MAX_SLOWNESS = 2.0
PROBES_AT_ONCE = 2
# A run fails where a stage takes this many times its budget. The table shows what is above its budget. The budgets are estimates until a
# run on a quiet machine has confirmed them; then this becomes 1.25.
SLACK = 3.0


def probe_s() -> float:
    """Seconds that the probe takes while it runs on two processors; nothing can be said without the compiler: 0."""
    if shutil.which(COMPILER[0]) is None:
        return 0.0

    def once(_: int) -> None:
        subprocess.run(COMPILER, input=PROBE, text=True, check=True, capture_output=True)

    def together() -> float:
        before = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(PROBES_AT_ONCE) as pool:
            list(pool.map(once, range(PROBES_AT_ONCE)))
        return time.monotonic() - before

    # The first one reads the headers from the disk.
    return min(together(), together())


def slowness(probes_s: list[float]) -> float:
    """How many times longer than on the reference machine the work takes, by the slowest of the measurements: 1 to MAX_SLOWNESS."""
    return min(max([1.0, *(seconds / REFERENCE_S for seconds in probes_s)]), MAX_SLOWNESS)


@dataclass
class Times:
    """What one stage took, in seconds."""

    stage: Stage
    build_s: float
    total_s: float

    @property
    def run_s(self) -> float:
        return max(0.0, self.total_s - self.build_s)


@dataclass
class Table:
    slow: float
    rows: list[Times] = field(default_factory=list)
    elapsed_s: float = 0.0
    allowed_s: float = 0.0  # the budget of the whole, on the reference machine
    limit_s: float = WHOLE_S  # a run that takes longer there fails

    def over(self) -> list[str]:
        """The stages, and the whole, that took longer than their budgets and the slack."""
        late = [f"stage {row.stage.name} took {row.total_s:.0f} s; its budget is {row.stage.budget_s * self.slow:.0f} s"
                for row in self.rows if row.total_s > row.stage.budget_s * self.slow * SLACK]
        if self.elapsed_s > self.limit_s * self.slow:
            late.append(f"the stages together took {self.elapsed_s:.0f} s; {self.limit_s * self.slow:.0f} s are allowed")
        return late

    def text(self) -> str:
        lines = [f"{'stage':<14}{'build s':>9}{'run s':>9}{'budget s':>10}{'share':>8}"]
        for row in self.rows:
            budget = row.stage.budget_s * self.slow
            lines.append(f"{row.stage.name:<14}{row.build_s:>9.1f}{row.run_s:>9.1f}{budget:>10.0f}{row.total_s / max(budget, 1):>8.0%}"
                         + (" above its budget" if row.total_s > budget else "") + (" beside others" if row.stage.waits else ""))
        allowed = self.allowed_s * self.slow
        lines.append(f"{'together':<14}{sum(row.build_s for row in self.rows):>9.1f}{sum(row.run_s for row in self.rows):>9.1f}"
                     f"{allowed:>10.0f}{self.elapsed_s / max(allowed, 1):>8.0%} {self.elapsed_s:.0f} s by the clock")
        if self.slow > 1:
            lines.append(f"This machine is {self.slow:.2f} times slower than the reference machine; the budgets are {self.slow:.2f} times as long.")
        return "\n".join(lines)


def remember(history: pathlib.Path, table: Table, commit: str) -> None:
    """Appends a line for each stage: date, commit, stage, build seconds, run seconds, slowness of the machine."""
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    with history.open("a", encoding="utf-8") as file:
        if file.tell() == 0:
            file.write("date\tcommit\tstage\tbuild_s\trun_s\tslowness\n")
        for row in table.rows:
            file.write(f"{date}\t{commit}\t{row.stage.name}\t{row.build_s:.1f}\t{row.run_s:.1f}\t{table.slow:.2f}\n")
