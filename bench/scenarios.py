"""The scenarios, as bench/README.md describes them. Each takes a target and the settings and yields its figures."""

from __future__ import annotations

import calendar
import pathlib
import sys
import threading
import time
from dataclasses import dataclass
from typing import Callable, Iterator

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "harness"))

from api import TERMINAL_STATES, Api  # noqa: E402
from gyr_server import Server  # noqa: E402
from measure import Load, LoadFailed, Measure, bytes_on_disk, usage  # noqa: E402

FLOWS = HERE / "flows"
MB = 1_000_000
STARTS = 10  # of the server, for I2
K3_WAIT_LIMIT = 1_000  # up to this many values the answer to the start itself tells the end
K3_TIMEOUT_S = 900
S1_DUE = 1_000  # dates in one second
S1_A_FLOW, S1_DUE_A_FLOW = 50, 10  # schedules of one flow
S1_LEAD_S = 5  # at least, from saving the schedules that are due together to their date
S1_TIMEOUT_S = 60


@dataclass
class Settings:
    seconds: float = 10.0  # length of each load
    connections: int = 64
    rates: tuple[float, ...] = (20.0, 1_000.0, 6_000.0)
    wait_share: float = 0.01
    values: tuple[int, ...] = (100, 10_000, 100_000)
    idle_seconds: float = 30.0
    executions: int = 50_000  # of I1 and D1
    stored: int = 50_000  # of I2 and U1
    waiting: int = 10_000  # of P1
    lines: int = 1_000_000  # of L1
    schedules: int = 100_000  # of S1
    namespace: str | None = None  # for shared servers; None: as published


class NotHere(Exception):
    """A scenario that this target cannot run; the text says why."""


class Target:
    """A server that is measured: our own program on a data folder of its own, or any other by its address."""

    def __init__(self, name: str, load_program: pathlib.Path, settings: Settings, url: str | None = None, pid: int | None = None,
                 server: Server | None = None, user_file: pathlib.Path | None = None):
        self.name, self.load_program, self.settings, self.user_file = name, load_program, settings, user_file
        self.server, self._url, self._pid = server, url, pid
        user = user_file.read_text().splitlines()[0] if user_file else None
        self.api = Api(self.url, timeout=K3_TIMEOUT_S, user=user)

    def close(self) -> None:
        self.api.close()

    def stop(self) -> None:
        """Ends our own server; start() begins it anew on the same data."""
        self.api.close()
        self.server.stop()

    def start(self) -> None:
        self.server.start()

    @property
    def url(self) -> str:
        return self.server.url if self.server else self._url

    @property
    def pid(self) -> int | None:
        return self.server.pid if self.server else self._pid

    def load(self) -> Load:
        return Load(self.load_program, self.url, self.api.path("executions/"), self.pid, self.user_file)

    def own_server(self, why: str) -> Server:
        if self.server is None:
            raise NotHere(f"{why} only with a server that is started here")
        return self.server

    def deploy(self, file: str, **replaced: str) -> tuple[str, str]:
        """Deploys a flow of bench/flows; returns namespace and id. Words are replaced as given, the rest is as published."""
        source = (FLOWS / f"{file}.yaml").read_text()
        for old, new in replaced.items():
            source = source.replace(old, new)
        if self.settings.namespace:
            source = source.replace("namespace: benchmarks", f"namespace: {self.settings.namespace}")
        deployed = self.api.deploy(source)
        return deployed.get("namespace", self.settings.namespace or "benchmarks"), deployed.get("id", file)

    def webhook(self, file: str) -> tuple[str, str]:
        """Deploys a flow; returns the paths that start it: by its webhook, and by a start that waits."""
        namespace, flow = self.deploy(file)
        return (self.api.path(f"executions/webhook/{namespace}/{flow}/benchmark"),
                self.api.path(f"executions/{namespace}/{flow}", [("wait", "true")]))


def _capacity(target: Target, scenario: str, file: str, goal: float) -> Iterator[Measure]:
    start, _ = target.webhook(file)
    report = target.load().run("closed", start=start, connections=target.settings.connections, seconds=target.settings.seconds,
                               drain_timeout=600)
    yield Measure(scenario, "executions, all ended", report["per_second"], "/s", goal, True,
                  f"{report['acknowledged']} executions, {report['drain_s']:.2f} s to drain", report)
    server = report["server"]
    if server:
        cpu = server["cpu_user_s"] + server["cpu_system_s"]
        yield Measure(scenario, "server CPU per execution", cpu / report["acknowledged"] * 1e6, "us", detail=report)
    yield Measure(scenario, "generator CPU per execution", report["generator_cpu_s"] / report["acknowledged"] * 1e6, "us", detail=report)


