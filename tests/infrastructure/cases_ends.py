"""A playbook that is killed, or whose server is: what was not reached is not touched, and a resumed run ends well (PLUG-9, PLUG-106)."""

from __future__ import annotations

from leaks import processes_with
from world import NAMESPACE, Hold, World, check, equal, outputs, task_run

PLAYBOOK = f"""
id: slow-patch
namespace: {NAMESPACE}
inputs:
  - id: root
    type: STRING
tasks:
  - id: patch
    type: io.kestra.plugin.ansible.cli.AnsibleCLI
    taskRunner: {{type: io.kestra.plugin.core.runner.Process}}
    inputFiles:
      inventory.ini: |
        [fleet]
        alpha
        beta
        gamma
        [fleet:vars]
        ansible_connection=local
        ansible_python_interpreter=/usr/bin/python3
      patch.yml: |
        {{% raw %}}
        - name: Patch
          hosts: fleet
          gather_facts: false
          serial: 1
          tasks:
            - name: Begin
              ansible.builtin.copy: {{dest: "{{{{ root }}}}/{{{{ inventory_hostname }}}}.begun", content: "1"}}
            - name: Wait
              ansible.builtin.command: "cat {{{{ root }}}}/hold"
              when: inventory_hostname == 'beta'
            - name: Install
              ansible.builtin.copy: {{dest: "{{{{ root }}}}/{{{{ inventory_hostname }}}}.done", content: "1"}}
        {{% endraw %}}
    commands:
      - ansible-playbook -i inventory.ini -e root={{{{ inputs.root }}}} patch.yml
"""


def files(world: World) -> list[str]:
    return sorted(file.name for file in world.fleet.iterdir() if file.name != "hold")


def killed_playbook(world: World) -> None:
    flow = world.deploy_text(PLAYBOOK)
    hold = Hold(world)
    identity = world.start(flow, root=str(world.fleet))
    hold.opened()
    world.api.checked("DELETE", f"executions/{identity}/kill")
    execution = world.ended(identity, "KILLED")
    equal(processes_with(str(world.fleet)), [], "processes of the playbook after the kill")
    hold.release()
    equal(files(world), ["alpha.begun", "alpha.done", "beta.begun"], "what was touched")
    hosts = outputs(execution, "patch")["hosts"]
    equal([row["host"] for row in hosts], ["alpha", "beta"], "rows of hosts of a killed run")
    equal(hosts[0]["changedTasks"], ["Begin", "Install"], "what was done on alpha")


def killed_server(world: World) -> None:
    flow = world.deploy_text(PLAYBOOK)
    hold = Hold(world)
    identity = world.start(flow, root=str(world.fleet))
    hold.opened()
    world.server.kill()
    hold.release()
    (world.fleet / "hold").unlink()
    world.put("hold", "go on\n")
    world.restart()
    execution = world.ended(identity, "SUCCESS")
    equal(files(world), sorted(f"{host}.{part}" for host in ("alpha", "beta", "gamma") for part in ("begun", "done")), "what was touched")
    states = [attempt["state"]["current"] for attempt in task_run(execution, "patch")["attempts"]]
    equal(states, ["RESUBMITTED", "SUCCESS"], "attempts")
    rows = {row["host"]: row["changedTasks"] for row in outputs(execution, "patch")["hosts"]}
    equal(rows["alpha"], [], "what the second attempt changed on alpha: it was as it should be")
    check("Install" in rows["gamma"], f"the second attempt changed {rows} ")


CASES = {"killed-playbook": killed_playbook, "killed-server": killed_server}
