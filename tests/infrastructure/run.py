#!/usr/bin/env python3
"""The infrastructure flows of this folder against real programs (Ansible, sshd, git, Terraform or OpenTofu) and the contract server.

    run.py --program build/release/gyr [--only CASE]… [--jobs 2]
    run.py --list

Each case has servers, a fleet and marked secrets of its own (world.py), and at its end nothing of the secrets may show. A case that
needs a program that is not here is skipped by its name.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
import tempfile
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import cases_ansible
import cases_drift
import cases_ends
import cases_events
import cases_modules
from world import Failed, Skip, World

import results  # noqa: E402  the harness, which world.py finds
from results import Result  # noqa: E402

# The longest first, so that none of them is left alone at the end.
CASES = {**cases_events.CASES, **cases_modules.CASES, **cases_drift.CASES, **cases_ends.CASES, **cases_ansible.CASES}


def run_case(name: str, program: str, folder: pathlib.Path, result: Result, lock: threading.Lock) -> None:
    started = time.monotonic()
    problem = skip = ""
    try:
        with World(program, folder / name) as world:
            CASES[name](world)
    except Skip as missing:
        skip = str(missing)
    except Failed as failed:
        problem = str(failed)
    except Exception:  # told with its case, and the next one runs
        problem = traceback.format_exc()
    with lock:
        seconds = f"{time.monotonic() - started:.1f} s"
        if skip:
            result.skipped.append(f"{name}: {skip}")
            print(f"skip {name}: {skip}", flush=True)
        elif problem:
            result.failed += 1
            log = folder / name / "server.log"
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            print(f"FAILED {name} ({seconds}): {problem}\n{tail}", flush=True)
        else:
            result.passed += 1
            print(f"ok {name} ({seconds})", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/release/gyr")
    parser.add_argument("--only", action="append", choices=sorted(CASES), help="a case; can be given several times")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="tell the names of the cases")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(CASES))
        return 0
    program = os.path.abspath(arguments.program)
    result, lock = Result(), threading.Lock()
    with tempfile.TemporaryDirectory(prefix="gyr-infra-") as folder, ThreadPoolExecutor(arguments.jobs) as pool:
        for future in [pool.submit(run_case, name, program, pathlib.Path(folder), result, lock) for name in arguments.only or CASES]:
            future.result()
    results.tell(result)
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
