#!/usr/bin/env python3
"""./dev bench: runs the published scenarios and prints the results next to the goals.

    ./dev bench                        runs all scenarios, each on a new release server
    ./dev bench K1 T1 --seconds 30     runs some scenarios, longer
    ./dev bench K1 --against URL       also runs them on another server with this API, and prints ratios

Every figure is appended to build/bench/results.jsonl. bench/README.md describes the scenarios and the figures.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.parse
from dataclasses import replace

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))

from large import LARGE  # noqa: E402
from measure import LoadFailed, Measure, find_listener, machine, sync_latency  # noqa: E402
from records import RECORDS  # noqa: E402
from scenarios import NotHere, Settings, Target  # noqa: E402
from scenarios import SCENARIOS as SINGLE  # noqa: E402
from scripts import SCRIPTS  # noqa: E402

sys.path.insert(0, str(ROOT / "tests" / "harness"))

from api import Refused, Unreachable  # noqa: E402
from gyr_server import Server, StartFailed  # noqa: E402

SCENARIOS = {**SINGLE, **LARGE, **SCRIPTS, **RECORDS}
FULL = {"executions": 1_000_000, "stored": 5_000_000, "waiting": 100_000}


def run_scenario(name: str, target: Target) -> list[Measure]:
    """The figures of one scenario; printed as they come. What cannot be run here is said and leaves no figure."""
    measures = []
    try:
        for measure in SCENARIOS[name](target):
            measures.append(measure)
            if target.server is None:
                measure.goal = None  # the goals are ours
            print(f"     {target.name:<8}{line(measure)}", flush=True)
    except NotHere as reason:
        print(f"     SKIPPED for {target.name}: {reason}", flush=True)
    finally:
        target.close()
    return measures


def run_own(name: str, options: argparse.Namespace, settings: Settings) -> list[Measure]:
    """Each scenario has a fresh server and a fresh folder."""
    work = ROOT / "build" / "bench" / name
    shutil.rmtree(work, ignore_errors=True)
    with Server([options.program], work / "data", work / "server.log") as server:
        server.start()
        measures = run_scenario(name, Target("gyr", options.load, settings, server=server))
        server.stop()
    shutil.rmtree(work)
    return measures


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"


def line(measure: Measure) -> str:
    verdict = {True: "ok", False: "MISSED", None: ""}[measure.meets_goal]
    goal = f"goal {'≥' if measure.higher_is_better else '≤'} {number(measure.goal)}" if measure.goal is not None else ""
    return f"{measure.name:<40}{number(measure.value):>10} {measure.unit:<6}{goal:<16}{verdict:<8}{measure.note}".rstrip()


def ratio(ours: Measure, other: Measure) -> float | None:
    """How many times better ours is; nothing where one of them is 0."""
    if not ours.value or not other.value:
        return None
    return ours.value / other.value if ours.higher_is_better else other.value / ours.value


def comparison(ours: list[Measure], others: list[Measure]) -> list[str]:
    by_name = {(m.scenario, m.name): m for m in others}
    rows = []
    for measure in ours:
        other = by_name.get((measure.scenario, measure.name))
        times = ratio(measure, other) if other else None
        if other and times is not None:
            rows.append(f"{measure.scenario:<4}{measure.name:<40}{number(measure.value):>10}{number(other.value):>12} {measure.unit:<6}"
                        f"{number(times):>9} times better")
    return rows


def append_results(measures: dict[str, list[Measure]], about: dict, file: pathlib.Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        for target, of_target in measures.items():
            for measure in of_target:
                out.write(json.dumps({**about, "target": target, **measure.record()}) + "\n")


def commit() -> str:
    done = subprocess.run(["git", "-c", f"safe.directory={ROOT}", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True,
                          text=True, check=False)
    return done.stdout.strip() or "unknown"


def parse(arguments: list[str] | None) -> tuple[argparse.Namespace, Settings]:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", nargs="*", metavar="ID", help=f"{' '.join(SCENARIOS)}; default: all")
    parser.add_argument("--against", metavar="URL", help="another server with this API")
    parser.add_argument("--namespace", help="namespace of the flows on a shared server, instead of the published one")
    parser.add_argument("--user", type=pathlib.Path, metavar="FILE", help="file with `name:password` for the other server")
    parser.add_argument("--seconds", type=float, default=Settings.seconds, help="length of each load (default: %(default)s)")
    parser.add_argument("--rates", default=",".join(f"{rate:g}" for rate in Settings.rates), help="arrivals per second in K1 (default: %(default)s)")
    parser.add_argument("--values", help="sizes of the loop in K3 (default: 100,10000,100000; for another server: 100)")
    parser.add_argument("--executions", type=int, default=Settings.executions, help="executions in I1 and D1 (default: %(default)s)")
    parser.add_argument("--stored", type=int, default=Settings.stored, help="stored executions in I2 and U1 (default: %(default)s)")
    parser.add_argument("--waiting", type=int, default=Settings.waiting, help="paused executions in P1 (default: %(default)s)")
    parser.add_argument("--lines", type=int, default=Settings.lines, help="lines in L1 (default: %(default)s)")
    parser.add_argument("--schedules", type=int, default=Settings.schedules, help="schedules in S1 (default: %(default)s)")
    parser.add_argument("--full", action="store_true", help="use the published sizes: 1,000,000 in I1 and D1, 5,000,000 in I2 and U1, 100,000 in P1 (takes hours)")
    parser.add_argument("--idle-seconds", type=float, default=Settings.idle_seconds, help="idle time in I1 (default: %(default)s)")
    parser.add_argument("--load", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--program", help=argparse.SUPPRESS)
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "build" / "bench" / "results.jsonl", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.ids = [name.upper() for name in options.ids] or list(SCENARIOS)
    for name in options.ids:
        if name not in SCENARIOS:
            parser.error(f"there is no scenario '{name}'; there are: {' '.join(SCENARIOS)}")
    if not options.program and not options.against:
        parser.error("there is neither a program nor a server to measure")
    if options.full:
        options.executions, options.stored, options.waiting = FULL["executions"], FULL["stored"], FULL["waiting"]
    try:
        rates = tuple(sorted(float(rate) for rate in options.rates.split(",")))
        values = tuple(int(size) for size in (options.values or "100,10000,100000").split(","))
    except ValueError:
        parser.error("--rates and --values take numbers with commas between them")
    if min(*rates, options.seconds, options.executions, options.stored, options.waiting, options.lines, options.schedules, options.idle_seconds, *values) <= 0:
        parser.error("lengths, rates and sizes are above 0")
    return options, Settings(seconds=options.seconds, rates=rates, values=values, idle_seconds=options.idle_seconds,
                             executions=options.executions, stored=options.stored, waiting=options.waiting, lines=options.lines,
                             schedules=options.schedules, namespace=options.namespace)


def run_against(name: str, options: argparse.Namespace, settings: Settings) -> list[Measure]:
    port = urllib.parse.urlsplit(options.against).port or 80
    # A loop over 10,000 values is beyond servers that rewrite the whole execution at each step.
    sizes = settings.values if options.values else (100,)
    target = Target("other", options.load, replace(settings, values=sizes), url=options.against,
                    pid=find_listener(port), user_file=options.user)
    return run_scenario(name, target)


def main(arguments: list[str] | None = None) -> int:
    options, settings = parse(arguments)
    data = ROOT / "build" / "bench"
    sync = sync_latency(options.load, data)
    about_machine = machine(data)
    print(f"{about_machine['cpu']}, {about_machine['cores']} cores, {about_machine['file_system']}, load {about_machine['load_average']:.1f}; "
          f"a durable write of 4 KB takes p50 {sync['append_ms']['p50']:.3f} ms, p99 {sync['append_ms']['p99']:.3f} ms")
    if not options.program:
        print("     there is no program of ours to compare with: the other server is measured alone")
    found: dict[str, list[Measure]] = {"gyr": [], "other": []}
    failed = []
    for name in options.ids:
        print(f"{name}", flush=True)
        for target, run in (("gyr", run_own if options.program else None), ("other", run_against if options.against else None)):
            try:
                found[target] += run(name, options, settings) if run else []
            except (LoadFailed, StartFailed, Refused, Unreachable) as error:
                print(f"     FAILED for {target}: {error}", flush=True)
                failed.append(name)
    about = {"when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "commit": commit(), "machine": about_machine, "sync": sync,
             "against": options.against, "settings": settings.__dict__}
    append_results(found, about, options.results)
    for row in comparison(found["gyr"], found["other"]):
        print(row)
    missed = [f"{m.scenario} {m.name}" for m in found["gyr"] if m.meets_goal is False]
    print(f"dev bench: {sum(map(len, found.values()))} figures, {len(missed)} goals missed, {len(failed)} scenarios failed; "
          f"{options.results}")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
