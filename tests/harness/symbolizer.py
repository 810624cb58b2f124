"""The sanitizers look for a program `llvm-symbolizer` to name the lines of a report; Debian keeps it beside its compiler."""

from __future__ import annotations

from typing import Mapping

COMPILER_FOLDER = "/usr/lib/llvm-19/bin"


def with_symbolizer(environment: Mapping[str, str]) -> dict[str, str]:
    return {**environment, "PATH": f"{environment.get('PATH', '')}:{COMPILER_FOLDER}"}
