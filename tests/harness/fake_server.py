#!/usr/bin/env python3
"""A small double of the server, for the tests of the harnesses themselves: it keeps the promises of the API that they
check, unless FAKE_BUG names one to break. It is started like the program: `fake_server.py server local --data DIR …`.

Flows are understood only as far as the harnesses' own flows need: a Log task ends at once, a shell task runs its one
command. The journal is a file of JSON lines; a line is on disk before anything is answered.

FAKE_BUG: lose (acknowledges before the journal is on disk), double (ignores idempotency keys), rerun (runs finished tasks again
after a restart), stuck (leaves open executions alone after a restart), fail (ends in FAILED), invent (adds an execution
nobody asked for at each start), deaf (never gets ready), refuse (503 to every start).
"""

from __future__ import annotations

import argparse
import datetime
import http.server
import json
import os
import pathlib
import queue
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid

BUG = os.environ.get("FAKE_BUG", "")


def now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def new_state() -> dict:
    date = now()
    return {"current": "CREATED", "histories": [{"state": "CREATED", "date": date}], "startDate": date}


def moved(state: dict, to: str) -> dict:
    date = now()
    state = {**state, "current": to, "histories": [*state["histories"], {"state": to, "date": date}]}
    if to in ("SUCCESS", "FAILED"):
        state.update(endDate=date, duration="PT0.001S")
    return state


