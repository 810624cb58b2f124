"""Rules on linking: every preset links the program alike, so that what is tested is what ships.

Presets differ in optimisation, sanitizers and coverage. A different linker, a runtime inside the program or another library would make
the program that ships another one than the program that is tested.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Iterator

from tree import Finding, Tree, line_of

# What a preset may set for itself; all else belongs to the preset that all inherit.
PRESET_SWITCHES = {"GYR_MODE", "GYR_SANITIZE", "GYR_COVERAGE", "GYR_UNITY", "GYR_FUZZ", "GYR_CI"}
BASE_PRESET = "base"
_SWITCH = re.compile(r"\b(?:GYR_(?:MODE|SANITIZE|LINK_SANITIZE|COVERAGE|UNITY|FUZZ|CI)|CMAKE_BUILD_TYPE|CONFIG)\b")

# Options of the linker that may depend on a preset: sanitizers, coverage, optimisation, the format of debug information.
_MAY_DIFFER = re.compile(r"-fsanitize=\S+|-fno-sanitize\S*|-fprofile-\S+|-fcoverage-mapping|-O\w|-flto\S*|-Wl,(?:-O\d|--lto-\S+|--icf=\S+"
                         r"|--gc-sections|--compress-debug-sections=\S+|--thinlto-\S+)")
# The allocator: sanitizers bring their own.
_ALLOCATOR = re.compile(r"(?i)(?:PkgConfig::)?mimalloc(?:-static)?")
_KEYWORDS = {"PUBLIC", "PRIVATE", "INTERFACE", "LINK_PUBLIC", "LINK_PRIVATE"}
# Inside the program: a runtime of its own, or the other C++ library.
_RUNTIME = re.compile(r"(?<![\w-])-static(?:-libstdc\+\+|-libgcc|-pie)?(?![\w-])|-stdlib=\S+|-nostdlib\S*|-nodefaultlibs")
_LINKS = {"target_link_libraries", "target_link_options", "link_libraries", "link_directories", "target_link_directories",
          "add_link_options"}
_LINK_VARIABLE = re.compile(r"\w*(?:LINKER_FLAGS|STANDARD_LIBRARIES|LINKER_TYPE|LINK_LIBRARIES|LINK_OPTIONS|_LINK_EXECUTABLE|CMAKE_LINKER)\w*")


@dataclass(frozen=True)
class Call:
    name: str
    words: list[str]
    line: int


def _calls(text: str) -> Iterator[Call]:
    """The calls of a CMake file in order."""
    code = re.sub(r"#\[\[.*?\]\]", lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.S)
    code = re.sub(r'"(?:\\.|[^"\\])*"|#[^\n]*', lambda found: found[0] if found[0].startswith('"') else " " * len(found[0]), code)
    at = 0
    while match := re.compile(r"(?m)^[ \t]*(\w+)[ \t]*\(").search(code, at):
        depth, end, quoted = 1, match.end(), False
        while end < len(code) and depth:
            character = code[end]
            if character == "\\":
                end += 1
            elif character == '"':
                quoted = not quoted
            elif not quoted:
                depth += {"(": 1, ")": -1}.get(character, 0)
            end += 1
        words = re.findall(r'"(?:\\.|[^"\\])*"|[^\s"()]+', code[match.end():end - 1])
        yield Call(match[1].lower(), [word.strip('"') for word in words], line_of(code, match.start(1)))
        at = end


def _of_the_program(target: str) -> bool:
    """Tests, benchmarks and fuzz targets are programs of their own; `gyr` and what it consists of is what ships."""
    return target == "gyr" or target.startswith("gyr_") and not target.startswith("gyr_load")


def _differs(call: Call, condition: str) -> list[str]:
    """The words of a call under a condition that make the program another one."""
    if call.name in ("set", "set_property", "set_target_properties", "list", "string"):
        return [word for word in call.words if _LINK_VARIABLE.fullmatch(word)]
    if call.name not in _LINKS:
        return []
    words = [word for word in call.words if word not in _KEYWORDS]
    if call.name.startswith("target_"):
        if not words or not _of_the_program(words[0]):
            return []
        words = words[1:]
    # Sanitizers bring their own allocator; nothing else may stand in the condition.
    allocator_may = set(_SWITCH.findall(condition)) <= {"GYR_SANITIZE"}
    return [word for word in words
            if not _MAY_DIFFER.fullmatch(word) and not (allocator_may and _ALLOCATOR.fullmatch(word))]


def check_cmake(tree: Tree) -> Iterator[Finding]:
    for name in tree.names:
        if not name.endswith((".cmake", "CMakeLists.txt")):
            continue
        conditions: list[str] = []
        for call in _calls(tree.read(name)):
            if call.name == "if":
                conditions.append(" ".join(call.words))
            elif call.name == "elseif" and conditions:
                conditions[-1] += " " + " ".join(call.words)
            elif call.name == "endif" and conditions:
                conditions.pop()
            for word in call.words:
                if _RUNTIME.search(word):
                    yield Finding(name, call.line, "link", f"{word}: libraries bring the shared runtime, and what they throw could not be"
                                                           " caught with a second one inside")
            condition = " ".join(conditions)
            inside = " ".join(call.words) if "$<" in " ".join(call.words) else ""
            if not _SWITCH.search(condition) and not _SWITCH.search(inside):
                continue
            for word in _differs(call, condition + " " + inside):
                yield Finding(name, call.line, "link", f"{word} depends on the preset ({(condition or inside).strip()}): every preset"
                                                       " links the program alike")


def check_presets(tree: Tree) -> Iterator[Finding]:
    for name in tree.names:
        if name.rsplit("/", 1)[-1] not in ("CMakePresets.json", "CMakeUserPresets.json"):
            continue
        text = tree.read(name)
        for preset in json.loads(text).get("configurePresets", []):
            own = preset.get("name", "")
            line = line_of(text, max(0, text.find(f'"{own}"')))
            variables = preset.get("cacheVariables", {})
            for variable, value in variables.items():
                if own != BASE_PRESET and variable not in PRESET_SWITCHES:
                    yield Finding(name, line, "link", f"preset {own} sets {variable}: what is no switch of cmake/gyr_flags.cmake belongs"
                                                      f" to `{BASE_PRESET}`, which all inherit")
                elif _LINK_VARIABLE.fullmatch(variable) or _RUNTIME.search(str(value)) or "-fuse-ld" in str(value):
                    yield Finding(name, line, "link", f"preset {own} sets {variable}: flags of the linker stand in cmake/gyr_flags.cmake")
            for entry in ("environment", "toolchainFile"):
                if preset.get(entry):
                    yield Finding(name, line, "link", f"preset {own} has `{entry}`, which may change how the program is linked")
            if own != BASE_PRESET and not preset.get("hidden") and preset.get("inherits") != BASE_PRESET:
                yield Finding(name, line, "link", f"preset {own} does not inherit `{BASE_PRESET}`")


RULES = [check_cmake, check_presets]
