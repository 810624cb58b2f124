#!/usr/bin/env python3
"""Runs the examples and the flows of the corpus against a program, and checks the page of types.

    program_stage.py --program build/release/gyr

An example says in its first lines how it is run and what it must show:

    # exits 1                        its exit code, where it is not 0 (the first line)
    # run: --inputs url={server}/x   further arguments; {examples} is this folder, {server} a server of orders
    # expect: text                   must be in what it prints, in any order

The corpus is ../shared/corpus, or where GYR_CORPUS says. Without it this part is skipped, and says so. What it refuses must be refused with
a place; what it accepts must be accepted where all its types are known to the program.

Then the program must not fall over: it catches what its libraries throw (--self-check), answers every row of every table, every property of
every type with bad values, and a server that is made to throw at each edge goes on.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import http.server
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator

import config_page
import program_tables
import property_sweep
import results
import thrown_exceptions
import types_page
from api import Api
from gyr_server import Server
from results import Result

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "examples"
ORDERS = [{"id": "A-1", "state": "open", "price": 19.5}, {"id": "A-2", "state": "paid", "price": 7.0},
          {"id": "A-3", "state": "open", "price": 30.0}]


# Flows of the corpus whose verdict has changed since it was made, or is another here on purpose.
OTHERWISE = {
    "valids/kv.yaml": "1.3 refuses a default on an input that is not required (FLOW-21)",
    "valids/pause.yaml": "1.3 reserves the id `pause` (FLOW-5)",
    "invalids/worker-group.yaml": "worker groups are part of the product (TASK-10)",
}


class Orders(http.server.BaseHTTPRequestHandler):
    """Knows one request; any other is answered 404."""

    def do_GET(self) -> None:
        known = self.path == "/orders" and self.headers.get("Accept") == "application/json"
        body = json.dumps(ORDERS if known else {"message": "unknown"}).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def orders_server() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Orders)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def directives(text: str) -> dict[str, list[str]]:
    """The lines `# word: rest` and `# exits N` that an example begins with."""
    found: dict[str, list[str]] = {"run": [], "expect": [], "exits": []}
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        match = re.match(r"# (?:(run|expect): (.*)|(exits) (\d+))$", line)
        if match:
            found[match[1] or match[3]].append(match[2] or match[4])
    return found


def run_example(program: str, path: pathlib.Path, server: str) -> list[str]:
    """What is wrong with an example; nothing where it does what it says."""
    told = directives(path.read_text(encoding="utf-8"))
    arguments = [word.replace("{examples}", str(EXAMPLES)).replace("{server}", server)
                 for line in told["run"] for word in shlex.split(line)]
    done = subprocess.run([program, "flow", "run", str(path), *arguments], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, check=False)
    shown = done.stdout + done.stderr
    problems = [f"does not show `{text}`" for text in told["expect"] if text not in shown]
    exits = int(told["exits"][0]) if told["exits"] else 0
    if done.returncode != exits:
        problems.append(f"ended with status {done.returncode} instead of {exits}")
    return [*problems, *(["it showed:", shown] if problems else [])]


def examples(program: str) -> Result:
    result = Result()
    files = sorted(EXAMPLES.glob("*.yaml"))
    if len(files) < 10:
        print(f"only {len(files)} examples")
        result.failed += 1
    with orders_server() as server:
        for path in files:
            problems = run_example(program, path, server)
            for problem in problems:
                print(f"{path.name}: {problem}")
            result.failed += bool(problems)
            result.passed += not problems
    return result


def validated(program: str, path: pathlib.Path) -> tuple[int, str]:
    done = subprocess.run([program, "flow", "validate", str(path)], capture_output=True, text=True, timeout=30,
                          stdin=subprocess.DEVNULL, check=False)
    return done.returncode, done.stdout + done.stderr


def corpus(program: str) -> Result:
    folder = pathlib.Path(os.environ.get("GYR_CORPUS", ROOT.parent / "shared" / "corpus")) / "flows"
    if not folder.is_dir():
        return Result(skipped=["the corpus of flows is not here (GYR_CORPUS, ../shared/corpus)"])
    result = Result()
    unknown = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        invalid = sorted((folder / "invalids").rglob("*.y*ml"))
        for path, (status, text) in zip(invalid, pool.map(lambda p: validated(program, p), invalid)):
            # A place is a file with line and column.
            refused = f"invalids/{path.name}" not in OTHERWISE
            good = status == 0 if not refused else status == 1 and re.search(re.escape(path.name) + r":\d+:\d+", text) is not None
            result.passed += good
            result.failed += not good
            if not good:
                print(f"{path.name} should be {'refused with a place' if refused else 'accepted'}; status {status}:\n{text}")
        valid = sorted((folder / "valids").rglob("*.y*ml"))
        for path, (status, text) in zip(valid, pool.map(lambda p: validated(program, p), valid)):
            if status == 1 and "Invalid type: " in text:
                unknown += 1  # it uses what the program does not have yet
                continue
            accepted = f"valids/{path.name}" not in OTHERWISE
            result.passed += (status == 0) == accepted
            result.failed += (status == 0) != accepted
            if (status == 0) != accepted:
                print(f"{path.name} should be {'accepted' if accepted else 'refused'}; status {status}:\n{text}")
    if unknown:
        result.skipped.append(f"{unknown} flows of the corpus use types that the program does not have")
    return result


# What once ended the program: a library threw, and nobody could catch it.
UNKNOWN_ZONES = [
    (["expression", "eval", "{{ now() | date(timeZone='Nope/Zone') }}"], 1, "GYR-X003"),
    (["cron", "next", "0 0 * * *", "--zone", "Nope/Zone"], 2, "GYR-X003"),
    (["flow", "validate", "{zone.yaml}"], 1, "Mars/Phobos"),
    (["flow", "run", "{rendered.yaml}"], 1, "Nope/Zone"),
]
FLOWS = {
    "zone.yaml": "triggers: [{id: s, type: io.kestra.plugin.core.trigger.Schedule, cron: '0 0 * * *', timezone: Mars/Phobos}]\n"
                 "tasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: m}]",
    "rendered.yaml": "tasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: \"{{ now() | date(timeZone='Nope/Zone') }}\"}]",
}


def called(program: str, arguments: list[str], status: int, text: str, environment: dict[str, str] | None = None) -> Result:
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
                          env={**os.environ, **(environment or {})}, check=False)
    good = done.returncode == status and text in done.stdout + done.stderr
    if not good:
        print(f"`gyr {' '.join(arguments)}` ended with status {done.returncode} instead of {status}, or does not show `{text}`:\n"
              f"{done.stdout[-4000:]}{done.stderr[-2000:]}")
    return Result(passed=good, failed=not good)


def libraries(program: str) -> Result:
    """What the libraries throw can be caught in this program, as it is linked."""
    result = called(program, ["--self-check"], 0, "libstdc++.so")
    result.add(called(program, ["explain", "GYR-E120"], 2, "GYR_TEST_THROW", {"GYR_TEST_THROW": "turn:x"}))
    with tempfile.TemporaryDirectory() as folder:
        for name, text in FLOWS.items():
            pathlib.Path(folder, name).write_text(f"id: f\nnamespace: company.team\n{text}\n", encoding="utf-8")
        for arguments, status, text in UNKNOWN_ZONES:
            result.add(called(program, [re.sub(r"^\{(.*\.yaml)\}$", lambda found: f"{folder}/{found[1]}", each) for each in arguments], status, text))
    return result


def schema_of(program: str) -> dict:
    """The JSON Schema of flows, as the program gives it to editors: every type it has, with every property."""
    with tempfile.TemporaryDirectory() as folder, Server([program], pathlib.Path(folder, "data"), pathlib.Path(folder, "log")) as server:
        server.start()
        return Api(server.url).call("GET", "/api/v1/plugins/schemas/flow").json()


PARTS = {
    "libraries": libraries,
    "examples": lambda program: examples(program),
    "corpus": lambda program: corpus(program),
    "types": types_page.check,
    "configuration": config_page.check,
    "tables": program_tables.tables,
    "sweep": lambda program: property_sweep.sweep(program, schema_of(program)),
    "throws": lambda program: _with_orders(program, thrown_exceptions.throws),
}


def _with_orders(program: str, part: Callable[[str, str], Result]) -> Result:
    with orders_server() as server:
        return part(program, server)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--part", action="append", choices=list(PARTS), help="only this one; several times for several")
    options = parser.parse_args()
    result = Result()
    for part in options.part or PARTS:
        began = time.monotonic()
        of_part = PARTS[part](options.program)
        print(f"{part}: {of_part.passed} passed, {of_part.failed} failed in {time.monotonic() - began:.0f} s")
        result.add(of_part)
    results.tell(result)
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
