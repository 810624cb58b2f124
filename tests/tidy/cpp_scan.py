"""Reads C++ and TypeScript as far as the rules need: what is code, what is comment, where functions are.

This is no compiler: it follows braces, parentheses and the words in front of them. Of #if … #else … #endif the first branch
counts, so that the braces balance.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<comment>//(?:\\\n|[^\n])*|/\*.*?(?:\*/|\Z))"""
    r"""|(?P<raw>\b(?:u8|[uUL])?R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)")"""
    r"""|(?P<string>"(?:\\.|[^"\\\n])*")"""
    r"""|(?P<number>\b\d[\w.']*)"""  # digit separators are no quotes
    r"""|(?P<character>'(?:\\.|[^'\\\n])+')""",
    re.S | re.X)
_TYPESCRIPT_TOKEN = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<string>\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)", re.S)
_CONDITIONAL = re.compile(r"^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif)\b", re.M)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.M)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _mask_tokens(source: str, token: re.Pattern[str]) -> str:
    def replace(match: re.Match[str]) -> str:
        text = match[0]
        if match.lastgroup == "number" or match.groupdict().get("number"):
            return text
        if match["comment"] is not None:
            return _blank(text)
        # Quotes stay, so that a string is still an operand.
        return text[0] + _blank(text[1:-1]) + text[-1] if len(text) > 1 else text

    return token.sub(replace, source)


def _drop_second_branches(code: str) -> str:
    out: list[str] = []
    hidden = [False]
    for line in code.splitlines(keepends=True):
        match = _CONDITIONAL.match(line)
        word = match[1] if match else ""
        if word in ("if", "ifdef", "ifndef"):
            hidden.append(hidden[-1])
        elif word in ("elif", "else") and len(hidden) > 1:
            hidden[-1] = True
        elif word == "endif" and len(hidden) > 1:
            hidden.pop()
        out.append(_blank(line) if hidden[-1] or word else line)
    return "".join(out)


def code_of(source: str) -> str:
    """The C++ source with comments, the insides of strings and preprocessor lines blanked; every offset stays."""
    code = _mask_tokens(source, _TOKEN)
    return _DIRECTIVE.sub(lambda match: _blank(match[0]), _drop_second_branches(code))


def without_comments(source: str) -> str:
    """The C++ source with comments blanked and strings kept."""
    return _TOKEN.sub(lambda match: _blank(match[0]) if match["comment"] is not None else match[0], source)


def typescript_code_of(source: str) -> str:
    return _mask_tokens(source, _TYPESCRIPT_TOKEN)


@dataclass
class Block:
    """A pair of braces that holds statements or members."""

    kind: str  # namespace, type, function, other
    head: str  # the words in front of the opening brace
    head_start: int
    start: int  # offset of the opening brace
    end: int  # offset of the closing brace
    parents: tuple[str, ...]  # the kinds (and names of namespaces) around it, outermost first


_CONTROL = re.compile(r"^(?:\}?\s*else\s+)?(?:if|for|while|switch|catch)\b(?:\s+constexpr)?\s*\(")
_TYPE = re.compile(r"^(?:requires\b.*\s)?(?:export\s+|typedef\s+)?(class|struct|union|enum(?:\s+(?:class|struct))?)\b", re.S)
_FUNCTION_END = re.compile(r"(?:\)|\bconst|\bnoexcept|\boverride|\bfinal|\bmutable|\btry|&|\bvolatile)\s*$")
_TRAILING_RETURN = re.compile(r"\)[^;{}()]*->[^;{}]*$")
_LAMBDA = re.compile(r"\[[^\[\]]*\]\s*(?:<[^<>]*>\s*)?(?:\([^()]*(?:\([^()]*\)[^()]*)*\)\s*)?(?:mutable\b\s*|constexpr\b\s*|noexcept\b\s*|->\s*[\w:<>,&*\s]+)*$")
_CONSTRUCTOR_LIST = re.compile(r"\)\s*(?:noexcept\b[^:]*)?:(?!:)[^?]*$")


def without_template(head: str) -> str:
    """The head of a declaration without its `template <…>` in front."""
    while match := re.match(r"template\s*<", head):
        depth, at = 1, match.end()
        while at < len(head) and depth > 0:
            depth += {"<": 1, ">": -1}.get(head[at], 0)
            at += 1
        head = head[at:].lstrip()
    return head


