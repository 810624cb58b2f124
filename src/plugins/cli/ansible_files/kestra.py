#!/usr/bin/python
"""Sets outputs of the task that runs the playbook."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: kestra
short_description: sets outputs of the task that runs the playbook
options:
  outputs:
    description: names and values of the outputs
    type: dict
    required: true
"""


def main():
    module = AnsibleModule(argument_spec={"outputs": {"type": "dict", "required": True}}, supports_check_mode=True)
    module.exit_json(changed=False, outputs=module.params["outputs"])


if __name__ == "__main__":
    main()
