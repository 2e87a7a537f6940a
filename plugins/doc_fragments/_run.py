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
      - The name of the run that holds the lock, as M(dcos.avi.migration_lock) takes it. It must be the same in the whole run, and in no other.
      - The name is for people. A run that has it does not hold the lock unless it took it, see O(nonce).
      - When not given, it names the host and the process of C(ansible-playbook) above this task. Whether such a run has ended
        can be found out later, on the same host. This needs Linux, and the module to run on the control node.
      - Give it where a run is known by something better, such as the number of an AWX job.
    type: str
  nonce:
    description:
      - What proves that a lock in the name of O(owner) is this run's own. It must be the same in the whole run, and nobody else may know it.
      - When not given, it is made of what only the process of C(ansible-playbook) above this task and its machine know. This needs Linux,
        and the module to run on the control node.
      - Give the same one to several processes that are to hold a lock together, or to take over what an earlier one of them left. Then it
        is best kept where a password is.
      - When not given, the environment variable E(DCOS_AVI_LOCK_NONCE) is used.
    type: str
"""
