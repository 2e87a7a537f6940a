#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_end

short_description: End a migration of a service, and say what serves now

version_added: 1.0.0

description:
  - Releases the lock of the service, checks the service once more, and sums up what the run did. It is the last task of the roles
    P(dcos.avi.rollout#role), P(dcos.avi.rollback#role) and P(dcos.avi.retire#role).
  - Prints the result of the run in a sentence, and a table of the versions, at any verbosity.
    With C(ANSIBLE_DISPLAY_OK_HOSTS=false) it prints the sentence alone.
  - Fails if the check does not show the result of the run, because somebody else changed the service in the meantime.
  - Passes the result of a rollout to the next nodes of an AWX workflow, as P(ansible.builtin.set_stats#module) does.

extends_documentation_fragment:
  - dcos.avi._service
  - dcos.avi._run
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
      - Checks the service once, and releases nothing.
  diff_mode:
    support: N/A
    details:
      - The lock is released, and nothing else is changed.
  idempotent:
    support: full

options:
  run:
    description:
      - The kind of the run. For a V(rollout), the module returns its result; for the others, it shows the state. V(retire) is the retirement
        of superseded versions.
    type: str
    choices: [rollout, rollback, retire, listener]
    required: true
  phases:
    description:
      - What the module of each phase returned, by the name of the phase and in order. Empty, or skipped, if the phase did not take place.
      - C(observe) is the check with the plan, C(lock) what taking the lock returned, C(recover) the check after a failure, C(watch) the check
        after a version was withdrawn. See also
        P(dcos.avi.rollout_result#filter).
    type: dict
    required: true
  failure:
    description:
      - The failure of the rollout. With it, the module does not fail itself, and prints no sentence. Fail with RV(sentence) afterwards.
    type: dict
    suboptions:
      sentence:
        description: What failed, in words.
        type: str
        default: ''
      phase:
        description: The phase in which it failed, V(retire) where the version had passed all others.
        type: str
        default: ''
      recovery:
        description: What failed while the version was rolled back or withdrawn. Empty if nothing did.
        type: str
        default: ''
      tries:
        description: How often the decision about the failure was made anew, because the state had changed.
        type: int
        default: 0
      why:
        description: The RV(dcos.avi.migration_info#module:why) that was gathered before the version was rolled back or withdrawn.
        type: dict
        default: {}
  unlock:
    description:
      - Whether to release the lock of the service first. The module tries that up to six times.
    type: bool
    default: false
  wait_timeout:
    description:
      - How many seconds to wait at most until a late cloud connector can no longer move the traffic.

seealso:
  - module: dcos.avi.migration_lock
  - module: dcos.avi.migration_info

author:
  - dcos.avi maintainers (@dcos-avi)
"""

EXAMPLES = r"""
- name: Release the lock, and show the result of the rollback
  dcos.avi.migration_end:
    service: app1
    run: rollback
    phases:
      observe: "{{ observed }}"
    unlock: true

- name: Release the lock, and return the result of a rollout
  dcos.avi.migration_end:
    service: app1
    run: rollout
    phases:
      observe: "{{ observed }}"
      deploy: "{{ deployed }}"
      confirm: "{{ confirmed }}"
    unlock: true
  register: rollout_result
"""

RETURN = r"""
service:
  description: The service.
  type: str
  returned: with O(run=rollout)
  sample: app1
app:
  description: The app that was rolled out.
  type: str
  returned: with O(run=rollout)
  sample: app1-100
outcome:
  description:
    - How the rollout ended. One of V(unchanged), V(ended), V(planned), V(previewed), V(rolled_out), V(withdrawn), V(rolled_back), V(left),
      V(failed), V(unfinished), V(unproven).
  type: str
  returned: with O(run=rollout)
  sample: rolled_out
sentence:
  description: The outcome in words, with what serves now and what to do next.
  type: str
  returned: with O(run=rollout)
  sample: app1-100 was rolled out. Now app1-100 serves, in pool app1-100-pool-80.
why:
  description: What showed why the rollout failed, as RV(dcos.avi.migration_info#module:why), with its C(phase) and C(sentence) and the C(requests) that
    were not answered as expected. Empty when it did not fail.
  type: dict
  returned: with O(run=rollout)
before:
  description: The active version at the first check, with its proof. V(null) when no version was active.
  type: dict
  returned: with O(run=rollout)
after:
  description: The same at the last check.
  type: dict
  returned: with O(run=rollout)
action:
  description: What was planned for the version. V(deploy), V(resume), V(preview) or V(none), as RV(dcos.avi.migration_info#module:plan.action).
  type: str
  returned: with O(run=rollout)
  sample: deploy
decisions:
  description: The steps of the plan, with their reasons.
  type: list
  elements: dict
  returned: with O(run=rollout)
phases:
  description: What each phase took, in seconds and in requests.
  type: list
  elements: dict
  returned: with O(run=rollout)
seconds:
  description: What all phases took, in seconds.
  type: float
  returned: with O(run=rollout)
  sample: 24.6
requests:
  description: What all phases took, in requests to Marathon and Avi.
  type: int
  returned: with O(run=rollout)
  sample: 84
evidence:
  description: What the gates saw, and what became of the versions that were retired.
  type: dict
  returned: with O(run=rollout)
code:
  description: The kind of the failure. The page docs/troubleshooting.md of the collection lists all, with causes and what to do.
  type: str
  returned: failure
  sample: not_permitted
status:
  description: The HTTP status of the answer that made the module fail.
  type: int
  returned: failure, when there was an answer
  sample: 403
details:
  description: The body of the answer that made the module fail, or what a wait saw last.
  type: raw
  returned: failure, when known
  sample: {"waited_for": "app1 to settle", "seconds": 300}
spent:
  description: What the call took, in seconds and in requests to Marathon and Avi.
  type: dict
  returned: always
  sample: {"seconds": 1.32, "requests": 6}
"""

from ansible_collections.dcos.avi.plugins.module_utils._core.module import run
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_end import MIGRATION_END


def main() -> None:
    """Run the module."""
    run(MIGRATION_END)


if __name__ == "__main__":
    main()
