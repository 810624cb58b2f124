"""What ./dev test --quick runs: the modules and stages that a change reaches."""

from __future__ import annotations

import pathlib
import sys
from dataclasses import dataclass

import repo_files
from stage import Stage

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "tidy"))

import layers  # noqa: E402


@dataclass(frozen=True)
class Reach:
    files: list[str]  # what was changed
    modules: list[str]  # the changed ones, then those that may see one of them, the nearest first

    def summary(self) -> str:
        if not self.files:
            return "nothing differs from main"
        return f"{len(self.files)} changed files; modules: {', '.join(self.modules) or 'none'}"

    def concerns(self, stage: Stage) -> bool:
        names = [*self.files, *(f"src/{module}/" for module in self.modules)]
        return any(name == place or name.startswith(place.rstrip("/") + "/") or place == "." for place in stage.quick for name in names)


def reached_modules(files: list[str]) -> list[str]:
    changed = {parts[1] for name in files if (parts := name.split("/"))[0] == "src" and len(parts) > 2}
    # A header beside the modules, or how things are built, reaches all of them.
    if any(name.startswith(("src/", "cmake/")) and name.count("/") == 1 for name in files) or "CMakeLists.txt" in files:
        changed |= layers.ROW_OF.keys()
    changed &= layers.ROW_OF.keys()
    # A module above may see one below by way of another.
    reached = set(changed)
    while more := {module for module in layers.ROW_OF for other in reached if layers.may_see(module, other)} - reached:
        reached |= more
    nearest = max((layers.ROW_OF[module] for module in changed), default=0)
    return sorted(reached, key=lambda module: (module not in changed, nearest - layers.ROW_OF[module], module))


def reach_of_change() -> Reach:
    files = repo_files.changed_files()
    return Reach(files, reached_modules(files))
