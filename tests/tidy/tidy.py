#!/usr/bin/env python3
"""Checks the habits of the repository; prints findings as file:line: rule: text and ends with 1 if there are any.

    tests/tidy/tidy.py [--rules] [PATH …]      findings in files whose path starts with one of PATH (all)
    tests/tidy/tidy.py --internal              where the server reads or writes without a caller, and why

A line may be exempted with a reason: `// tidy: allow RULE: reason` on it or on the line above. README.md names the rules.
"""

from __future__ import annotations

import argparse
import collections
import pathlib
import re
import sys
from typing import Iterable

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import code_rules  # noqa: E402
import doc_rules  # noqa: E402
import layers  # noqa: E402
import link_rules  # noqa: E402
from tree import Finding, Tree  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RULES = [*layers.RULES, *code_rules.RULES, *doc_rules.RULES, *link_rules.RULES]
_ALLOW = re.compile(r"(?://|#|<!--)\s*tidy: allow ([\w-]+)(?:: *(\S.*))?")


def allowances(tree: Tree) -> dict[tuple[str, int], tuple[str, str]]:
    """(file, line) → (rule, reason) of the exemptions."""
    found = {}
    for name in tree.having(".cc", ".h", ".py", ".ts", ".vue", ".sh", ".md", ".cmake"):
        if name.startswith("tests/tidy/"):
            continue
        text = tree.read(name)
        if "tidy: allow" not in text:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            match = _ALLOW.search(line)
            if match:
                found[name, number] = (match[1], match[2] or "")
    return found


def check(tree: Tree, rules: Iterable = RULES) -> list[Finding]:
    findings = sorted({finding for rule in rules for finding in rule(tree)})
    allowed = allowances(tree)
    used: set[tuple[str, int]] = set()
    kept = []
    for finding in findings:
        for line in (finding.line, finding.line - 1):
            rule, reason = allowed.get((finding.file, line), ("", ""))
            if rule == finding.rule and reason:
                used.add((finding.file, line))
                break
        else:
            kept.append(finding)
    for (name, line), (rule, reason) in allowed.items():
        if not reason:
            kept.append(Finding(name, line, "allow", f"an exemption from {rule} without a reason"))
        elif (name, line) not in used:
            kept.append(Finding(name, line, "allow", f"nothing here needs the exemption from {rule}"))
    return sorted(kept)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, default=ROOT)
    parser.add_argument("--rules", action="store_true", help="count the findings by rule at the end")
    parser.add_argument("--internal", action="store_true", help="list where the server acts without a caller, and why")
    parser.add_argument("paths", nargs="*")
    options = parser.parse_args()
    tree = Tree.of_repository(options.root)
    if options.internal:
        for name, line, reason in code_rules.internal_reads(tree):
            print(f"{name}:{line}: {reason}")
        return 0
    findings = [finding for finding in check(tree) if finding.file.startswith(tuple(options.paths) or "")]
    for finding in findings:
        print(finding)
    if options.rules:
        for rule, count in collections.Counter(finding.rule for finding in findings).max_common():
            print(f"{count:6} {rule}")
    print(f"tidy: {len(tree.names)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