class Store:
    """Flows and executions, in memory and in the journal."""

    def __init__(self, folder: pathlib.Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self.flows: dict[str, str] = {}
        self.executions: dict[str, dict] = {}
        self.keys: dict[str, str] = {}
        path = folder / "journal.jsonl"
        if path.exists():
            text = path.read_bytes()
            whole = text[:text.rfind(b"\n") + 1]
            for line in whole.splitlines():
                self.apply(json.loads(line))
            # Only a torn last line is cut off: a kill at this very moment must not lose the rest.
            os.truncate(path, len(whole))
        self.file = path.open("ab")

    def apply(self, record: dict) -> None:
        if "flow" in record:
            self.flows[record["flow"]] = record["source"]
        else:
            self.executions[record["execution"]["id"]] = record["execution"]
            if record.get("key"):
                self.keys[record["key"]] = record["execution"]["id"]

    def write(self, record: dict) -> None:
        with self.lock:
            self.apply(json.loads(json.dumps(record)))
            self.file.write(json.dumps(record).encode() + b"\n")
            if BUG != "lose" or "flow" in record:
                self.file.flush()
                os.fsync(self.file.fileno())


class Engine:
    """Runs executions on a few threads."""

    def __init__(self, store: Store, threads: int = 4):
        self.store = store
        self.work: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.ended = threading.Condition()
        for _ in range(threads):
            threading.Thread(target=self.run_all, daemon=True).start()

    def recover(self) -> None:
        for execution in list(self.store.executions.values()):
            if execution["state"]["current"] not in ("SUCCESS", "FAILED"):
                if BUG != "stuck":
                    self.work.put(execution["id"])
            elif BUG == "rerun" and execution["taskRunList"]:
                self.work.put(execution["id"])

    def run_all(self) -> None:
        while True:
            self.run(self.work.get())

    def run(self, execution_id: str) -> None:
        execution = self.store.executions[execution_id]
        again = execution["state"]["current"] == "SUCCESS"
        commands = re.findall(r"- id: (\S+)\n\s+type: \S+\n(?:.*\n)*?\s+commands:\n\s+- '(.*)'",
                              self.store.flows[f"{execution['namespace']}.{execution['flowId']}"])
        execution = self.save({**execution, "state": moved(execution["state"], "RUNNING")}) if not again else execution
        for task, command in commands:
            run = next((r for r in execution["taskRunList"] if r["taskId"] == task), None)
            if run and run["state"]["current"] == "SUCCESS" and not again:
                continue
            if run is None:
                run = {"id": uuid.uuid4().hex, "taskId": task, "executionId": execution_id, "state": new_state()}
                execution = self.save({**execution, "taskRunList": [*execution["taskRunList"], run]})
            words = {"taskrun.id": run["id"], "taskrun.attemptsCount": "1", "execution.id": execution_id}
            subprocess.run(["sh", "-c", re.sub(r"\{\{ *([\w.]+) *\}\}", lambda m: words[m[1]], command)], check=True)
            done = {**run, "state": moved(run["state"], "SUCCESS")}
            execution = self.save({**execution, "taskRunList": [done if r["id"] == run["id"] else r
                                                                for r in execution["taskRunList"]]})
        if not again:
            self.save({**execution, "state": moved(execution["state"], "FAILED" if BUG == "fail" else "SUCCESS")})
        with self.ended:
            self.ended.notify_all()

    def save(self, execution: dict) -> dict:
        self.store.write({"execution": execution})
        return execution

    def start(self, namespace: str, flow: str, key: str | None, labels: list[dict], trigger: dict | None) -> dict:
        with self.store.lock:
            if key and BUG != "double" and key in self.store.keys:
                return self.store.executions[self.store.keys[key]]
            execution = {"id": uuid.uuid4().hex[:22], "namespace": namespace, "flowId": flow, "flowRevision": 1,
                         "labels": labels, "state": new_state(), "taskRunList": [],
                         **({"trigger": trigger} if trigger else {})}
            self.store.write({"execution": execution, "key": key})
        self.work.put(execution["id"])
        # A late answer is often no answer at a kill, which is when the missing key shows.
        return self.wait(execution["id"]) if BUG == "double" else execution

    def wait(self, execution_id: str) -> dict:
        with self.ended:
            self.ended.wait_for(lambda: self.store.executions[execution_id]["state"]["current"] in ("SUCCESS", "FAILED"))
        return self.store.executions[execution_id]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    engine: Engine

    def answer(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        store = self.engine.store
        if url.path == "/health":
            self.answer(200, {"status": "UP"})
        elif url.path == "/api/v1/main/executions/search":
            wanted = query["filters[namespace][EQUALS]"][0]
            since = query.get("filters[startDate][GREATER_THAN_OR_EQUAL_TO]", [""])[0]
            found = sorted((e for e in list(store.executions.values())
                            if e["namespace"] == wanted and e["state"]["startDate"] >= since),
                           key=lambda e: e["state"]["startDate"])
            page, size = int(query["page"][0]), int(query["size"][0])
            self.answer(200, {"results": found[(page - 1) * size:page * size], "total": len(found)})
        elif url.path.startswith("/api/v1/main/logs/"):
            self.answer(200, [{"level": "INFO", "message": "Hello"}])
        elif url.path.startswith("/api/v1/main/executions/"):
            execution = store.executions.get(url.path.rsplit("/", 1)[1])
            self.answer(200 if execution else 404, execution or {"message": "Not Found"})
        else:
            self.answer(404, {"message": "Not Found"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        words = url.path.removeprefix("/api/v1/main/").split("/")
        if words == ["flows"]:
            name = ".".join(re.search(rf"^{key}: (\S+)", body, re.M)[1] for key in ("namespace", "id"))
            known = name in self.engine.store.flows
            if not known:
                self.engine.store.write({"flow": name, "source": body})
            self.answer(422 if known else 200, {"revision": 1, "message": "Flow id already exists"})
        elif words == ["executions", "latest"]:
            found = [e for wanted in json.loads(body) for e in list(self.engine.store.executions.values())
                     if e["flowId"] == wanted["id"]]
            newest = max(found, key=lambda e: e["state"]["startDate"], default=None)
            self.answer(200, [{"id": newest["id"], "status": newest["state"]["current"]}] if newest else [])
        elif BUG == "refuse":
            self.answer(503, {"message": "full"})
        elif words[:2] == ["executions", "webhook"]:
            trigger = {"id": "webhook", "variables": {"parameters": query}}
            self.answer(200, self.engine.start(words[2], words[3], self.headers.get("Idempotency-Key"), [], trigger))
        else:
            labels = [dict(zip(("key", "value"), label.split(":", 1))) for label in query.get("labels", [])]
            started = self.engine.start(words[1], words[2], self.headers.get("Idempotency-Key"), labels, None)
            self.answer(200, self.engine.wait(started["id"]) if query.get("wait") == ["true"] else started)

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.engine.store.write({"flow": ".".join(self.path.split("/")[-2:]), "source": body})
        self.answer(200, {"revision": 2})


class Listener(http.server.ThreadingHTTPServer):
    request_queue_size = 128


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("words", nargs=2)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--config", type=pathlib.Path)
    options = parser.parse_args()
    if BUG == "deaf":
        threading.Event().wait()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    started = time.monotonic()
    engine = Engine(Store(options.data))
    Handler.engine = engine
    server = Listener(("127.0.0.1", options.port), Handler)
    engine.recover()
    if BUG == "invent" and engine.store.flows:
        namespace, _, flow = next(iter(engine.store.flows)).rpartition(".")
        engine.start(namespace, flow, None, [], None)
    print(f"ready http://127.0.0.1:{options.port} in {(time.monotonic() - started) * 1000:.0f} ms", file=sys.stderr, flush=True)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
