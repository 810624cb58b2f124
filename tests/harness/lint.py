#!/usr/bin/env python3
"""./dev lint: clang-format, clang-tidy and shellcheck on what differs from main, or on everything.

clang-tidy's advice is shown; only what .clang-tidy lists below WarningsAsErrors fails, as do wrong formatting and shellcheck.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import pathlib
import re
import subprocess
import sys

from repo_files import ROOT, changed_files, is_shell, repo_files


def to_tidy(files: list[str], everything: list[str]) -> list[str]:
    """The translation units to look at: those given, and for each header its own or else the first that includes it."""
    units = {name for name in files if name.endswith(".cc")}
    for header in (name for name in files if name.endswith(".h")):
        own = header.removesuffix(".h") + ".cc"
        if own in everything:
            units.add(own)
            continue
        include = re.compile(rf'#include "(?:[^"]*/)?{re.escape(pathlib.PurePath(header).name)}"')
        user = next((name for name in everything if name.endswith(".cc") and include.search((ROOT / name).read_text())), None)
        if user:
            units.add(user)
    return sorted(units)


def precompiled_headers(build: pathlib.Path) -> list[str]:
    listing = subprocess.run(["ninja", "-C", str(build), "-t", "targets", "all"], capture_output=True, text=True, check=True)
    return re.findall(r"^(\S+\.pch):", listing.stdout, re.M)


def tidy(build: pathlib.Path, unit: str) -> tuple[str, bool, str]:
    done = subprocess.run(["clang-tidy-19", "-p", str(build), "--quiet", unit], cwd=ROOT, capture_output=True, text=True,
                          check=False)
    return unit, done.returncode == 0, done.stdout.strip() or (done.stderr.strip() if done.returncode else "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    everything = [name for name in repo_files() if not name.startswith("ui/")]
    files = everything if options.all else [name for name in changed_files() if name in set(everything)]
    failed = []

    sources = [name for name in files if name.endswith((".cc", ".h"))]
    if sources and subprocess.run(["clang-format-19", "--dry-run", "-Werror", *sources], cwd=ROOT, check=False).returncode:
        failed.append("clang-format (clang-format-19 -i FILE mends it)")
    scripts = [name for name in files if is_shell(ROOT, name)]
    if scripts and subprocess.run(["shellcheck", "-x", *scripts], cwd=ROOT, check=False).returncode:
        failed.append("shellcheck")
    units = to_tidy(sources, everything)
    if units:
        # clang-tidy reads the precompiled header that the compiler made.
        subprocess.run(["ninja", "-C", str(options.build), "-j", str(options.jobs), *precompiled_headers(options.build)],
                       check=True, stdout=subprocess.DEVNULL)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for unit, good, text in pool.map(lambda name: tidy(options.build, name), units):
            if text:
                print(text)
            if not good:
                failed.append(f"clang-tidy: {unit}")
    for what in failed:
        print(f"FAIL {what}")
    print(f"dev lint: {len(sources)} sources, {len(units)} through clang-tidy, {len(scripts)} scripts, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
