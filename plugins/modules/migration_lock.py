#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_lock

short_description: Have one run at a time migrate a service

version_added: 1.0.0

description:
  - Takes or releases the lock of a service. The lock says who holds it, since when, and for what.
    M(dcos.avi.migration_info) shows it.
  - The lock is kept in Marathon, as an app without instances and ports, with labels. Marathon creates an app only
    if there is none with its id. So if several runs try at once, one gets the lock.
  - A run that holds the lock gets it again whenever it asks. A run on the same host also gets the lock of a run that has ended without
    releasing it. Any other run waits for up to O(wait_timeout) seconds, and then fails with the holder's name.
  - With O(lease), a lock ends after so many seconds unless its holder renews it. The modules of this collection renew it while they wait,
    and before they write. Another run then takes the lock over. A run that has lost its lock writes nothing more.
  - The app is in the folder of the service and has the id C(<service>-migration-lock-<number>). So only a login that may create apps there can lock
    the service. Labels on another app lock nothing.
  - The lock only holds up this collection. Other tools can still change the apps.

extends_documentation_fragment:
  - dcos.avi._run
  - dcos.avi._awx
  - dcos.avi._marathon
  - dcos.avi._wait
  - dcos.avi._attributes
  - dcos.avi._attributes.actiongroup_marathon

attributes:
  check_mode:
    support: full
    details:
      - Does not wait. If another run holds the lock, the module fails, as it would without waiting.
  diff_mode:
    support: full
  idempotent:
    support: full

options:
  service:
    description:
      - The service, which is the id of its listener app.
      - Exactly one of O(service) and O(services) is required.
    type: str
  services:
    description:
      - Several services. The module takes the locks of all of them or none. It takes them in the order of their names, so that two runs never wait for
        each other.
      - If one lock is not free within O(wait_timeout), the module gives back the locks that it has taken, and fails. While it waits, it renews the
        locks that it has.
    type: list
    elements: str
  state:
    description:
      - V(present) takes the lock.
      - V(absent) releases it. A lock whose run has ended without releasing it is removed, too. The lock of another run is left as it is, without
        a failure.
    type: str
    choices: [present, absent]
    default: present
  purpose:
    description:
      - What the lock is taken for, in words for people who find it.
      - Required with O(state=present), and not to be empty then.
    type: str
  break_holder:
    description:
      - Break the lock of this owner, as RV(lock.owner) and the message of a failure name it. Be certain that its run has ended.
      - The module fails if a different owner holds the lock. If nobody holds it, nothing changes.
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
  - module: dcos.avi.migration_info

author:
  - dcos.avi maintainers (@dcos-avi)
"""

EXAMPLES = r"""
- name: Take the lock, and wait up to ten minutes for a migration that is under way
  dcos.avi.migration_lock:
    service: app1
    purpose: rollout of version 200
    wait_timeout: 600

- name: Take it for ten minutes at a time, so that nobody has to break it if this run is killed
  dcos.avi.migration_lock:
    service: app1
    purpose: rollout of version 200
    lease: 600

- name: Release it
  dcos.avi.migration_lock:
    service: app1
    state: absent

- name: Take it as an AWX job, or fail at once
  dcos.avi.migration_lock:
    service: app1
    purpose: rollout of version 200
    owner: "AWX job {{ awx_job_id | default('none') }}"
    wait_timeout: 0

- name: Take the locks of services that belong together
  dcos.avi.migration_lock:
    services: [app1, app2]
    purpose: release spring

- name: Remove the lock of a job that was cancelled
  dcos.avi.migration_lock:
    service: app1
    state: absent
    break_holder: AWX job 4711
"""

RETURN = r"""
owner:
  description: The name of this run. Give it as O(owner), with the same O(nonce), to release the lock from elsewhere.
  type: str
  returned: success
  sample: deploy-1:12345:9f3ac21b-567890
lock:
  description:
    - The lock as it is now. V(null) when nobody holds it, and with O(services).
    - With O(state=absent), that of another run is shown as well.
  type: dict
  returned: success
  contains:
    app:
      description: The id of the app that is the lock.
      type: str
      sample: app1-migration-lock-1
    owner:
      description: The run that holds it.
      type: str
      sample: deploy-1:12345:9f3ac21b-567890
    purpose:
      description: What the run holds the lock for.
      type: str
      sample: rollout of version 200
    since:
      description: Since when, in UTC.
      type: str
      sample: "2026-01-15T10:20:30Z"
    lease:
      description: Seconds after which it ends unless its holder renews it. V(0) if it lasts until it is released or broken.
      type: int
      sample: 600
    age:
      description: For how many seconds it has been held. V(null) if that cannot be read.
      type: int
      sample: 75
locks:
  description: The lock of each of the O(services) as it is now, in the form of RV(lock).
  type: dict
  returned: success, with O(services)
  sample: {"app1": {"app": "app1-migration-lock-1", "owner": "deploy-1:12345:9f3ac21b-567890", "purpose": "release spring", "lease": 0, "age": 0}}
taken:
  description: Whether it was taken now. V(false) when this run already held it.
  type: bool
  returned: success, with O(state=present)
  sample: true
broken:
  description: The owner whose lock was broken. V(null) when none was.
  type: str
  returned: success
  sample: AWX job 4711
taken_over:
  description: The owner whose lock was taken over, because its run had ended, or had not renewed it. V(null) when there was none.
  type: str
  returned: success
  sample: deploy-1:12001:9f3ac21b-431200
waited:
  description: For how many seconds another run was waited for.
  type: float
  returned: success
  sample: 12.5
code:
  description: The kind of the failure. The page docs/troubleshooting.md of the collection lists all, with causes and what to do.
  type: str
  returned: failure
  sample: not_permitted
warnings:
  description: Whose lock was taken over although its run may live, and why.
  type: list
  elements: str
  returned: when it was
  sample: ["The lock of AWX job 4711 (rollout of version 200) is taken over, because that job has ended (canceled)."]
status:
  description: The HTTP status of the answer that made the module fail.
  type: int
  returned: failure, when there was an answer
  sample: 403
details:
  description: The body of the answer that made the module fail, or what a wait saw last.
  type: raw
  returned: failure, when known
  sample: {"waited_for": "the lock of app1", "seconds": 300}
spent:
  description: What the call took, in seconds and in requests to Marathon and Avi.
  type: dict
  returned: always
  sample: {"seconds": 1.32, "requests": 6}
"""

from ansible_collections.dcos.avi.plugins.module_utils._core.module import run
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_lock import MIGRATION_LOCK


def main() -> None:
    """Run the module."""
    run(MIGRATION_LOCK)


if __name__ == "__main__":
    main()
