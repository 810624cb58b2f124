"""How a stage of ./dev test tells what it did: lines in the file that GYR_RESULT names."""

from __future__ import annotations

import os
import pathlib
from dataclasses import dataclass, field


@dataclass
class Result:
    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)  # one reason each
    unsteady: list[str] = field(default_factory=list)  # failed beside others and held by themselves: counted as passed, told loudly
    built_s: float = 0.0  # seconds that went into builds

    def add(self, other: Result) -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.unsteady += other.unsteady
        self.built_s += other.built_s


def tell(result: Result) -> None:
    """Appends to the file of this stage, or prints where the stage was started by hand."""
    lines = [f"passed {result.passed}", f"failed {result.failed}", *(f"skipped {reason}" for reason in result.skipped),
             *(f"unsteady {case}" for case in result.unsteady), *([f"built {result.built_s}"] if result.built_s else [])]
    path = os.environ.get("GYR_RESULT")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    else:
        print("\n".join(lines))


def read(path: pathlib.Path) -> Result | None:
    """What a stage told; nothing where it told nothing. Any other line is an error."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    result = Result()
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "passed":
            result.passed += int(rest)
        elif word == "failed":
            result.failed += int(rest)
        elif word == "skipped" and rest:
            result.skipped.append(rest)
        elif word == "unsteady" and rest:
            result.unsteady.append(rest)
        elif word == "built":
            result.built_s += float(rest)
        else:
            raise ValueError(f"the stage told something else than passed, failed, skipped, unsteady or built: {line!r}")
    return result if text else None
