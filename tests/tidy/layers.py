"""Which module may include which: the order of the modules, in one table."""

from __future__ import annotations

import pathlib
import re
from typing import Iterator

from tree import Finding, Tree, is_test, line_of

# Top to bottom. A module sees every row below its own, unless it stands in ONLY.
ROWS = [
    ["main"],
    ["cli", "web"],
    ["intake"],
    ["executor", "worker"],
    ["dispatch"],
    ["host"],
    ["catalog", "cluster"],
    ["command"],
    ["connectors"],
    ["plugins"],
    ["engine", "protocol", "security", "store", "storage", "net", "process"],
    ["plugin_api"],
    ["model"],
    ["expression"],
    ["jq"],
    ["text"],
    ["syntax"],
    ["base"],
]
ROW_OF = {module: row for row, modules in enumerate(ROWS) for module in modules}
WITHIN_A_ROW = {("security", "store"), ("security", "net"), ("storage", "net")}
FROM_PLUGIN_DOWN = {module for module, row in ROW_OF.items() if row >= ROW_OF["plugin_api"]}
ONLY = {
    "plugins": FROM_PLUGIN_DOWN | {"net", "process"},
    "connectors": FROM_PLUGIN_DOWN | {"net", "plugins"},
    "engine": FROM_PLUGIN_DOWN,
    "worker": {module for module, row in ROW_OF.items() if row >= ROW_OF["plugins"]},
    "protocol": {module for module, row in ROW_OF.items() if row >= ROW_OF["model"]},
}
# Modules that only some of those above may see: the frames between server and workers.
USERS = {"protocol": {"dispatch", "executor", "worker", "main"}}
# What tests and the harnesses of tests may include of modules above: the list of types, and what starts executions.
TESTS_SEE = {("connectors", "engine/types.h"), ("connectors", "process/testing/"), ("engine", "plugins/plugins.h"), ("plugin_api", "plugins/plugins.h"), ("executor", "intake/")}
# Their sub-folders are implementations, which main alone names; `store/api` is the interface, `store/entities` has what it stores.
WITH_IMPLEMENTATIONS = {"store", "storage"}
SHARED_FOLDERS = {"store/api", "store/entities"}
# Who else may see a folder: what databases share does not know any of them.
FOLDER_USERS = {"store/sql": {"store/sqlite"}}
# Circles between the files of one module are errors. These two stay.
CIRCLES = {
    # A template is a program, whose evaluation renders templates (render(), macros, filters with expressions).
    "the evaluator of expressions": {
        "expression/attributes", "expression/compiled", "expression/evaluator", "expression/lexer", "expression/operators",
        "expression/parser", "expression/printing", "expression/program", "expression/session", "expression/template",
        "expression/views"},
    # A step starts tasks, whose end goes on with their flowable, which starts tasks.
    "the step of the engine": {
        "engine/compiled_flow", "engine/context", "engine/context_values", "engine/execution_state",
        "engine/flowable/flowable", "engine/inline_run", "engine/lifecycle/lifecycle", "engine/step"},
}
# Modules that have circles which are still to be broken.
WITH_CIRCLES = {"executor"}
# Plugins do not see each other, but for what script tasks of every area stand on.
SHARED_AREAS = {"common", "script", "runner"}
# A folder of an area that others may use: the request model of all tasks that send HTTP requests.
SHARED_PARTS = ("plugins/core/http/",)

# Inside the executor: messages, then the parts that keep them, then the turn that both work with, then the partition.
# Their headers obey this order; only their sources see the turn, and nobody but the executor sees the partition.
INSIDE = [
    (re.compile(r"src/executor/(message|part)/"), re.compile(r"executor/(partition|executor)\.h")),
    (re.compile(r"src/executor/(message|part)/.*\.h$"), re.compile(r"executor/turn\.h")),
    (re.compile(r"src/executor/message/.*\.h$"), re.compile(r"executor/part/")),
]
# Folders inside a module that know nothing of the rest of it: the ground on which subjects stand.
GROUND = {"web/http"}

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.M)
_ASIO = re.compile(r"boost/(asio|beast|url)\b")


def may_see(module: str, other: str) -> bool:
    if module == other:
        return True
    if other in USERS and module not in USERS[other]:
        return False
    if module in ONLY:
        return other in ONLY[module]
    return ROW_OF[other] > ROW_OF[module] or (module, other) in WITHIN_A_ROW


def _tests_see(module: str, included: str) -> bool:
    return any(module == by and included.startswith(what) for by, what in TESTS_SEE)


def _serves_tests(name: str) -> bool:
    return is_test(name) or "/testing/" in name or name.rsplit("/", 1)[-1].startswith("test_")


def implementation_of(path: str) -> str | None:
    """`store/sqlite` for `store/sqlite/writer.h`; nothing for what everybody may include."""
    parts = path.split("/")
    if len(parts) < 3 or parts[0] not in WITH_IMPLEMENTATIONS:
        return None
    folder = "/".join(parts[:2])
    return None if folder in SHARED_FOLDERS else folder


