"""Remediation by alerts (PLUG-403): the host of the alert alone, hostile names, a storm of alerts, a replay."""

from __future__ import annotations

import json

from world import NAMESPACE, World, check, equal, in_threads, task_run

PATH = f"executions/webhook/{NAMESPACE}/event-remediation/remediate-this-host-0123456789"
STORM = 100


def alert(world: World, body: dict, content_type: str = "application/json") -> str:
    answer = world.api.call("POST", PATH, body=json.dumps(body).encode(), content_type=content_type)
    equal(answer.status, 200, f"the answer to the alert {body}")
    return answer.json()["id"]


def notes(world: World) -> list[str]:
    return world.contract.state()["servicenow"]["incident"]["inc-0001"]["work_notes"].split("\n")[:-1]


def restarted(world: World) -> set[str]:
    return {file.name.removesuffix(".restarted") for file in world.fleet.iterdir()}


def event_remediation(world: World) -> None:
    world.deploy("event-remediation")
    alerts = [("splunk-1", {"result": {"host": "splunk-1"}}, "application/json"),
              ("pager-1", {"event": {"event_type": "incident.triggered", "data": {"host": "pager-1"}}}, "application/json"),
              ("sns-1", {"Type": "Notification", "host": "sns-1"}, "text/plain; charset=UTF-8")]
    first = ""
    for number, (host, body, kind) in enumerate(alerts, 1):
        identity = alert(world, body, kind)
        first = first or identity
        world.ended(identity, "SUCCESS")
        equal(len(restarted(world)), number, "files of hosts")
        check(host in restarted(world), f"{host} was not restarted")
        equal(notes(world)[-1], f"{host}: Restart ({identity})", "the last work note")
        equal(world.contract.texts()[-1], f"Remediated {host}", "the last message")
    equal(len(notes(world)), len(alerts), "work notes")

    world.contract.forget()
    for host in ("a b", "a\nb", "x;touch y", "$(touch z)", "`touch z`"):
        execution = world.ended(alert(world, {"host": host}), "FAILED")
        check(not any(run["taskId"] == "remediate" for run in execution["taskRunList"]), f"Ansible was started for {host!r}")
    equal((world.contract.calls("slack"), world.contract.calls("servicenow"), len(restarted(world))), ([], [], len(alerts)), "what hostile names did")

    answer = world.api.checked("POST", f"executions/{first}/replay").json()
    execution = world.ended(answer["id"], "SUCCESS")
    equal([row["host"] for row in task_run(execution, "remediate")["outputs"]["hosts"]], ["splunk-1"], "hosts of the replay")
    equal(len(restarted(world)), len(alerts), "files of hosts after the replay")


def storm_of_alerts(world: World) -> None:
    world.deploy("event-remediation")
    hosts = [f"host-{number}" for number in range(STORM)]
    identities = in_threads([lambda host=host: alert(world, {"host": host}) for host in hosts], 8)
    for identity in identities:
        world.ended(identity, "SUCCESS")
    equal(restarted(world), set(hosts), "hosts")
    said = [note.split(": Restart (") for note in notes(world)]
    equal(sorted((host, identity.rstrip(")")) for host, identity in said), sorted(zip(hosts, identities)), "work notes")
    equal(sorted(world.contract.texts()), sorted(f"Remediated {host}" for host in hosts), "messages")


CASES = {"event-remediation": event_remediation, "storm-of-alerts": storm_of_alerts}
