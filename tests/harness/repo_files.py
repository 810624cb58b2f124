#!/usr/bin/env python3
"""The repository's files: what git tracks or would track; without git (an unpacked archive), all but built ones."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# What .gitignore names, for trees without git.
NOT_OURS = {".git", "build", ".gyr", "node_modules", "dist", "__pycache__"}


def git(root: pathlib.Path, *words: str) -> list[str] | None:
    """The lines (NUL-separated where -z is given) of a git command's answer; nothing where git cannot tell."""
    try:
        # The owner of the checkout may be another user (containers); we only read.
        done = subprocess.run(["git", "-c", f"safe.directory={root}", "-C", str(root), *words], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return [os.fsdecode(line) for line in re.split(rb"\0|\n(?![^\0]*\0)", done.stdout) if line]


def repo_files(root: pathlib.Path = ROOT) -> list[str]:
    """Paths relative to the root, sorted; files that git still tracks but that are gone are left out."""
    names = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if names is None:
        names = []
        for folder, folders, files in os.walk(root):
            folders[:] = [name for name in folders if name not in NOT_OURS]
            names += [os.path.relpath(os.path.join(folder, name), root) for name in files]
    return sorted({name for name in names if (root / name).is_file()})


def changed_files(root: pathlib.Path = ROOT, base: str = "") -> list[str]:
    """What differs from main, or from the commit `base`: commits since it was left, changes not committed, new files."""
    for branch in () if base else ("origin/main", "main"):
        found = git(root, "merge-base", "HEAD", branch)
        if found:
            base = found[0]
            break
    changed = git(root, "diff", "-z", "--name-only", "--diff-filter=d", base or "HEAD")
    if changed is None:
        return repo_files(root)
    new = git(root, "ls-files", "-z", "--others", "--exclude-standard") or []
    return sorted({name for name in changed + new if (root / name).is_file()})


def is_shell(root: pathlib.Path, name: str) -> bool:
    if name.endswith(".sh"):
        return True
    if "." in pathlib.PurePath(name).name:
        return False
    with (root / name).open("rb") as file:
        return bool(re.match(rb"#!.*\b(ba)?sh\b", file.readline()))


if __name__ == "__main__":
    for file in repo_files():
        if "--shell" not in sys.argv or is_shell(ROOT, file):
            print(file)