def _check_source_include(name: str, included: str) -> str | None:
    parts = name.split("/")
    module, other = parts[1], included.split("/")[0]
    if included.startswith("."):
        return f"\"{included}\": includes start at src/, not at the file's folder"
    if "/" not in included or other not in ROW_OF:
        return None  # generated or the precompiled header; a wrong name does not compile
    if not may_see(module, other) and not (_serves_tests(name) and _tests_see(module, included)):
        return f"{module} may not see {other} (\"{included}\")"
    for where, hidden in INSIDE:
        if where.match(name) and hidden.match(included):
            return f"\"{included}\" is above this file in the order inside the {module}"
    wanted = implementation_of(included)
    if wanted in FOLDER_USERS:
        users = {wanted, *FOLDER_USERS[wanted]}
        if not is_test(name) and "/".join(parts[1:3]) not in users:
            return f"only {', '.join(sorted(users))} may see {wanted} (\"{included}\")"
    elif wanted and module != "main" and not is_test(name) and not name.startswith(f"src/{wanted}/"):
        return f"only main names {wanted} (\"{included}\")"
    folder = "/".join(parts[1:3])
    if folder in GROUND and other == module and not included.startswith(f"{folder}/") and not is_test(name):
        return f"{folder} knows no subject of {module} (\"{included}\")"
    if module == "plugins" and other == "plugins" and len(parts) > 3 and not is_test(name):
        area = parts[2]
        if included.count("/") > 1 and included.split("/")[1] not in {area, *SHARED_AREAS} and not included.startswith(SHARED_PARTS):
            return f"the plugins of '{area}' may not see those of another area (\"{included}\")"
    return None


def check_includes(tree: Tree) -> Iterator[Finding]:
    for name in tree.having(".h", ".cc", ".inc"):
        parts = name.split("/")
        text = tree.read(name)
        in_source = parts[0] == "src" and len(parts) > 2
        if in_source and parts[1] not in ROW_OF:
            yield Finding(name, 1, "layer", f"'{parts[1]}' is not a module of ROWS")
            continue
        for match in _INCLUDE.finditer(text):
            line = line_of(text, match.start(1))
            if _ASIO.match(match[2]) and not name.startswith("src/net/"):
                yield Finding(name, line, "layer", f"<{match[2]}>: Asio, Beast and Boost.URL live in net alone")
            if match[1] != '"':
                continue
            problem = None
            if in_source:
                problem = _check_source_include(name, match[2])
            elif name.startswith("bench/load/") and match[2].split("/")[0] in ROW_OF and not match[2].startswith("base/"):
                problem = f"the load generator stands on base alone (\"{match[2]}\")"
            if problem:
                yield Finding(name, line, "layer", problem)


def _units(tree: Tree) -> dict[str, set[str]]:
    """What each unit includes of its own module. A unit is a header with the source of the same name. A header without a
    source belongs to the unit whose header it includes and whose source includes it: its private part."""
    includes: dict[str, set[str]] = {}
    for name in tree.having(".h", ".cc"):
        parts = name.split("/")
        if parts[0] != "src" or len(parts) < 3 or parts[1] in WITH_CIRCLES or _serves_tests(name):
            continue
        own = {match[2] for match in _INCLUDE.finditer(tree.read(name)) if match[2].split("/")[0] == parts[1]}
        includes[name.removeprefix("src/")] = own
    unit_of: dict[str, str] = {}
    for name, own in includes.items():
        stem = name.rsplit(".", 1)[0]
        unit_of[name] = stem
        if name.endswith(".h") and stem + ".cc" not in includes:
            users = [other.rsplit(".", 1)[0] for other in own
                     if name in includes.get(other.rsplit(".", 1)[0] + ".cc", ())]
            unit_of[name] = users[0] if users else stem
    units: dict[str, set[str]] = {unit: set() for unit in unit_of.values()}
    for name, own in includes.items():
        units[unit_of[name]] |= {unit_of[other] for other in own if other in unit_of} - {unit_of[name]}
    return units


def _circles(units: dict[str, set[str]]) -> Iterator[list[str]]:
    """The groups of units that reach each other (Tarjan's algorithm without recursion)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    for root in sorted(units):
        work = [] if root in number else [(root, iter(sorted(units[root])))]
        while work:
            unit, rest = work[-1]
            if unit not in number:
                number[unit] = lowest[unit] = len(number)
                stack.append(unit)
            below = next((other for other in rest if other not in number or other in stack), None)
            if below is not None and below not in number:
                work.append((below, iter(sorted(units[below]))))
                continue
            if below is not None:
                lowest[unit] = min(lowest[unit], number[below])
                continue
            work.pop()
            if work:
                lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[unit])
            if lowest[unit] == number[unit]:
                group = [stack.pop()]
                while group[-1] != unit:
                    group.append(stack.pop())
                if len(group) > 1:
                    yield sorted(group)


def check_circles(tree: Tree) -> Iterator[Finding]:
    for circle in _circles(_units(tree)):
        if not any(set(circle) <= allowed for allowed in CIRCLES.values()):
            yield Finding(f"src/{circle[0]}.h", 1, "layer", f"these files include each other in a circle: {', '.join(circle)}")


def check_cmake(tree: Tree) -> Iterator[Finding]:
    """The DEPENDS of each gyr_module() obey the same order."""
    name = "CMakeLists.txt"
    if name not in tree:
        return
    text = tree.read(name)
    for match in re.finditer(r"^[ \t]*gyr_module\(([^)]*)\)", text, re.M):
        words = match[1].split()
        module = words[0]
        depends = words[words.index("DEPENDS") + 1:] if "DEPENDS" in words else []
        for other in depends:
            if other.isupper():
                break
            if module not in ROW_OF or other not in ROW_OF:
                yield Finding(name, line_of(text, match.start()), "layer", f"gyr_module({module}): unknown module '{other}'")
            elif not may_see(module, other):
                yield Finding(name, line_of(text, match.start()), "layer", f"{module} may not depend on {other}")


def check_module_readmes(tree: Tree) -> Iterator[Finding]:
    modules = {pathlib.PurePosixPath(name).parts[1] for name in tree.names
               if name.startswith("src/") and name.count("/") > 1}
    for module in sorted(modules):
        if f"src/{module}/README.md" not in tree:
            yield Finding(f"src/{module}/README.md", 1, "readme", "every module has a README.md of at most a page")


RULES = [check_includes, check_circles, check_cmake, check_module_readmes]
