"""Random small flows of the features that both engines know, and their smaller variants. A flow is a plain dictionary."""

from __future__ import annotations

import copy
import json
import random
from typing import Any, Iterator

CORE = "io.kestra.plugin.core."
SHELL = "io.kestra.plugin.scripts.shell.Commands"
# Tasks that change the execution: the executor runs them itself.
BY_EXECUTOR = tuple(CORE + "execution." + name for name in ("Labels", "SetVariables", "UnsetVariables", "Exit"))
PROCESS = {"type": CORE + "runner.Process"}
NAMESPACE = "peers.engine"
BRANCHES = ("tasks", "then", "else", "defaults", "errors", "finally", "afterExecution")
# What a smaller variant may go without, each by itself.
EXTRAS = ("runIf", "disabled", "allowFailure", "allowWarning", "retry", "timeout", "logLevel", "errors", "finally", "else", "defaults",
          "concurrent", "concurrencyLimit", "afterExecution", "outputs", "checkFrequency",
          "failOnMaxReached", "transmitFailed", "wait", "inheritLabels", "onPause", "behavior", "errorMessage", "level", "condition",
          "pluginDefaults", "overwrite", "sla", "concurrency")


def source(flow: dict[str, Any]) -> str:
    """The flow's YAML: a line for each property, its value as JSON."""
    return "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in flow.items())


def task(kind: str, **properties: Any) -> dict[str, Any]:
    return {"type": CORE + kind, **properties}


