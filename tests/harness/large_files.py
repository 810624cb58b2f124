#!/usr/bin/env python3
"""Large files through tasks: how much memory the server takes on top, and how fast Split is.

    large_files.py --program build/release/gyr [--megabytes 1000] [--rows 10000000]

Fails where a step takes more memory than MEMORY_MB on top of what the server had before it. Speeds are told, not judged: the
machine may be busy.
"""

from __future__ import annotations

import argparse
import http.client
import http.server
import json
import os
import pathlib
import re
import socket
import sys
import tempfile
import threading
import time
from typing import Any

import results
from api import TERMINAL_STATES, Api
from gyr_server import Server
from results import Result

MEMORY_MB = 64
RUNNER = "taskRunner: {type: io.kestra.plugin.core.runner.Process}"
INPUTS = "inputs: [{id: data, type: FILE}]"


class Failed(Exception):
    """What was found instead of what should be."""


class Source(http.server.BaseHTTPRequestHandler):
    """Gives the file that Source.file names."""

    file = pathlib.Path()

    def do_GET(self) -> None:
        with self.file.open("rb") as file:
            self.send_response(200)
            self.send_header("Content-Length", str(os.fstat(file.fileno()).st_size))
            self.end_headers()
            while piece := file.read(1 << 20):
                self.wfile.write(piece)

    def log_message(self, *_: Any) -> None:
        pass


def memory_mb(pid: int, what: str) -> float:
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(what + ":"):
            return int(line.split()[1]) / 1024
    raise Failed(f"no {what} of process {pid}")


