"""Drift detection and patch waves: what the README of the flows says must be seen (PLUG-400, PLUG-401)."""

from __future__ import annotations

from world import World, check, equal, outputs, task_run

BANNER, LIMITS = "authorised use only\n", "nofile=65536\n"
FLEET = ("alpha", "beta", "gamma")
WAVES = ("alpha", "beta", "gamma", "delta")


def as_the_playbook_wants(world: World) -> None:
    for host in FLEET:
        world.put(f"{host}/motd", BANNER)
        (world.fleet / host / "motd").chmod(0o644)
        world.put(f"{host}/limits.conf", LIMITS)


def drift_detection(world: World) -> None:
    """PLUG-101, PLUG-102, PLUG-107, PLUG-108: one message for the host that drifted, and none on a clean night."""
    flow = world.deploy("drift-detection")
    as_the_playbook_wants(world)
    world.put("beta/motd", "spoilt\n")
    execution = world.run(flow, fleet_root=str(world.fleet))
    equal(len(world.contract.texts()), 1, "messages")
    said = world.contract.texts()[0]
    check("beta" in said and "Banner" in said and "alpha" not in said and "gamma" not in said, f"the message says {said!r}")
    equal(world.text("beta/motd"), "spoilt\n", "the file of beta in check mode")
    hosts = outputs(execution, "audit")["hosts"]
    equal([(row["host"], row["changed"]) for row in hosts], [("alpha", False), ("beta", True), ("gamma", False)], "rows of hosts")
    equal(hosts[1]["stats"]["changed"], 1, "changed tasks of beta")
    diff = hosts[1]["diffs"][0]
    equal((diff["before"], diff["after"]), ("spoilt\n", BANNER), "the difference of beta")
    check(diff["path"].endswith("beta/motd"), f"the difference is of {diff['path']}")
    log = world.file(execution, outputs(execution, "audit")["outputFiles"]["log"])
    check(b"Banner" in log, f"the file `log` holds {log[:300]!r}")
    plays = outputs(execution, "audit")["playbooks"][0]["plays"]
    equal([task["uid"] for task in plays[0]["tasks"]], ["Baseline | Banner", "Baseline | Limits"], "tasks of the playbook")
    check(all(task["startedAt"] <= task["endedAt"] and task["endedAt"].endswith("Z") for task in plays[0]["tasks"]), "times of the tasks")

    world.contract.forget()
    as_the_playbook_wants(world)
    world.run(flow, fleet_root=str(world.fleet))
    equal(world.contract.texts(), [], "messages of a clean night")


def drift_detection_by_results(world: World) -> None:
    """PLUG-104, PLUG-120: the documented way, with each callback."""
    flow = world.deploy("drift-detection-by-results")
    for callback in ("kestra_logger", "yaml", "ansible.builtin.null"):
        as_the_playbook_wants(world)
        world.put("beta/motd", "spoilt\n")
        world.run(flow, fleet_root=str(world.fleet), stdout_callback=callback)
        equal(len(world.contract.texts()), 1, f"messages with {callback}")
        world.contract.forget()


def old_versions(world: World) -> None:
    for host in WAVES:
        world.put(f"{host}/version", "1\n")


def patch_wave(world: World) -> None:
    """PLUG-117 (a): one wave after the other; the wave that does not come back healthy ends the run and pages somebody."""
    flow = world.deploy("patch-wave")
    old_versions(world)
    world.contract.set(health={"beta": 503})
    execution = world.run(flow, "FAILED", fleet_root=str(world.fleet), health_base=world.health)
    equal(world.contents("version", WAVES), ["2", "2", "2", "1"], "versions after the failed wave")
    probed = [call["path"].rsplit("/", 1)[1] for call in world.contract.calls("health")]
    # Each attempt asks twice: a request that is answered with 503 is repeated once by the client itself.
    equal(probed, ["alpha", *["beta"] * 6], "probes")
    equal([len(task_run(execution, "probe", nth)["attempts"]) for nth in (0, 1)], [1, 3], "attempts of the probes")
    pages = [call["body"] for call in world.contract.calls("pagerduty")]
    equal([(page["payload"]["severity"], page["dedup_key"]) for page in pages], [("critical", execution["id"])], "pages")
    equal(len(world.contract.texts()), 1, "messages")
    check(world.contract.texts()[0].startswith("Patch wave halted: "), f"the message says {world.contract.texts()}")

    world.contract.forget()
    world.contract.set(health={})
    old_versions(world)
    execution = world.run(flow, fleet_root=str(world.fleet), health_base=world.health)
    equal(world.contents("version", WAVES), ["2"] * 4, "versions after all waves")
    equal(world.contract.texts(), ["Patched all 3 waves"], "messages")
    equal(world.contract.calls("pagerduty"), [], "pages")
    patched = [run for run in execution["taskRunList"] if run["taskId"] == "patch"]
    equal([[row["host"] for row in run["outputs"]["hosts"]] for run in patched], [["alpha"], ["beta", "gamma"], ["delta"]], "waves")


def patch_wave_batch_gate(world: World) -> None:
    """PLUG-116, PLUG-117 (b), PLUG-118: the gate between serial batches; what it did not reach is not touched."""
    flow = world.deploy("patch-wave-batch-gate")
    world.contract.set(health={"beta": 503})
    old_versions(world)
    execution = world.run(flow, "FAILED", fleet_root=str(world.fleet), health_base=world.health, serial="1")
    equal(world.contents("version", WAVES), ["2", "2", "1", "1"], "versions")
    batches = outputs(execution, "patch")["batches"]
    equal([(batch["n"], batch["hosts"], batch["gate"]) for batch in batches], [(1, ["alpha"], "passed"), (2, ["beta"], "failed")], "batches")
    plays = outputs(execution, "patch")["playbooks"][0]["plays"]
    equal([(play["batch"], play["batchHosts"]) for play in plays], [(1, ["alpha"]), (2, ["beta"])], "parts of the play")
    check("Patch: batch 2: beta" in world.messages(execution["id"]), "a batch has no line in the log")
    equal(world.contract.texts(), ["Patch halted between batches"], "messages")

    old_versions(world)
    execution = world.run(flow, "FAILED", fleet_root=str(world.fleet), health_base=world.health, serial="50%")
    equal(world.contents("version", WAVES), ["2", "2", "1", "1"], "versions with batches of half the fleet")
    equal([batch["hosts"] for batch in outputs(execution, "patch")["batches"]], [["alpha", "beta"]], "batches of half the fleet")

    old_versions(world)
    world.contract.set(health={})
    execution = world.run(flow, fleet_root=str(world.fleet), health_base=world.health, serial="50%")
    equal(world.contents("version", WAVES), ["2"] * 4, "versions behind open gates")
    equal(task_run(execution, "patch")["state"]["current"], "SUCCESS", "the state of the task")


CASES = {"drift-detection": drift_detection, "drift-detection-by-results": drift_detection_by_results, "patch-wave": patch_wave,
         "patch-wave-batch-gate": patch_wave_batch_gate}
