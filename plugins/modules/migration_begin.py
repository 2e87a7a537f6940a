#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_begin

short_description: Begin a migration of a service with a plan, under its lock

version_added: 1.0.0

description:
  - Checks the service, plans, and prints the steps at any verbosity. If there is something to do, it takes the lock of the service, then
    checks and plans again. It is the first task of the roles P(dcos.avi.rollout#role), P(dcos.avi.rollback#role), P(dcos.avi.retire#role) and
    P(dcos.avi.listener#role).
  - Returns what M(dcos.avi.migration_info) returns of the last check, with the plan and with the names of the role's next files of tasks.
  - Fails if the plan is refused, or if nothing of the service may be retired. Then it releases the lock.
  - M(dcos.avi.migration_end) releases the lock at the end.

extends_documentation_fragment:
  - dcos.avi._service
  - dcos.avi._questions
  - dcos.avi._rollback
  - dcos.avi._run
  - dcos.avi._awx
  - dcos.avi._marathon
  - dcos.avi._avi
  - dcos.avi._wait
  - dcos.avi._attributes
  - dcos.avi._attributes.actiongroup_both
  - dcos.avi._attributes.actiongroup_marathon
  - dcos.avi._attributes.actiongroup_avi

attributes:
  check_mode:
    support: full
    details:
      - Takes no lock and does not wait. If another run holds the lock, the module fails, as it would without waiting.
        The steps are printed with their reasons.
  diff_mode:
    support: N/A
    details:
      - The lock is taken, and nothing else is changed.
  idempotent:
    support: full

options:
  moves:
    description:
      - The gates, hooks and checks of the role. RV(moves) depends on them.
    type: dict
    suboptions:
      gates:
        description: The gates of the role.
        type: list
        elements: str
        choices: [smoke, requests, soak]
        default: []
      hooks:
        description: The moments at which the role runs the user's own tasks.
        type: list
        elements: str
        choices: [before_deploy, before_switch, after_switch, before_retire]
        default: []
      checks:
        description:
          - The names of the files of tasks that check something before the lock is taken. With them, and without O(planned), no lock is taken.
        type: list
        elements: str
        default: []
  locked:
    description:
      - The RV(locked) of an earlier call, if the run holds the lock already. Then no lock is taken.
    type: dict
  purpose:
    description:
      - What the lock is taken for, in words for people who find it. Without this option, no lock is taken.
    type: str
  lease:
    description:
      - Seconds after which the lock ends unless it is renewed. With V(0), it lasts until it is released or broken.
      - M(dcos.avi.migration_info), M(dcos.avi.migration_soak), M(dcos.avi.migration_scale_down) and M(dcos.avi.marathon_app) with its
        O(dcos.avi.marathon_app#module:lock) renew it when a quarter of the time is over. So does this module if the run holds the lock
        already. They need the same O(nonce).
      - After three quarters of the time, the holder must renew the lock before it writes anything. So give at least twice the time of the longest step
        without one of these modules, and four times the time limit of a request (O(marathon_timeout)).
      - Another run takes the lock over when it has waited for so long, see O(wait_timeout), and the lock was not renewed meanwhile. A run that does not
        wait can take it over 15 minutes later, by Marathon's clock. The clocks of the two runs are not compared.
      - Give at least 20. Without Linux, the lock lasts until it is released or broken.
    type: int
    default: 0
  by:
    description:
      - On whose behalf the run is. It is recorded with each version that the run creates or scales to zero, and
        M(dcos.avi.migration_history_info) shows it.
      - When not given, it is the user that runs the module.
    type: str
  job:
    description:
      - The job that the run is part of, such as an AWX job. It is recorded in the same way.
    type: str
  reason:
    description:
      - Why, in words or as the number of a ticket. It is recorded in the same way.
    type: str
  release:
    description:
      - The name of the release that the run is part of. It is recorded in the same way.
    type: str
  wait_timeout:
    description:
      - How many seconds to wait at most for another run to release the lock. With V(0), the module fails at once.

seealso:
  - module: dcos.avi.migration_end
  - module: dcos.avi.migration_info
  - module: dcos.avi.migration_lock

author:
  - dcos.avi maintainers (@dcos-avi)
"""

EXAMPLES = r"""
- name: Plan a rollout, and lock the service for it
  dcos.avi.migration_begin:
    service: app1
    rollout:
      version: "200"
      image: avinetworks/server:2
    purpose: rollout of version 200
    wait_timeout: 0
  register: observed

- name: Release the lock, and show the result
  dcos.avi.migration_end:
    service: app1
    run: rollout
    phases:
      observe: "{{ observed }}"
    unlock: "{{ observed.unlock }}"
"""

RETURN = r"""
service:
  description:
    - The service, without a leading slash. All other keys of M(dcos.avi.migration_info) are returned, too. The open connections of the pools
      are not counted here, so that they are V(null).
  type: str
  returned: success
  sample: app1
plan:
  description: The plan, as RV(dcos.avi.migration_info#module:plan). Not with O(retire) alone.
  type: dict
  returned: success, with O(rollout), O(listener) or O(rollback)
moves:
  description:
    - What the role does, in order. Each move is the name of a file of tasks, and the hook or the app that it is about.
  type: list
  elements: list
  returned: success
  sample: [["deploy", ""], ["confirm", ""], ["hook", "before_retire"], ["retire", ""]]
way:
  description:
    - The file of tasks with which the role P(dcos.avi.rollout#role) continues. V(check) runs the checks that come before the lock is
      taken. V(plan_anew) ends what runs without instances, then plans again. V(usual) holds the usual moves, and V(steps) includes all others.
    - Empty when there is nothing to do.
  type: str
  returned: success
  sample: steps
locked:
  description: The lock that was taken. Empty when there was nothing to do.
  type: dict
  returned: success
  contains:
    owner:
      description: The name of this run.
      type: str
      sample: deploy-1:12345:9f3ac21b-567890
    taken:
      description: Whether it was taken now. V(false) when this run already held it.
      type: bool
      sample: true
    waited:
      description: For how many seconds another run was waited for.
      type: float
      sample: 12.5
    spent:
      description: What taking it took, in seconds and in requests.
      type: dict
      sample: {"seconds": 0.06, "requests": 3}
unlock:
  description:
    - Whether the lock has to be released at the end. It was taken now, or a run that has ended left it and there was nothing to do.
  type: bool
  returned: success
  sample: true
status:
  description: The HTTP status of the answer that made the module fail.
  type: int
  returned: failure, when there was an answer
  sample: 403
details:
  description: The body of the answer that made the module fail, what a wait saw last, or the refusals of the plan with their codes.
  type: raw
  returned: failure, when known
  sample: {"refusals": [{"code": "priority", "sentence": "Priority 3 is not above the highest of app1, 20."}]}
spent:
  description: What the call took, in seconds and in requests to Marathon and Avi.
  type: dict
  returned: always
  sample: {"seconds": 1.32, "requests": 6}
"""

from ansible_collections.dcos.avi.plugins.module_utils._core.module import run
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_begin import MIGRATION_BEGIN


def main() -> None:
    """Run the module."""
    run(MIGRATION_BEGIN)


if __name__ == "__main__":
    main()