def children() -> list[dict[str, Any]]:
    """The flows that Subflow tasks start. They are stored once in each server."""
    def flow(name: str, tasks: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        return {"id": name, "namespace": NAMESPACE, "tasks": [{"id": f"c{i}", **t} for i, t in enumerate(tasks)], **more}

    said = [{"id": "said", "type": "STRING", "value": "{{ outputs.c0.value }}"}]
    returns = task("debug.Return", format="child {{ inputs.x ?? 'none' }}")
    x = [{"id": "x", "type": "STRING", "defaults": "dx"}]
    return [
        flow("child-ok", [returns], inputs=x, outputs=[*said, {"id": "n", "type": "INT", "value": "7"}], labels={"child": "ok"}),
        flow("child-fails", [returns, task("execution.Fail")], inputs=x, outputs=said),
        flow("child-warns", [returns, task("execution.Fail", allowFailure=True)], inputs=x, outputs=said),
        flow("child-needs", [returns], inputs=[{"id": "x", "type": "INT"}], outputs=said),
        flow("child-cancels", [returns, task("execution.Exit", state="CANCELLED")], inputs=x, outputs=said),
        flow("child-bad-output", [returns], inputs=x, outputs=[{"id": "n", "type": "INT", "value": "{{ outputs.c0.value }}"}]),
        flow("child-fails-output", [task("execution.Fail"), returns], inputs=x, outputs=[{"id": "said", "type": "STRING", "value": "{{ outputs.c1.value }}"}]),
        flow("child-optional", [returns], inputs=x, outputs=[*said, {"id": "o", "type": "STRING", "value": "{{ nothing.here }}", "required": False}]),
        flow("child-plain", [returns], inputs=x),
        flow("child-flaky", [returns, task("execution.Fail", condition="{{ taskrun.attemptsCount < 1 }}", retry={"type": "constant", "interval": "PT0.2S", "maxAttempts": 2})],
             inputs=x, outputs=said),
        flow("child-loops", [task("flow.ForEach", values=["1", "2"], tasks=[{"id": "inner", **returns}]), task("debug.Return", format="{{ outputs.inner }}")],
             inputs=x, outputs=[{"id": "said", "type": "STRING", "value": "{{ outputs.c1.value }}"}]),
        flow("child-ends", [returns], inputs=x, outputs=said, **{"finally": [{"id": "f", **returns}], "afterExecution": [{"id": "a", **returns}]}),
        flow("child-trigger", [task("debug.Return", format="{{ trigger.flowId }} {{ trigger.taskId }} {{ trigger.taskRunValue ?? 'nv' }} "
                                    "{{ trigger.taskRunIteration ?? 'ni' }} {{ labels.team ?? 'nl' }}")], outputs=said),
    ]


class Maker:
    """Makes one flow from one seed."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.left = self.random.randint(3, 12)
        self.made = 0
        self.known: list[str] = []  # ids of the tasks made so far, which expressions name
        self.leaves: list[str] = []  # those of tasks that are no flowables and stand outside of loops
        self.loops = 0  # around the task that is being made

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def name(self) -> str:
        return self.random.choice(self.known) if self.known else "nobody"

    def fresh(self) -> str:
        self.made += 1
        self.left -= 1
        return f"t{self.made}"

    def known_value(self) -> str:
        """An expression that always renders, also inside the executor: a failing task that the executor runs itself ends the
        whole execution in the other engine, against TASK-52 and TASK-85."""
        return self.pick("plain", "{{ inputs.s }}", "{{ vars.v }}", "{{ taskrun.value ?? 'no value' }}", "{{ taskrun.iteration ?? 'no iteration' }}",
                         f"{{{{ outputs.{self.name()}.value ?? 'nothing' }}}}", "{{ execution.state }}", "{{ task.id }}")

    def expression(self) -> str:
        other = self.name()
        return self.pick(
            "plain", "{{ inputs.s }}", "{{ inputs.n + 1 }}", "{{ inputs.j }}", "{{ vars.v }}", "{{ vars }}", "{{ inputs.d }} {{ inputs.f }} {{ inputs.when }} {{ inputs.day }} {{ inputs.time }}", "{{ inputs.sel }} {{ inputs.many }}",
            "{{ inputs.numbers[0] + inputs.n }}", "{{ inputs.y.k }}", "{{ inputs.follows }}", "{{ labels.team ?? 'none' }}",
            "{{ taskrun.value ?? 'no value' }}", "{{ taskrun.value }}", "{{ taskrun.iteration ?? 'no iteration' }}",
            "{{ taskrun.attemptsCount }}", "{{ task.id }} {{ task.type }}", "{{ parent.taskrun.value ?? 'no parent value' }}",
            "{{ parents | length }}", "{{ parent.outputs ?? 'no parent outputs' }}", "{{ parents[1].taskrun.value ?? 'none' }}",
            f"{{{{ outputs.{other}.value ?? 'nothing' }}}}", f"{{{{ outputs.{other}[taskrun.value].value ?? 'nothing' }}}}",
            f"{{{{ outputs.{other} ?? 'nothing' }}}}", f"{{{{ outputs.{other}.value }}}}", f"{{{{ tasks.{other}.state ?? 'none' }}}}",
            f"{{{{ outputs.{other}.values.a ?? 'nothing' }}}}",
            f"{{{{ outputs.{other}.outputs.said ?? 'nothing' }}}}", f"{{{{ tasks.{other} ?? 'none' }}}}",
            "{{ execution.state }}", "{{ flow.id }} {{ flow.namespace }}",
            "{{ errorLogs() | length }}", "{% for e in errorLogs() %}{{ e.taskId }} {{ e.message }};{% endfor %}",
            "{% for t in tasksWithState('failed') %}{{ t.taskId }}={{ t.value ?? '-' }};{% endfor %}",
            "{{ tasksWithState('SUCCESS') | length }}", "{{ nothing.here }}", "{{ trigger ?? 'no trigger' }}", "{{ parent ?? 'no parent' }}",
            "{{ taskrun.parentId is defined }}", "{{ execution.outputs ?? 'no outputs' }}", "{{ inputs }}", "{{ [1, 'a', true] }}")

    def truth(self, renders: bool = False) -> str:
        """A condition; one that always renders for a task that the executor runs itself (see known_value)."""
        made = self.any_truth()
        return made if not renders or "nothing.here" not in made else "false"

    def any_truth(self) -> str:
        return self.pick("true", "true", "false", "{{ inputs.b }}", "{{ not inputs.b }}", "{{ inputs.s == 'hello' }}", "{{ nothing.here }}", "0", " ",
                         "{{ (taskrun.value ?? 'a') == 'a' }}", "{{ taskrun.value is defined }}", f"{{{{ outputs.{self.random.choice(self.leaves or ['nobody'])} is defined }}}}",
                         "False", "{{ inputs.empty }}", f"{{{{ (tasks.{self.name()}.state ?? '') == 'SUCCESS' }}}}")

    def retry(self) -> dict[str, Any]:
        retry: dict[str, Any] = {"maxAttempts": self.random.randint(2, 3)}
        retry |= self.pick({"type": "constant", "interval": "PT0.2S"}, {"type": "exponential", "interval": "PT0.1S", "maxInterval": "PT0.3S"},
                           {"type": "random", "minInterval": "PT0.1S", "maxInterval": "PT0.3S"})
        if self.chance(0.1):
            retry["maxDuration"] = "PT20S"
        if self.chance(0.3):
            retry["warningOnRetry"] = True
        if self.chance(0.06):
            retry["behavior"] = "CREATE_NEW_EXECUTION"
        return retry

    def retried(self, made: dict[str, Any]) -> dict[str, Any]:
        """With a retry, and without `allowFailure`: the other engine does not heed both (EXEC-50)."""
        made.pop("allowFailure", None)
        return {**made, "retry": self.retry()}

    def extras(self, made: dict[str, Any], runnable: bool, in_directory: bool = False) -> dict[str, Any]:
        if self.chance(0.12):
            made["runIf"] = self.truth(renders=made["type"] in BY_EXECUTOR)
        if self.chance(0.04):
            made["disabled"] = True
        if self.chance(0.12) and "retry" not in made:
            made["allowFailure"] = True
        if self.chance(0.06):
            made["allowWarning"] = True
        if not in_directory and self.chance(0.10):
            made = self.retried(made)
        if runnable and self.chance(0.04):
            made["logLevel"] = self.pick("WARN", "ERROR", "DEBUG")
        if runnable and "timeout" not in made and self.chance(0.05):
            made["timeout"] = self.pick("PT30S", "{{ inputs.d }}")
        return made

    # Leaves ------------------------------------------------------------------------------------------------------------------------
    def leaf(self, in_directory: bool = False) -> dict[str, Any]:
        kinds = ["log", "log", "return", "return", "return", "fail", "fail", "assert", "sleep", "values", "late", "echo", "templated", "write"]
        if in_directory:
            kinds += ["shell", "shell"]
        else:
            kinds += ["labels", "set", "unset", "subflow", "subflow", "flaky", "flaky", "shell"]
        kind = self.random.choice(kinds)
        made = getattr(self, "make_" + kind)()
        made = {"id": self.fresh(), **made}
        made = self.extras(made, kind not in ("labels", "set", "unset", "exit", "subflow"), in_directory)
        self.known.append(made["id"])
        if not self.loops:
            self.leaves.append(made["id"])
        return made

    def make_log(self) -> dict[str, Any]:
        message = self.expression() if self.chance(0.7) else [self.expression(), "second"]
        made = task("log.Log", message=message)
        if self.chance(0.3):
            made["level"] = self.pick("WARN", "ERROR", "DEBUG", "INFO")
        return made

    def make_return(self) -> dict[str, Any]:
        return task("debug.Return", format=self.expression())

    def make_fail(self) -> dict[str, Any]:
        made = task("execution.Fail")
        if self.chance(0.4):
            made["condition"] = self.truth()
        if self.chance(0.4):
            made["errorMessage"] = self.expression()
        return made

    def make_flaky(self) -> dict[str, Any]:
        return task("execution.Fail", condition="{{ taskrun.attemptsCount < 1 }}", retry=self.retry())

    def make_assert(self) -> dict[str, Any]:
        made = task("execution.Assert", conditions=[self.truth() for _ in range(self.random.randint(1, 3))])
        if self.chance(0.3):
            made["errorMessage"] = "asserted {{ inputs.s }}"
        return made

    def make_sleep(self) -> dict[str, Any]:
        return task("flow.Sleep", duration=self.pick("PT0.1S", "PT0.1S", "{{ 'PT0.1S' }}", "0.1"))

    def make_echo(self) -> dict[str, Any]:
        return task("debug.Echo", format=self.expression())

    def make_write(self) -> dict[str, Any]:
        return task("storage.Write", content=self.known_value(), extension=".txt")

    def make_templated(self) -> dict[str, Any]:
        return task("templating.TemplatedTask", spec="type: io.kestra.plugin.core.debug.Return\nformat: " + self.pick("plain", "{{ inputs.s }}", "{{ nothing.here }}"))

    def make_late(self) -> dict[str, Any]:
        return task("flow.Sleep", duration="PT20S", timeout="PT1S")

    def make_values(self) -> dict[str, Any]:
        return task("output.OutputValues", values={"a": self.expression(), "m": {"k": self.expression(), "n": 3}, "l": ["{{ inputs.n }}", True]})

    def make_labels(self) -> dict[str, Any]:
        return task("execution.Labels", labels=self.pick({"team": self.known_value()}, {"more": "yes", "team": "changed"},
                                                         [{"key": "listed", "value": "{{ inputs.s }}"}], '{"json": "text"}'))

    def make_set(self) -> dict[str, Any]:
        made = task("execution.SetVariables", variables=self.pick({"v": self.known_value()}, {"new": "{{ inputs.s }}"}, {"m": {"y": "2"}}, {"m": "{{ inputs.n }}"}))
        return made

    def make_unset(self) -> dict[str, Any]:
        return task("execution.UnsetVariables", variables=[self.pick("v", "new", "m.x", "m")], ignoreMissing=True)

    def make_exit(self) -> dict[str, Any]:
        return task("execution.Exit", state=self.pick("SUCCESS", "WARNING", "FAILED", "CANCELLED"))

    def make_shell(self) -> dict[str, Any]:
        return {"type": SHELL, "taskRunner": PROCESS,
                "commands": self.pick(["echo hello"], ["echo '::{\"outputs\":{\"k\":\"v\"}}::'"], ["echo oops >&2", "exit 3"], ["echo {{ inputs.s }}"],
                                      ["echo {{ nothing.here }}"])}

    def make_subflow(self) -> dict[str, Any]:
        made = task("flow.Subflow", namespace=NAMESPACE, flowId=self.pick("child-ok", "child-ok", "child-fails", "child-warns", "child-cancels",
                                                                          "child-trigger", "child-fails-output", "child-optional", "child-plain", "child-flaky", "child-loops", "child-ends",
                                                                          "child-bad-output", "child-needs"))
        if self.chance(0.5):
            made["inputs"] = {"x": self.known_value()}
            if self.chance(0.2):
                made["inputs"]["other"] = "not declared"
        if self.chance(0.2):
            made["wait"] = False
        if self.chance(0.3):
            made["transmitFailed"] = self.chance(0.3)
        if self.chance(0.2):
            made["inheritLabels"] = True
        if self.chance(0.2):
            made["labels"] = {"given": "{{ inputs.s }}"}
        return made

    # Flowables ---------------------------------------------------------------------------------------------------------------------
    def repeated(self, depth: int, most: int = 3) -> list[dict[str, Any]]:
        """Tasks inside a loop."""
        self.loops += 1
        made = self.some(depth, most)
        self.loops -= 1
        return made

    def some(self, depth: int, most: int = 3) -> list[dict[str, Any]]:
        return [self.any(depth + 1) for _ in range(self.random.randint(1, most))]

    def any(self, depth: int) -> dict[str, Any]:
        if depth > 3 or self.left <= 1 or self.chance(0.5 + 0.1 * depth):
            return self.leaf()
        return self.flowable(depth)

    def flowable(self, depth: int) -> dict[str, Any]:
        kind = self.pick("sequential", "parallel", "dag", "if", "if", "switch", "each", "each", "each", "loop", "allow", "pause", "directory", "items", "old_each")
        if kind == "items" and self.loops:
            kind = "sequential"  # the address of its file would be below the values of the loops
        identifier = self.fresh()
        self.known.append(identifier)
        made = {"id": identifier, **getattr(self, "flow_" + kind)(depth)}
        made = self.extras(made, False)
        if kind not in ("directory", "pause", "loop"):  # a loop's finally counts rounds in the other engine (TASK-38)
            if self.chance(0.2):
                made["errors"] = self.some(depth, 2)
            if self.chance(0.15):
                made["finally"] = self.some(depth, 2)
        if kind == "allow":
            made.pop("allowWarning", None)  # TASK-37
        return made

    def flow_sequential(self, depth: int) -> dict[str, Any]:
        return task("flow.Sequential", tasks=self.some(depth))

    def flow_allow(self, depth: int) -> dict[str, Any]:
        return task("flow.AllowFailure", tasks=self.some(depth))

    def flow_parallel(self, depth: int) -> dict[str, Any]:
        made = task("flow.Parallel", tasks=self.some(depth))
        if self.chance(0.5):
            made["concurrent"] = self.random.randint(1, 2)
        return made

    def flow_dag(self, depth: int) -> dict[str, Any]:
        inner = self.some(depth)
        entries: list[dict[str, Any]] = []
        for position, one in enumerate(inner):
            entry: dict[str, Any] = {"task": one}
            if position and self.chance(0.8):
                entry["dependsOn"] = [self.random.choice(inner[:position])["id"]]
            entries.append(entry)
        return task("flow.Dag", tasks=entries)

    def flow_if(self, depth: int) -> dict[str, Any]:
        made = task("flow.If", condition=self.truth(), then=self.some(depth, 2))
        if self.chance(0.5):
            made["else"] = self.some(depth, 2)
        return made

    def flow_switch(self, depth: int) -> dict[str, Any]:
        made = task("flow.Switch", value=self.pick("{{ inputs.s }}", "{{ inputs.n }}", "{{ inputs.b }}", "{{ taskrun.value ?? 'a' }}", "{{ nothing.here }}"),
                    cases={key: self.some(depth, 2) for key in self.random.sample(["hello", "3", "true", "a"], 2)})
        if self.chance(0.6):
            made["defaults"] = self.some(depth, 2)
        return made

    def flow_each(self, depth: int) -> dict[str, Any]:
        values = self.pick(["a", "b"], ["a", "b", "a"], [1, 2], "{{ inputs.j }}", '["x","y"]', "{{ inputs.s }}", '[{"k": 1}, "1", 1]', "[]", ["{{ inputs.s }}"],
                           [{"k": "{{ inputs.n }}"}], "{{ [1, 2] }}", f"{{{{ outputs.{self.name()}.value }}}}", "{{ range(1, 3) }}", ["a", "b", "c"])
        made = task("flow.ForEach", values=values, tasks=self.repeated(depth))
        if self.chance(0.5):
            made["concurrencyLimit"] = self.random.randint(0, 2)
        return made

    def flow_old_each(self, depth: int) -> dict[str, Any]:
        return task(self.pick("flow.EachSequential", "flow.EachParallel"), value=self.pick('["x","y"]', ["a", "b"], "{{ inputs.j }}", "{{ inputs.s }}"), tasks=self.repeated(depth, 2))

    def flow_items(self, _: int) -> dict[str, Any]:
        """A file is written, and each part of it is the input of an execution."""
        written = {"id": self.fresh(), **task("storage.Write", content=self.pick("a\nb\nc\n", "a", "1\n2\n"), extension=".txt")}
        items = {"id": self.fresh(), **task("flow.ForEachItem", items=f"{{{{ outputs.{written['id']}.uri }}}}", batch={"rows": self.random.randint(1, 2)},
                                           namespace=NAMESPACE, flowId=self.pick("child-ok", "child-fails", "child-warns", "child-plain", "child-needs"))}
        items["inputs"] = {"x": self.pick("{{ taskrun.iteration }}", "{{ inputs.n }}", "{{ inputs.s }}")}
        if self.chance(0.3):
            items["transmitFailed"] = False
        if self.chance(0.2):
            items["wait"] = False
        return task("flow.Sequential", tasks=[written, self.extras(items, False)])

    def flow_loop(self, depth: int) -> dict[str, Any]:
        identifier = f"t{self.made}"
        made = task("flow.LoopUntil", condition=self.pick("true", f"{{{{ outputs.{identifier}.iterationCount >= 3 }}}}", "false"),
                    checkFrequency={"interval": "PT0.1S", "maxIterations": self.random.randint(1, 3)}, tasks=self.repeated(depth, 2))
        for inner in walk(made):
            inner.pop("retry", None)  # a round with a retry is not counted in the other engine
        if self.chance(0.3):
            made["failOnMaxReached"] = True
        return made

    def flow_pause(self, depth: int) -> dict[str, Any]:
        made = task("flow.Pause", pauseDuration="PT0.5S")
        if self.chance(0.4):
            made["behavior"] = self.pick("RESUME", "WARN", "FAIL", "CANCEL")
        if self.chance(0.2):
            made["onPause"] = {"id": self.fresh(), **self.make_log()}
        return made

    def flow_directory(self, depth: int) -> dict[str, Any]:
        made = task("flow.WorkingDirectory", tasks=[self.leaf(in_directory=True) for _ in range(self.random.randint(1, 3))])
        if self.chance(0.2):
            made["errors"] = [self.leaf()]
        return made

    # The flow ----------------------------------------------------------------------------------------------------------------------
    def flow(self) -> dict[str, Any]:
        flow: dict[str, Any] = {
            "inputs": [{"id": "s", "type": "STRING", "defaults": "hello"}, {"id": "n", "type": "INT", "defaults": 3},
                       {"id": "b", "type": "BOOL", "defaults": True}, {"id": "j", "type": "JSON", "defaults": '["a", "b"]'},
                       {"id": "d", "type": "DURATION", "defaults": "PT5M"}, {"id": "f", "type": "FLOAT", "defaults": 1.5},
                       {"id": "when", "type": "DATETIME", "defaults": "2024-01-02T03:04:05Z"}, {"id": "day", "type": "DATE", "defaults": "2024-01-02"},
                       {"id": "time", "type": "TIME", "defaults": "10:27:00"}, {"id": "sel", "type": "SELECT", "values": ["A", "B"], "defaults": "A"},
                       {"id": "many", "type": "MULTISELECT", "values": ["A", "B"], "defaults": ["A", "B"]},
                       {"id": "numbers", "type": "ARRAY", "itemType": "INT", "defaults": "[1, 2]"}, {"id": "y", "type": "YAML", "defaults": "k: v"},
                       {"id": "follows", "type": "STRING", "defaults": "{{ inputs.s }}!", "dependsOn": {"inputs": ["s"]}},
                       {"id": "empty", "type": "STRING", "required": False}],
            "variables": {"v": "one {{ inputs.s }}", "m": {"x": "1"}}, "labels": {"team": "data"}}
        tasks = [self.any(0)]
        while self.left > 0 and len(tasks) < 8:
            tasks.append(self.any(0))
        flow["tasks"] = tasks
        self.left = 3
        for key, share in (("errors", 0.3), ("finally", 0.3), ("afterExecution", 0.25)):
            if self.chance(share):
                flow[key] = self.some(2, 2)
        if self.chance(0.1):
            flow["pluginDefaults"] = [{"type": CORE + "log.Log", "forced": self.chance(0.5), "values": {"level": "WARN"}}]
        if self.chance(0.35):
            flow["outputs"] = [self.output(i) for i in range(self.random.randint(1, 3))]
        if self.chance(0.08):  # the last task, for others might start behind it in the other engine, and its `finally` runs (TASK-84)
            flow["tasks"].append({"id": self.fresh(), **self.make_exit()})
            for node in [flow, *walk(flow)]:
                node.pop("errors", None)
                node.pop("finally", None)
            flow.pop("outputs", None)  # of an execution that a task ends the other engine renders none (FLOW-46)
        flow["afterExecution"] = [one for one in flow.get("afterExecution", []) if not one["type"].endswith(".Subflow")]  # EXEC-42
        for one in flow["afterExecution"]:
            one.pop("retry", None)  # there are none behind the end (EXEC-42)
        if not flow["afterExecution"]:
            del flow["afterExecution"]
        if self.chance(0.06):
            flow["concurrency"] = {"limit": self.random.randint(1, 2), "behavior": self.pick("QUEUE", "FAIL", "CANCEL")}
            flow["tasks"].insert(0, {"id": "slow", **task("flow.Sleep", duration="PT2S")})
            flow.pop("afterExecution", None)  # EXEC-60
        if self.chance(0.06) and "errors" not in flow and "finally" not in flow:
            flow["retry"] = self.retry()
        return without_known_differences(flow)

    def output(self, number: int) -> dict[str, Any]:
        made = {"id": f"o{number}", "type": self.pick("STRING", "STRING", "INT", "BOOL", "JSON", "FLOAT", "ARRAY"),
                "value": self.pick(self.expression(), "{{ inputs.n }}", "12", "{{ inputs.j }}", '{"a": 1}', "{{ inputs.b }}")}
        if made["type"] == "ARRAY":
            made["value"] = self.pick("{{ inputs.j }}", "[1, 2]")
        if self.chance(0.3):
            made["required"] = False
        return made


def without_known_differences(flow: dict[str, Any]) -> dict[str, Any]:
    """Without what the README of this folder lists and no comparison can look through."""
    def visit(node: dict[str, Any], below_errors: bool) -> None:
        below_errors = below_errors or "errors" in node or "finally" in node
        for inner in lists_of(node):
            for entry in inner:
                one = entry.get("task", entry)
                if below_errors and next(lists_of(one), None) is not None:
                    one.pop("retry", None)  # of a flowable: the `errors` around it do not run
                visit(one, below_errors)

    visit(flow, False)
    if any(one.get("retry", {}).get("behavior") for one in [flow, *walk(flow)]):
        for node in [flow, *walk(flow)]:  # `finally` and `errors` of the last execution of a chain do not run
            node.pop("errors", None)
            node.pop("finally", None)
    flow["afterExecution"] = [one for one in flow.get("afterExecution", [])
                              if not {one["type"], *(below["type"] for below in walk(one))} & set(BY_EXECUTOR)]
    if not flow["afterExecution"]:
        del flow["afterExecution"]
    return flow


def make(seed: int) -> dict[str, Any]:
    return Maker(seed).flow()


# Walking and shrinking -------------------------------------------------------------------------------------------------------------
def lists_of(node: dict[str, Any]) -> Iterator[list[Any]]:
    for key in BRANCHES:
        if isinstance(node.get(key), list):
            yield node[key]
    if isinstance(node.get("cases"), dict):
        yield from node["cases"].values()


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The tasks of a flow or flowable, outer ones first."""
    for inner in lists_of(node):
        for entry in inner:
            one = entry["task"] if "task" in entry else entry
            yield one
            yield from walk(one)
    if isinstance(node.get("onPause"), dict):
        yield node["onPause"]


def kinds(flow: dict[str, Any]) -> set[str]:
    return {one["type"].rsplit(".", 1)[-1] for one in walk(flow)}


def starts(flow: dict[str, Any]) -> int:
    """How many executions of the flow are started at once."""
    return 3 if "concurrency" in flow else 1


def concurrent(flow: dict[str, Any]) -> set[str]:
    """The flowables whose children run side by side: when one of them fails, how far the others got is a matter of time."""
    return {one["id"] for one in walk(flow) if one["type"].endswith((".Parallel", ".Dag"))
            or one["type"].endswith(".ForEach") and one.get("concurrencyLimit", 1) != 1}


def smaller(flow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Variants with one thing less, big things first. What no longer holds together is refused by the servers."""
    nodes = [flow, *walk(flow)]
    for index, node in enumerate(nodes):
        for number, inner in enumerate(lists_of(node)):
            for position in range(len(inner)):
                if len(inner) > 1 or node is flow:
                    yield changed(flow, index, lambda n, a=number, b=position: list(lists_of(n))[a].pop(b))
                one = inner[position].get("task", inner[position])
                if "task" not in inner[position] and next(lists_of(one), None):
                    yield changed(flow, index, lambda n, a=number, b=position: lift(list(lists_of(n))[a], b))
    for index, node in enumerate(nodes):
        for key in EXTRAS:
            if key in node:
                yield changed(flow, index, lambda n, k=key: n.pop(k))


def lift(tasks: list[Any], position: int) -> None:
    """Puts the children of a flowable in its place."""
    inner = next(lists_of(tasks[position]))
    tasks[position:position + 1] = [entry.get("task", entry) for entry in inner]


def changed(flow: dict[str, Any], index: int, change: Any) -> dict[str, Any]:
    variant = copy.deepcopy(flow)
    change([variant, *walk(variant)][index])
    for key in ("errors", "finally", "afterExecution"):
        if variant.get(key) == []:
            del variant[key]
    return variant
