"""Ansible over SSH, with every kind of inventory, and with secrets in every place where they may stand."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess

from world import NAMESPACE, Failed, Skip, World, check, equal, free_port, outputs

HEAD = f"""
namespace: {NAMESPACE}
inputs:
  - id: root
    type: STRING
tasks:
"""
TASK = """    type: io.kestra.plugin.ansible.cli.AnsibleCLI
    taskRunner: {type: io.kestra.plugin.core.runner.Process}
"""


class Sshd:
    """A server of OpenSSH for the user of this process, with one key. It ends with the block, or with this process."""

    def __init__(self, folder: pathlib.Path):
        program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
        if program is None:
            raise Skip("sshd is not installed (openssh-server)")
        self.folder, self.port = folder, free_port()
        folder.mkdir(mode=0o700)
        for name in ("host", "client"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
        (folder / "config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/client.pub\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\nStrictModes no\n"
            f"PermitRootLogin prohibit-password\nPidFile none\nSubsystem sftp internal-sftp\n")
        self.key = (folder / "client").read_text()
        self.known = f"[127.0.0.1]:{self.port} {' '.join((folder / 'host.pub').read_text().split()[:2])}\n"
        self._command = [program, "-D", "-e", "-f", str(folder / "config")]

    def __enter__(self) -> Sshd:
        if os.geteuid() == 0:
            pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *self._command], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if "Server listening" in line:
                return self
        raise Failed("sshd did not start")

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()


def over_ssh(world: World) -> None:
    """PLUG-110, PLUG-114: a key from a secret in a file of its own, a host that answers, a host that does not."""
    with Sshd(world.folder / "ssh") as sshd:
        world.secret("SSH_KEY", sshd.key)
        world.restart()
        flow = world.deploy_text("id: over-ssh" + HEAD + f"""
  - id: play
{TASK}    inputFiles:
      id_ed25519: "{{{{ secret('SSH_KEY') }}}}"
      known_hosts: "{sshd.known.strip()}"
      inventory.ini: |
        near ansible_host=127.0.0.1 ansible_port={sshd.port}
        gone ansible_host=127.0.0.1 ansible_port=1
        [all:vars]
        ansible_python_interpreter=/usr/bin/python3
        ansible_ssh_private_key_file={{{{ workingDir }}}}/id_ed25519
        ansible_ssh_common_args=-o UserKnownHostsFile={{{{ workingDir }}}}/known_hosts -o ConnectTimeout=10
      play.yml: |
        {{% raw %}}
        - hosts: all
          gather_facts: false
          tasks:
            - name: Write
              ansible.builtin.copy: {{dest: "{{{{ root }}}}/{{{{ inventory_hostname }}}}", content: "by ssh\\n"}}
        {{% endraw %}}
    commands:
      - stat -c 'mode %a' id_ed25519
      - ansible-playbook -i inventory.ini -e root={{{{ inputs.root }}}} play.yml
""")
        execution = world.run(flow, "FAILED", root=str(world.fleet))
    equal(world.text("near"), "by ssh\n", "the file of the host that answers")
    given = outputs(execution, "play")
    equal(given["exitCode"], 4, "the exit code with an unreachable host")
    equal([(row["host"], row["unreachable"], row["changed"]) for row in given["hosts"]], [("near", False, True), ("gone", True, False)], "rows of hosts")
    said = world.messages(execution["id"])
    check("mode 600" in said, "the key file can be read by others")
    check("a host was unreachable" in said, "the message does not tell what exit code 4 means")


def inventories(world: World) -> None:
    """PLUG-119: inline, executable, static and JSON inventories work unchanged."""
    flow = world.deploy_text("id: inventories" + HEAD + f"""
  - id: make
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner: {{type: io.kestra.plugin.core.runner.Process}}
    outputFiles: [inventory.json]
    commands:
      - |
        echo '{{"all": {{"hosts": {{"by-json": {{"ansible_connection": "local"}} }} }} }}' > inventory.json
  - id: play
{TASK}    inputFiles:
      inventory.json: "{{{{ outputs.make.outputFiles['inventory.json'] }}}}"
      static.ini: by-file ansible_connection=local
      dynamic.py: |
        #!/usr/bin/python3
        print('{{"web": {{"hosts": ["by-program"]}}, "_meta": {{"hostvars": {{"by-program": {{"ansible_connection": "local"}} }} }} }}')
      play.yml: |
        {{% raw %}}
        - hosts: all
          gather_facts: false
          tasks:
            - name: Write
              ansible.builtin.copy: {{dest: "{{{{ root }}}}/{{{{ inventory_hostname }}}}", content: "1"}}
              vars: {{ansible_python_interpreter: /usr/bin/python3}}
        {{% endraw %}}
    beforeCommands:
      - chmod +x dynamic.py
    commands:
      - ansible-playbook -c local -i inline-1,inline-2 -e root={{{{ inputs.root }}}} play.yml
      - ansible-playbook -i ./dynamic.py -i static.ini -i inventory.json -e root={{{{ inputs.root }}}} play.yml
