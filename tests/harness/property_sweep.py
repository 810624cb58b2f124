"""Gives every property of every registered type bad values: `flow validate`, then `flow run` for what is accepted.

The program must answer each flow: it must not end by a signal, hang, or refuse without a diagnostic. What runs is kept apart: no network,
processes of its own that end with it, and a file system of which only one temporary folder can be written.
"""

from __future__ import annotations

import concurrent.futures
import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from typing import Any, Sequence

import property_values
from property_values import Schema, Variant
from results import Result

FLOWS_A_FILE = 500
TASKS_A_RUN = 150
# A run is killed by the program itself after this time, for instance where a task waits for a person.
RUN_LIMIT = "3s"
# Nothing takes as long; a process that does hangs.
PROCESS_LIMIT_S = 60
THREADS = 2
# These end their execution or wait in it, so that what runs beside them would not be seen.
ALONE = {"io.kestra.plugin.core.execution.Exit", "io.kestra.plugin.core.execution.Kill"}

_ISOLATE = """
set -e
mount --rbind / / 2> /dev/null || true
mount --bind "$1" "$1"
mount -o remount,bind,ro /
for folder in /tmp /var/tmp /home /root /work /srv /opt; do
  if mountpoint -q "$folder" 2> /dev/null; then mount -o remount,bind,ro "$folder"; fi
done
mount --bind "$1" "$1"
mount -o remount,bind,rw "$1"
mount -t proc proc /proc
cd "$1"
shift
exec "$@"
"""


def isolation(folder: pathlib.Path) -> list[str]:
    """What stands before a command to keep it apart; an error where the system does not allow that."""
    user = [] if os.getuid() == 0 else ["--user", "--map-root-user"]
    prefix = ["unshare", *user, "--net", "--pid", "--fork", "--kill-child", "--mount", "--ipc", "sh", "-c", _ISOLATE, "sh", str(folder)]
    probe = subprocess.run([*prefix, "sh", "-c", "touch inside && ! touch /outside-of-the-sweep 2> /dev/null"], capture_output=True,
                           text=True, timeout=PROCESS_LIMIT_S, check=False)
    if probe.returncode != 0:
        raise RuntimeError(f"the system gives no namespaces of their own to processes: {probe.stderr.strip()}")
    return prefix


class Sweep:
    def __init__(self, program: str, folder: pathlib.Path):
        self.program = program
        self.folder = folder
        self.result = Result()
        self.environment = {**os.environ, "TMPDIR": str(folder), "HOME": str(folder), "NO_COLOR": "1"}
        self.prefix: list[str] = []

    def call(self, arguments: Sequence[str], isolated: bool) -> tuple[int, str, str]:
        """Exit status, output, errors; a status below 0 is a signal, 1000 a process that hangs."""
        command = [*(self.prefix if isolated else []), self.program, *arguments]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PROCESS_LIMIT_S, stdin=subprocess.DEVNULL, env=self.environment,
                                  check=False)
        except subprocess.TimeoutExpired as expired:
            return 1000, "", (expired.stderr or b"").decode("utf-8", "replace")
        # unshare tells of a signal as a shell does.
        status = -(done.returncode - 128) if isolated and 128 < done.returncode < 160 and done.returncode != 130 else done.returncode
        return status, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")

    def fail(self, what: str, variants: Sequence[Variant], detail: str) -> None:
        self.result.failed += 1
        print(f"{what}: {'; '.join(variant.place for variant in variants)}\n{detail[-2000:]}")
        if len(variants) == 1:
            print(f"the flow:\n{property_values.to_text(variants[0].flow)[:4000]}")

    # ---- flow validate

    def validate(self, variants: Sequence[Variant]) -> list[bool]:
        """Which flows are accepted; every refusal must have a diagnostic with a line."""
        path = self.folder / f"flows-{os.getpid()}-{id(variants)}.yaml"
        path.write_text("\n---\n".join(property_values.to_text(variant.flow) for variant in variants), encoding="utf-8")
        status, out, errors = self.call(["flow", "validate", "--json", str(path)], isolated=False)
        path.unlink()
        answers = json.loads(out) if status in (0, 1) and out else []
        if len(answers) != len(variants):
            if len(variants) > 1:
                middle = len(variants) // 2
                return self.validate(variants[:middle]) + self.validate(variants[middle:])
            self.fail(f"flow validate ended with status {status}", variants, errors)
            return [False]
        accepted = []
        for variant, answer in zip(variants, answers):
            accepted.append(answer["constraints"] is None)
            if not accepted[-1] and not any(found.get("line") and found.get("message") for found in answer["diagnostics"]):
                self.fail("refused without a diagnostic", [variant], json.dumps(answer))
            else:
                self.result.passed += 1
            if variant.place.endswith("as it should be") and not accepted[-1]:
                self.fail("the sweep's own flow is refused", [variant], answer["constraints"])
        return accepted

    # ---- flow run

    def run(self, variants: Sequence[Variant]) -> None:
        """Runs them together; where that goes wrong, each half, down to the one that does it."""
        path = self.folder / f"run-{os.getpid()}-{id(variants)}.yaml"
        path.write_text(property_values.to_text(_together(variants)), encoding="utf-8")
        status, out, errors = self.call(["flow", "run", str(path), "--timeout", RUN_LIMIT], isolated=True)
        path.unlink()
        if 0 <= status < 1000 and (status == 0 or errors.strip() or out.strip()):
            self.result.passed += len(variants)
            return
        before = self.result.failed
        if len(variants) > 1:
            middle = len(variants) // 2
            self.run(variants[:middle])
            self.run(variants[middle:])
        if self.result.failed == before:
            what = {1000: "hangs"}.get(status, f"ended with status {status}" if status < 0 else "says nothing")
            self.fail(f"flow run {what}", variants, errors)

    def serve(self, variants: Sequence[Variant]) -> None:
        """A server loads flows with these triggers and looks at them; it must still answer, and end when it is asked."""
        flows = self.folder / "triggers"
        flows.mkdir()
        for i in range(0, len(variants), TASKS_A_RUN):
            group = [copy.deepcopy(variant.flow["triggers"][0]) for variant in variants[i:i + TASKS_A_RUN]]
            for number, trigger in enumerate(group):
                trigger["id"] = f"t{number}"
            flow = property_values.flow_of(i, triggers=group)
            (flows / f"{i}.yaml").write_text(property_values.to_text(flow), encoding="utf-8")
        status, out = self.call_server(flows)
        if status != 0:
            self.fail(f"a server with these triggers ended with status {status}", variants[:1], out)
        else:
            self.result.passed += len(variants)

    def call_server(self, flows: pathlib.Path) -> tuple[int, str]:
        # Within the namespaces: the network of the sweep has no way out, and none in.
        command = [*self.prefix, sys.executable, str(pathlib.Path(__file__).with_name("server_probe.py")), self.program, str(flows)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=2 * PROCESS_LIMIT_S,
                              env=self.environment, stdin=subprocess.DEVNULL, check=False)
        return done.returncode, done.stdout


