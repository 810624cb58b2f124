#!/usr/bin/env python3
"""What is shipped is small and can still be debugged: the program is stripped, its symbols lie beside it, and both are one build.

    symbols.py --program build/release/gyr
"""

from __future__ import annotations

import argparse
import json
import pathlib
import struct
import subprocess
import sys
import zlib

import results
from results import Result

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# The program had 81 MB with its symbols. What it embeds (documents, starters, examples, 1 MB of pages) is part of this; each of the
# 230 described operations of the REST API adds about 10 KB for its readers and writers.
PROGRAM_MB = 23
NT_GNU_BUILD_ID = 3


def sections(file: bytes) -> dict[str, bytes]:
    """The sections of a 64-bit little-endian ELF file by name; those without content in the file are empty."""
    if file[:6] != b"\x7fELF\x02\x01":
        raise ValueError("not a 64-bit little-endian ELF file")
    (offset,) = struct.unpack_from("<Q", file, 0x28)
    size, count, names_at = struct.unpack_from("<HHH", file, 0x3A)
    heads = [struct.unpack_from("<IIQQQQ", file, offset + i * size) for i in range(count)]

    def content(head: tuple[int, ...]) -> bytes:
        return b"" if head[1] == 8 else file[head[4]:head[4] + head[5]]  # 8: takes no room in the file

    names = content(heads[names_at])
    return {names[head[0]:names.index(b"\0", head[0])].decode(): content(head) for head in heads}


def build_id(of: dict[str, bytes]) -> str:
    note = of.get(".note.gnu.build-id", b"")
    if len(note) < 16:
        return ""
    name, size, kind = struct.unpack_from("<III", note)
    start = 12 + (name + 3 & ~3)
    return note[start:start + size].hex() if kind == NT_GNU_BUILD_ID else ""


def debug_link(of: dict[str, bytes]) -> tuple[str, int]:
    """The name of the file with the symbols and the checksum it must have."""
    link = of.get(".gnu_debuglink", b"")
    if len(link) < 8:
        return "", 0
    return link[:link.index(b"\0")].decode(), struct.unpack_from("<I", link, len(link) - 4)[0]


def problems(program: pathlib.Path) -> list[str]:
    content = program.read_bytes()
    symbols = program.with_name(program.name + ".debug")
    if not symbols.is_file():
        return [f"{symbols} is missing"]
    shipped, beside = sections(content), sections(symbols.read_bytes())
    told = json.loads(subprocess.run([program, "--version", "--json"], capture_output=True, text=True, timeout=30, check=True).stdout)
    found = []
    if len(content) > PROGRAM_MB * 1_000_000:
        found.append(f"the program has {len(content) / 1e6:.1f} MB, {PROGRAM_MB} are allowed")
    found += [f"the program carries {name}" for name in shipped if name == ".symtab" or name.startswith(".debug_")]
    found += [f"{symbols.name} lacks {name}" for name in (".symtab", ".debug_line", ".debug_info") if not beside.get(name)]
    ids = {"program": build_id(shipped), symbols.name: build_id(beside), "gyr --version --json": told.get("buildId")}
    if not ids["program"] or len(set(ids.values())) != 1:
        found.append(f"build ids differ: {ids}")
    commit = subprocess.run(["git", "-C", ROOT, "log", "-1", "--format=%h"], capture_output=True, text=True, check=False).stdout.strip()
    if told.get("commit") != commit:
        found.append(f"the program says it was built from `{told.get('commit')}`, the checkout is at `{commit}`")
    if debug_link(shipped) != (symbols.name, zlib.crc32(symbols.read_bytes())):
        found.append(f"the program's link to its symbols is {debug_link(shipped)}")
    # It must be the allocator in fact, not only be linked.
    if not str(told.get("allocator")).startswith("mimalloc "):
        found.append(f"the allocator is `{told.get('allocator')}`, not mimalloc")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    found = problems(parser.parse_args().program)
    for problem in found:
        print(problem)
    results.tell(Result(passed=0 if found else 1, failed=len(found)))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
