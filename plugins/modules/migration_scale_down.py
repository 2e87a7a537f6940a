#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_scale_down

short_description: Scale a version to zero, or delete it, if a check right before proves that nothing needs it

version_added: 1.0.0

description:
  - Checks a service in Marathon and Avi. If the check proves that the service can do without one of its apps, the module scales that app to zero
    instances right after the check. Otherwise it fails, and changes nothing.
  - Right before the request it checks once more. It reads where Avi sends the traffic, the servers of the pool that serves, the apps of the
    service and the lock. The request is sent within two seconds of the first of these answers, or the check is made again, until
    O(wait_timeout) is over. The same holds before each further try, after an error of Marathon's or a deployment that locks the app. An app
    that was changed since the first check is left as it is.
  - No check can rule out that somebody else changes the service at the very moment of the request. So right after it, the module checks
    which version serves. If none does, it scales the app up again, waits until it serves, and fails. It does so even if it has lost the lock
    by then, because it only undoes its own change. It does not touch what somebody else changed.
  - The run must hold the lock of the service, see M(dcos.avi.migration_lock). A run that has lost it sends nothing more.
  - Does not wait for the end of the app's tasks. With O(leftover), it only waits for that.
  - With O(prune) it deletes a retired version, and with O(preview) a preview. These requests, too, are sent within two seconds of a check.

extends_documentation_fragment:
  - dcos.avi._service
  - dcos.avi._rollback
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
      - Checks once, without waiting for the end of connections. It does not need the lock, which is not taken in check mode.
  diff_mode:
    support: full
  idempotent:
    support: none
    details:
      - An app without instances cannot be scaled down, so a second run fails. M(dcos.avi.migration_info) returns which apps can.
      - With O(leftover) and O(preview) it is idempotent.

