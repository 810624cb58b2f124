"""What a case of the stage `infrastructure` runs in: a release server and a contract server of its own, a folder that stands for a fleet,
and secrets with a mark that must not show up anywhere."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import pathlib
import secrets
import subprocess
import sys
import threading
import time
import urllib.request
from typing import Any, Callable, Iterable

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "harness"))

from api import TERMINAL_STATES, Answer, Api  # noqa: E402
from gyr_server import Server, free_port  # noqa: E402, F401

from leaks import ProcessWatch, files_with  # noqa: E402

NAMESPACE = "infra.acceptance"
WAIT_S = 180.0  # a playbook takes a second; the machine may be busy
# The contract server knows one password; here it has one that can be searched for.
CONTRACT = """
import os, sys
sys.path.insert(0, sys.argv[1])
import contract
contract.PASSWORD = os.environ["GYR_CONTRACT_PASSWORD"]
sys.argv = ["contract.py", "0"]
contract.main()
"""


class Failed(Exception):
    """What was found instead of what should be."""


class Skip(Exception):
    """This machine lacks what the case needs."""


def check(condition: object, what: str) -> None:
    if not condition:
        raise Failed(what)


def equal(found: object, wanted: object, what: str) -> None:
    check(found == wanted, f"{what}: {found!r}, expected {wanted!r}")


def multipart(fields: dict[str, Any]) -> tuple[bytes, str]:
    edge = "gyr-infrastructure-edge"
    body = b"".join(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
                    + (value if isinstance(value, str) else json.dumps(value)).encode() + b"\r\n" for name, value in fields.items())
    return body + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def peers_cache() -> pathlib.Path:
    """Where programs lie that are built from source for tests, as OpenTofu is."""
    return pathlib.Path(os.environ.get("GYR_PEERS_CACHE") or pathlib.Path.home() / ".cache" / "gyr-peers")


def search_path() -> str:
    return os.pathsep.join([*map(str, sorted(peers_cache().glob("opentofu-*"))), os.environ["PATH"]])


class Contract:
    """The contract server of tests/peers/contract; it ends with the block, or with this process."""

    def __init__(self, password: str):
        self.password = password

    def __enter__(self) -> Contract:
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", sys.executable, "-c", CONTRACT, str(ROOT / "tests/peers/contract")],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, "GYR_CONTRACT_PASSWORD": self.password})
        self.url = self.process.stdout.readline().strip()
        check(self.url.startswith("http://"), "the contract server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(self.url + path, method=method, data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def set(self, **what: Any) -> None:
        self._ask("POST", "/_set", what)

    def calls(self, service: str) -> list[dict[str, Any]]:
        return self._ask("GET", f"/_calls?service={service}")

    def texts(self) -> list[str]:
        """What was posted to Slack, in order."""
        return [call["body"]["text"] for call in self.calls("slack")]

    def forget(self) -> None:
        check(not self.unexpected(), f"requests that the contract server does not know: {self.unexpected()}")
        self._ask("DELETE", "/_calls")

    def unexpected(self) -> list[dict[str, Any]]:
        return self._ask("GET", "/_unexpected")

    def state(self) -> dict[str, Any]:
        return self._ask("GET", "/_state")


class World:
    """One case: its servers, its fleet, its marks. Used as a block; its end checks what must hold after every case."""

    def __init__(self, program: str, folder: pathlib.Path):
        self.folder, self.program = folder, program
        self.fleet = folder / "fleet"
        self.fleet.mkdir(parents=True)
        self.marks = {name: f"mark-{name.lower()}-{secrets.token_hex(8)}" for name in ("SLACK", "KEY", "PASSWORD", "HCLOUD_TOKEN", "SECRET")}
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> World:
        self.contract = self._stack.enter_context(Contract(self.marks["PASSWORD"]))
        url = self.contract.url
        self.health = f"{url}/health"
        environment = {f"SECRET_{name}": base64.b64encode(value.encode()).decode() for name, value in {
            "SLACK_WEBHOOK": f"{url}/slack/{self.marks['SLACK']}", "PAGERDUTY_URL": f"{url}/pagerduty/v2/enqueue",
            "PAGERDUTY_KEY": self.marks["KEY"], "SERVICENOW_URL": f"{url}/servicenow", "SERVICENOW_USER": "admin",
            "SERVICENOW_PASSWORD": self.marks["PASSWORD"], "HCLOUD_TOKEN": self.marks["HCLOUD_TOKEN"], "FLEET_ROOT": str(self.fleet),
            "MARKED": self.marks["SECRET"]}.items()}
        environment["PATH"] = search_path()
        # A few programs at a time: a storm of playbooks must not starve what the machine does beside the stage.
        config = ("kestra:\n  encryption:\n    secret-key: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n"
                  "  url: http://127.0.0.1:1\n  worker:\n    max-num-threads: 4\n  plugins:\n    configurations:\n"
                  "      - type: io.kestra.plugin.scripts.runner.docker.Docker\n        values: {host: ''}\n")
        self.server = self._stack.enter_context(Server([self.program], self.folder / "data", self.folder / "server.log",
                                                       environment=environment, extra_config=config))
        self.server.start(120)
        self.watch = self._stack.enter_context(ProcessWatch(self.server.pid, self.marks.values()))
        self.api = Api(self.server.url, timeout=60)
        return self

    def secret(self, name: str, value: str) -> None:
        """One more, from the next start of the server on. It may show nowhere either."""
        self.server.environment[f"SECRET_{name}"] = base64.b64encode(value.encode()).decode()
        self.marks[name] = max(value.splitlines(), key=len)
        self.watch.add(self.marks[name])

    def restart(self) -> None:
        self.server.stop(60)
        self.api.close()  # its connection was to the process before
        self.server.start(120)
        self.watch.process = self.server.pid

    @staticmethod
    def form(fields: dict[str, Any]) -> tuple[bytes, str]:
        return multipart(fields)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._stack:
            if kind is None:
                check(not self.contract.unexpected(), f"requests that the contract server does not know: {self.contract.unexpected()}")
                self.no_secret_shows()
                equal(self.server.stop(60), 0, "the status with which the server ended")
                leaks = files_with([self.folder / "data", self.folder / "server.log", self.fleet], self.marks.values())
                check(not leaks, f"secrets lie in files: {leaks}")

    # -- flows

    def deploy(self, name: str) -> str:
        """A flow of this folder."""
        return self.deploy_text((HERE / f"{name}.yaml").read_text(encoding="utf-8"))

    def deploy_text(self, source: str) -> str:
        return self.api.deploy(source)["id"]

    def start(self, flow: str, **inputs: Any) -> str:
        answer = self.try_start(flow, **inputs)
        check(answer.status == 200, f"the start of {flow} answered {answer.status}: {answer.body[:800]!r}")
        return answer.json()["id"]

    def try_start(self, flow: str, **inputs: Any) -> Answer:
        body, kind = multipart(inputs) if inputs else (b"", "")
        return self.api.call("POST", f"executions/{NAMESPACE}/{flow}", body=body, content_type=kind)

    def execution(self, identity: str) -> dict[str, Any]:
        return self.api.get(f"executions/{identity}")

    def until(self, identity: str, *states: str, seconds: float = WAIT_S) -> dict[str, Any]:
        """The execution in one of these states (by default: ended), by the events that the server sends (API-60)."""
        wanted = states or TERMINAL_STATES
        deadline = time.monotonic() + seconds
        while True:
            request = urllib.request.Request(f"{self.server.url}/api/v1/main/executions/{identity}/follow", headers={"Accept": "text/event-stream"})
            with contextlib.suppress(TimeoutError), urllib.request.urlopen(request, timeout=max(1.0, deadline - time.monotonic())) as events:
                for line in events:
                    if line.startswith(b"data:") and len(line) > 6:
                        execution = json.loads(line[5:])
                        if execution.get("state", {}).get("current") in wanted:
                            return self.execution(identity)
            execution = self.execution(identity)
            if execution["state"]["current"] in wanted:
                return execution
            check(time.monotonic() < deadline and execution["state"]["current"] not in TERMINAL_STATES,
                  f"the execution is {execution['state']['current']}, not {'/'.join(sorted(wanted))}: {self.story(execution)}")

    def run(self, flow: str, wanted: str = "SUCCESS", **inputs: Any) -> dict[str, Any]:
        return self.ended(self.start(flow, **inputs), wanted)

    def ended(self, identity: str, wanted: str) -> dict[str, Any]:
        execution = self.until(identity)
        check(execution["state"]["current"] == wanted, f"{execution['state']['current']} instead of {wanted}: {self.story(execution)}")
        return execution

    def lines(self, identity: str) -> list[dict[str, Any]]:
        return self.api.get(f"logs/{identity}")

    def messages(self, identity: str) -> str:
        return "\n".join(line["message"] for line in self.lines(identity))

    def story(self, execution: dict[str, Any]) -> str:
        tree = [(run["taskId"], run.get("value"), run["state"]["current"]) for run in execution.get("taskRunList") or []]
        return f"{tree}; log: {self.messages(execution['id'])[-1500:]}"

    def file(self, execution: dict[str, Any], uri: str) -> bytes:
        return self.api.checked("GET", f"executions/{execution['id']}/file", [("path", uri)]).body

    # -- the fleet

    def put(self, path: str, text: str) -> None:
        (self.fleet / path).parent.mkdir(parents=True, exist_ok=True)
        (self.fleet / path).write_text(text)

    def text(self, path: str) -> str | None:
        file = self.fleet / path
        return file.read_text() if file.exists() else None

    def contents(self, name: str, hosts: Iterable[str]) -> list[str]:
        return [(self.text(f"{host}/{name}") or "").strip() for host in hosts]

    # -- what must hold after every case

    def no_secret_shows(self) -> None:
        """In no answer of the API: executions with their outputs, logs, flows (PLUG-10)."""
        check(not self.watch.found, f"secrets stood in command lines: {self.watch.found}")
        check(self.watch.looks > 0, "nobody looked at the command lines")
        seen = 0
        for row in self.api.search_executions(NAMESPACE):
            shown = self.api.call("GET", f"executions/{row['id']}").body + self.api.call("GET", f"logs/{row['id']}").body
            shown += self.api.call("GET", f"metrics/{row['id']}").body
            seen += 1
            for mark in self.marks.values():
                at = shown.find(mark.encode())
                check(at < 0, f"{mark} shows in execution {row['id']} of {row['flowId']}: …{shown[max(0, at - 200):at + 60]!r}")
        check(seen > 0, "the case ran no execution")


def task_run(execution: dict[str, Any], task: str, nth: int = 0) -> dict[str, Any]:
    found = [run for run in execution.get("taskRunList") or [] if run["taskId"] == task]
    check(len(found) > nth, f"no task run {nth} of {task}")
    return found[nth]


def outputs(execution: dict[str, Any], task: str) -> dict[str, Any]:
    return task_run(execution, task).get("outputs") or {}


def in_threads(calls: Iterable[Callable[[], Any]], at_once: int) -> list[Any]:
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(at_once) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


class Hold:
    """A named pipe in the fleet at which a playbook waits: opened() returns when it does, release() lets it go on."""

    def __init__(self, world: World, name: str = "hold"):
        self.path = world.fleet / name
        os.mkfifo(self.path)
        self._opened = threading.Event()
        self._writer = -1
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        self._writer = os.open(self.path, os.O_WRONLY)  # returns when somebody reads
        self._opened.set()

    def opened(self, seconds: float = WAIT_S) -> None:
        check(self._opened.wait(seconds), "the playbook did not get to its waiting place")

    def release(self) -> None:
        os.close(self._writer)
