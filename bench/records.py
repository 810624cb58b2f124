"""R1: questions to a store of many executions and log lines, those who follow one execution, exports, and the command line."""

from __future__ import annotations

import http.client
import statistics
import subprocess
import threading
import time
import urllib.parse
from typing import Any, Iterator

from crowd import Crowd
from large import _between, _percentile
from measure import LoadFailed, Measure, usage
from scenarios import MB, Target, duration_s

QUESTIONS = 100  # of each kind …
QUESTIONS_MS = 8_000  # … or fewer, where they take so long together
REFUSED_MS = 1_000  # how long the server tries before it refuses a question
FLOWS = 16
PLACES = ("north", "south", "east", "west")
TEAMS = ("finance", "sales", "support", "research", "legal", "people", "plant", "press")
STRAYS = 20
FILL_ROUNDS = 2  # so that the executions of each flow are not one after another only
FOLLOWERS, IDLE_FOLLOWERS = 1_000, 10_000
STEPS, STEP_S = 40, 0.25
HELP_RUNS = 30


def _fill(target: Target) -> None:
    """Stores what is missing of the executions: other runs on the same folder leave them."""
    stored = target.api.get("executions/search", [("size", 1)])["total"]
    of_a_round = target.settings.stored // FLOWS // FILL_ROUNDS
    if stored >= of_a_round * FLOWS * FILL_ROUNDS + STRAYS:
        return
    stray = "executions/{}/{}".format(*target.deploy("stray"))
    for _ in range(STRAYS):
        target.api.checked("POST", stray, [("wait", "true")])
    starts = [_deploy_record(target, number) for number in range(FLOWS)]
    for _ in range(FILL_ROUNDS):
        for start in starts:
            target.load().run("closed", start=start, connections=target.settings.connections, read_back=100, drain_timeout=600,
                              count=of_a_round)


def _deploy_record(target: Target, number: int) -> str:
    namespace, flow = target.deploy("record", NUMBER=f"{number:02}", PLACE=PLACES[number % len(PLACES)], TEAM=TEAMS[number % len(TEAMS)])
    return target.api.path(f"executions/webhook/{namespace}/{flow}/benchmark")


Question = tuple[str, float, str, list[tuple[str, Any]]]  # its name, its bound in ms, the operation, the parameters


