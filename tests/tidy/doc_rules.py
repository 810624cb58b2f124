"""Rules on documents: links, error pages, symbols of the architecture, requirement ids, words of a workplace."""

from __future__ import annotations

import posixpath
import re
import urllib.parse
from typing import Iterator

import cpp_scan
from tree import Finding, Tree, is_test, line_of

REQUIREMENTS = "docs/requirements/"
_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,}).*?^\1\2[^\n]*$", re.M | re.S)
_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)
_LINK = re.compile(r"(?<!\\)\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]\(\s*<?([^)>\s]*)>?(?:\s+\"[^\"]*\")?\s*\)")


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _links(text: str) -> Iterator[tuple[int, str, str]]:
    """(offset, text, target) of the inline links outside of code."""
    prose = _FENCE.sub(_blank, text)
    # Code spans inside a link's text are wanted, so links are searched in the prose and dropped if they start inside a span.
    spans = [(match.start(), match.end()) for match in _SPAN.finditer(prose)]
    for match in _LINK.finditer(prose):
        if not any(start <= match.start() < end for start, end in spans):
            yield match.start(), match[1], match[2]


def _resolve(name: str, target: str) -> str | None:
    """The file a link leads to; nothing for links to elsewhere."""
    if not target or target.startswith("#") or re.match(r"[a-z][a-z0-9+.-]*:", target):
        return None
    path = urllib.parse.unquote(target.split("#")[0].split("?")[0])
    base = "" if path.startswith("/") else posixpath.dirname(name)
    return posixpath.normpath(posixpath.join(base, path.lstrip("/")))


def check_links(tree: Tree) -> Iterator[Finding]:
    for name in tree.having(".md"):
        text = tree.read(name)
        for offset, _, target in _links(text):
            path = _resolve(name, target)
            if path is not None and path not in tree and not tree.has_folder(path):
                yield Finding(name, line_of(text, offset), "link", f"there is no {path} ({target})")


def _identifiers(link_text: str) -> list[str]:
    """What a link to a source claims to be there: words in backticks, or a whole text that is one name."""
    quoted = re.findall(r"`([^`]+)`", link_text)
    if not quoted and re.fullmatch(r"~?[A-Za-z_][\w:~]*(?:\(\))?", link_text):
        quoted = [link_text]
    names = []
    for text in quoted:
        match = re.match(r"(?:[A-Za-z_]\w*(?:::|\.|->))*(~?[A-Za-z_]\w*)", text)
        if match and "/" not in text and not re.search(r"\.(h|cc|md|ts|py|yaml)$", text):
            names.append(match[1])
    return names


def check_symbols(tree: Tree) -> Iterator[Finding]:
    for name in tree.having(".md", below="docs/architecture/"):
        text = tree.read(name)
        for offset, link_text, target in _links(text):
            path = _resolve(name, target)
            if path is None or path not in tree or path.endswith(".md"):
                continue
            for identifier in _identifiers(link_text):
                if not re.search(rf"(?<!\w){re.escape(identifier)}(?!\w)", tree.read(path)):
                    yield Finding(name, line_of(text, offset), "symbol", f"{path} does not name {identifier}")


_PATH = re.compile(r"`((?:src|tests|docs|bench|ui|connectors|blueprints|packaging|cmake|examples)/[\w./-]+)`")


def check_paths(tree: Tree) -> Iterator[Finding]:
    """`src/x/y.cc` in backticks in the architecture pages must exist: they answer where to add things."""
    for name in tree.having(".md", below="docs/architecture/"):
        text = tree.read(name)
        for match in _PATH.finditer(_FENCE.sub(_blank, text)):
            path = match[1].rstrip("/")
            if path not in tree and not tree.has_folder(path):
                yield Finding(name, line_of(text, match.start()), "path", f"there is no {path}")


LIMITS = "docs/limits.md"


def check_limits(tree: Tree) -> Iterator[Finding]:
    """The files and constants in the third column of the tables of limits exist; `same` is the file of a row above."""
    files: list[str] = []
    text = tree.read(LIMITS) if LIMITS in tree else ""
    for number, line in enumerate(text.splitlines(), 1):
        cells = line.split("|")
        if len(cells) < 5 or not line.startswith("|"):
            continue
        words = re.findall(r"`([^`]+)`", cells[3])
        files = [word for word in words if word.startswith("src/")] or files
        for word in words:
            if word.startswith("src/"):
                if word.rstrip("/") not in tree and not tree.has_folder(word.rstrip("/")):
                    yield Finding(LIMITS, number, "limit", f"there is no {word}")
            elif re.fullmatch(r"[a-z_A-Z]\w*(::\w+)?", word):
                name = word.rsplit("::", 1)[-1]
                below = [known for file in files for known in ([file] if file in tree else tree.having(".h", ".cc", below=file))]
                if not any(re.search(rf"\b{name}\b", tree.read(file)) for file in below):
                    yield Finding(LIMITS, number, "limit", f"{', '.join(files)} does not name {name}")


_CODE = re.compile(r'"(GYR-[A-Z]+\d+)"')
_DEFINITION = re.compile(r'\bErrorCode\s+\w+\s*(?:\{|=\s*(?:base::)?(?:ErrorCode)?\s*\{)\s*"(GYR-[A-Z]+\d+)"')


