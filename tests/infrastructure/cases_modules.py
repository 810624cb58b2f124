"""Infrastructure code: a machine by a form (PLUG-411), an inventory from outputs (PLUG-402 b)."""

from __future__ import annotations

import pathlib
import shutil
import subprocess

from leaks import processes_with
from world import NAMESPACE, Hold, Skip, World, check, equal, outputs, peers_cache, search_path, task_run

MODULE = """
variable "hostname" { type = string }
variable "os" { type = string }
variable "size" { type = string }
variable "cost_center" { type = string }
resource "terraform_data" "machine" {
  input = { name = var.hostname, os = var.os, size = var.size, cost_center = var.cost_center }
  %s
}
output "address" { value = "192.0.2.${length(terraform_data.machine.output.name)}" }
"""
# Fails the first two times, by a file that counts.
UNSTEADY = """provisioner "local-exec" {
    command = "echo x >> %s; test $(wc -l < %s) -ge 3"
  }"""


def need(program: str) -> None:
    if shutil.which(program, path=search_path()) is None:
        raise Skip(f"{program} is neither on PATH nor in {peers_cache()}")


def repository(folder: pathlib.Path, module: str) -> str:
    source, bare = folder.with_suffix(".src"), folder.with_suffix(".git")
    source.mkdir()
    (source / "main.tf").write_text(module)
    for command in (["git", "init", "-q", "-b", "main"], ["git", "add", "."],
                    ["git", "-c", "user.email=a@example.com", "-c", "user.name=a", "commit", "-qm", "module"],
                    ["git", "clone", "-q", "--bare", ".", str(bare)]):
        subprocess.run(command, cwd=source, check=True, stdin=subprocess.DEVNULL)
    return f"file://{bare}"


def self_service_vm(world: World) -> None:
    """PLUG-130, PLUG-136: the form refuses, an approval survives a restart, a module that fails is tried again; the token shows nowhere."""
    need("terraform")
    flow = world.deploy("self-service-vm")
    good = {"hostname": "web-12", "cost_center": "1234", "repository": repository(world.folder / "good", MODULE % "")}

    for wrong, value in (("hostname", "Web_12"), ("cost_center", "12a4")):
        answer = world.try_start(flow, **{**good, wrong: value})
        equal(answer.status, 422, f"the answer to a wrong {wrong}")
        check(wrong in answer.body.decode(), f"the answer does not name {wrong}: {answer.body!r}")
    equal(world.api.search_executions("infra.acceptance"), [], "executions of refused forms")

    execution = world.run(flow, **good, os="ubuntu-24.04", size="large")
    equal(execution["outputs"]["address"], "192.0.2.6", "the address")
    equal({name: execution["inputs"][name] for name in ("hostname", "os", "size", "cost_center")},
          {"hostname": "web-12", "os": "ubuntu-24.04", "size": "large", "cost_center": "1234"}, "inputs of the execution")
    equal(world.contract.texts(), ["web-12 (ubuntu-24.04, 1234) has 192.0.2.6"], "messages")

    identity = world.start(flow, **good, approve=True)
    world.until(identity, "PAUSED")
    world.server.kill()
    world.restart()
    equal(world.execution(identity)["state"]["current"], "PAUSED", "the state after the restart")
    body, kind = world.form({"reason": "budget is there"})
    world.api.checked("POST", f"executions/{identity}/resume", body=body, content_type=kind)
    execution = world.ended(identity, "SUCCESS")
    equal(outputs(execution, "wait")["onResume"]["reason"], "budget is there", "the reason of the approval")

    counter = world.folder / "counter"
    unsteady = repository(world.folder / "unsteady", MODULE % (UNSTEADY % (counter, counter)))
    execution = world.run(flow, hostname="db-1", cost_center="1234", repository=unsteady)
    states = [attempt["state"]["current"] for attempt in task_run(execution, "apply")["attempts"]]
    equal(states, ["FAILED", "FAILED", "SUCCESS"], "attempts of a module that fails twice")


def dynamic_inventory_tofu(world: World) -> None:
    """PLUG-131: outputs of infrastructure code are the inventory of the next task."""
    need("tofu")
    flow = world.deploy("dynamic-inventory-tofu")
    execution = world.run(flow, fleet_root=str(world.fleet))
    equal(execution["outputs"]["hosts"], ["web-1", "web-2"], "hosts of the output")
    equal(sorted(file.name for file in world.fleet.iterdir()), ["web-1", "web-2"], "files of hosts")
    execution = world.run(flow, fleet_root=str(world.fleet), hosts=["db-1", "web-1", "web-3"])
    equal(sorted(execution["outputs"]["hosts"]), ["db-1", "web-1", "web-3"], "hosts of the second output")
    equal(sorted(file.name for file in world.fleet.iterdir()), ["db-1", "web-1", "web-2", "web-3"], "files of hosts")
    left = [str(path) for path in (world.folder / "data").rglob("*.tfstate*")]
    equal(left, [], "states in the folders of the worker")


HEAD = f"""
namespace: {NAMESPACE}
inputs:
  - id: state
    type: STRING
    description: Folder of the state, which outlives the tasks.
tasks:
"""
TASK = """    type: io.kestra.plugin.terraform.cli.TerraformCLI
    taskRunner: {type: io.kestra.plugin.core.runner.Process}
"""


