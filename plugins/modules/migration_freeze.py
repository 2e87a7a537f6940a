#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_freeze

short_description: Freeze a service, so that no rollout of it begins

version_added: 1.0.0

description:
  - While a service is frozen, the role P(dcos.avi.rollout#role) refuses to begin a rollout of it, and says who froze it, until when, and why.
  - A rollback, a withdrawal, the retirement of versions, and a rollout that resumes with a version that exists already are not held up.
  - The freeze is kept in Marathon, as the app C(<service>-migration-freeze) without instances and ports, with labels.
    M(dcos.avi.migration_info) shows it. To freeze a service, a login must be allowed to create apps in the service's folder.
  - A freeze only holds up this collection. Other tools can still change the apps.

extends_documentation_fragment:
  - dcos.avi._marathon
  - dcos.avi._attributes
  - dcos.avi._attributes.actiongroup_marathon

attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full

options:
  service:
    description:
      - The service, which is the id of its listener app.
    type: str
    required: true
  state:
    description:
      - V(present) freezes the service, or changes how it is frozen.
      - V(absent) lifts the freeze.
    type: str
    choices: [present, absent]
    default: present
  reason:
    description:
      - Why, in words or as the number of a ticket.
      - Required with O(state=present), and not to be empty then.
    type: str
  until:
    description:
      - When the freeze ends by itself, as a date and a time with its offset from UTC, such as V(2026-12-27T08:00:00+01:00).
      - When not given, it lasts until it is lifted.
      - It is compared with Marathon's clock.
    type: str
  by:
    description:
      - On whose behalf the service is frozen.
      - When not given, it is the user that runs the module.
    type: str

seealso:
  - module: dcos.avi.migration_info
  - module: dcos.avi.migration_lock

author:
  - dcos.avi maintainers (@dcos-avi)
"""

EXAMPLES = r"""
- name: Let no rollout of app1 begin over the holidays
  dcos.avi.migration_freeze:
    marathon_url: http://marathon.mesos:8080
    service: app1
    reason: holidays, see CHANGE-2026
    until: "2031-12-27T08:00:00+01:00"

- name: Lift the freeze
  dcos.avi.migration_freeze:
    marathon_url: http://marathon.mesos:8080
    service: app1
    state: absent
"""

RETURN = r"""
freeze:
  description: The freeze as it is now. V(null) when the service is not frozen.
  type: dict
  returned: success
  contains:
    by:
      description: On whose behalf it was frozen.
      type: str
      sample: jane
    since:
      description: Since when, in UTC.
      type: str
      sample: "2031-12-20T10:20:30Z"
    until:
      description: Until when, in UTC. V(null) when it lasts until it is lifted.
      type: str
      sample: "2031-12-27T07:00:00Z"
    reason:
      description: Why.
      type: str
      sample: holidays, see CHANGE-2026
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
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_freeze import MIGRATION_FREEZE


def main() -> None:
    """Run the module."""
    run(MIGRATION_FREEZE)


if __name__ == "__main__":
    main()