def cpu_s(pid: int) -> tuple[float, float]:
    """What the process has taken of its own and in the kernel."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) / os.sysconf("SC_CLK_TCK"), int(fields[12]) / os.sysconf("SC_CLK_TCK")


def upload(server: Server, flow: str, file: pathlib.Path) -> dict[str, Any]:
    """Starts a flow with the file as its input `data`, streamed, and waits for its end."""
    edge = "gyr-large-edge"
    head = (f'--{edge}\r\nContent-Disposition: form-data; name="data"; filename="data.bin"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n").encode()
    tail = f"\r\n--{edge}--\r\n".encode()
    size = len(head) + file.stat().st_size + len(tail)
    with socket.create_connection(("127.0.0.1", server.port), 3600) as connection:
        connection.sendall(f"POST /api/v1/main/executions/tests.large/{flow}?wait=true HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                           f"Content-Type: multipart/form-data; boundary={edge}\r\nContent-Length: {size}\r\n\r\n".encode() + head)
        with file.open("rb") as content:
            connection.sendfile(content)
        connection.sendall(tail)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        body = answer.read()
        if answer.status != 200:
            raise Failed(f"{flow}: it was not started: {answer.status} {body[:500]!r}")
        return json.loads(body)


def start_empty(server: Server, flow: str) -> dict[str, Any]:
    """Starts a flow without inputs and waits for its end."""
    return Api(server.url, timeout=3600).call("POST", f"executions/tests.large/{flow}", query=[("wait", "true")],
                                              body=b"", content_type="multipart/form-data").json()


def seconds_of(run: dict[str, Any]) -> float:
    total = 0.0
    for attempt in run.get("attempts") or []:
        hours, minutes, seconds = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", attempt["state"]["duration"]).groups()
        total += int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds or 0)
    return total


def step(server: Server, name: str, tasks: str, start: Any, inputs: str = INPUTS) -> dict[str, Any]:
    """Runs a flow of these tasks; fails where it does not succeed or memory grows too much."""
    api = Api(server.url, timeout=3600)
    answer = api.call("POST", "flows", body=f"id: {name}\nnamespace: tests.large\n{inputs}\ntasks:\n{tasks}".encode(),
                      content_type="application/x-yaml")
    if answer.status != 200:
        raise Failed(f"{name}: the flow was refused: {answer.body[:500]!r}")
    pathlib.Path(f"/proc/{server.pid}/clear_refs").write_text("5")  # the peak counts from here on
    before = memory_mb(server.pid, "VmRSS")
    began, cpu_before = time.monotonic(), cpu_s(server.pid)
    execution = start()
    took = time.monotonic() - began
    own, kernel = (now - then for now, then in zip(cpu_s(server.pid), cpu_before))
    grown = memory_mb(server.pid, "VmHWM") - before
    print(f"{name}: {took:.1f} s, {own + kernel:.2f} s of CPU ({own:.2f} of its own, {kernel:.2f} in the kernel), "
          f"{grown:.0f} MB on top of {before:.0f} MB", flush=True)
    state = execution["state"]["current"]
    if state not in TERMINAL_STATES or state != "SUCCESS":
        raise Failed(f"{name}: it ended {state}: {json.dumps(execution)[:3000]}")
    if grown > MEMORY_MB:
        raise Failed(f"{name}: {grown:.0f} MB on top, {MEMORY_MB} are allowed")
    return execution


def transfers(server: Server, file: pathlib.Path) -> int:
    size = file.stat().st_size
    server_of_file = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Source)
    Source.file = file
    threading.Thread(target=server_of_file.serve_forever, daemon=True).start()
    uploaded = step(server, "upload", "  - {id: size, type: io.kestra.plugin.core.storage.Size, uri: '{{ inputs.data }}'}",
                    lambda: upload(server, "upload", file))
    address = uploaded["inputs"]["data"]
    last = "\n  - {id: size, type: io.kestra.plugin.core.storage.Size, uri: \"%s\"}"
    steps = {
        "concat": f"  - {{id: t, type: io.kestra.plugin.core.storage.Concat, files: ['{address}']}}" + last % "{{ outputs.t.uri }}",
        "download": f"  - {{id: t, type: io.kestra.plugin.core.http.Download, uri: 'http://127.0.0.1:{server_of_file.server_port}/x'}}"
                    + last % "{{ outputs.t.uri }}",
        "shell": f"  - {{id: t, type: io.kestra.plugin.scripts.shell.Commands, {RUNNER}, inputFiles: {{in.bin: '{address}'}}, "
                 "outputFiles: [out.bin], commands: [mv in.bin out.bin]}" + last % "{{ outputs.t.outputFiles['out.bin'] }}",
    }
    for name, tasks in steps.items():
        execution = step(server, name, tasks, lambda: start_empty(server, name), inputs="")  # noqa: B023 - called at once
        told = execution["taskRunList"][-1]["outputs"]["size"]
        if told != size:
            raise Failed(f"{name}: {told} bytes of {size}")
    server_of_file.shutdown()
    return 1 + len(steps)


def split(server: Server, folder: pathlib.Path, rows: int) -> int:
    file = folder / "rows.txt"
    lines = [b"row %08d of a file that is split into pieces\n" % number for number in range(min(rows, 100_000))]
    block = b"".join(lines)
    with file.open("wb") as out:
        for _ in range(rows // len(lines)):
            out.write(block)
        out.writelines(lines[:rows % len(lines)])
    uploaded = step(server, "rows", "  - {id: size, type: io.kestra.plugin.core.storage.Size, uri: '{{ inputs.data }}'}",
                    lambda: upload(server, "rows", file))
    execution = step(server, "split", f"  - {{id: t, type: io.kestra.plugin.core.storage.Split, from: '{uploaded['inputs']['data']}', rows: 1000000}}",
                     lambda: start_empty(server, "split"), inputs="")
    run = execution["taskRunList"][0]
    pieces = len(run["outputs"]["uris"])
    if pieces != -(-rows // 1_000_000):
        raise Failed(f"split: {pieces} pieces of {rows} rows")
    took = seconds_of(run)
    print(f"split: {rows} rows, {file.stat().st_size / 1e6:.0f} MB in {took:.2f} s: {file.stat().st_size / 1e6 / max(took, 1e-3):.0f} MB/s", flush=True)
    return 2


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rows", type=int, default=1_000_000)
    arguments = parser.parse_args()
    if arguments.megabytes < 1 or arguments.rows < 1:
        parser.error("a file that is sent has at least a megabyte, or a row")
    result = Result()
    with tempfile.TemporaryDirectory(prefix="gyr-large-") as name:
        folder = pathlib.Path(name)
        file = folder / "data.bin"
        piece = os.urandom(1_000_000)
        with file.open("wb") as out:
            for _ in range(arguments.megabytes):
                out.write(piece)
        with Server([os.path.abspath(arguments.program)], folder / "data", folder / "server.log") as server:
            server.start(120)
            for work in (lambda: transfers(server, file), lambda: split(server, folder, arguments.rows)):
                try:
                    result.passed += work()
                except Exception as error:  # told, and the other goes on
                    result.failed += 1
                    print(f"FAILED: {error}", flush=True)
            if result.failed:
                print(server.log_tail())
    results.tell(result)
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
