"""What an execution came to, in a form that can be compared between engines: no ids, no times, no addresses."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

MARKS = (
    (re.compile(r'(execution=\\?")[^"\\]+'), r"\1ID"),
    (re.compile(r"\b(?=[0-9A-Za-z]*[0-9])(?=[0-9A-Za-z]*[a-z])(?=[0-9A-Za-z]*[A-Z])[0-9A-Za-z]{19,22}\b"), "ID"),
    (re.compile(r"peer[0-9a-z]{8,}"), "FLOW"),
    (re.compile(r"kestra:///[^\s\"']+"), "FILE"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"), "DATE"),
    (re.compile(r"\b[a-z]+(\.[a-z]+)+\.[A-Za-z]+Exception: "), ""),
    (re.compile(r"Unable to find `[^`]*`"), "Unable to find"),  # how far a path leads depends on empty outputs
    (re.compile(r"\b1[67]\d{8}\.\d+\b"), "DATE"),
)


def plain(value: Any) -> Any:
    """The value with what differs from run to run replaced by marks."""
    if isinstance(value, dict):
        return {plain(k): plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, str):
        value = re.sub(r"\n(available:|did you mean) .*", "", value)  # a hint behind the message of an unknown variable
        for pattern, mark in MARKS:
            value = pattern.sub(mark, value)
    return value


def history(state: dict[str, Any]) -> str:
    return " ".join(entry["state"] for entry in state.get("histories", []))


def unfolded(value: Any) -> Any:
    """Texts that hold JSON as what they hold: the order of the keys of a printed map is nobody's promise."""
    if isinstance(value, dict):
        return {k: unfolded(v) for k, v in value.items()}
    if isinstance(value, list):
        return [unfolded(v) for v in value]
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return {"JSON": unfolded(json.loads(value))}
        except ValueError:
            return value
    return value


def text(value: Any) -> str:
    return json.dumps(unfolded(plain(value)), sort_keys=True, ensure_ascii=False)


def without_submitted(states: str) -> str:
    """A task that runs inside a step was never handed to a worker: its history lacks SUBMITTED."""
    return states.replace("SUBMITTED ", "")


def without_waits(states: str) -> str:
    """A LoopUntil that waits is PAUSED in one engine and RUNNING in the other (EXEC-154)."""
    kept: list[str] = []
    for state in states.split():
        if state != "PAUSED" and (not kept or kept[-1] != state):
            kept.append(state)
    return " ".join(kept)


def of_runs(runs: list[dict[str, Any]], loops: bool) -> dict[str, list[Any]]:
    """By the path of each run (its ancestors, values and round): what is compared of it."""
    by_id = {run["id"]: run for run in runs}

    def path(run: dict[str, Any]) -> str:
        parent = by_id.get(run.get("parentTaskRunId") or "")
        own = run["taskId"] + (f"[{plain(run['value'])}]" if run.get("value") is not None else "")
        own += f"#{run['iteration']}" if run.get("iteration") is not None else ""
        lost = run.get("parentTaskRunId") and parent is None
        return (path(parent) + "/" if parent else "LOST/" if lost else "") + own

    found: dict[str, list[Any]] = {}
    for run in runs:
        called = "executionId" in (run.get("outputs") or {})  # attempts of a Subflow hold the child's state, or the run's, or both
        # An attempt's CREATED is of the same instant as what follows, and there or not.
        attempts = [history(attempt["state"]).removeprefix("CREATED ") for attempt in run.get("attempts") or [] if not called]
        counts = set(run.get("outputs") or {}) == {"iterationCount"}  # off by one in the other engine, now and then
        skipped = run["state"]["current"] == "SKIPPED"  # TASK-6: no outputs; the other engine computes them all the same
        found.setdefault(path(run), []).append({
            "state": run["state"]["current"], "history": (without_waits if loops else str)(without_submitted(history(run["state"]))), "attempts": attempts,
            "outputs": text({} if skipped or counts else run.get("outputs") or {}), "forced": bool(run.get("forceExecution"))})
    for same in found.values():
        same.sort(key=text)
    return found


def told_by_one(line: dict[str, Any]) -> bool:
    """Lines that help and that only one of the engines writes."""
    message = line.get("message") or ""
    # The other engine renders a child's outputs once more for its caller, and logs there what it left out.
    repeated = line.get("taskId") and message.startswith("Failed to render optional flow output")
    twice = message.startswith(("Unable to resolve outputs from the Flowable task", "Unable to save output on taskRun"))
    # Of a text that is no JSON each tells in its own words.
    worded = re.search(r"Unrecognized token '|expected a value, found '", message)
    return bool(repeated or twice or worded or re.search(r"ends in (SUCCESS|CANCELLED|KILLED) state", message))


def message_of(line: dict[str, Any]) -> str:
    message = unfolded(plain((line.get("message") or "").strip()))
    return message if isinstance(message, str) else text(message)


CLASS_IN_FRONT = re.compile(r"^[a-z]+(\.[a-z]+)+\.[A-Za-z]+(Exception|Error): ")


