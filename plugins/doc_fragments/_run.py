# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run that holds the lock of a service, for the documentation. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  owner:
    description:
      - The name of the run that holds the lock, as M(dcos.avi.migration_lock) takes it. It must be the same in the whole run, and different in each other run.
      - The name is for people. A run with this name does not hold the lock unless it took the lock itself, see O(nonce).
      - When not given, it names the host and the process of the C(ansible-playbook) that runs this task. Another run on the same host can then
        find out whether this run has ended. This needs Linux, and the module must run on the control node.
      - Give it if a run has a better name, such as the number of an AWX job.
    type: str
  nonce:
    description:
      - A secret that proves that a lock in the name of O(owner) is this run's own. It must be the same in the whole run, and nobody else may know it.
      - When not given, it is made from secrets of the C(ansible-playbook) process that runs this task and of its machine. This needs Linux,
        and the module must run on the control node.
      - Give the same nonce to several processes that should hold a lock together, or take over each other's lock. Keep it like a password.
      - When not given, the environment variable E(DCOS_AVI_LOCK_NONCE) is used.
    type: str
"""
