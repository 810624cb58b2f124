#!/usr/bin/env python3
"""Starts a server over a folder of flows in namespaces of its own, waits until it has looked for due dates some times, and ends it.

    server_probe.py PROGRAM FLOWS

Fails where the server does not start, does not answer, has stopped an unexpected exception, or does not end by itself.
"""

from __future__ import annotations

import fcntl
import pathlib
import re
import socket
import struct
import sys
import time

from api import Api
from gyr_server import Server

LOOKS = 20
LIMIT_S = 30.0


def raise_loopback() -> None:
    """A new network namespace has its loopback device down."""
    with socket.socket() as any_socket:
        request = struct.pack("16sh14x", b"lo", 0x41)  # IFF_UP | IFF_RUNNING
        fcntl.ioctl(any_socket, 0x8914, request)  # SIOCSIFFLAGS


def figure(text: str, name: str) -> float:
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.M))


def main() -> int:
    raise_loopback()
    program, flows = sys.argv[1], sys.argv[2]
    folder = pathlib.Path.cwd()
    server = Server([program], folder / "data", folder / "server.log")
    server.start(arguments=["--flow-path", flows])
    management = Api(f"http://127.0.0.1:{server.management_port}")
    deadline = time.monotonic() + LIMIT_S
    looks = 0.0
    while looks < LOOKS and time.monotonic() < deadline:
        text = management.call("GET", "/prometheus").body.decode()
        looks = figure(text, "kestra_scheduler_loop_count_total")
        caught = figure(text, "kestra_server_exceptions_caught_total")
        if caught:
            print(f"{caught:.0f} unexpected exceptions\n{server.log_tail()}")
            return 1
    status = server.stop()
    if status not in (0, 143) or looks < LOOKS:
        print(f"the server ended with status {status} after {looks:.0f} looks\n{server.log_tail()}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