def drift_of_a_module(world: World) -> None:
    """PLUG-133, PLUG-137: exit code 2 tells of changes, and the plan file goes to the next task byte for byte."""
    need("terraform")
    main = """      main.tf: |
        terraform {
          backend "local" { path = "{{ inputs.state }}/terraform.tfstate" }
        }
        resource "terraform_data" "it" { input = "one" }
"""
    flow = world.deploy_text("id: drift-of-a-module" + HEAD + f"""
  - id: plan
{TASK}    allowFailure: true
    inputFiles:
{main}    beforeCommands: [terraform init -input=false]
    commands:
      - terraform plan -input=false -detailed-exitcode -json -out=tfplan
    outputFiles: [tfplan, .terraform.lock.hcl]
  - id: drifted
    type: io.kestra.plugin.core.flow.If
    condition: "{{{{ outputs.plan.exitCode == 2 }}}}"
    then:
      - id: apply
{TASK.replace("    ", "        ")}        inputFiles:
          tfplan: "{{{{ outputs.plan.outputFiles.tfplan }}}}"
{main.replace("      ", "          ", 1).replace(chr(10) + "        ", chr(10) + "            ")}        beforeCommands: [terraform init -input=false]
        commands:
          - terraform apply -input=false tfplan
""")
    (world.folder / "state").mkdir()
    execution = world.run(flow, "WARNING", state=str(world.folder / "state"))
    given = outputs(execution, "plan")
    equal((given["exitCode"], given["planSummary"]), (2, {"add": 1, "change": 0, "destroy": 0}), "the plan")
    equal(task_run(execution, "apply")["state"]["current"], "SUCCESS", "the task that applies the plan")
    check(world.file(execution, given["outputFiles"]["tfplan"]).startswith(b"PK"), "the plan file is damaged")
    execution = world.run(flow, state=str(world.folder / "state"))
    equal(outputs(execution, "plan")["exitCode"], 0, "the exit code of a plan without changes")
    check(not any(run["taskId"] == "apply" for run in execution["taskRunList"]), "a plan without changes was applied")


def sensitive_outputs(world: World) -> None:
    """PLUG-132: sensitive outputs of a module are encrypted, and no task shows them."""
    need("terraform")
    flow = world.deploy_text("id: sensitive-outputs" + HEAD + f"""
  - id: apply
{TASK}    publishOutputs: true
    env:
      TF_VAR_password: "{{{{ secret('MARKED') }}}}"
    inputFiles:
      main.tf: |
        variable "password" {{ type = string }}
        resource "terraform_data" "it" {{ input = sensitive(var.password) }}
        output "password" {{
          value     = terraform_data.it.output
          sensitive = true
        }}
        output "size" {{ value = nonsensitive(length(var.password)) }}
    beforeCommands: [terraform init -input=false]
    commands:
      - terraform apply -input=false -auto-approve
      - terraform output -raw password
  - id: use
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner: {{type: io.kestra.plugin.core.runner.Process}}
    env:
      PASSWORD: "{{{{ outputs.apply.tf.password }}}}"
    commands:
      - test "$(printf %s "$PASSWORD" | wc -c)" -eq {{{{ outputs.apply.tf.size }}}}
""")
    execution = world.run(flow, state="-")
    equal(outputs(execution, "apply")["tf"]["size"], len(world.marks["SECRET"]), "the output that is not sensitive")
    check("******" in world.messages(execution["id"]), "the printed password is not in the log as stars")


def killed_apply(world: World) -> None:
    """PLUG-130: a kill lets the program release the lock of its state; nothing goes on behind it."""
    need("terraform")
    flow = world.deploy_text("id: killed-apply" + HEAD + f"""
  - id: apply
{TASK}    inputFiles:
      main.tf: |
        terraform {{
          backend "local" {{ path = "{{{{ inputs.state }}}}/terraform.tfstate" }}
        }}
        resource "terraform_data" "first" {{
          provisioner "local-exec" {{ command = "cat {{{{ inputs.state }}}}/hold" }}
        }}
        resource "terraform_data" "second" {{
          depends_on = [terraform_data.first]
          provisioner "local-exec" {{ command = "touch {{{{ inputs.state }}}}/second" }}
        }}
    beforeCommands: [terraform init -input=false]
    commands:
      - terraform apply -input=false -auto-approve
""")
    state = world.fleet
    hold = Hold(world)
    identity = world.start(flow, state=str(state))
    hold.opened()
    lock = state / ".terraform.tfstate.lock.info"
    check(lock.exists(), "the state is not locked while it is applied")
    world.api.checked("DELETE", f"executions/{identity}/kill")
    world.ended(identity, "KILLED")
    equal(processes_with(str(state)), [], "processes of the module after the kill")
    hold.release()
    check(not lock.exists(), "the state is still locked")
    check(not (state / "second").exists(), "the second resource was made after the kill")


CASES = {"self-service-vm": self_service_vm, "dynamic-inventory-tofu": dynamic_inventory_tofu,
         "drift-of-a-module": drift_of_a_module, "sensitive-outputs": sensitive_outputs, "killed-apply": killed_apply}
