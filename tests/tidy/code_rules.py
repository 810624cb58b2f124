"""Rules on sources: sizes, banned calls, comments on public types, tests that sleep, unexplained markers."""

from __future__ import annotations

import ast
import re
from typing import Iterator

import cpp_scan
from tree import Finding, Tree, is_test, line_of

FILE_LINES = 800
FUNCTION_LINES = 100
CODE_ENDINGS = (".cc", ".h", ".py", ".ts", ".vue", ".sh", ".cmake", ".sql")
# Written by a program from our OpenAPI document.
GENERATED = ("ui/src/api/generated/",)
# The compatibility cases: made to run against any server, which they can only ask again and again.
CASES = ("tests/tck/",)


def check_file_length(tree: Tree) -> Iterator[Finding]:
    for name in tree.having(*CODE_ENDINGS):
        lines = tree.read(name).count("\n")
        if lines > FILE_LINES and not name.startswith(GENERATED + CASES):
            yield Finding(name, FILE_LINES + 1, "file-length", f"{lines} lines, {FILE_LINES} are allowed: one subject a file")


def _python_functions(text: str) -> list[tuple[str, int, int]]:
    return [(node.name, node.lineno, node.end_lineno or node.lineno) for node in ast.walk(ast.parse(text))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def _functions(name: str, text: str) -> list[tuple[str, int, int]]:
    if name.endswith((".cc", ".h")):
        return cpp_scan.functions_of(cpp_scan.code_of(text))
    if name.endswith(".py"):
        return _python_functions(text)
    return cpp_scan.typescript_functions_of(cpp_scan.typescript_code_of(text))


def check_function_length(tree: Tree) -> Iterator[Finding]:
    for name in tree.having(".cc", ".h", ".py", ".ts", ".vue"):
        if name.startswith(GENERATED):
            continue
        try:
            functions = _functions(name, tree.read(name))
        except SyntaxError as error:
            yield Finding(name, error.lineno or 1, "syntax", f"not Python: {error.msg}")
            continue
        for function, first, last in functions:
            if last - first + 1 > FUNCTION_LINES:
                yield Finding(name, first, "function-length",
                              f"{function} has {last - first + 1} lines, {FUNCTION_LINES} are allowed")


# A call: not a member's, not another namespace's, not a declaration (a type's name in front).
_NOT_A_CALL = re.compile(r"(?:\.|->|(?<!\bstd)(?<![^\w:>])(?<=\w)::|[\w>&*\]]\s)\s*$")
_BEFORE_A_CALL = re.compile(r"\b(?:return|co_return|co_await|co_yield|else|do|and|or|not|case)\s+$")


def _is_call(code: str, start: int) -> bool:
    before = code[max(0, start - 80):start]
    if _BEFORE_A_CALL.search(before):
        return True
    if re.search(r"(?:\.|->)\s*$", before):
        return False
    qualified = re.search(r"([\w>]*)\s*::\s*$", before)
    if qualified:
        return qualified[1] in ("", "std", "return", "this_thread")
    return not re.search(r"[\w>&*\]]\s+[*&]?$", before)


# What, why not, and whether tests and src/base may.
_CALLS = [
    (re.compile(r"\b(system)\s*\("), "starts a shell; process/ spawns programs", ()),
    (re.compile(r"\b(v?fork)\s*\("), "the server never forks; process/ spawns programs", ()),
    (re.compile(r"\b((?:nano|u)?sleep)\s*\("), "a thread that sleeps serves nobody; wait for the event", ()),
    (re.compile(r"\bthis_thread\s*::\s*(sleep_(?:for|until))\b"), "a thread that sleeps serves nobody; wait for the event", ()),
    (re.compile(r"\b(assert)\s*\("), "GYR_ASSERT stays on in every build", ()),
    (re.compile(r"\b(clock_gettime|gettimeofday|localtime|localtime_r|gmtime|ftime)\s*\("),
     "time is read in base/clock alone", ("src/base/clock",)),
    (re.compile(r"\b(time)\s*\(\s*(?:NULL|nullptr|0|&\s*\w+)\s*\)"), "time is read in base/clock alone", ("src/base/clock",)),
]
_TOKENS = [
    (re.compile(r"\b((?:system|steady|high_resolution|utc|tai|file)_clock\s*::\s*now)\b"),
     "time is read in base/clock alone", ("src/base/clock",), True),
    (re.compile(r"\b(SystemClock\s*(?:\(\)|\{\})\s*\.\s*now)\b"), "take a base::Clock& instead", ("src/base/clock",), True),
    (re.compile(r"(?<!operator )(?<!operator)\b(new)\b(?=\s*[\w:(\[])"), "std::make_unique, or a container", ("src/base/",), True),
    (re.compile(r"(?<!operator )(?<!operator)(?<!=)(?<!= )\b(delete)\b(?=\s*[\w:(\[*])"), "std::unique_ptr, or a container",
     ("src/base/",), True),
]


def check_banned(tree: Tree) -> Iterator[Finding]:
    for name in tree.having(".cc", ".h", below="src/"):
        code = cpp_scan.code_of(tree.read(name))
        for pattern, why, exempt in _CALLS:
            for match in pattern.finditer(code):
                if not name.startswith(exempt or ("\0",)) and _is_call(code, match.start()):
                    yield Finding(name, line_of(code, match.start()), "banned", f"{match[1]}: {why}")
        for pattern, why, exempt, tests_may in _TOKENS:
            for match in pattern.finditer(code):
                if not name.startswith(exempt) and not (tests_may and is_test(name)):
                    text = re.sub(r"\s+", "", match[1])
                    yield Finding(name, line_of(code, match.start()), "banned", f"{text}: {why}")


def _is_public(block: cpp_scan.Block) -> bool:
    return (block.kind == "type" and all(parent.startswith("namespace ") for parent in block.parents)
            and not any(re.search(r"\bdetail\b|^namespace $", parent) for parent in block.parents))


def check_type_comments(tree: Tree) -> Iterator[Finding]:
    for name in tree.having(".h", below="src/"):
        text = tree.read(name)
        source_lines = text.splitlines()
        code = cpp_scan.code_of(text)
        for block in cpp_scan.blocks_of(code):
            match = re.search(r"\b(?:class|struct|union)\s+(?:\[\[[^\]]*\]\]\s*|alignas\([^)]*\)\s*)*(\w+)\s*(<|::)?",
                              cpp_scan.without_template(block.head))
            # A specialisation is described where the template is, a nested type where the type is.
            if not match or match[2] or not _is_public(block):
                continue
            line = line_of(code, block.head_start)
            above = source_lines[line - 2].strip() if line > 1 else ""
            if not (above.startswith(("//", "/*", "*")) or above.endswith("*/")):
                yield Finding(name, line, "type-comment", f"{match[1]} lacks a comment directly above that says what it is for")


# In pieces, so that this file does not find itself.
_SLEEPS = {
    (".cc", ".h"): re.compile(r"\bthis_thread\s*::\s*sleep|\b(?:u|nano)?sleep\s*\("),
    (".py",): re.compile(r"\btime\.sleep\(|\bfrom time import [^\n]*\bsleep\b|\basyncio\.sleep\((?!0\))"),
    (".ts", ".vue", ".js"): re.compile(r"\bwaitForTimeout\(|\bsetTimeout\("),
    (".sh",): re.compile(r"(?:^|[;&|]|\bdo\b|\bthen\b)[ \t]*sleep[ \t]", re.M),
}


def _visible_code(name: str, text: str) -> str:
    if name.endswith((".cc", ".h")):
        return cpp_scan.code_of(text)
    if name.endswith((".ts", ".vue", ".js")):
        return cpp_scan.typescript_code_of(text)
    if name.endswith(".py"):
        return _python_code_of(text)
    return re.sub(r"#[^\n]*", "", text)


def _python_code_of(text: str) -> str:
    """Strings and comments blanked."""
    token = re.compile(r"(?P<comment>#[^\n]*)|(?P<string>[rbfu]*(?:\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'))",
                       re.S | re.I)
    return token.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def check_sleeping_tests(tree: Tree) -> Iterator[Finding]:
    for endings, pattern in _SLEEPS.items():
        for name in tree.having(*endings):
            if name.startswith(CASES) or (not is_test(name) and not name.startswith("bench/")):
                continue
            code = _visible_code(name, tree.read(name))
            for match in pattern.finditer(code):
                yield Finding(name, line_of(code, match.start()), "sleep", "tests wait for an event or use a virtual clock")


_MARKER = re.compile(r"\b(TO[D]O|FIX[M]E|HAC[K])\b(?![^\n]*\b[A-Z][A-Z0-9]{1,9}-\d+)")


def check_markers(tree: Tree) -> Iterator[Finding]:
    for name in tree.having(*CODE_ENDINGS):
        text = tree.read(name)
        for match in _MARKER.finditer(text):
            yield Finding(name, line_of(text, match.start()), "marker", f"{match[1]} without the requirement it waits for")


TYPE_SETTINGS = "src/main/config/plugins.cc"


def check_type_settings(tree: Tree) -> Iterator[Finding]:
    """What types read of `kestra.plugins.configurations` is described, so that it is checked, documented and passed on."""
    if TYPE_SETTINGS not in tree:
        return
    text = tree.read(TYPE_SETTINGS)
    described = set(re.findall(r'property\(\s*"([\w-]+)",\s*&TypeSettings::', text))
    passed_on = set(re.findall(r'values\.set\("([\w-]+)"', text))
    for name in tree.having(".cc", ".h", below="src/"):
        if is_test(name):
            continue
        source = tree.read(name)
        for match in re.finditer(r'\bplugin_setting\(\s*[\w:]+,\s*"([\w-]+)"', source):
            if match[1] not in described & passed_on:
                yield Finding(name, line_of(source, match.start()), "type-setting", f"{match[1]} is not described and passed on in {TYPE_SETTINGS}")


# `set_value` belongs to promises.
_SETTER = re.compile(r"->\s*set_(?!value\b)\w+\s*\(")


def check_wiring(tree: Tree) -> Iterator[Finding]:
    """main gives each part what it needs when it is made: nothing is used before it is complete."""
    for name in tree.having(".cc", below="src/main/"):
        if is_test(name):
            continue
        code = cpp_scan.code_of(tree.read(name))
        for match in _SETTER.finditer(code):
            yield Finding(name, line_of(code, match.start()), "wiring", "parts get what they need when they are made, not later")


_INTERNAL = re.compile(r"\b(Visible|Access)\s*::\s*internal\s*\(\s*(\"(?:[^\"\\\n]|\\.)+\")?")
# The two places of web that hand a batch to the store, after its access was judged.
_JUDGED_COMMITS = ("src/web/http/await.h", "src/web/http/request.cc")
_DIRECT_COMMIT = re.compile(r"\bstore(?:\(\))?\s*(?:\.|->)\s*commit(?:_and_wait)?\s*\(")


def internal_reads(tree: Tree) -> Iterator[tuple[str, int, str]]:
    """Where the server itself reads or writes without a caller: file, line and reason (empty: none is given)."""
    for name in tree.having(".cc", ".h", below="src/"):
        if is_test(name) or name in ("src/store/api/visible.h", "src/store/api/access.h", "src/store/test_rows.h"):
            continue
        source = cpp_scan.without_comments(tree.read(name))
        for match in _INTERNAL.finditer(source):
            yield name, line_of(source, match.start()), (match[2] or "").strip('"')


def check_rights(tree: Tree) -> Iterator[Finding]:
    """Requests read and write with the rights of their caller; the server itself says why it needs none."""
    for name, line, reason in internal_reads(tree):
        if name.startswith("src/web/"):
            yield Finding(name, line, "rights", "a request uses Request::visible() and Request::access()")
        elif not reason:
            yield Finding(name, line, "rights", "internal() needs its reason as a literal text")
    for name in tree.having(".cc", ".h", below="src/web/"):
        if is_test(name) or name in _JUDGED_COMMITS:
            continue
        code = cpp_scan.code_of(tree.read(name))
        for match in _DIRECT_COMMIT.finditer(code):
            yield Finding(name, line_of(code, match.start()), "rights", "a request writes with Request::commit()")


RULES = [check_file_length, check_function_length, check_banned, check_type_comments, check_sleeping_tests, check_markers,
         check_type_settings, check_wiring, check_rights]
