#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_soak

short_description: Watch for a time what Avi measures of the version that takes the traffic

version_added: 0.1.0

description:
  - Checks again and again what Avi measures of the pool that takes the traffic. Fails at once when a limit is broken, when the traffic goes
    elsewhere, or when tasks of O(app) fail.
  - What may pass gets 30 seconds, such as a server that is down at one check. A deployment of O(app) that is under way, as where somebody
    scales it up, gets five minutes.
  - While Marathon or Avi gives no answer, nothing is judged. The time without an answer is added at the end, up to five minutes. If nothing
    was seen even then, RV(unseen) is V(true).
  - No samples is not a pass. What Avi measured before the first look does not count.
  - Never changes anything.

extends_documentation_fragment:
  - dcos.avi._service
  - dcos.avi._marathon
  - dcos.avi._avi
  - dcos.avi._attributes
  - dcos.avi._attributes.info
  - dcos.avi._attributes.actiongroup_both
  - dcos.avi._attributes.actiongroup_marathon
  - dcos.avi._attributes.actiongroup_avi

attributes:
  check_mode:
    details:
      - In check mode it does not wait, and RV(passed) is V(null).

options:
  app:
    description: The id of the app that takes the traffic.
    type: str
    required: true
  limits:
    description:
      - O(seconds), the limits and O(metric_step), as one dictionary.
      - One that is given besides goes before. One that is V(null) counts as not given.
    type: dict
  seconds:
    description: How many seconds to watch. Must be given, here or in O(limits).
    type: int
  interval:
    description: How many seconds to let pass between two looks.
    type: float
    default: 5.0
  metric_step:
    description:
      - How many seconds a sample of Avi's stands for.
      - V(5) needs real-time metrics (C(analytics_policy.metrics_realtime_update) of the virtual service). Without them use
        V(300), and watch for longer than that.
    type: int
    choices: [5, 300, 3600, 86400]
    default: 5
  max_error_percent:
    description: The highest percentage of answers that may be errors. At least one limit is needed.
    type: float
  max_latency_ms:
    description: The highest average latency of the servers, in milliseconds.
    type: float
  max_connections:
    description: The highest average number of open connections.
    type: float
  min_health_score:
    description: The lowest health score of the pool, from 0 to 100.
    type: float

seealso:
  - module: dcos.avi.migration_requests
  - module: dcos.avi.avi_pool_info

author:
  - dcos.avi maintainers (@dcos-avi)
"""

EXAMPLES = r"""
- name: Watch a version for five minutes
  dcos.avi.migration_soak:
    marathon_url: http://marathon.mesos:8080
    controller: avi.example.com
    username: reader
    password: "{{ avi_password }}"
    service: app1
    app: app1-200
    seconds: 300
    max_error_percent: 1
    max_latency_ms: 250
"""

RETURN = r"""
passed:
  description: V(true), as a failure is the failure of the module. V(null) in check mode.
  type: bool
  returned: success
  sample: true
seconds:
  description: How long it was watched.
  type: float
  returned: success
  sample: 300.2
measures:
  description: What was seen, by limit, each with the number of samples, the worst, the last, and the limit.
  type: dict
  returned: success
  sample: {"max_error_percent": {"samples": 60, "worst": 0.4, "last": 0.1, "limit": 1}}
code:
  description: The kind of the failure. The page docs/troubleshooting.md of the collection lists all, with causes and what to do.
  type: str
  returned: failure
  sample: not_permitted
status:
  description: The HTTP status of the answer of Marathon or Avi that made the module fail.
  type: int
  returned: failure, when there was such an answer
  sample: 403
details:
  description: The measures, as far as they were seen; or the body of the answer that made the module fail.
  type: raw
  returned: failure, when known
  sample: {"measures": {"max_error_percent": {"samples": 3, "worst": 12.5, "last": 12.5, "limit": 1}}}
unseen:
  description: V(true) where nothing could be seen, because Marathon or Avi gave no answer. It is no verdict on the version.
  type: bool
  returned: failure, where it is so
  sample: true
spent:
  description: What the call took, in seconds and in requests to Marathon and Avi.
  type: dict
  returned: always
  sample: {"seconds": 1.32, "requests": 6}
"""

from ansible_collections.dcos.avi.plugins.module_utils._core.module import run
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_soak import MIGRATION_SOAK


def main() -> None:
    """Run the module."""
    run(MIGRATION_SOAK)


if __name__ == "__main__":
    main()