def check_error_pages(tree: Tree) -> Iterator[Finding]:
    used: dict[str, tuple[str, int]] = {}
    defined: dict[str, str] = {}
    for name in tree.having(".cc", ".h", below="src/"):
        if is_test(name):
            continue
        text = cpp_scan.without_comments(tree.read(name))
        for match in _CODE.finditer(text):
            used.setdefault(match[1], (name, line_of(text, match.start())))
        for match in _DEFINITION.finditer(text):
            if match[1] in defined:
                yield Finding(name, line_of(text, match.start()), "error-page", f"{match[1]} is defined in {defined[match[1]]} too")
            defined[match[1]] = f"{name}:{line_of(text, match.start())}"
    for code, (name, line) in sorted(used.items()):
        if f"docs/errors/{code}.md" not in tree:
            yield Finding(name, line, "error-page", f"{code} has no page docs/errors/{code}.md")
    for page in tree.having(".md", below="docs/errors/"):
        code = posixpath.basename(page).removesuffix(".md")
        if code == "README":
            continue
        if code not in used:
            yield Finding(page, 1, "error-page", f"no source uses the code {code}")
        if not re.match(rf"# {re.escape(code)}: \S", tree.read(page)):
            yield Finding(page, 1, "error-page", f"the first line is not '# {code}: short title'")
        if re.findall(r"^## (.+)$", tree.read(page), re.M) != ["Example", "What to do"]:
            yield Finding(page, 1, "error-page", "its sections are not 'Example' and 'What to do'")


# Each with a class of one letter, so that this file does not find itself.
_WORKPLACE = [
    (re.compile(r"(?<![\w.}-])/wor[k]/"), "a folder of one machine"),
    (re.compile(r"(?<![\w.}-])/roo[t]/"), "a folder of one user"),
    (re.compile(r"/tmp/bash_job[s]"), "a folder of one machine"),
    (re.compile(r"\bagen[t] session", re.I), "how the work is organised"),
    (re.compile(r"registry\.npmj[s]\.org|\bpypi\.or[g]\b|files\.pythonhoste[d]\.org|deb\.debia[n]\.org|snapshot\.debia[n]\.org"),
     "a package registry's host"),
]
_BINARY = (".png", ".jpg", ".jpeg", ".gif", ".ico", ".woff2", ".zip", ".gz", ".pdf", ".db")


def check_workplace(tree: Tree) -> Iterator[Finding]:
    for name in tree.names:
        if name.endswith(_BINARY):
            continue
        text = tree.read(name)
        for pattern, what in _WORKPLACE:
            for match in pattern.finditer(text):
                yield Finding(name, line_of(text, match.start()), "workplace", f"'{match[0]}' is {what}")


_REQUIREMENT = re.compile(r"\b([A-Z][A-Z0-9]{1,9})-(\d+)([a-z]?)(?:\s*(?:\.\.|–|to)\s*(?:\1-)?(\d+))?\b")
_REQUIREMENT_LINE = re.compile(r"^\s*(?:[-*|]\s*)?(?:\*\*)?([A-Z][A-Z0-9]{1,9}-\d+[a-z]?)\b", re.M)


def requirement_ids(tree: Tree) -> set[str]:
    """The ids that stand at the head of a line, a list item or a table row of the requirements."""
    ids: set[str] = set()
    for name in tree.having(".md", ".tsv", below=REQUIREMENTS):
        ids.update(match[1] for match in _REQUIREMENT_LINE.finditer(tree.read(name)))
    # Standards are named the same way and are no requirements.
    return {key for key in ids if key.split("-")[0] not in ("ISO", "UTF", "RFC", "SHA", "AES", "GMT")}


def check_requirements(tree: Tree) -> Iterator[Finding]:
    known = requirement_ids(tree)
    areas = {key.split("-")[0] for key in known}
    for name in tree.having(".cc", ".h", ".py", ".ts", ".test", ".yaml", ".sh"):
        if not is_test(name) or name.startswith("tests/tidy/"):
            continue
        text = tree.read(name)
        for match in _REQUIREMENT.finditer(text):
            area, first, letter, last = match.groups()
            wanted = [f"{area}-{first}{letter}"] + ([f"{area}-{last}"] if last else [])
            for key in wanted:
                if area in areas and key not in known:
                    yield Finding(name, line_of(text, match.start()), "requirement", f"{key} stands nowhere in {REQUIREMENTS}")


PRINCIPLES = "docs/architecture/principles.md"
# `// principle: failed commits` ends with its line; `(principle: failed commits)` may run over the end of a comment's line.
_PRINCIPLE = re.compile(r"[/;] principles?: ([A-Za-z, -]+)|\(principles?: ((?:[A-Za-z, -]|\n[ \t]*///? )+)", re.I)


def check_principles(tree: Tree) -> Iterator[Finding]:
    """A comment that names a principle must name a section of the page of principles."""
    sections = re.findall(r"^#{2,} (.+)$", tree.read(PRINCIPLES), re.M) if PRINCIPLES in tree else []
    known = {section.strip().lower() for section in sections}
    for name in tree.having(".cc", ".h"):
        text = tree.read(name)
        for match in _PRINCIPLE.finditer(text):
            named = re.sub(r"\n[ \t]*///? ", " ", match[1] or match[2])
            for principle in named.split(","):
                words = " ".join(principle.split()).lower()
                if words and words not in known:
                    yield Finding(name, line_of(text, match.start()), "principle", f"{PRINCIPLES} has no section '{words}'")


RULES = [check_principles, check_links, check_symbols, check_paths, check_limits, check_error_pages, check_workplace, check_requirements]