def _questions(stored: int, an_id: str, middle: str) -> Iterator[Question]:
    newest = [("sort", "state.startDate:desc"), ("size", 25), ("page", 1)]

    def executions(name: str, bound: float, *filters: tuple[str, Any], order: str | None = None, page: int = 1) -> Question:
        return name, bound, "executions/search", [("sort", order or "state.startDate:desc"), ("size", 25), ("page", page), *filters]

    yield executions("newest page", 20)
    yield executions("deep page", 20, page=max(2, stored // 25 // 2))
    yield executions("namespace", 20, ("filters[namespace][EQUALS]", "benchmarks.north"))
    yield executions("state, few", 20, ("filters[state][IN]", "FAILED"))
    yield executions("state, none", 20, ("filters[state][IN]", "RUNNING"))
    yield executions("label, many", 20, ("filters[labels][EQUALS][team]", "finance"))
    yield executions("label, few", 20, ("filters[labels][EQUALS][crane]", "quay-seven"))
    yield executions("date", 20, ("filters[startDate][LESS_THAN_OR_EQUAL_TO]", middle))
    for name, text in {"by id": an_id[-8:].lower(), "by flow": "record-03", "by flow, few": "stray", "by label, many": "Finance",
                       "by label, few": "quay-sev", "in all": "suite", "nowhere": "no such text"}.items():
        yield executions(f"q {name}", 20, ("filters[q][EQUALS]", text))
    for field in ("state.duration", "state.endDate"):
        for direction in ("desc", "asc"):
            yield executions(f"sort {field}:{direction}", 50, order=f"{field}:{direction}")
        yield executions(f"sort {field}, deep", 50, order=f"{field}:desc", page=400)
        yield executions(f"sort {field} of a namespace", 50, ("filters[namespace][EQUALS]", "benchmarks.north"), order=f"{field}:desc")
        yield executions(f"sort {field} of a flow", 50, ("filters[flowId][EQUALS]", "record-03"), order=f"{field}:desc")
        yield executions(f"sort {field} of a label", 50, ("filters[labels][EQUALS][team]", "finance"), order=f"{field}:desc")
        yield executions(f"sort {field} with q", 50, ("filters[q][EQUALS]", "Finance"), order=f"{field}:desc")
    yield executions("NOT on labels, most left", 50, ("filters[labels][NOT_EQUALS][team]", "finance"))
    yield executions("NOT on labels, few left", 50, ("filters[labels][NOT_EQUALS][suite]", "records"))
    yield executions("CONTAINS on flows", 50, ("filters[flowId][CONTAINS]", "cord-0"))
    yield executions("CONTAINS on flows, few", 50, ("filters[flowId][CONTAINS]", "tra"))
    yield executions("CONTAINS on flows, none", 50, ("filters[flowId][CONTAINS]", "absent"))

    def logs(name: str, bound: float, *filters: tuple[str, Any], page: int = 1, order: str = "timestamp:desc") -> Question:
        return name, bound, "logs/search", [("sort", order), ("size", 25), ("page", page), *filters]

    for name, text in {"many": "is packed", "of some": "order of finance", "few": "quay seven", "one": an_id[-8:].lower(), "by flow": "record-03",
                       "nowhere": "no such text"}.items():
        yield logs(f"logs q, {name}", 20, ("filters[q][EQUALS]", text))
    yield logs("logs newest page", 50)
    yield logs("logs oldest page", 50, order="timestamp:asc")
    yield logs("logs deep page", 50, page=max(2, stored // 25 // 2))
    yield logs("logs of a level", 50, ("filters[level][EQUALS]", "WARN"))
    yield logs("logs of a namespace", 50, ("filters[namespace][EQUALS]", "benchmarks.north"))
    yield logs("logs of a namespace, deep", 50, ("filters[namespace][EQUALS]", "benchmarks.north"), page=max(2, stored // 25 // 8))
    yield logs("logs of few", 50, ("filters[namespace][EQUALS]", "benchmarks.harbour"))
    for field in ("namespace", "flowId", "state", "kind", "flowRevision", "triggerId", "labels"):
        yield f"distinct {field}", 50, "executions/distinct-field-values", [("field", field)]


def _ask(target: Target, question: Question) -> Measure:
    name, bound, operation, parameters = question
    times, answer, refused = [], None, 0
    for _ in range(QUESTIONS):
        began = time.perf_counter()
        answer = target.api.call("GET", operation, parameters)
        times.append((time.perf_counter() - began) * 1_000)
        refused += answer.status != 200
        if sum(times) > QUESTIONS_MS:
            break
    found = answer.json()  # of the last question
    note = f"p50 {_percentile(times, 0.5):.2f}; " + (f"only {len(times)} asked; " if len(times) < QUESTIONS else "")
    if refused or answer.status != 200:
        note += f"{refused} refused"
    else:
        note += f"{len(found)} values" if isinstance(found, list) else f"{found['total']} found"
    slowest = max(_percentile(times, 0.99), REFUSED_MS if refused else 0.0)
    return Measure("R1", f"{name}: p99", slowest, "ms", bound, note=note)


def lists(target: Target) -> Iterator[Measure]:
    _fill(target)
    if target.server:
        target.stop()  # nothing of the load is in memory any more
        target.start()
    oldest = target.api.get("executions/search", [("sort", "state.startDate:asc"), ("size", 1), ("filters[flowId][EQUALS]", "record-00")])["results"][0]
    newest = target.api.get("executions/search", [("sort", "state.startDate:desc"), ("size", 1)])["results"][0]
    middle = _between(oldest["state"]["startDate"], newest["state"]["startDate"])
    for question in _questions(target.settings.stored, oldest["id"], middle):
        yield _ask(target, question)


# ---- followers


def _watched(target: Target) -> tuple[str, str]:
    steps = ", ".join(f"{{id: s{i}, type: io.kestra.plugin.core.flow.Sleep, duration: PT{STEP_S}S}}" for i in range(STEPS))
    return target.deploy("watched", TASKS=f"[{steps}]")


def _run_watched(target: Target, followers: int) -> tuple[float, Crowd, float, float]:
    """Seconds from start to end by its own dates; those who followed; processor seconds; memory on top."""
    namespace, flow = _watched(target)
    before = usage(target.pid)
    started = target.api.checked("POST", f"executions/{namespace}/{flow}").json()["id"]
    crowd = Crowd(target.url, target.api.path(f"executions/{started}/follow"), followers)
    crowd.run_until_ended(timeout=STEPS * STEP_S * 6, pid=target.pid)
    after = usage(target.pid)
    execution = target.api.get(f"executions/{started}")
    state = execution["state"]
    if state["current"] != "SUCCESS":
        raise LoadFailed(f"the followed execution ended in {state['current']}")
    return duration_s(state["startDate"], state["endDate"]), crowd, after.cpu_s - before.cpu_s, (crowd.peak() - before.memory_bytes) / MB


def followers(target: Target) -> Iterator[Measure]:
    if target.pid is None:
        raise LoadFailed("the server's process is not on this machine")
    _run_watched(target, 1)
    alone, _, cpu_alone, _ = _run_watched(target, 1)
    took, crowd, cpu, memory = _run_watched(target, FOLLOWERS)
    yield Measure("R1", f"{FOLLOWERS} followers: processor", (cpu - cpu_alone) / took, "cores", 0.5, note=f"{crowd.frames} frames, {crowd.bytes / MB:.0f} MB")
    yield Measure("R1", f"{FOLLOWERS} followers: memory on top", memory, "MB", 64)
    yield Measure("R1", f"{FOLLOWERS} followers: lateness p99", _percentile(crowd.lateness_ms, 0.99), "ms", 300,
                  note=f"p50 {_percentile(crowd.lateness_ms, 0.5):.1f}; {len(crowd.lateness_ms)} frames with a new change looked at")
    yield Measure("R1", f"{FOLLOWERS} followers: longer than alone", took / alone, "times", 1.05, note=f"{took:.2f} s, alone {alone:.2f} s")
    namespace, flow = target.deploy("approval")
    waits = target.api.checked("POST", f"executions/{namespace}/{flow}").json()["id"]
    before = usage(target.pid)
    with Crowd(target.url, target.api.path(f"executions/{waits}/follow"), IDLE_FOLLOWERS) as idle:
        idle.wait_for_first_frames(timeout=120)
        yield Measure("R1", f"{IDLE_FOLLOWERS} idle followers: memory on top", (usage(target.pid).memory_bytes - before.memory_bytes) / MB, "MB", 256)
    target.api.checked("DELETE", f"executions/{waits}/kill")


# ---- exports


class Peak:
    """The largest memory of a process while a block runs."""

    def __init__(self, pid: int):
        self._pid, self._over = pid, threading.Event()
        self.before = usage(pid).memory_bytes
        self.bytes = self.before
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            self.bytes = max(self.bytes, usage(self._pid).memory_bytes)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def on_top_mb(self) -> float:
        return (self.bytes - self.before) / MB


def _download(target: Target, operation: str, lines: bool) -> tuple[float, float, int]:
    """Milliseconds to the first byte, seconds for all, and rows or bytes."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(target.url).netloc, timeout=600)
    began = time.perf_counter()
    connection.request("GET", target.api.path(operation), headers=target.api.headers)
    response = connection.getresponse()
    size = 0
    first = None
    while chunk := response.read1(1 << 18):
        first = first or (time.perf_counter() - began) * 1_000
        size += chunk.count(b"\n") if lines else len(chunk)
    connection.close()
    if response.status != 200:
        raise LoadFailed(f"{operation}: status {response.status}")
    return first or 0.0, time.perf_counter() - began, size


def exports(target: Target) -> Iterator[Measure]:
    if target.pid is None:
        raise LoadFailed("the server's process is not on this machine")
    total = target.api.get("executions/search", [("size", 1)])["total"]
    with Peak(target.pid) as peak:
        _, seconds, rows = _download(target, "executions/export/by-query/csv", lines=True)
    if rows - 1 < total:
        raise LoadFailed(f"executions.csv has {rows - 1} rows of {total}")
    yield Measure("R1", "executions.csv", (rows - 1) / seconds, "rows/s", 50_000, True, note=f"{rows - 1} rows in {seconds:.1f} s")
    yield Measure("R1", "executions.csv: memory on top", peak.on_top_mb, "MB", 32)


# ---- the command line


def _best_ms(words: list[str]) -> float:
    times = []
    for _ in range(HELP_RUNS):
        began = time.perf_counter()
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - began) * 1_000)
    return statistics.median(times)


def command_line(target: Target) -> Iterator[Measure]:
    program = target.own_server("R1 runs the program:").program[0]
    none = _best_ms(["/bin/true"])
    yield Measure("R1", "gyr --help", _best_ms([program, "--help"]), "ms", 10, note=f"the median of {HELP_RUNS}; /bin/true takes {none:.1f} ms")
    server = ["--server", target.url]
    for words in (["flow", "list"], ["execution", "list"], ["logs"], ["namespace", "list"]):
        yield Measure("R1", f"gyr {' '.join(words)}", _best_ms([program, *words, *server]), "ms", 30)


def r1(target: Target) -> Iterator[Measure]:
    target.own_server("R1 fills the store:")
    yield from lists(target)
    yield from followers(target)
    yield from exports(target)
    yield from command_line(target)


RECORDS = {"R1": r1}