def _open_loop(target: Target, scenario: str, file: str, rate: float, p99_goal: float | None) -> Iterator[Measure]:
    start, wait = target.webhook(file)
    report = target.load().run("open", start=start, wait=wait, wait_share=target.settings.wait_share, rate=rate,
                               seconds=target.settings.seconds, connections=1_024)
    latency = report["latency_ms"]
    # Where the clocks differ the time from the intended moment cannot be told; the execution's own dates remain.
    kind = "own" if report["clocks_differ"] else "end"
    note = f"p90 {latency[kind]['p90']:.2f}, p99.9 {latency[kind]['p999']:.2f}, max {latency[kind]['max']:.2f}"
    if latency["lag"]["p99"] > 1.0:
        note += f"; the generator was late: p99 {latency['lag']['p99']:.1f} ms"
    if report["clocks_differ"]:
        note += "; by the execution's own dates, clocks differ"
    yield Measure(scenario, f"p50 at {rate:g}/s", latency[kind]["p50"], "ms", detail=report)
    yield Measure(scenario, f"p99 at {rate:g}/s", latency[kind]["p99"], "ms", p99_goal, note=note)
    yield Measure(scenario, f"p99 at {rate:g}/s, own dates", latency["own"]["p99"], "ms")
    yield Measure(scenario, f"p99 at {rate:g}/s, acknowledged", latency["ack"]["p99"], "ms")
    if latency["wait"]["count"]:
        yield Measure(scenario, f"p99 at {rate:g}/s, seen by a client", latency["wait"]["p99"], "ms",
                      note=f"{latency['wait']['count']} starts with wait=true")


def k1(target: Target) -> Iterator[Measure]:
    capacity = 0.0
    for measure in _capacity(target, "K1", "benchmark01", 6_000):
        capacity = measure.value if measure.unit == "/s" else capacity
        yield measure
    for rate in target.settings.rates:
        if rate > capacity:
            print(f"     K1 at {rate:g}/s is left out: {target.name} ends {capacity:.0f} executions a second")
            continue
        yield from _open_loop(target, "K1", "benchmark01", rate, 10.0 if rate == 1_000 else None)


def k2(target: Target) -> Iterator[Measure]:
    yield from _capacity(target, "K2", "benchmark02", 1_700)
    yield from _open_loop(target, "K2", "benchmark02", min(target.settings.rates), None)


def wait_by_latest(api: Api, namespace: str, flow: str, execution_id: str) -> float:
    """Seconds until the light view of the newest execution shows the end; its precision is a hundredth of them."""
    started, pause = time.monotonic(), threading.Event()
    while True:
        for latest in api.checked("POST", "executions/latest", body=f'[{{"namespace":"{namespace}","id":"{flow}"}}]'.encode()).json():
            status = latest.get("status") or latest["state"]["current"]
            if latest["id"] == execution_id and status in TERMINAL_STATES:
                return time.monotonic() - started
        if time.monotonic() - started > K3_TIMEOUT_S:
            raise LoadFailed(f"a loop did not end within {K3_TIMEOUT_S} s")
        pause.wait(max(0.002, (time.monotonic() - started) / 100))


def _run_loop(target: Target, size: int) -> tuple[float, float]:
    """Runs benchmark 3 over `size` values; seconds by the execution's own dates, and as seen from here."""
    name = "benchmark03" if size == 100 else f"benchmark03-{size}"
    namespace, flow = target.deploy("benchmark03", **{"benchmark03": name, "range(1, 100)": f"range(1, {size})"})
    api, started = target.api, time.monotonic()
    if size <= K3_WAIT_LIMIT:
        execution = api.checked("POST", f"executions/{namespace}/{flow}", [("wait", "true")]).json()
        seen = time.monotonic() - started
    else:
        execution_id = api.checked("POST", f"executions/{namespace}/{flow}").json()["id"]
        seen = wait_by_latest(api, namespace, flow, execution_id)
        execution = api.get(f"executions/{execution_id}")
    runs = execution.get("taskRunList") or []
    if execution["state"]["current"] != "SUCCESS" or len(runs) != size + 1:
        raise LoadFailed(f"a loop over {size} values ended in {execution['state']['current']} with {len(runs)} task runs, not {size + 1}")
    return duration_s(execution["state"]["startDate"], execution["state"]["endDate"]), seen


def duration_s(start: str, end: str) -> float:
    def nanos(text: str) -> int:
        whole, _, fraction = text.rstrip("Z").partition(".")
        return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) * 10**9 + int((fraction + "0" * 9)[:9])
    return (nanos(end) - nanos(start)) / 1e9


