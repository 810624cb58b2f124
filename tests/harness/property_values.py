"""Flows that give each property of each type a wrong, missing, empty, huge and hostile value, from the program's own JSON Schema.

No value destroys anything should it be run: it names files that do not exist or that are only read, and commands that only fail.
"""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass
from typing import Any, Iterator

MISSING = object()

HUGE_TEXT = "x" * 70_000  # above the size from which texts are stored apart
DEEP_LIST: Any = []
for _ in range(200):
    DEEP_LIST = [DEEP_LIST]

# By what is wrong with them. Texts that are in a language of the program (expression, date, zone, duration, address, pattern) go wrong
# in that language.
VALUES: list[tuple[str, Any]] = [
    ("missing", MISSING), ("null", None), ("empty text", ""), ("blank", "  "), ("empty list", []), ("empty map", {}),
    ("zero", 0), ("negative", -1), ("above 64 bits", 2**70), ("not finite", "1e999"), ("fraction", 0.5), ("boolean", True),
    ("list of null", [None]), ("map of null", {"a": None}), ("deep", DEEP_LIST), ("huge", HUGE_TEXT), ("many", ["a"] * 2_000),
    ("broken expression", "{{ a."), ("failing expression", "{{ 1 / 0 }}"), ("endless expression", "{{ range(1, 2000000000) }}"),
    ("unknown zone in an expression", "{{ now() | date(timeZone='Nope/Zone') }}"),
    ("value from nowhere", "{{ secret('NONE') }}{{ kv('none') }}{{ read('kestra:///none') }}"),
    ("zone", "Mars/Phobos"), ("date", "2024-13-45T99:99:99Z"), ("duration", "P99999999999D"), ("negative duration", "-PT1S"),
    ("pattern", "(((((a+)+)+)+$[z-a"), ("path", "../../../../../../none\u0000/x"), ("address", "kestra:///../../../none"),
    ("URL", "http://[::bad/%zz?\u00e9#"), ("format", "%s%n{}%1$s"), ("quotes", "'\"`;|&<>$(false)"), ("characters", "\ud83d\ude00\u202e\ufffd\u0001"),
]

_COMMANDS = ["true"]
# What is needed for a type to be valid and that a schema does not tell.
_TASK = {"id": "inner", "type": "io.kestra.plugin.core.log.Log", "message": "m"}


@dataclass
class Variant:
    """One flow: `place` says what was changed."""
    place: str
    flow: dict[str, Any]
    kind: str  # task, trigger, input, flow


