#!/usr/bin/env python3
"""Follows the recipes: for rows of docs/architecture/where.md, adds what the row describes to a copy of the sources and builds it.

    recipes.py [--check] [--scratch DIR] [--jobs N]

tests/recipes/NAME.diff is one addition. Its first lines name the row of where.md (`Row:`), the files that the row names only to be
read (`Reads:`), and for each new file the example that the row gives for it (`Like: NEW EXAMPLE`). A recipe changes exactly the files
that its row names; a row that names too few files, or one that nobody needs, fails. Then all recipes together are applied to a copy,
the rules of the repository are checked there, the program is built, and each addition is used. --check stops before the build.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import dataclass, field
from typing import Callable

import results
from repo_files import ROOT, repo_files

RECIPES = ROOT / "tests" / "recipes"
WHERE = ROOT / "docs" / "architecture" / "where.md"
ROOTS = ("src", "tests", "docs", "connectors", "ui", "bench", "cmake")
READY = re.compile(r"ready (http://\S+)")
START_S = 60


@dataclass
class Recipe:
    """One diff of tests/recipes, and what its first lines say."""

    name: str
    row: str = ""
    reads: set[str] = field(default_factory=set)
    examples: dict[str, str] = field(default_factory=dict)  # new or changed file: what the row names for it
    changed: set[str] = field(default_factory=set)


def parse(name: str, text: str) -> Recipe:
    recipe = Recipe(name)
    head, separator, diff = text.partition("diff --git ")
    if not separator:
        raise ValueError(f"{name}: has no change")
    for line in head.splitlines():
        key, _, value = line.partition(": ")
        words = value.split()
        if key == "Row":
            recipe.row = value.strip()
        elif key == "Reads" and len(words) == 1:
            recipe.reads.add(words[0])
        elif key == "Like" and len(words) == 2:
            recipe.examples[words[0]] = words[1]
        elif line.strip():
            raise ValueError(f"{name}: unknown line `{line}`")
    recipe.changed = set(re.findall(r"^a/\S+ b/(\S+)$", re.sub(r"^diff --git ", "", separator + diff, flags=re.M), re.M))
    return recipe


def rows(text: str) -> dict[str, set[str]]:
    """The paths that each row of where.md names."""
    named: dict[str, set[str]] = {}
    for line in text.splitlines():
        cells = line.split("|")
        if len(cells) >= 4 and line.startswith("|"):
            paths = {word for word in re.findall(r"`([^`\s]+)`", "|".join(cells[2:])) if word.split("/")[0] in ROOTS}
            named[cells[1].strip()] = paths
    return named


def covers(named: str, path: str) -> bool:
    return path == named or path.startswith(named.rstrip("/") + "/")


def findings(recipe: Recipe, named: dict[str, set[str]]) -> list[str]:
    """What the recipe and its row do not agree about."""
    paths = named.get(recipe.row)
    if paths is None:
        return [f"{recipe.name}: where.md has no row `{recipe.row}`"]
    used, found = set(recipe.reads), []
    for path in sorted(recipe.changed):
        used |= {name for name in paths if name.endswith("/") and covers(name, path)}
        example = recipe.examples.get(path)
        if example is not None:
            used.add(example)
            if example not in paths:
                found.append(f"{recipe.name}: the row `{recipe.row}` does not name {example}")
            continue
        match = next((name for name in sorted(paths, key=len, reverse=True) if covers(name, path)), None)
        if match is None:
            found.append(f"{recipe.name}: the row `{recipe.row}` does not name {path}, which has to be changed")
        else:
            used.add(match)
    for path in sorted(paths - used):
        found.append(f"{recipe.name}: the row `{recipe.row}` names {path}, which is neither changed nor read")
    for path in sorted(set(recipe.examples) - recipe.changed):
        found.append(f"{recipe.name}: {path} is not changed")
    return found


# ---------------------------------------------------------------------------------------------- the copy

def copy_sources(scratch: pathlib.Path) -> None:
    """The files of the repository; a file that is equal keeps its date, so that a second run builds little."""
    wanted = set(repo_files())
    for name in sorted(wanted):
        source, target = ROOT / name, scratch / name
        if not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != source.read_bytes():
            shutil.copy2(source, target)
    for path in [path for path in scratch.rglob("*") if path.is_file()]:
        name = path.relative_to(scratch).as_posix()
        if name not in wanted and not name.startswith(("build/", ".git/")):
            path.unlink()


def run(command: list[str], cwd: pathlib.Path, **options: str) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, **options})
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-4000:]}")
    return done.stdout


def build(scratch: pathlib.Path, jobs: int) -> pathlib.Path:
    if not (scratch / ".git").exists():
        run(["git", "init", "--quiet"], scratch)
    run(["git", "add", "--all"], scratch)  # what the rules look at
    tidy = subprocess.run([sys.executable, "tests/tidy/tidy.py"], cwd=scratch, capture_output=True, text=True, check=False)
    problems = [line for line in tidy.stdout.splitlines() if "requirement" not in line]
    if tidy.returncode != 0:
        raise RuntimeError("the rules of the repository do not hold for the additions:\n" + "\n".join(problems[-20:]))
    run(["cmake", "--preset", "release", "-DGYR_UI=off"], scratch)
    run(["nice", "-n", "5", "ninja", "-C", "build/release", "-j", str(jobs), "gyr"], scratch)
    return scratch / "build" / "release" / "gyr"


# ---------------------------------------------------------------------------------------------- the proofs

class Server:
    """The built program as a server on a free port of this machine, with a folder for its data."""

    def __init__(self, program: pathlib.Path, data: pathlib.Path) -> None:
        self.log = data.with_suffix(".log").open("w+", encoding="utf-8")
        environment = {**os.environ, "KESTRA_WORKER_GREETING": "good morning"}
        self.process = subprocess.Popen([program, "server", "local", "--port", "0", "--data", str(data)], env=environment,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.text = ""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.text += line
            ready = READY.search(line)
            if ready:
                self.url = ready[1] + "/api/v1"
                return
        raise RuntimeError(f"the server did not start:\n{self.text}")

    def call(self, method: str, path: str, body: str | None = None, kind: str = "application/json") -> object:
        request = urllib.request.Request(self.url + path, method=method, data=None if body is None else body.encode(),
                                         headers={"Content-Type": kind} if body is not None else {})
        with urllib.request.urlopen(request, timeout=START_S) as answer:
            text = answer.read().decode()
        return json.loads(text) if text else None

    def end(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=START_S)
        self.log.close()


def expect(what: object, wanted: object) -> None:
    if what != wanted:
        raise RuntimeError(f"{what!r} instead of {wanted!r}")


def contains(text: str, wanted: str) -> None:
    if wanted not in text:
        raise RuntimeError(f"`{wanted}` is not in:\n{text[-2000:]}")


def prove_operation(server: Server, _: pathlib.Path) -> None:
    server.call("PUT", "/main/namespaces/company/kv/k", '"v"')
    age = server.call("GET", "/main/namespaces/company/kv/k/age")
    assert isinstance(age, dict)
    expect(age["key"], "k")
    expect(0 <= age["seconds"] < START_S, True)
    contains(json.dumps(server.call("GET", "/openapi")), "getKeyAge")


def prove_entity(server: Server, _: pathlib.Path) -> None:
    server.call("PUT", "/main/banners/b", '{"message": "The disk is full"}')
    server.call("PUT", "/main/banners/c", '{"message": "Something else"}')
    expect(server.call("PUT", "/main/banners/b", '{"message": "The DISK is empty"}'),
           {"id": "b", "message": "The DISK is empty", "revision": 2})
    expect(server.call("GET", "/main/banners/search?q=disk"), [{"id": "b", "message": "The DISK is empty", "revision": 2}])


def prove_key(server: Server, program: pathlib.Path) -> None:
    contains(server.text, "the worker says: good morning")
    contains(run([str(program), "config", "list"], ROOT), "kestra.worker.greeting")


def prove_database(server: Server, _: pathlib.Path) -> None:
    contains(server.text, "the second database is open")


def prove_trigger(server: Server, _: pathlib.Path) -> None:
    contains(json.dumps(server.call("GET", "/plugins/io.gyrfalcon.plugin.example.Heartbeat")), "Interval between two executions")


def prove_connector(server: Server, program: pathlib.Path) -> None:
    contains(json.dumps(server.call("GET", "/plugins/io.gyrfalcon.plugin.example.Ping")), "Address of the service")
    run([str(program), "plugin", "test", "connectors/example.yaml"], program.parent.parent.parent)


def prove_message(_: Server, program: pathlib.Path) -> None:
    """That it is compiled is the proof: a message that lacks a part does not compile."""
    expect(program.exists(), True)


PROOFS: dict[str, Callable[[Server, pathlib.Path], None]] = {
    "rest-operation": prove_operation, "stored-entity": prove_entity, "configuration-key": prove_key,
    "second-database": prove_database, "trigger-type": prove_trigger, "connector": prove_connector,
    "partition-message": prove_message}


def prove(recipes: list[Recipe], program: pathlib.Path) -> int:
    failed = 0
    with tempfile.TemporaryDirectory(prefix="gyr-recipes-") as folder:
        server = Server(program, pathlib.Path(folder) / "data")
        try:
            for recipe in recipes:
                try:
                    PROOFS[recipe.name](server, program)
                except (RuntimeError, OSError, KeyError) as error:
                    failed += 1
                    print(f"FAILED: {recipe.name}: {error!r}")
        finally:
            server.end()
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare the recipes with where.md only")
    parser.add_argument("--scratch", type=pathlib.Path, default=ROOT / "build" / "recipes")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    named = rows(WHERE.read_text(encoding="utf-8"))
    recipes = [parse(path.stem, path.read_text(encoding="utf-8")) for path in sorted(RECIPES.glob("*.diff"))]
    wrong = [finding for recipe in recipes for finding in findings(recipe, named)]
    wrong += [f"{name}: nothing proves this recipe" for name in sorted({recipe.name for recipe in recipes} ^ set(PROOFS))]
    for finding in wrong:
        print(f"FAILED: {finding}")
    if wrong or options.check:
        results.tell(results.Result(len(recipes) - len({finding.split(":")[0] for finding in wrong}), len(wrong)))
        return 1 if wrong else 0
    try:
        options.scratch.mkdir(parents=True, exist_ok=True)
        copy_sources(options.scratch)
        for recipe in recipes:
            run(["git", "apply", str(RECIPES / f"{recipe.name}.diff")], options.scratch, GIT_CEILING_DIRECTORIES=str(options.scratch.parent))
        program = build(options.scratch, options.jobs)
    except RuntimeError as error:
        print(f"FAILED: {error}")
        results.tell(results.Result(0, 1))
        return 1
    failed = prove(recipes, program)
    results.tell(results.Result(len(recipes) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