def k3(target: Target) -> Iterator[Measure]:
    goals = {100: 0.020, 10_000: 2.0, 100_000: 20.0}
    namespace, flow = target.deploy("t1")
    wait = target.api.path(f"executions/{namespace}/{flow}", [("wait", "true")])
    for size in target.settings.values:
        before = usage(target.pid).rss_bytes if target.pid else 0
        beside = target.load().start("closed", wait=wait, connections=1, seconds=K3_TIMEOUT_S)
        try:
            own, seen = _run_loop(target, size)
        finally:
            report = Load.finish(beside, stop=True)
        # Not by its own dates: where all of a loop runs in one step they are one moment.
        yield Measure("K3", f"{size} values", seen, "s", goals.get(size), note=f"{own:.6f} s by its own dates", detail={"own_s": own})
        if report["sent"] > 0:
            yield Measure("K3", f"{size} values: T1 beside, p99", report["latency_ms"]["wait"]["p99"], "ms", 20.0,
                          note=f"{report['sent']} starts", detail=report)
        if report["server"]:
            yield Measure("K3", f"{size} values: memory on top", (report["server"]["rss_peak_bytes"] - before) / MB, "MB")


def t1(target: Target) -> Iterator[Measure]:
    namespace, flow = target.deploy("t1")
    wait = target.api.path(f"executions/{namespace}/{flow}", [("wait", "true")])
    report = target.load().run("closed", wait=wait, connections=1, seconds=target.settings.seconds)
    latency = report["latency_ms"]["wait"]
    yield Measure("T1", "p50", latency["p50"], "ms", 0.9, note=f"{latency['count']} executions", detail=report)
    yield Measure("T1", "p99", latency["p99"], "ms", 3.0)
    yield Measure("T1", "p99.9", latency["p999"], "ms", note=f"max {latency['max']:.2f}")


def h1(target: Target) -> Iterator[Measure]:
    wait, _ = target.webhook("h1")
    report = target.load().run("closed", wait=wait, connections=1, seconds=target.settings.seconds)
    latency = report["latency_ms"]["wait"]
    yield Measure("H1", "p50", latency["p50"], "ms", 2.0, note=f"{latency['count']} executions", detail=report)
    yield Measure("H1", "p99", latency["p99"], "ms")


def i1(target: Target) -> Iterator[Measure]:
    if target.pid is None:
        raise NotHere("I1: the server's process is not on this machine")
    if target.server:  # as it is after a start
        target.stop()
        target.start()
    before = usage(target.pid)
    threading.Event().wait(target.settings.idle_seconds)
    idle = usage(target.pid)
    yield Measure("I1", "memory, idle", idle.memory_bytes / MB, "MB", 40,
                  note=f"{idle.rss_bytes / MB:.1f} MB with shared pages for each of its processes")
    yield Measure("I1", "CPU, idle", (idle.cpu_s - before.cpu_s) / target.settings.idle_seconds * 100, "%", 0.2,
                  note=f"over {target.settings.idle_seconds:g} s")
    start, _ = target.webhook("benchmark01")
    target.load().run("closed", start=start, connections=target.settings.connections, count=target.settings.executions,
                      read_back=1_000, drain_timeout=600)
    yield Measure("I1", f"memory after {target.settings.executions} executions", usage(target.pid).memory_bytes / MB, "MB", 170)


def _start_times(target: Target) -> list[float]:
    times = []
    for _ in range(STARTS):
        target.stop()
        target.start()
        times.append(target.server.health_s * 1000)
    return sorted(times)