def _classify(head: str) -> str:
    """What the brace after `head` opens: namespace, type, enum, function, block, or initializer."""
    if re.match(r"(?:inline\s+)?namespace\b", head) or re.match(r'extern\s*"', head):
        return "namespace"
    if head in ("", "else", "do", "try") or head.endswith(":") or _CONTROL.match(head):
        return "block"
    if _LAMBDA.search(head):
        return "function"
    declaration = without_template(head)
    type_match = _TYPE.match(declaration)
    if type_match and not declaration.endswith(")") and "=" not in declaration:
        return "enum" if type_match[1].startswith("enum") else "type"
    if _CONSTRUCTOR_LIST.search(head):
        # `: a_(1), b_{2} {`: after a name comes an initializer, after a `)` or `}` the body.
        return "function" if head.endswith((")", "}")) else "initializer"
    if _TRAILING_RETURN.search(head) or (_FUNCTION_END.search(head) and "(" in head):
        return "function"
    return "initializer"


def _matching(code: str, start: int) -> int:
    depth = 0
    for match in re.compile(r"[{}]").finditer(code, start):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.start()
    return len(code) - 1


def blocks_of(code: str) -> list[Block]:
    """The namespaces, types and outermost functions of masked C++ code. Lambdas and local types belong to their function."""
    found: list[Block] = []

    def scan(position: int, end: int, parents: tuple[str, ...]) -> None:
        statement, depth, head = position, 0, ""
        special = re.compile(r"[{};()]|\b(?:public|private|protected)\s*:(?!:)")
        while match := special.search(code, position, end):
            character, at = match[0], match.start()
            if character in "()":
                depth += 1 if character == "(" else -1
            elif character == "{":
                head = (head + code[statement:at]).strip() if not head else (head + " " + code[statement:at]).strip()
                kind = "initializer" if depth > 0 and not _LAMBDA.search(head) else _classify(head)
                close = _matching(code, at)
                first = code.rfind(head.split("{}")[0], 0, at) if head else at
                block = Block(kind, head, first if first >= 0 else at, at, close, parents)
                if kind in ("namespace", "type"):
                    name = re.match(r"(?:inline\s+)?namespace\s+([\w:]+)", head)
                    scan(at + 1, close, (*parents, f"namespace {name[1] if name else ''}" if kind == "namespace" else "type"))
                if kind in ("namespace", "type", "function"):
                    found.append(block)
                position = statement = close + 1
                # An initializer is part of its statement; anything else ends one.
                head = head + "{}" if kind in ("initializer", "enum", "type") or (kind == "function" and depth > 0) else ""
                continue
            elif depth <= 0 or character not in ";":
                if depth <= 0:
                    position = statement = match.end()
                    head, depth = "", 0
                    continue
            position = match.end()

    scan(0, len(code), ())
    return sorted(found, key=lambda block: block.start)


class Lines:
    """Line numbers of offsets."""

    def __init__(self, text: str):
        self._starts = [0] + [match.end() for match in re.finditer("\n", text)]

    def at(self, offset: int) -> int:
        return bisect.bisect_right(self._starts, offset)


def functions_of(code: str) -> list[tuple[str, int, int]]:
    """(name, first line, last line) of every function that is not inside another one."""
    lines = Lines(code)
    result = []
    for block in blocks_of(code):
        if block.kind != "function":
            continue
        names = re.findall(r"([~\w:]+(?:<[^<>]*>)?|operator\s*[^\s(]+)\s*\(", block.head)
        name = names[0] if names and not _LAMBDA.search(block.head) else "lambda"
        result.append((name, lines.at(block.head_start), lines.at(block.end)))
    return result


_TS_FUNCTION = re.compile(r"(?:\bfunction\b[^{};]*|=>\s*|^[ \t]*(?:(?:public|private|protected|static|async|get|set)\s+)*"
                          r"(?!if\b|for\b|while\b|switch\b|catch\b|else\b|return\b)[\w$]+\s*\([^;{}]*\)\s*(?::[^;{}=]+)?)\{", re.M)


def typescript_functions_of(code: str) -> list[tuple[str, int, int]]:
    lines = Lines(code)
    result = []
    for match in _TS_FUNCTION.finditer(code):
        name = re.search(r"([\w$]+)\s*\(", match[0])
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        result.append((name[1] if name else "arrow function", lines.at(start), lines.at(_matching(code, match.end() - 1))))
    return result