""")
    execution = world.run(flow, root=str(world.fleet))
    equal(sorted(file.name for file in world.fleet.iterdir()), ["by-file", "by-json", "by-program", "inline-1", "inline-2"], "hosts")
    equal(len(outputs(execution, "play")["playbooks"]), 2, "playbooks of two commands")
    equal({row["host"]: row["groups"] for row in outputs(execution, "play")["hosts"]}["by-program"], ["web"], "groups of a host")


def marked_secrets(world: World) -> None:
    """PLUG-10, PLUG-114, PLUG-122: a secret in files, variables, results, differences and messages shows nowhere."""
    flow = world.deploy_text("id: marked-secrets" + HEAD + f"""
  - id: play
{TASK}    logsMode: FULL
    outputLogFile: true
    env:
      MARKED: "{{{{ secret('MARKED') }}}}"
    inputFiles:
      vars.yml: "password: {{{{ secret('MARKED') }}}}"
      play.yml: |
        {{% raw %}}
        - hosts: localhost
          gather_facts: false
          vars_files: [vars.yml]
          tasks:
            - name: Say
              ansible.builtin.debug: {{msg: "the password is {{{{ password }}}}"}}
            - name: Write
              ansible.builtin.copy: {{dest: "{{{{ root }}}}/written", content: "{{{{ password }}}}"}}
              diff: true
            - name: Remove
              ansible.builtin.file: {{path: "{{{{ root }}}}/written", state: absent}}
            - name: Read
              ansible.builtin.command: printenv MARKED
            - name: Set
              kestra: {{outputs: {{given: "{{{{ password }}}}"}}}}
            - name: Fail
              ansible.builtin.fail: {{msg: "no {{{{ password }}}}"}}
        {{% endraw %}}
    commands:
      - ansible-playbook --diff -c local -i localhost, -e ansible_python_interpreter=/usr/bin/python3 -e root={{{{ inputs.root }}}} play.yml
""")
    execution = world.run(flow, "FAILED", root=str(world.fleet))
    check("the password is ******" in world.messages(execution["id"]), "the masked message is not in the log")
    check(world.text("written") is None, "the file with the secret is still there")


# What the callback would write, without the time that Ansible takes: results of 1 KB for 100 hosts in turn.
WRITER = """
import json, os, sys
out = open(os.environ["KESTRA_OUTPUTS_FILE"], "w")
def event(**fields): print(json.dumps(fields), file=out)
event(e="playbook")
event(e="play", name="P", batch=1, hosts=[])
for number in range(int(sys.argv[1])):
    if number % 100 == 0: event(e="task", name=f"T{number // 100}", at="2026-01-01T00:00:00Z")
    event(e="result", host=f"host-{number % 100}", status="ok", changed=False, at="2026-01-01T00:00:01Z", result={"msg": "x" * 1000})
"""


def large_results(world: World) -> None:
    """PLUG-106: 10,000 results of 1 KB arrive; 50 MB of them fail the task, with the limit in the message, and nothing else."""
    flow = world.deploy_text("id: large-results" + HEAD.replace("root", "count") + f"""
  - id: play
{TASK}    outputsMode: EXPLICIT
    maxOutputsSize: 20000000
    inputFiles:
      writer.py: |
        {{% raw %}}{WRITER.replace(chr(10), chr(10) + "        ")}
        {{% endraw %}}
    commands:
      - python3 writer.py {{{{ inputs.count }}}}
""")
    execution = world.run(flow, count="10000")
    equal(len(outputs(execution, "play")["hosts"]), 100, "rows of hosts")
    equal(outputs(execution, "play")["hosts"][0]["stats"]["ok"], 100, "results of a host")
    execution = world.run(flow, "FAILED", count="50000")
    check("larger than 20000000 bytes" in world.messages(execution["id"]), "the message does not name the limit")
    world.run(flow, count="10")


CASES = {"large-results": large_results, "ansible-over-ssh": over_ssh, "inventories": inventories, "marked-secrets": marked_secrets}
