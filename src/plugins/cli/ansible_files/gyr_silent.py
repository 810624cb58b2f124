"""A stdout callback that prints nothing, as ansible-core has none."""

from __future__ import annotations

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: gyr_silent
type: stdout
short_description: prints nothing
description:
  - Results go to the callback kestra_logger.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "gyr_silent"

    def set_options(self, task_keys=None, var_options=None, direct=None):
        pass
