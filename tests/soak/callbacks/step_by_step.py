# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Has a playbook wait, once it has printed which task begins, until whoever reads that tells it to go on (see ../steps.py)."""

from __future__ import annotations

import os
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: step_by_step
type: aggregate
short_description: Wait as each task begins until told to go on
description:
  - Reads one byte for each task from the FIFO that the environment variable E(STEP_BY_STEP) names.
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]  # ansible-core tells no types
    """Waits as each task begins."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "step_by_step"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._go_ahead = os.open(os.environ["STEP_BY_STEP"], os.O_RDONLY)

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:  # noqa: ARG002  Ansible names them
        """Wait; a reader that is gone is not waited for."""
        os.read(self._go_ahead, 1)