class Schema:
    def __init__(self, document: dict[str, Any]):
        self.definitions: dict[str, Any] = document["definitions"]

    def resolve(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self.definitions[schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def members(self, name: str) -> list[str]:
        return [each["$ref"].rsplit("/", 1)[1] for each in self.definitions[name]["anyOf"]]

    def example(self, name: str, schema: dict[str, Any], depth: int = 0) -> Any:
        """A small valid value, as far as the schema tells."""
        whole = schema
        schema = self.resolve(schema)
        if name in ("tasks", "errors", "finally", "then", "defaults") or whole.get("$ref", "").endswith("tasks.Task"):
            return [_TASK] if schema.get("type") == "array" else _TASK
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        if "anyOf" in schema:
            return self.example(name, schema["anyOf"][0], depth + 1)
        kind = schema.get("type")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object":
            return {key: self.example(key, schema["properties"][key], depth + 1) for key in schema.get("required", [])
                    if key in schema.get("properties", {})} if depth < 5 else {}
        if kind == "array":
            return [self.example(name, schema.get("items", {"type": "string"}), depth + 1)] if depth < 5 else []
        if kind in ("integer", "number"):
            return max(1, int(schema.get("minimum", 1)))
        if kind == "boolean":
            return False
        if schema.get("format") == "duration":
            return "PT0.01S"
        if schema.get("format") == "date-time":
            return "2024-01-01T00:00:00Z"
        return {"flowId": "other", "namespace": "company.team", "uri": "http://127.0.0.1:1/", "url": "http://127.0.0.1:1/", "cron": "0 0 1 1 *", "expression": "{{ true }}",
                "condition": "{{ true }}", "timezone": "UTC"}.get(name, "a")

    def instance(self, type_name: str) -> dict[str, Any]:
        """A task, trigger or input of this type with what it must have."""
        definition = self.definitions[type_name]
        made = {key: self.example(key, definition["properties"][key]) for key in definition.get("required", [])}
        made["type"] = definition["properties"]["type"].get("const", type_name)
        made["id"] = "t"
        made.update(copy.deepcopy(_NEEDED.get(type_name, {})))
        if type_name.startswith("io.kestra.plugin.scripts."):
            made["taskRunner"] = {"type": "io.kestra.plugin.core.runner.Process"}
            made["commands" if type_name.endswith("Commands") else "script"] = _COMMANDS if type_name.endswith("Commands") else "\n"
        elif ".cli." in type_name:
            made["taskRunner"] = {"type": "io.kestra.plugin.core.runner.Process"}
            made["commands"] = _COMMANDS
        # Nobody listens there: nothing leaves this machine.
        for name in ("endpoint", "url"):
            if name in definition["properties"] and type_name.startswith("io.kestra.plugin.") and ".core." not in type_name:
                made[name] = "http://127.0.0.1:1/"
        return made


_NEEDED: dict[str, dict[str, Any]] = {
    "io.kestra.plugin.core.flow.Dag": {"tasks": [{"task": _TASK}]},
    "io.kestra.plugin.core.flow.Switch": {"value": "a", "cases": {"a": [_TASK]}},
    "io.kestra.plugin.core.flow.ForEach": {"values": ["a", "b"]},
    "io.kestra.plugin.core.flow.EachSequential": {"value": ["a", "b"]},
    "io.kestra.plugin.core.flow.EachParallel": {"value": ["a", "b"]},
    "io.kestra.plugin.core.flow.Loop": {"values": ["a", "b"]},
    "io.kestra.plugin.core.flow.LoopUntil": {"condition": "{{ true }}", "checkFrequency": {"interval": "PT0.01S", "maxIterations": 2}},
    "io.kestra.plugin.core.flow.Pause": {"pauseDuration": "PT0.01S"},
    "io.kestra.plugin.core.flow.If": {"condition": "{{ true }}"},
    "io.kestra.plugin.core.execution.Assert": {"conditions": ["{{ true }}"]},
    "io.kestra.plugin.core.execution.Labels": {"labels": {"a": "b"}},
    "io.kestra.plugin.core.storage.Split": {"rows": 1},
    "io.kestra.plugin.core.metric.Publish": {"metrics": [{"type": "counter", "name": "a", "value": 1}]},
    "io.kestra.plugin.core.trigger.ScheduleOnDates": {"dates": ["2030-01-01T00:00:00Z"]},
    "io.kestra.plugin.core.trigger.Schedule": {"cron": "0 0 1 1 *"},
    "io.kestra.plugin.core.trigger.Webhook": {"key": "akeythatislongenough"},
    "io.kestra.core.models.flows.input.SelectInput": {"values": ["a"]},
    "io.kestra.core.models.flows.input.EnumInput": {"values": ["a"]},
    "io.kestra.core.models.flows.input.MultiselectInput": {"values": ["a"]},
    "io.kestra.core.models.flows.input.ArrayInput": {"itemType": "STRING"},
    "io.kestra.core.models.flows.input.FormInput": {"inputs": [{"id": "a", "type": "STRING"}]},
}


def _set(instance: dict[str, Any], path: list[Any], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(instance)
    at: Any = changed
    for step in path[:-1]:
        at = at[step]
    if value is MISSING:
        at.pop(path[-1], None)
    else:
        at[path[-1]] = value
    return changed


def changes(schema: Schema, type_name: str, instance: dict[str, Any], skip: set[str], seen: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each property once with each value, those of objects inside too. `seen`: definitions inside, each looked at once over all types."""
    def properties(definition: dict[str, Any], base: dict[str, Any], path: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, of_property in definition.get("properties", {}).items():
            if not path and name in skip:
                continue
            for what, value in VALUES:
                if value is MISSING and name not in definition.get("required", []):
                    continue
                yield f"{type_name} {'.'.join(map(str, [*path, name]))}: {what}", _set(base, [*path, name], value)
            enum = next((each["enum"] for each in [schema.resolve(of_property), *schema.resolve(of_property).get("anyOf", [])] if "enum" in each), [])
            for value in enum:
                yield f"{type_name} {'.'.join(map(str, [*path, name]))}: {value}", _set(base, [*path, name], value)
            yield from inside(of_property, base, [*path, name])

    def inside(of_property: dict[str, Any], base: dict[str, Any], path: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        if of_property.get("type") == "array":
            of_property = of_property.get("items", {})
            path = [*path, 0]
        for option in [of_property, *of_property.get("anyOf", [])]:
            reference = option.get("$ref", "").rsplit("/", 1)[-1]
            definition = schema.definitions.get(reference, {})
            if not definition.get("properties") or reference in seen or len(path) > 5:
                continue
            seen.add(reference)
            value = schema.example("", option)
            if "type" in definition["properties"] and "const" in definition["properties"]["type"]:
                value["type"] = definition["properties"]["type"]["const"]
            outer = [value] if path[-1] == 0 else value
            filled = _set(base, path[:-1] if path[-1] == 0 else path, outer)
            yield from properties(definition, filled, path)

    yield from properties(schema.definitions[type_name], instance, [])


def flow_of(number: int, **parts: Any) -> dict[str, Any]:
    return {"id": f"f{number}", "namespace": "company.team", "tasks": [_TASK], **parts}


def variants(schema: Schema) -> Iterator[Variant]:
    """All flows of the sweep. Properties that all tasks have are swept with one type alone, likewise for triggers and inputs."""
    groups = {
        "task": schema.members("io.kestra.core.models.tasks.Task"),
        "trigger": schema.members("io.kestra.core.models.triggers.AbstractTrigger"),
        "input": sorted(name for name in schema.definitions if re.fullmatch(r"io\.kestra\.core\.models\.flows\.input\.\w+", name)),
    }
    seen: set[str] = {"io.kestra.core.models.tasks.Task"}
    number = 0
    for kind, types in groups.items():
        types = [name for name in types if name in schema.definitions and "properties" in schema.definitions[name]]
        common = set.intersection(*(set(schema.definitions[name]["properties"]) for name in types))
        for position, type_name in enumerate(types):
            instance = schema.instance(type_name)
            skip = {"type"} | (common if position else set())
            yield Variant(f"{type_name} as it should be", _wrapped(number, kind, instance), kind)
            number += 1
            for place, changed in changes(schema, type_name, instance, skip, seen):
                yield Variant(place, _wrapped(number, kind, changed), kind)
                number += 1
    base = flow_of(0)
    for place, changed in changes(schema, "io.kestra.core.models.flows.Flow", base, {"tasks"}, seen):
        yield Variant(place, changed, "flow")


def _wrapped(number: int, kind: str, instance: dict[str, Any]) -> dict[str, Any]:
    if kind == "task":
        return flow_of(number, tasks=[instance])
    return flow_of(number, **{kind + "s": [instance]})


def to_text(flow: dict[str, Any]) -> str:
    """JSON is YAML; surrogates that are in a pair only stay as they are."""
    return json.dumps(flow, ensure_ascii=True)
