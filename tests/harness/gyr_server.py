"""Starts, kills and restarts a real server for the harnesses."""

from __future__ import annotations

import os
import pathlib
import signal
import socket
import subprocess
import threading
import time
from typing import Sequence

from api import Api, Unreachable


class StartFailed(Exception):
    """The server ended, or did not get ready in time; the text holds the last lines of its log."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def config_text(management_port: int, extra: str = "") -> str:
    # The management endpoints have a port of their own (API-120); two servers must not meet there.
    return f"endpoints:\n  all:\n    port: {management_port}\n{extra}"


class Server:
    """One data folder and the processes that serve it, one after another.

    start() returns when the server is ready, kill() and stop() when the process is gone. The log of all of them is one
    file. The server dies with the process that started it.
    """

    def __init__(self, program: Sequence[str], data: pathlib.Path, log: pathlib.Path, port: int | None = None,
                 environment: dict[str, str] | None = None, extra_config: str = "", own_config: bool = True,
                 mode: str = "local"):
        self.program = list(program)
        self.data, self.log = pathlib.Path(data), pathlib.Path(log)
        self.port = port or free_port()
        self.management_port = free_port()
        self.environment = environment or {}
        self.extra_config, self.own_config, self.mode = extra_config, own_config, mode
        self.process: subprocess.Popen[bytes] | None = None
        self.ready_s = 0.0  # from the start of the process to its `ready` line
        self.health_s = 0.0  # to the first 200 of /health
        self._ready = threading.Event()
        self._reader: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def spawn(self, environment: dict[str, str] | None = None, arguments: Sequence[str] = ()) -> None:
        """Starts the process and returns at once."""
        assert self.process is None, "the last process has not been ended"
        self.data.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        command = [*self.program, "server", self.mode, "--data", str(self.data), "--port", str(self.port), *arguments]
        if self.own_config:
            config = self.log.with_suffix(".yml")
            config.write_text(config_text(self.management_port, self.extra_config))
            command += ["--config", str(config)]
        self._ready.clear()
        self._started = time.monotonic()
        # setpriv (util-linux) arranges that the kernel ends the server when this process ends, however that happens.
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
                                        env={**os.environ, **self.environment, **(environment or {})})
        self._reader = threading.Thread(target=self._read_log, args=(self.process,), daemon=True)
        self._reader.start()

    def wait_ready(self, timeout: float = 30.0) -> None:
        """Waits for the `ready` line and then asks /health once: it must answer 200 from that moment on."""
        deadline = self._started + timeout
        while not self._ready.wait(0.02):
            if self.process.poll() is not None:
                status = self.process.returncode
                self._forget()
                raise StartFailed(f"the server ended with status {status} before it was ready\n{self.log_tail()}")
            if time.monotonic() > deadline:
                self.kill()
                raise StartFailed(f"the server was not ready within {timeout:.0f} s\n{self.log_tail()}")
        api = Api(self.url, timeout=timeout)
        try:
            status = api.call("GET", "/health").status
        except Unreachable as error:
            self.kill()
            raise StartFailed(f"the server said it was ready, but: {error}\n{self.log_tail()}") from error
        finally:
            api.close()
        self.health_s = time.monotonic() - self._started
        if status != 200:
            self.kill()
            raise StartFailed(f"the server said it was ready, but /health answered {status}\n{self.log_tail()}")

    def start(self, timeout: float = 30.0, environment: dict[str, str] | None = None, arguments: Sequence[str] = ()) -> None:
        self.spawn(environment, arguments)
        self.wait_ready(timeout)

    def kill(self) -> None:
        """kill -9, and waits until the process is gone."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self._forget()

    def stop(self, timeout: float = 30.0) -> int:
        """SIGTERM, as a service manager would; returns the exit status. Killed where it does not end in time."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            self.kill()
            raise StartFailed(f"the server did not end within {timeout:.0f} s of SIGTERM\n{self.log_tail()}") from error
        self._forget()
        return status

    def log_tail(self, lines: int = 20) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(f"  | {line}" for line in text.splitlines()[-lines:])

    def _forget(self) -> None:
        if self._reader is not None:
            self._reader.join(5)
        self.process = None

    def _read_log(self, process: subprocess.Popen[bytes]) -> None:
        with self.log.open("ab") as log:
            for line in process.stderr:
                log.write(line)
                log.flush()
                if line.startswith(b"ready http://") and not self._ready.is_set():
                    self.ready_s = time.monotonic() - self._started
                    self._ready.set()
        process.stderr.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
