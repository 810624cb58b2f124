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
    "engine": FROM_PLUGIN_DOWN,
    "worker": {module for module, row in ROW_OF.items() if row >= ROW_OF["plugins"]},
    "protocol": {module for module, row in ROW_OF.items() if row >= ROW_OF["model"]},
}
# Modules that only some of those above may see: the frames between server and workers.
USERS = {"protocol": {"dispatch", "executor", "worker", "main"}}
# The tests of the executor start executions as the rest of the server does.
TESTS_SEE = {("executor", "intake")}
# Their sub-folders are implementations, which main alone names; `store/api` is the interface.
WITH_IMPLEMENTATIONS = {"store", "storage"}
SHARED_FOLDERS = {"store/api"}
# Who else may see a folder: what databases share does not know any of them.
FOLDER_USERS = {"store/sql": {"store/sqlite"}}
# Plugins do not see each other, but for what script tasks of every area stand on.
SHARED_AREAS = {"common", "script", "runner"}

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
    if not may_see(module, other) and not ((is_test(name) or "/testing/" in name) and (module, other) in TESTS_SEE):
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
        if included.count("/") > 1 and included.split("/")[1] not in {area, *SHARED_AREAS}:
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


RULES = [check_includes, check_cmake, check_module_readmes]