def i2(target: Target) -> Iterator[Measure]:
    target.own_server("I2 starts and stops the server:")
    empty = _start_times(target)
    yield Measure("I2", "start to ready, empty", empty[STARTS // 2], "ms", 200, note=f"{empty[0]:.0f} to {empty[-1]:.0f} in {STARTS} starts")
    start, _ = target.webhook("benchmark01")
    target.load().run("closed", start=start, connections=target.settings.connections, count=target.settings.stored, read_back=1_000,
                      drain_timeout=600)
    full = _start_times(target)
    yield Measure("I2", f"start to ready, {target.settings.stored} executions", full[STARTS // 2], "ms", 1_000,
                  note=f"{full[0]:.0f} to {full[-1]:.0f} in {STARTS} starts")


def d1(target: Target) -> Iterator[Measure]:
    server = target.own_server("D1 looks into the data folder:")
    start, _ = target.webhook("benchmark01")
    target.stop()
    before = bytes_on_disk(server.data)
    target.start()
    target.load().run("closed", start=start, connections=target.settings.connections, count=target.settings.executions, read_back=1_000,
                      drain_timeout=600)
    target.stop()
    after = bytes_on_disk(server.data)
    target.start()
    yield Measure("D1", "disk per K1 execution", (after - before) / target.settings.executions, "bytes", 2_000,
                  note=f"over {target.settings.executions} executions, server stopped")


def _schedules(first: int, count: int, cron: Callable[[int], str]) -> str:
    """A flow's triggers in YAML's flow style: each with its own id and date."""
    rows = [f'{{id: t{first + i}, type: io.kestra.plugin.core.trigger.Schedule, withSeconds: true, timezone: UTC, cron: "{cron(first + i)}"}}'
            for i in range(count)]
    return f"[{', '.join(rows)}]"


def _deploy_schedules(target: Target, name: str, count: int, a_flow: int, cron: Callable[[int], str]) -> None:
    for flow, first in enumerate(range(0, count, a_flow)):
        target.deploy("s1", **{"id: s1": f"id: {name}-{flow}", "TRIGGERS": _schedules(first, min(a_flow, count - first), cron)})


def s1(target: Target) -> Iterator[Measure]:
    target.own_server("S1 starts and stops the server:")
    due_count = min(S1_DUE, target.settings.schedules // 2)
    before = usage(target.pid)
    # Far dates, spread over the year.
    began = time.monotonic()
    _deploy_schedules(target, "far", target.settings.schedules - due_count, S1_A_FLOW,
                      lambda i: f"{i % 60} {i // 60 % 60} {i // 3600 % 24} 1 {1 + (time.gmtime().tm_mon + 5) % 12} *")
    a_flow_s = (time.monotonic() - began) * S1_A_FLOW / (target.settings.schedules - due_count)
    target.stop()
    target.start()
    yield Measure("S1", f"start to ready, {target.settings.schedules} schedules", target.server.health_s, "s", 2.0)
    resting = usage(target.pid)
    threading.Event().wait(target.settings.idle_seconds)
    after = usage(target.pid)
    yield Measure("S1", "CPU between dates", (after.cpu_s - resting.cpu_s) / target.settings.idle_seconds * 100, "%", 0.2,
                  note=f"over {target.settings.idle_seconds:g} s")
    yield Measure("S1", "memory on top", (after.memory_bytes - before.memory_bytes) / MB, "MB")
    # All are saved before their date: these flows are smaller than those before.
    lead_s = S1_LEAD_S + 2 * a_flow_s * due_count / S1_DUE_A_FLOW
    due_at = int(time.time() + lead_s)
    date = time.gmtime(due_at)
    _deploy_schedules(target, "due", due_count, S1_DUE_A_FLOW,
                      lambda _: f"{date.tm_sec} {date.tm_min} {date.tm_hour} {date.tm_mday} {date.tm_mon} *")
    if time.time() > due_at - 1:
        raise LoadFailed(f"{due_count} schedules could not be saved within {lead_s:.0f} s")
    lateness = _lateness(target, due_count, due_at)
    yield Measure("S1", f"{due_count} due in one second: lateness p99", lateness[int(len(lateness) * 0.99)], "ms", 50.0,
                  note=f"p50 {lateness[len(lateness) // 2]:.1f}, max {lateness[-1]:.1f}")


def _lateness(target: Target, count: int, due_at: int) -> list[float]:
    """Milliseconds from the date to the start of each execution, ascending. Each must be there once and end in SUCCESS."""
    namespace, pause = f"{target.settings.namespace or 'benchmarks'}.schedules", threading.Event()
    pause.wait(max(0.0, due_at - time.time()))
    deadline = time.monotonic() + S1_TIMEOUT_S
    while True:
        found = target.api.search_executions(namespace)
        if len(found) >= count and all(e["state"]["current"] in TERMINAL_STATES for e in found):
            break
        if time.monotonic() > deadline:
            raise LoadFailed(f"{len(found)} of {count} dates started an execution within {S1_TIMEOUT_S} s")
        pause.wait(0.2)
    dates = {(e["flowId"], e["trigger"]["id"], e["scheduleDate"]) for e in found}
    wrong = [e["id"] for e in found if e["state"]["current"] != "SUCCESS"]
    if len(found) != count or len(dates) != count or wrong:
        raise LoadFailed(f"{count} dates gave {len(found)} executions of {len(dates)} dates, {len(wrong)} not in SUCCESS")
    return sorted(duration_s(e["scheduleDate"], e["state"]["startDate"]) * 1000 for e in found)


SCENARIOS: dict[str, Callable[[Target], Iterator[Measure]]] = {"K1": k1, "K2": k2, "K3": k3, "T1": t1, "H1": h1, "I1": i1, "I2": i2, "D1": d1, "S1": s1}
