#!/usr/bin/env python3
"""Generates docs/users/types.md from the types that the program knows, and checks that the page is up to date.

    types_page.py --program build/release/gyr            fails if the page differs
    types_page.py --program build/release/gyr --write    writes the page
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import tempfile
from typing import Any

from api import Api
from gyr_server import Server
from results import Result

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "users" / "types.md"
KINDS = [("Tasks", "tasks"), ("Triggers", "triggers"), ("Conditions", "conditions"), ("Task runners", "taskRunners")]
PREFIX = "io.kestra.plugin."
HEAD = """# Types

This page is generated from the program: `python3 tests/harness/types_page.py --program build/release/gyr --write`.

All names begin with `io.kestra.plugin.`. A server describes each type with all its properties: `GET /api/v1/plugins/TYPE`.
[flows.md](flows.md) says what is missing compared with Kestra.
"""


def row(element: dict[str, Any]) -> str:
    title = " ".join(element.get("title", "").split()).replace("|", "\\|")
    return f"| `{element['cls'].removeprefix(PREFIX)}` | {title}{' (deprecated)' if element['deprecated'] else ''} |\n"


def page_of(plugins: list[dict[str, Any]]) -> str:
    """The page for the answer of GET /api/v1/plugins: one table for each kind of types, in the order of their names.

    Types with `$` in their name are parts of other types, which nobody writes in a flow.
    """
    text = HEAD
    for title, key in KINDS:
        elements = [element for plugin in plugins for element in plugin[key] if "$" not in element["cls"]]
        elements.sort(key=lambda element: element["cls"])
        text += f"\n## {title}\n\n| Type | What it does |\n|---|---|\n" + "".join(map(row, elements))
    return text


def generate(program: str) -> str:
    with tempfile.TemporaryDirectory(prefix="gyr-types.") as folder:
        server = Server([program], pathlib.Path(folder, "data"), pathlib.Path(folder, "server.log"))
        server.start()
        try:
            return page_of(Api(server.url).call("GET", "/api/v1/plugins", [("size", 10000)]).json()["results"])
        finally:
            server.stop()


def check(program: str) -> Result:
    if PAGE.read_text(encoding="utf-8") == generate(program):
        return Result(passed=1)
    print(f"docs/users/types.md is not up to date; run: python3 tests/harness/types_page.py --program {program} --write")
    return Result(failed=1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.write:
        PAGE.write_text(generate(options.program), encoding="utf-8")
        return 0
    return 1 if check(options.program).failed else 0


if __name__ == "__main__":
    sys.exit(main())
