#!/usr/bin/env python3
"""Runs the same generated flows in two servers and tells where they differ, each difference with the smallest flow that shows it.

    compare.py --ours http://localhost:8080 --theirs http://localhost:8090 [--user NAME:PASSWORD] [--seeds 1-200] [--jobs 3] [--flow FILE ...]

The second server is the engine that is taken as the measure. A difference counts where repeated runs never agree, so races are not
told. `--flow` compares the flows of files (JSON) instead. Exit status: 0 no difference, 1 some, 3 skipped because a server is not there.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import pathlib
import sys
import time
import uuid
from typing import Any

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "harness")]

import generated_flows as flows  # noqa: E402
import outcomes  # noqa: E402
from api import TERMINAL_STATES, Api, Refused, Unreachable  # noqa: E402

TRIES = 3  # how often a flow that differs runs again in each server
POLL_S = 0.15
RETRY_S = 3.0  # and one that is RETRIED for this long: another one takes its place
QUIET_S = 0.5  # an execution that ended is read again until nothing has changed for this long


class Outcome:
    """What came of a flow in one server: a normal form, a refusal, or no end in time."""

    def __init__(self, kind: str, value: Any):
        self.kind, self.value = kind, value

    def against(self, theirs: Outcome, concurrent: set[str]) -> dict[str, str]:
        if self.kind != theirs.kind:
            return {"outcome": f"{self.told()}  |  {theirs.told()}"}
        if self.kind != "ended":
            return {}
        if len(self.value) != len(theirs.value):
            return {"outcome": f"{self.told()}  |  {theirs.told()}"}
        found: dict[str, str] = {}
        # Which of several executions that start at once comes first is a matter of time.
        for mine, other in zip(*(sorted(forms, key=lambda form: (form["state"], form["history"])) for forms in (self.value, theirs.value))):
            for kind, told in outcomes.differences(mine, other, concurrent).items():
                outcomes.add(found, kind, told)
        return found

    def told(self) -> str:
        return f"{self.kind}: {[form['state'] for form in self.value] if self.kind == 'ended' else self.value}"


class Peer:
    """One of the two servers."""

    def __init__(self, api: Api, limit_s: float):
        self.api, self.limit_s = api, limit_s

    def prepare(self) -> None:
        for child in flows.children():
            stored = self.api.call("GET", f"flows/{child['namespace']}/{child['id']}", [("source", "true")])
            if stored.status != 200 or (stored.json() or {}).get("source") != flows.source(child):
                self.api.deploy(flows.source(child))

    def deploy(self, flow: dict[str, Any], name: str) -> None:
        source = flows.source({"id": name, "namespace": flows.NAMESPACE, **flow})
        self.api.checked("POST", "flows", body=source.encode(), content_type="application/x-yaml")

    def run(self, flow: dict[str, Any]) -> Outcome:
        name = "peer" + uuid.uuid4().hex[:12]
        try:
            self.deploy(flow, name)
            started = [self.api.checked("POST", f"executions/{flows.NAMESPACE}/{name}").json()["id"] for _ in range(flows.starts(flow))]
        except Refused as refused:
            return Outcome("refused", str(refused)[:400])
        try:
            return self.follow(name, started, "LoopUntil" in flows.kinds(flow))
        finally:
            self.api.call("DELETE", f"flows/{flows.NAMESPACE}/{name}")

    def follow(self, name: str, started: list[str], loops: bool) -> Outcome:
        """Reads the executions until they have ended and nothing of them changes any more."""
        deadline = time.monotonic() + self.limit_s
        seen: list[dict[str, Any]] = []
        since = 0.0
        states: list[str] = []
        while time.monotonic() < deadline:
            executions = [answer.json() for answer in (self.api.call("GET", f"executions/{i}") for i in started) if answer.status == 200]
            states = [execution["state"]["current"] for execution in executions]
            if len(states) == len(started) and TERMINAL_STATES.issuperset(states):
                if states[-1] == "RETRIED" and len(started) < len(known := self.executions_of(name)):
                    started += [i for i in known if i not in started]  # another one has taken its place
                    continue
                forms = [outcomes.normal(execution, self.api.get(f"logs/{execution['id']}"), loops) for execution in executions]
                if forms != seen:
                    seen, since = forms, time.monotonic()
                elif time.monotonic() - since >= (QUIET_S if states[-1] != "RETRIED" else RETRY_S):
                    return Outcome("ended", forms)
            time.sleep(POLL_S)  # tidy: allow sleep: the other engine is asked again; nothing tells when its logs are complete
        for identifier in started:
            self.api.call("DELETE", f"executions/{identifier}/kill")
        return Outcome("no end", states)

    def executions_of(self, name: str) -> list[str]:
        query = [("filters[namespace][EQUALS]", flows.NAMESPACE), ("filters[flowId][EQUALS]", name), ("sort", "state.startDate:asc"), ("size", 20)]
        return [execution["id"] for execution in self.api.get("executions/search", query)["results"]]


class Comparison:
    def __init__(self, ours: Peer, theirs: Peer):
        self.ours, self.theirs = ours, theirs

    def once(self, flow: dict[str, Any]) -> dict[str, str]:
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            mine, other = pool.submit(self.ours.run, flow), pool.submit(self.theirs.run, flow)
            return mine.result().against(other.result(), flows.concurrent(flow))

    def steady(self, flow: dict[str, Any]) -> dict[str, str]:
        """The differences that every one of several runs shows."""
        found = self.once(flow)
        for _ in range(TRIES - 1):
            if not found:
                break
            again = self.once(flow)
            found = {kind: text for kind, text in found.items() if kind in again}
        return found

    def shrink(self, flow: dict[str, Any], kind: str, budget: int) -> tuple[dict[str, Any], int]:
        """A smaller flow that differs in the same way, by leaving out one thing after the other."""
        progress = True
        while progress and budget > 0:
            progress = False
            for variant in flows.smaller(flow):
                if budget <= 0:
                    break
                budget -= 1
                if kind in self.once(variant):
                    flow, progress = variant, True
                    break
        return flow, budget

    def seed(self, seed: int, budget: int) -> tuple[int, dict[str, Any], dict[str, str]]:
        """One seed: the smallest flow found and its differences, none where the servers agree."""
        flow = flows.make(seed)
        found = self.steady(flow)
        if found and budget:
            flow, _ = self.shrink(flow, first_kind(found), budget)
            found = self.steady(flow)
        return seed, flow, found


def first_kind(found: dict[str, str]) -> str:
    """The kind to shrink by: what decides the others comes first."""
    order = ("outcome", "runs that only we have", "runs that we lack", "run state", "execution state")
    return next((kind for kind in order if kind in found), next(iter(found)))


def tell(seed: Any, flow: dict[str, Any], found: dict[str, str]) -> None:
    lines = [f"=== seed {seed}"]
    lines += [f"  {kind}:\n      {text}" for kind, text in found.items()]
    bare = {key: value for key, value in flow.items() if key not in ("inputs", "variables", "labels")}
    print("\n".join(lines) + "\n  flow: " + json.dumps(bare, ensure_ascii=False), flush=True)


def numbers(text: str) -> list[int]:
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--theirs", required=True)
    parser.add_argument("--user", help="NAME:PASSWORD for our server")
    parser.add_argument("--seeds", type=numbers, default=numbers("1-100"))
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("--budget", type=int, default=40, help="how many smaller variants are tried for a flow that differs")
    parser.add_argument("--limit", type=float, default=25.0, help="seconds an execution may take")
    parser.add_argument("--flow", type=pathlib.Path, action="append", default=[])
    options = parser.parse_args()
    comparison = Comparison(Peer(Api(options.ours, user=options.user), options.limit), Peer(Api(options.theirs), options.limit))
    for peer in (comparison.ours, comparison.theirs):
        try:
            peer.prepare()
        except Unreachable as error:
            print(f"SKIPPED: no server at {peer.api.url}: {error}", file=sys.stderr)
            return 3
    if options.flow:
        differing = 0
        for path in options.flow:
            flow = json.loads(path.read_text(encoding="utf-8"))
            found = comparison.steady(flow)
            differing += bool(found)
            tell(path.name, flow, found)
        return 1 if differing else 0
    differing = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for done in concurrent.futures.as_completed([pool.submit(comparison.seed, seed, options.budget) for seed in options.seeds]):
            try:
                seed, flow, found = done.result()
            except Unreachable as error:
                print(f"SKIPPED from here on, a server is gone: {error}", file=sys.stderr)
                pool.shutdown(cancel_futures=True)
                return 3
            if found:
                differing += 1
                tell(seed, flow, found)
    print(f"{len(options.seeds)} flows compared, {differing} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
