#!/usr/bin/env python3
"""The published, unmodified clients against a server: each makes at least 60 calls and compares the answers.

    run.py --program build/release/gyr [--only NAME]…   runs those that are installed, each against a server of its own
    run.py --install                                    fetches them by their package managers, in the pinned versions, into build/peers
    run.py --list                                       tells the names

A client whose packages cannot be had is skipped, and told. Each client tells `ok STEP`, `not ok STEP: REASON` and `calls N`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Callable

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "harness"))

import results  # noqa: E402
from gyr_server import Server, StartFailed  # noqa: E402
from results import Result  # noqa: E402

INSTALLED = ROOT / "build" / "peers" / "clients"
USER, PASSWORD = "clients@example.com", "Clients-1"
# A login, as every client sends one, and a key for secrets.
CONFIG = f"""kestra:
  server:
    basic-auth:
      username: {USER}
      password: {PASSWORD}
  encryption:
    secret-key: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
"""
MIN_CALLS = 60
CLIENT_S = 90  # a client that takes longer hangs
FETCH_S = 600
MIN_JAVA = 21  # what the classes of the Java client are made for
COPY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:2.8"


class Missing(Exception):
    """A client cannot be had here: why, and what to do."""


def run(command: list[str], seconds: float, folder: pathlib.Path = HERE, environment: dict[str, str] | None = None) -> None:
    """Runs a package manager or a compiler; its last lines are the reason where it fails."""
    if shutil.which(command[0]) is None:
        raise Missing(f"{command[0]} is not installed: ./dev setup --peers installs it")
    try:
        done = subprocess.run(command, cwd=folder, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise Missing(f"{command[0]} took longer than {seconds:.0f} s") from error
    if done.returncode != 0:
        raise Missing(f"{command[0]} ended with {done.returncode}: " + " ".join(done.stdout.split()[-60:]))


@dataclass(frozen=True)
class Client:
    name: str
    package: str  # what is tested, as its registry names it
    pins: tuple[str, ...]  # the files that pin versions and checksums; none where nothing is fetched
    sources: tuple[str, ...]
    fetch: Callable[[pathlib.Path], None]  # by the network
    build: Callable[[pathlib.Path], None]  # without it
    command: Callable[[pathlib.Path], list[str]]

    @property
    def folder(self) -> pathlib.Path:
        return INSTALLED / self.name

    def _mark(self, files: tuple[str, ...]) -> str:
        return hashlib.sha256(b"\0".join((HERE / name).read_bytes() for name in files)).hexdigest()

    def _is(self, what: str, files: tuple[str, ...]) -> bool:
        stamp = self.folder / what
        return stamp.exists() and stamp.read_text() == self._mark(files)

    def install(self) -> None:
        if not self.pins or self._is("fetched", self.pins):
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.fetch(self.folder)
        (self.folder / "fetched").write_text(self._mark(self.pins))

    def make(self) -> float:
        """Builds the client's script where it has changed; the seconds that it took."""
        if not self.pins:
            return 0.0
        if not self._is("fetched", self.pins):
            raise Missing("it is not installed: ./dev setup --peers fetches it")
        if self._is("built", self.pins + self.sources):
            return 0.0
        begin = time.monotonic()
        self.build(self.folder)
        (self.folder / "built").write_text(self._mark(self.pins + self.sources))
        return time.monotonic() - begin


def no_build(_: pathlib.Path) -> None:
    """A script: there is nothing to build."""


def python_client(line: int, package: str) -> Client:
    pins = f"python/requirements-{line}.txt"

    def fetch(folder: pathlib.Path) -> None:
        run(["python3", "-m", "venv", str(folder / "venv")], FETCH_S)
        run([str(folder / "venv/bin/pip"), "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps",
             "--only-binary", ":all:", "-r", str(HERE / pins)], FETCH_S)
    return Client(f"python-{line}", package, (pins,), ("python/client.py",), fetch, no_build,
                  lambda folder: [str(folder / "venv/bin/python"), "-W", "ignore", str(HERE / "python/client.py")])


def go_client() -> Client:
    pins = ("go/go.mod", "go/go.sum")

    def fetch(_: pathlib.Path) -> None:
        run(["go", "mod", "download"], FETCH_S, HERE / "go")

    def build(folder: pathlib.Path) -> None:
        run(["go", "build", "-mod=readonly", "-o", str(folder / "client"), "."], FETCH_S, HERE / "go", {"GOPROXY": "off"})
    return Client("go", "github.com/kestra-io/client-sdk/go-sdk v1.0.1", pins, ("go/main.go",), fetch, build,
                  lambda folder: [str(folder / "client")])


