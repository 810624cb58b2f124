"""The scenarios of large numbers: many executions stored (U1), many that wait (P1), many tasks of one flow beside another's (F1)."""

from __future__ import annotations

import calendar
import threading
import time
from typing import Any, Iterator

from measure import LoadFailed, Measure, usage
from scenarios import MB, Target, duration_s

U1_QUESTIONS = 200  # of each kind
U1_REFUSED = 500  # executions that failed, among the many that did not
P1_TIMEOUT_S = 600
F1_GUESTS = 50
F1_TIMEOUT_S = 600


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _store_many(target: Target, count: int) -> None:
    start, _ = target.webhook("benchmark01")
    target.load().run("closed", start=start, connections=target.settings.connections, count=count, read_back=1_000, drain_timeout=600)


def _questions(target: Target, middle: str, an_id: str) -> dict[str, list[tuple[str, Any]]]:
    """What people ask a list of executions, as the parameters of a search."""
    namespace = target.settings.namespace or "benchmarks"
    newest = [("sort", "state.startDate:desc"), ("size", 25)]
    return {
        "newest page": [*newest, ("page", 1)],
        "deep page": [*newest, ("page", max(2, target.settings.stored // 25 // 2))],
        "of one flow": [*newest, ("filters[namespace][EQUALS]", namespace), ("filters[flowId][EQUALS]", "benchmark01")],
        "failed ones": [*newest, ("filters[state][IN]", "FAILED")],
        "running ones": [*newest, ("filters[state][IN]", "RUNNING")],
        "with a label": [*newest, ("filters[labels][EQUALS][team]", "finance")],
        "text of an id": [*newest, ("filters[q][EQUALS]", an_id[-8:].lower())],
        "text of a label": [*newest, ("filters[q][EQUALS]", "Finance")],
        "text nowhere": [*newest, ("filters[q][EQUALS]", "no such text")],
        "before a date": [*newest, ("filters[startDate][LESS_THAN_OR_EQUAL_TO]", middle)],
    }


def u1(target: Target) -> Iterator[Measure]:
    server = target.own_server("U1 fills the store:")
    refused = "executions/{}/{}".format(*target.deploy("refused"))
    for _ in range(U1_REFUSED):  # before the many: the pages that are looked at first hold none
        target.api.checked("POST", refused)
    _store_many(target, target.settings.stored)
    target.stop()  # nothing of the load is in memory any more
    target.start()
    oldest = target.api.get("executions/search", [("sort", "state.startDate:asc"), ("size", 1)])
    newest = target.api.get("executions/search", [("sort", "state.startDate:desc"), ("size", 1)])
    total = oldest["total"]
    if total != target.settings.stored + U1_REFUSED:
        raise LoadFailed(f"{total} executions are stored, not {target.settings.stored + U1_REFUSED}")
    middle = _between(oldest["results"][0]["state"]["startDate"], newest["results"][0]["state"]["startDate"])
    for name, query in _questions(target, middle, oldest["results"][0]["id"]).items():
        times, found = [], 0
        for _ in range(U1_QUESTIONS):
            began = time.perf_counter()
            answer = target.api.get("executions/search", query)
            times.append((time.perf_counter() - began) * 1_000)
            found = answer["total"]
        yield Measure("U1", f"{name}: p99", _percentile(times, 0.99), "ms", 20.0,
                      note=f"p50 {_percentile(times, 0.5):.2f}; {found} of {total} found", detail={"found": found})
    yield Measure("U1", "memory after the questions", usage(server.pid).memory_bytes / MB, "MB")


def _between(first: str, last: str) -> str:
    """The moment halfway between two dates of an answer, to the second."""
    length = duration_s(first, last)
    start = time.strptime(first[:19], "%Y-%m-%dT%H:%M:%S")
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(calendar.timegm(start) + length / 2))


def _total(target: Target, namespace: str, *states: str) -> int:
    return target.api.get("executions/search", [("filters[namespace][EQUALS]", namespace), ("filters[state][IN]", ",".join(states)), ("size", 1)])["total"]


def _await_total(target: Target, namespace: str, wanted: int, *states: str) -> float:
    """Seconds until so many executions are in one of the states."""
    began, pause = time.monotonic(), threading.Event()
    while (found := _total(target, namespace, *states)) < wanted:
        if time.monotonic() - began > P1_TIMEOUT_S:
            raise LoadFailed(f"{found} of {wanted} executions are {' or '.join(states)} after {P1_TIMEOUT_S} s")
        pause.wait(0.05)
    return time.monotonic() - began


def p1(target: Target) -> Iterator[Measure]:
    server = target.own_server("P1 starts and stops the server:")
    namespace, flow = target.deploy("approval")
    count = target.settings.waiting
    before = usage(server.pid)
    target.load().run("closed", start=target.api.path(f"executions/{namespace}/{flow}"), connections=target.settings.connections, count=count,
                      until="acknowledged")
    _await_total(target, namespace, count, "PAUSED")
    paused = usage(server.pid)
    yield Measure("P1", f"memory on top, {count} paused", (paused.memory_bytes - before.memory_bytes) / MB, "MB",
                  note=f"{(paused.memory_bytes - before.memory_bytes) / count:.0f} bytes each")
    target.stop()
    target.start()
    yield Measure("P1", f"start to ready, {count} paused", server.health_s * 1_000, "ms", 1_000)
    threading.Event().wait(2)  # what a start leaves to do is done
    resting = usage(server.pid)
    yield Measure("P1", f"memory after a start, {count} paused", resting.memory_bytes / MB, "MB")
    threading.Event().wait(target.settings.idle_seconds)
    idle = usage(server.pid)
    yield Measure("P1", "CPU while they wait", (idle.cpu_s - resting.cpu_s) / target.settings.idle_seconds * 100, "%", 0.2,
                  note=f"over {target.settings.idle_seconds:g} s")
    began = time.monotonic()
    resumed = target.api.checked("POST", "executions/resume/by-query",
                                 [("filters[namespace][EQUALS]", namespace), ("filters[state][IN]", "PAUSED")]).json()["count"]
    if resumed != count:
        raise LoadFailed(f"{resumed} of {count} paused executions were resumed")
    _await_total(target, namespace, count, "SUCCESS")
    yield Measure("P1", "resumed by one call, all ended", count / (time.monotonic() - began), "/s", None, True)
    peak = usage(server.pid)
    yield Measure("P1", "memory after all ended", peak.memory_bytes / MB, "MB")


def _first_start_ms(execution: dict[str, Any]) -> float:
    """From the creation of the execution to the start of its first task."""
    history = execution["taskRunList"][0]["state"]["histories"]
    begun = next(step["date"] for step in history if step["state"] == "RUNNING")
    return duration_s(execution["state"]["startDate"], begun) * 1_000


def _newest(target: Target, namespace: str, flow: str) -> dict[str, Any]:
    found = target.api.get("executions/search", [("filters[namespace][EQUALS]", namespace), ("filters[flowId][EQUALS]", flow),
                                                 ("sort", "state.startDate:desc"), ("size", 1)])
    return found["results"][0]


def f1(target: Target) -> Iterator[Measure]:
    namespace, crowd = target.deploy("crowd")
    _, guest = target.deploy("guest")
    wait = [("wait", "true")]
    # Alone first: what a first task costs on this machine.
    alone = [_first_start_ms(target.api.checked("POST", f"executions/{namespace}/{guest}", wait).json()) for _ in range(F1_GUESTS)]
    target.api.checked("POST", f"executions/{namespace}/{crowd}")
    beside: list[float] = []
    whole: list[float] = []  # until its process has ended
    while len(beside) < F1_GUESTS and _newest(target, namespace, crowd)["state"]["current"] in ("CREATED", "RUNNING"):
        execution = target.api.checked("POST", f"executions/{namespace}/{guest}", wait).json()
        if execution["state"]["current"] != "SUCCESS":
            raise LoadFailed(f"a guest ended in {execution['state']['current']}")
        beside.append(_first_start_ms(execution))
        whole.append(duration_s(execution["state"]["startDate"], execution["state"]["endDate"]) * 1_000)
    if not beside:
        raise LoadFailed("the crowd was through before its first guest: nothing was measured")
    yield Measure("F1", "first task alone: p99", _percentile(alone, 0.99), "ms", note=f"p50 {_percentile(alone, 0.5):.2f}")
    yield Measure("F1", "first task beside 10,000 waiting: p99", _percentile(beside, 0.99), "ms", note=f"p50 {_percentile(beside, 0.5):.2f}; {len(beside)} guests while the crowd ran")
    yield Measure("F1", "a guest until its end, slowest", max(whole), "ms")
    yield Measure("F1", "delay of the first task: p99", _percentile(beside, 0.99) - _percentile(alone, 0.99), "ms", 50.0)
    began, pause = time.monotonic(), threading.Event()
    while (state := _newest(target, namespace, crowd)["state"]["current"]) == "RUNNING":
        if time.monotonic() - began > F1_TIMEOUT_S:
            raise LoadFailed(f"the crowd did not end within {F1_TIMEOUT_S} s")
        pause.wait(1)
    if state != "SUCCESS":
        raise LoadFailed(f"the crowd ended in {state}")


LARGE = {"U1": u1, "P1": p1, "F1": f1}