options:
  app:
    description:
      - The id of the app to scale to zero.
      - It can be left out with O(retire). Then the module retires all superseded versions, one after another, see RV(retired). Before that, it ends tasks
        of apps without instances.
    type: str
  retire:
    description:
      - Scale the app down as a superseded version. It must be among RV(dcos.avi.migration_info#module:retire).
      - The module first waits for the end of its open connections.
      - One of O(retire), O(rollback), O(recover), O(leftover), O(prune) and O(preview) is needed.
    type: dict
    suboptions:
      keep_warm:
        description: Seconds for which superseded versions keep their instances after the traffic has moved.
        type: int
        default: 0
      by:
        description: The id of the app that must take the traffic. When not given, it may be any version that is proven to take it.
        type: str
      at_least:
        description:
          - With O(retire.by), the fewest instances that the app which takes the traffic must have.
          - V(0) stands for as many as the version before it has. When not given, any number is enough.
        type: int
      drain_timeout:
        description:
          - How many seconds to wait at most for the open connections to end. After that the app is scaled down all the same, with a warning.
        type: int
        default: 300
  recover:
    description:
      - Scale the app down as a version whose rollout failed. RV(dcos.avi.migration_info#module:recovery.action) must be V(withdraw).
      - Takes what O(dcos.avi.migration_info#module:recover) takes.
    type: dict
    suboptions:
      on_failure:
        description: V(rollback) to bring the service back to the version before, V(freeze) to leave all as it is.
        type: str
        choices: [rollback, freeze]
        default: rollback
      phase:
        description: The phase of the rollout that failed.
        type: str
      begun:
        description: Whether the rollout had begun to create or change the app.
        type: bool
        default: true
      judged:
        description: Whether the failed phase could judge the app. V(false) if it got no answer, which says nothing about the app.
        type: bool
        default: true
  leftover:
    description:
      - Wait for the end of an app that is scaled to zero. None of its tasks may run, and none may wait in Marathon's launch queue.
      - Marathon before 1.8 starts tasks that wait there, although the app has no instances. The module ends these, right after a check
        proves that the service can do without them. The app may even take the traffic, if the next version is ready.
      - V(true) is its only value.
    type: bool
  prune:
    description:
      - Delete the app as a retired version. It must be among RV(dcos.avi.migration_info#module:prune), right before the request, too.
      - Waits until it is gone.
    type: dict
    suboptions:
      keep:
        description: How many retired versions to keep.
        type: int
        required: true
  preview:
    description:
      - Delete the app as a preview of the service, if it exists. Nothing depends on a preview, so its own deployment is cancelled.
      - Waits until it is gone. Avi is not asked.
      - V(true) is its only value.
    type: bool
  said:
    description:
      - Why the version is scaled to zero, such as the message of a gate. It is recorded with the version in the same request, and
        M(dcos.avi.migration_history_info) shows it.
      - When not given, the proof that the version is not needed is recorded. Nothing is recorded for a listener, or for an app that is deleted.
    type: str
  force:
    description:
      - Whether to cancel a deployment of the app that also changes other apps, such as somebody's deployment of a group. This leaves the other apps half
        changed.
      - Without this option, the module refuses, and names that deployment. A deployment of the app alone is always cancelled, because it may never end.
    type: bool
    default: false
  wait_timeout:
    description:
      - How many seconds to wait at most for a deployment that locks the app, and to find out the effect of a request without an answer.
      - The same time again to find out which version serves after the request and, if none does, for the app to serve again.
      - With O(leftover), O(prune) and O(preview), how many seconds to wait at most for the end of all tasks.

seealso:
  - module: dcos.avi.migration_info
  - module: dcos.avi.migration_lock
  - module: dcos.avi.marathon_app

author:
  - dcos.avi maintainers (@dcos-avi)
"""

EXAMPLES = r"""
- name: Take the lock
  dcos.avi.migration_lock:
    service: app1
    purpose: retirement of superseded versions

- name: Scale a superseded version to zero when its connections have ended
  dcos.avi.migration_scale_down:
    service: app1
    app: app1-100
    retire:
      by: app1-200

- name: Scale all superseded versions to zero, each one when its connections have ended
  dcos.avi.migration_scale_down:
    service: app1
    retire: {}

- name: Wait for the end of its tasks
  dcos.avi.migration_scale_down:
    service: app1
    app: app1-100
    leftover: true

- name: Delete a retired version, if two newer ones are there
  dcos.avi.migration_scale_down:
    service: app1
    app: app1-90
    prune:
      keep: 2

- name: Release the lock
  dcos.avi.migration_lock:
    service: app1
    state: absent
"""

RETURN = r"""
app:
  description: The id of the app.
  type: str
  returned: success
  sample: app1-100
instances:
  description: How many instances it had.
  type: int
  returned: success
  sample: 2
reason:
  description: What proved that the service can do without it.
  type: str
  returned: success
  sample: app1-200 takes all traffic with its 2 instances
waited:
  description: How the wait for the end of its connections ended.
  type: dict
  returned: success, when O(retire) was given, and not in check mode
  sample: {"for": "drained", "seconds": 6.1, "complete": true, "last": "Pool app1-pool-80 of app1 has 0 open connections."}
retired:
  description: The versions that were scaled to zero, how they were drained, and what that took.
  type: list
  elements: dict
  returned: success, without O(app)
  contains:
    app:
      description: The id of the app.
      type: str
      sample: app1-100
    drained:
      description: How its connections were waited for, as in RV(waited). V(null) in check mode.
      type: dict
      sample: {"for": "drained", "seconds": 6.1, "complete": true, "last": "Pool app1-pool-80 of app1 has 0 open connections.", "watched": ""}
    spent:
      description: The seconds that it took, and the requests.
      type: dict
      sample: {"seconds": 6.4, "requests": 17}
ended:
  description: The apps that ran although they have no instances, whether they had to be ended, why, and what that took.
  type: list
  elements: dict
  returned: success, without O(app)
  sample: []
warm:
  description: The superseded versions that keep their instances, and until when, as M(dcos.avi.migration_info) returns them.
  type: list
  elements: dict
  returned: success, without O(app)
  sample: []
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
  description:
    - The body of the answer that made the module fail, or what a wait saw last.
    - If somebody else changed the service at the moment of the request, C(outcome) says how it ended. With V(restored) no version served, until
      the app was scaled up again. With V(not_restored) that did not help. With V(lock_lost) a version serves, but the
      run has lost the lock. C(app), C(instances), C(reason) and C(active), the version that serves then, say the rest.
  type: raw
  returned: failure, when known
  sample:
    outcome: restored
    app: app1-100
    instances: 2
    reason: app1-200 has no instances any more.
    active: app1-100
not_now:
  description:
    - The service has changed, so that the reason to give the app up does not hold any more. Decide anew.
    - For example, its tasks crash and are started again, and it has the traffic again by now.
  type: bool
  returned: failure, when O(recover) or O(rollback) was given and that is why it failed
  sample: true
spent:
  description: What the call took, in seconds and in requests to Marathon and Avi.
  type: dict
  returned: always
  sample: {"seconds": 6.2, "requests": 19}
"""

from ansible_collections.dcos.avi.plugins.module_utils._core.module import run
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_scale_down import MIGRATION_SCALE_DOWN


def main() -> None:
    """Run the module."""
    run(MIGRATION_SCALE_DOWN)


if __name__ == "__main__":
    main()
