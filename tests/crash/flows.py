"""The flows of the crash test and how to recognise what they leave behind."""

from __future__ import annotations

import pathlib

from history import Effect, SeenExecution, SeenTaskRun

NAMESPACE = "crash"
WEBHOOK_KEY = "crash-key"
# Variables in the server's environment, which its tasks inherit (RUNNER-10).
INCARNATION = "GYR_CRASH_INCARNATION"
RUN = "GYR_CRASH_RUN"  # of this process: another one may count its own incarnations at the same time

# Two pure tasks behind a webhook: the flow of benchmark K1.
WEBHOOK = f"""\
id: webhook
namespace: {NAMESPACE}
triggers:
  - id: webhook
    type: io.kestra.plugin.core.trigger.Webhook
    key: {WEBHOOK_KEY}
inputs:
  - id: name
    type: STRING
    defaults: World
tasks:
  - id: concatenate
    type: io.kestra.plugin.core.output.OutputValues
    values:
      message: Hello {{{{ inputs.name }}}}
  - id: hello
    type: io.kestra.plugin.core.log.Log
    message: "{{{{ outputs.concatenate.values.message }}}}"
"""

# The same started by the API's own call.
START = WEBHOOK.replace("id: webhook\nnamespace", "id: start\nnamespace").replace(
    f"triggers:\n  - id: webhook\n    type: io.kestra.plugin.core.trigger.Webhook\n    key: {WEBHOOK_KEY}\n", "")

EFFECT_TASKS = ("effect-one", "effect-two", "effect-three")


def shell_flow(effects: pathlib.Path) -> str:
    """Three shell tasks in a row; each appends a line before it works for a moment, so that kills meet it at work."""
    words = "{{ execution.id }} {{ taskrun.id }} {{ taskrun.attemptsCount }}"
    tasks = "".join(f"""\
  - id: {task}
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner:
      type: io.kestra.plugin.core.runner.Process
    commands:
      - 'echo "${INCARNATION} {words}" >> {effects}; sleep 0.05'
""" for task in EFFECT_TASKS)
    return f"id: shell\nnamespace: {NAMESPACE}\ntasks:\n{tasks}"


def parse_effect(line: str) -> Effect:
    words = line.split()
    if len(words) != 4 or not words[0].isdigit():
        raise ValueError(f"a side-effect line that no shell task should write: {line!r} (is {INCARNATION} in the tasks' environment?)")
    return Effect(int(words[0]), words[1], words[2], words[3])


def token_of(execution: dict) -> str:
    """The token an execution carries: a label of a start, a parameter of a webhook."""
    for label in execution.get("labels") or []:
        if label["key"] == "token":
            return label["value"]
    parameters = ((execution.get("trigger") or {}).get("variables") or {}).get("parameters") or {}
    values = parameters.get("token") or [""]
    return values[0] if isinstance(values, list) else values


def seen_execution(execution: dict) -> SeenExecution:
    runs = tuple(SeenTaskRun(run["id"], run["state"]["current"], run["taskId"] in EFFECT_TASKS)
                 for run in execution.get("taskRunList") or [])
    return SeenExecution(execution["id"], token_of(execution), execution["flowId"], execution["state"]["current"], runs)
