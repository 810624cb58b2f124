#!/usr/bin/env python3
"""Compiles what a change touches file by file: finds a file that lacks an include, which a build that joins files does not.

    compile_changed.py --build build/debug [--jobs N] [--seconds N]

The change is what differs from main; on main itself it is the last commit. Nothing is written: the compiler only checks. With --seconds
no file is begun after that time, and the files that are left are counted.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import pathlib
import shlex
import subprocess
import sys
import time

import results
from lint import precompiled_headers, to_tidy
from repo_files import ROOT, changed_files, repo_files


def check_command(command: str) -> list[str]:
    """The command of compile_commands.json without its output, its launcher and its dependency file."""
    words = shlex.split(command)
    words = words[next(i for i, word in enumerate(words) if pathlib.PurePath(word).name.startswith("clang++")):]
    kept: list[str] = []
    skip = False
    for word in words:
        if skip or word in ("-o", "-MF", "-MT"):
            skip = not skip
        elif word not in ("-c", "-MD"):
            kept.append(word)
    return [*kept, "-fsyntax-only"]


def headers_of(commands: list[list[str]]) -> set[str]:
    """The precompiled headers that the commands read."""
    return {word for command in commands for word in command if word.endswith(".pch")}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=3600)
    options = parser.parse_args()
    begin = time.monotonic()
    everything = [name for name in repo_files() if not name.startswith("ui/")]
    changed = changed_files() or changed_files(base="HEAD^1")
    sources = [name for name in changed if name.endswith((".cc", ".h")) and name in set(everything)]
    entries = {pathlib.Path(entry["file"]).resolve(): entry for entry in json.loads((options.build / "compile_commands.json").read_text())}
    # A file of another preset (a fuzz target, a benchmark) has no command here.
    units = [unit for unit in to_tidy(sources, everything) if (ROOT / unit).resolve() in entries]
    commands = [check_command(entries[(ROOT / unit).resolve()]["command"]) for unit in units]
    wanted = headers_of(commands)
    headers = [name for name in precompiled_headers(options.build) if any(word.endswith(name) for word in wanted)]
    if headers:
        subprocess.run(["ninja", "-C", str(options.build), "-j", str(options.jobs), *headers], check=True)

    def check(index: int) -> subprocess.CompletedProcess[str] | None:
        if time.monotonic() - begin > options.seconds:
            return None
        return subprocess.run(commands[index], cwd=options.build, capture_output=True, text=True, check=False)

    passed = failed = left = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for unit, done in zip(units, pool.map(check, range(len(units)))):
            if done is None:
                left += 1
            elif done.returncode == 0:
                passed += 1
            else:
                failed += 1
                print(f"FAILED: {unit} does not compile by itself\n{done.stderr}")
    print(f"{len(changed)} changed files; {passed + failed} of {len(units)} compiled by themselves")
    results.tell(results.Result(passed, failed, [f"no time was left to compile {left} changed files by themselves"] if left else []))
    if not units:
        results.tell(results.Result(1))  # nothing to compile is nothing wrong
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
