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
    ["executor", "worker"],
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
    "protocol": {module for module, row in ROW_OF.items() if row >= ROW_OF["model"]},
}
# Modules that only some of those above may see: the frames between server and workers.
USERS = {"protocol": {"executor", "worker", "main"}}
# What tests below the plugins, and the harnesses of tests, may include of them: the list of types.
TESTS_SEE = {("engine", "plugins/plugins.h"), ("plugin_api", "plugins/plugins.h")}
# Their sub-folders are implementations, which main alone names; `store/migrations` belongs to all stores.
WITH_IMPLEMENTATIONS = {"store", "storage"}
SHARED_FOLDERS = {"store/migrations"}
# Plugins do not see each other, but for what script tasks of every area stand on.
SHARED_AREAS = {"common", "script", "runner"}

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
    if not may_see(module, other) and not (_serves_tests(name) and (module, included) in TESTS_SEE):
        return f"{module} may not see {other} (\"{included}\")"
    wanted = implementation_of(included)
    if wanted and module != "main" and not is_test(name) and not name.startswith(f"src/{wanted}/"):
        return f"only main names {wanted} (\"{included}\")"
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