def jdk() -> pathlib.Path:
    """The folder with javac of a JDK that reads the client's classes: JAVA_HOME, the PATH, then the usual place of Linux."""
    folders = [pathlib.Path(os.environ["JAVA_HOME"]) / "bin"] if os.environ.get("JAVA_HOME") else []
    if on_path := shutil.which("javac"):
        folders.append(pathlib.Path(on_path).resolve().parent)
    for folder in [*folders, *sorted(pathlib.Path("/usr/lib/jvm").glob("*/bin"), reverse=True)]:
        if (folder / "javac").exists():
            told = subprocess.run([str(folder / "javac"), "-version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
            version = re.match(r"javac (\d+)", told.stdout + told.stderr)
            if version and int(version[1]) >= MIN_JAVA:
                return folder
    raise Missing(f"the client needs a JDK {MIN_JAVA} or newer: install one, or set JAVA_HOME to it")


def java_client() -> Client:
    pins = ("java/pom.xml", "java/jars.sha256")

    def fetch(folder: pathlib.Path) -> None:
        jdk()
        run(["mvn", "-B", "-q", "-f", str(HERE / "java/pom.xml"), f"{COPY_PLUGIN}:copy-dependencies", f"-DoutputDirectory={folder / 'jars'}"], FETCH_S)
        wanted = {name: digest for digest, name in (line.split() for line in (HERE / "java/jars.sha256").read_text().splitlines())}
        got = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "jars").iterdir()}
        if got != wanted:
            differing = sorted(name for name in {*wanted, *got} if wanted.get(name) != got.get(name))
            raise Missing(f"these packages are not those of java/jars.sha256: {', '.join(differing)}")

    def build(folder: pathlib.Path) -> None:
        run([str(jdk() / "javac"), "-nowarn", "-cp", f"{folder / 'jars'}/*", "-d", str(folder / "classes"), str(HERE / "java/Client.java")], FETCH_S)
    return Client("java", "io.kestra:kestra-api-client 1.3.1", pins, ("java/Client.java",), fetch, build,
                  lambda folder: [str(jdk() / "java"), "-cp", f"{folder / 'classes'}:{folder / 'jars'}/*", "Client"])


def terraform_replay() -> Client:
    """No package: no registry hands out the provider."""
    def fetch(_: pathlib.Path) -> None:
        """A script of ours."""
    return Client("terraform-replay", "kestra-io/kestra provider, its requests replayed (no registry hands out the provider)", (),
                  ("terraform/replay.py",), fetch, no_build, lambda _: ["python3", str(HERE / "terraform/replay.py")])


CLIENTS = (python_client(1, "kestrapy 1.3.1"), python_client(2, "kestrapy 2.0.3"), go_client(), java_client(), terraform_replay())

# Clients that have no test, each with the reason.
NOT_TESTED = {
    "@kestra-io/kestra-sdk 1.x (JavaScript)": "the package registry has 0.24.1 alone, and its calls are not written down as a test yet",
    "github.com/kestra-io/client-sdk/go-sdk/v2 (Go, 2.x)": "the module proxy does not have it, and its calls are not written down as a test yet",
}


def answers(client: Client, server: Server, log: pathlib.Path) -> tuple[int, list[str], list[str]]:
    """Runs a client to its end: its calls, the steps that hold and what fails."""
    environment = {**os.environ, "GYR_URL": server.url, "GYR_USER": USER, "GYR_PASSWORD": PASSWORD, "GYR_FLOWS": str(HERE / "flows")}
    end = ""
    with log.open("wb") as output:
        process = subprocess.Popen(client.command(client.folder), env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            status = process.wait(CLIENT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
            end = f"it did not end within {CLIENT_S} s"
    lines = log.read_text(errors="replace").splitlines()
    held = [line[3:] for line in lines if line.startswith("ok ")]
    failed = [line[7:] for line in lines if line.startswith("not ok ")]
    calls = next((int(line.split()[1]) for line in lines if line.startswith("calls ")), None)
    if end or calls is None or (status != 0) != bool(failed):
        failed.append(end or f"it ended with status {status} and these lines: " + " | ".join(lines[-8:]))
    elif calls < MIN_CALLS:
        failed.append(f"it made {calls} calls, fewer than {MIN_CALLS}")
    return calls or 0, held, failed


def test(client: Client, program: str, folder: pathlib.Path, result: Result) -> None:
    try:
        result.built_s += client.make()
    except Missing as reason:
        print(f"{client.name}: skipped, {reason}", flush=True)
        result.skipped.append(f"{client.package}: {reason}")
        return
    folder.mkdir()
    begin = time.monotonic()
    with Server([program], folder / "data", folder / "server.log", extra_config=CONFIG, mode="standalone") as server:
        try:
            server.start(60)
        except StartFailed as error:
            print(f"{client.name}: FAILED: {error}", flush=True)
            result.failed += 1
            return
        calls, held, failed = answers(client, server, folder / "client.log")
    result.passed += len(held)
    result.failed += len(failed)
    print(f"{client.name}: {client.package}: {calls} calls, {len(held)} steps hold, {len(failed)} fail, {time.monotonic() - begin:.1f} s", flush=True)
    for line in failed:
        print(f"  FAILED {line}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--program", help="the program to test")
    what.add_argument("--install", action="store_true", help="fetch the clients")
    what.add_argument("--list", action="store_true", help="tell the names of the clients")
    parser.add_argument("--only", action="append", choices=[client.name for client in CLIENTS], help="this client, not all")
    arguments = parser.parse_args()
    chosen = [client for client in CLIENTS if not arguments.only or client.name in arguments.only]
    if arguments.list:
        for client in chosen:
            print(f"{client.name}\t{client.package}")
        return 0
    if arguments.install:
        for client in chosen:
            try:
                client.install()
                client.make()
                print(f"{client.name}: {client.package} is installed", flush=True)
            except Missing as reason:
                shutil.rmtree(client.folder, ignore_errors=True)
                print(f"{client.name}: {client.package} cannot be had, its tests are skipped: {reason}", flush=True)
        return 0
    result = Result(skipped=[] if arguments.only else [f"{what}: {reason}" for what, reason in NOT_TESTED.items()])
    for line in result.skipped:
        print(f"not tested: {line}", flush=True)
    with tempfile.TemporaryDirectory(prefix="gyr-clients-") as folder:
        for client in chosen:
            test(client, os.path.abspath(arguments.program), pathlib.Path(folder) / client.name, result)
    results.tell(result)
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