def without_repeats(logs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without lines that the other engine writes twice, the second time with the class of the exception in front: of a failed command, and of
    any task with a timeout."""
    known = {(line.get("taskRunId"), line.get("message")) for line in logs}
    def repeats(line: dict[str, Any]) -> bool:
        message = line.get("message") or ""
        told = CLASS_IN_FRONT.sub("", message)
        return told != message and (line.get("taskRunId"), told) in known
    return [line for line in logs if not repeats(line)]


def of_logs(logs: list[dict[str, Any]]) -> dict[str, int]:
    """How often each line was logged. Stack traces (TRACE, DEBUG) are an engine's own matter."""
    logs = without_repeats(logs)
    found = dict(Counter(f"{line.get('taskId') or '-'} {line['level']} {message_of(line)}"
                        for line in logs if line["level"] not in ("TRACE", "DEBUG") and not told_by_one(line)))
    # The other engine renders the outputs again at every retry.
    again = (" Failed to render output values", " Failed to render optional flow output")
    return {line: 1 if any(part in line for part in again) else count for line, count in found.items()}


def accepted(states: str) -> str:
    """The execution's history without what clients must accept either way: FAILED before RETRYING (EXEC-4), how often it retried, SUCCESS before
    the FAILED of outputs that could not be rendered (FLOW-47)."""
    states = states.replace("FAILED RETRYING", "RETRYING")
    states = re.sub(r"(SUCCESS|WARNING) RETRYING", "RETRYING", states.replace("FAILED RETRIED", "RETRIED"))  # of a task in `finally` (EXEC-41)
    states = re.sub(r"(RETRYING RUNNING )+", "RETRYING RUNNING ", states)  # two branches that retry share a wait, or not
    states = "CREATED RUNNING SUCCESS" if states == "CREATED SUCCESS" else states  # nothing to run (EXEC-4)
    return re.sub(r"(SUCCESS|WARNING) FAILED$", "FAILED", states)


def normal(execution: dict[str, Any], logs: list[dict[str, Any]], loops: bool = False) -> dict[str, Any]:
    return {
        "state": execution["state"]["current"],
        "history": accepted((without_waits if loops else str)(history(execution["state"]))),
        "outputs": text(execution.get("outputs") or {}),
        "variables": text(execution.get("variables") or {}),
        "labels": text(sorted((label["key"], label["value"]) for label in execution.get("labels") or [] if not label["key"].startswith("system."))),
        "attempt": (execution.get("metadata") or {}).get("attemptNumber"),
        "runs": of_runs(execution.get("taskRunList") or [], loops),
        "logs": of_logs(logs),
    }


def below_failed(runs: dict[str, list[Any]], path: str, concurrent: set[str]) -> bool:
    """True for a run inside a flowable with concurrent children that did not end well."""
    parts = path.split("/")
    for length in range(1, len(parts)):
        if re.split(r"[\[#]", parts[length - 1])[0] in concurrent:
            above = runs.get("/".join(parts[:length]), [])
            if any(run["state"] not in ("SUCCESS", "SKIPPED") for run in above):
                return True
    return False


def differences(ours: dict[str, Any], theirs: dict[str, Any], concurrent: set[str]) -> dict[str, str]:
    """By its kind, what differs: `kind` -> `ours | theirs`. The kind names what is compared, not the task."""
    found: dict[str, str] = {}
    left_out: set[str] = set()
    for key in ("state", "history", "outputs", "variables", "labels", "attempt"):
        if ours[key] != theirs[key]:
            found[f"execution {key}"] = f"{ours[key]}  |  {theirs[key]}"
    our_runs, their_runs = ours["runs"], theirs["runs"]
    for path in sorted(our_runs.keys() | their_runs.keys()):
        mine, other = our_runs.get(path, []), their_runs.get(path, [])
        if below_failed(our_runs, path, concurrent) or below_failed(their_runs, path, concurrent):
            left_out.add(re.split(r"[\[#]", path.rsplit("/", 1)[-1])[0])
            continue
        if len(mine) != len(other):
            kind = "runs that only we have" if len(mine) > len(other) else "runs that we lack"
            add(found, kind, f"{path}: {[r['history'] for r in mine]}  |  {[r['history'] for r in other]}")
            continue
        for one, two in zip(mine, other):
            for key in one:
                if one[key] != two[key]:
                    add(found, f"run {key}", f"{path}: {one[key]}  |  {two[key]}")
    for line in sorted(ours["logs"].keys() | theirs["logs"].keys()):
        if line.split(" ", 1)[0] not in left_out and ours["logs"].get(line, 0) != theirs["logs"].get(line, 0):
            add(found, "logs", f"{ours['logs'].get(line, 0)}x | {theirs['logs'].get(line, 0)}x  {line[:300]}")
    return found


def add(found: dict[str, str], kind: str, line: str) -> None:
    found[kind] = found[kind] + "\n      " + line if kind in found else line
