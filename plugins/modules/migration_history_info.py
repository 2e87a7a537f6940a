#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_history_info

short_description: See who made the versions of a service, why, and how they ended

version_added: 1.0.0

description:
  - Returns an entry for the listener of a service and for each version of it that Marathon still has.
  - A run of the roles notes on each version that it creates on whose behalf it is, as which job and why. On a version that it scales to zero
    it notes in the same request who ended it, and why. Both are labels, C(dcos_avi_run) and C(dcos_avi_ended), and restart nothing.
  - Of apps that were made or ended otherwise, the entry says what Marathon knows. Nothing is noted on a listener, whose labels are the
    virtual service's.
  - What was deleted has no entry any more.
  - Who may write apps in the service's folder may write these labels, too. What they hold is shown as text, cut after 300 characters, and
    decides nothing.

extends_documentation_fragment:
  - dcos.avi._marathon
  - dcos.avi._attributes
  - dcos.avi._attributes.info
  - dcos.avi._attributes.actiongroup_marathon

options:
  service:
    description:
      - The name of the service, which is the id of its listener app, such as V(app1) or V(/shop/cart).
    type: str
    required: true
  versions_also:
    description:
      - The ids of versions in another folder, or whose ids do not begin with C(<service>-). Their label C(ab_config) must name the
        service.
    type: list
    elements: str
    default: []
  limit:
    description:
      - How many entries to return at most, the newest ones.
    type: int
    default: 50

seealso:
  - module: dcos.avi.migration_info
  - module: dcos.avi.migration_lock

author:
  - dcos.avi maintainers (@dcos-avi)
"""

EXAMPLES = r"""
- name: See how the last versions ended
  dcos.avi.migration_history_info:
    marathon_url: http://marathon.mesos:8080
    service: app1
    limit: 10
  register: seen

- name: Show it
  ansible.builtin.debug:
    msg: "{{ [seen] | dcos.avi.history_table }}"
"""

RETURN = r"""
service:
  description: The service.
  type: str
  returned: success
  sample: app1
total:
  description: How many entries there are, returned or not.
  type: int
  returned: success
  sample: 12
history:
  description: The entries, the one with the highest priority first.
  type: list
  elements: dict
  returned: success
  contains:
    app:
      description: The id of the app.
      type: str
      sample: app1-200
    version:
      description: The name of the version. V(null) for the listener.
      type: str
      sample: "200"
    at:
      description:
        - When it was created, in UTC. If no run recorded that, the earliest time that Marathon shows of it. V(null) if that is not known.
      type: str
      sample: "2026-01-15T10:20:30Z"
    from:
      description: The app that it replaced. V(null) if that is not known.
      type: str
      sample: app1-100
    rolled_back_from:
      description: The app that was rolled back, if this one came by a rollback. Otherwise V(null).
      type: str
      sample: null
    by:
      description: On whose behalf it was created. V(null) if that is not known.
      type: str
      sample: ann
    job:
      description: The job that created it. V(null) if there was none.
      type: str
      sample: AWX job 4711 shop
    reason:
      description: Why. V(null) if nobody gave a reason.
      type: str
      sample: TICKET-7
    release:
      description: The release that it was created in. V(null) if it was part of none.
      type: str
      sample: spring
    outcome:
      description:
        - V(running) if it has instances. M(dcos.avi.migration_info) returns which one takes the traffic.
        - V(retired) if it was superseded, V(withdrawn) if it took no traffic when it was given up, V(rolled_back) if it was rolled back.
        - V(stopped) if it has no instances, and no run recorded why.
      type: str
      sample: retired
    instances:
      description: How many tasks the app should have.
      type: int
      sample: 0
    seconds:
      description: How many seconds it lasted, or has lasted. V(null) if that is not known.
      type: int
      sample: 86400
    ended:
      description: How it ended. V(null) while it has instances.
      type: dict
      contains:
        at:
          description: When it was scaled to zero, in UTC. V(null) if that is not known.
          type: str
          sample: "2026-01-16T10:20:30Z"
        to:
          description: The app that took the traffic then. V(null) if that was not recorded.
          type: str
          sample: app1-300
        by:
          description: On whose behalf. V(null) if that is not known.
          type: str
          sample: bob
        job:
          description: The job that did it. V(null) if there was none.
          type: str
          sample: AWX job 4712 shop
        reason:
          description: Why. V(null) if nobody gave a reason.
          type: str
          sample: TICKET-8
        said:
          description: The message of the gate that failed, or the proof that it was not needed any more. V(null) if that was not recorded.
          type: str
          sample: app1-300 takes all traffic with its 2 instances
        side:
          description:
            - The pool of the virtual service that it left, V(a) or V(b). V(null) if that was not recorded, or where the virtual service has no
              such pools.
          type: str
          sample: a
    source:
      description: V(run) if the run that created it recorded that, V(marathon) if only Marathon's own times are known.
      type: str
      sample: run
    unreadable:
      description: Labels of such records that cannot be read.
      type: list
      elements: str
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
  description: The body of the answer that made the module fail.
  type: raw
  returned: failure, when known
  sample: {"message": "Not Authorized to perform this action!"}
spent:
  description: What the call took, in seconds and in requests to Marathon.
  type: dict
  returned: always
  sample: {"seconds": 0.12, "requests": 2}
"""

from ansible_collections.dcos.avi.plugins.module_utils._core.module import run
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_history_info import MIGRATION_HISTORY_INFO


def main() -> None:
    """Run the module."""
    run(MIGRATION_HISTORY_INFO)


if __name__ == "__main__":
    main()
