"""A real object store for the tests: s3rver, which ./dev setup --peers installs, or moto's server where that is on PATH
(GYR_S3_PEER=moto takes it although s3rver is there)."""

from __future__ import annotations

import os
import pathlib
import shutil
import socket
import subprocess
import threading
import urllib.request

from gyr_server import free_port

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUCKET = "gyr-test"
KEY = "S3RVER"  # s3rver knows this pair alone; moto takes any


class NoPeer(Exception):
    """None of the stores is installed."""


def _s3rver() -> list[str] | None:
    script = ROOT / "build" / "peers" / "node_modules" / "s3rver" / "bin" / "s3rver.js"
    node = shutil.which("node")
    # Its tokens of pages are made with a cipher that newer OpenSSL has put aside.
    return [node, "--openssl-legacy-provider", str(script)] if node and script.exists() else None


class Peer:
    """Starts the store with an empty bucket; it ends with the block."""

    def __init__(self, folder: pathlib.Path):
        self.port = free_port()
        self.log = folder / "store.log"
        data = folder / "store"
        data.mkdir(parents=True)
        if (command := _s3rver()) and os.environ.get("GYR_S3_PEER") != "moto":
            self.name = "s3rver"  # knows its key, but checks no signatures of version 4
            command += ["--directory", str(data), "--address", "127.0.0.1", "--port", str(self.port), "--configure-bucket", BUCKET]
        elif moto := shutil.which("moto_server"):
            self.name = "moto"
            command = [moto, "-H", "127.0.0.1", "-p", str(self.port)]
        else:
            raise NoPeer("no object store: ./dev setup --peers installs s3rver")
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def config(self, prefix: str = "") -> str:
        return ("kestra:\n  storage:\n    type: s3\n    s3:\n"
                f"      endpoint: {self.endpoint}\n      bucket: {BUCKET}\n      force-path-style: true\n      path: '{prefix}'\n"
                f"      access-key: {KEY}\n      secret-key: {KEY}\n      part-size: 5MB\n  retries:\n    delay: 100ms\n")

    def __enter__(self) -> Peer:
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *self.command], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"})
        self._listening = threading.Event()
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        self._listening.wait(120)  # it says so, or it has ended
        try:
            socket.create_connection(("127.0.0.1", self.port), 10).close()
        except OSError as error:
            raise RuntimeError(f"{self.name} did not start: {self.log.read_text(errors='replace')[-2000:]}") from error
        if self.name == "moto":
            request = urllib.request.Request(f"{self.endpoint}/{BUCKET}", method="PUT", headers={
                "Authorization": "AWS4-HMAC-SHA256 Credential=x/20240101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x"})
            urllib.request.urlopen(request, timeout=60).close()
        return self

    def _read_log(self) -> None:
        with self.log.open("wb") as log:
            for line in self.process.stdout:
                log.write(line)
                log.flush()
                if b"listening" in line or b"Running on" in line:
                    self._listening.set()
        self._listening.set()

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self._reader.join(10)
            self.process.stdout.close()