def _together(variants: Sequence[Variant]) -> dict[str, Any]:
    if len(variants) == 1:
        return variants[0].flow
    tasks = []
    for number, variant in enumerate(variants):
        task = copy.deepcopy(variant.flow["tasks"][0])
        tasks.append({**task, "id": f"t{number}", "allowFailure": True})
        _rename_inner(tasks[-1], number)
    return property_values.flow_of(0, tasks=[{"id": "all", "type": "io.kestra.plugin.core.flow.Parallel", "tasks": tasks}])


def _rename_inner(value: Any, number: int) -> None:
    """Ids of tasks must differ within a flow."""
    if isinstance(value, dict):
        for key, inside in value.items():
            if key == "id" and inside == "inner":
                value[key] = f"inner{number}"
            else:
                _rename_inner(inside, number)
    elif isinstance(value, list):
        for position, inside in enumerate(value):
            if isinstance(inside, dict) and inside.get("id") == "inner":
                value[position] = {**inside, "id": f"inner{number}-{position}"}
            _rename_inner(value[position], number)


def _groups(variants: Sequence[Variant]) -> list[list[Variant]]:
    """Tasks of one type run together; what cannot be in one flow with others runs alone."""
    groups: list[list[Variant]] = []
    for variant in variants:
        type_name = variant.place.split(" ", 1)[0]
        task = variant.flow["tasks"][0] if variant.kind == "task" else {}
        alone = variant.kind != "task" or type_name in ALONE or task.get("id") != "t"
        fits = groups and not alone and len(groups[-1]) < TASKS_A_RUN and groups[-1][0].place.split(" ", 1)[0] == type_name
        fits = fits and groups[-1][0].kind == "task" and groups[-1][0].flow["tasks"][0].get("id") == "t"
        if fits:
            groups[-1].append(variant)
        else:
            groups.append([variant])
    return groups


def sweep(program: str, schema: dict[str, Any]) -> Result:
    variants = list(property_values.variants(Schema(schema)))
    with tempfile.TemporaryDirectory(prefix="gyr-sweep-") as name, concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        work = Sweep(str(pathlib.Path(program).resolve()), pathlib.Path(name))
        chunks = [variants[i:i + FLOWS_A_FILE] for i in range(0, len(variants), FLOWS_A_FILE)]
        accepted = [ok for answers in pool.map(work.validate, chunks) for ok in answers]
        runnable = [variant for variant, ok in zip(variants, accepted) if ok]
        try:
            work.prefix = isolation(work.folder)
        except RuntimeError as error:
            work.result.skipped.append(f"nothing of the sweep is run: {error}")
            return work.result
        list(pool.map(work.run, _groups([variant for variant in runnable if variant.kind != "trigger"])))
        work.serve([variant for variant in runnable if variant.kind == "trigger" and variant.flow["triggers"][0].get("id") == "t"])
        return work.result
