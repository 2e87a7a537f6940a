#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_soak

short_description: Watch for a time what is measured of the version that takes the traffic

version_added: 1.0.0

description:
  - Checks again and again what Avi measures of the pool that takes the traffic. Fails at once if a limit is broken, if the traffic goes
    elsewhere, or if tasks of O(app) fail.
  - What may pass by itself gets 30 seconds, such as a server that is down at one check. A deployment of O(app) that is under way, as when somebody
    scales it up, gets five minutes.
  - While Marathon or Avi gives no answer, nothing is judged. The time without an answer is added at the end, up to five minutes. If there is still
    no answer then, the module fails with RV(unseen) V(true). So it does at once where one of them, or the source of a metric, refuses the login,
    or where a query gives no number.
  - A soak without samples fails. Samples from before the first check do not count.
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
      - An option of its own takes precedence over the same key here. A key that is V(null) counts as not given.
    type: dict
  seconds:
    description: How many seconds to watch. Must be given, here or in O(limits).
    type: int
  interval:
    description: How many seconds to let pass between two checks.
    type: float
    default: 5.0
  metric_step:
    description:
      - How many seconds a sample of Avi covers.
      - V(5) needs real-time metrics (C(analytics_policy.metrics_realtime_update) of the virtual service). Without them use
        V(300), and watch for longer than that.
    type: int
    choices: [5, 300, 3600, 86400]
    default: 5
  max_error_percent:
    description: The highest percentage of answers that may be errors. At least one limit is needed, or O(metrics).
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
  metrics:
    description:
      - Metrics of your own, from a Prometheus or from any address that answers in JSON. Each needs a limit, O(metrics[].min), O(metrics[].max) or
        O(metrics[].compared_to).
      - A metric without a value does not pass. While a source gives no answer, nothing is judged, as with Marathon and Avi.
      - In check mode each is read once, so that a wrong address or a wrong query is found before anything is written.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the metric in messages and in RV(measures).
        type: str
        required: true
      url:
        description:
          - The address of the Prometheus, to which C(/api/v1/query) is appended, or with O(metrics[].expression) the whole address.
          - C(__app__) in it, in O(metrics[].query) and in O(metrics[].expression) stands for the id of the app, such as V(app1-200).
        type: str
        required: true
      query:
        description: A query to a Prometheus, which must return one value. It may return none, such as when nothing was scraped; then the metric has no value.
        type: str
      expression:
        description: A JMESPath expression that finds the number in the answer.
        type: str
      min:
        description: The lowest value.
        type: float
      max:
        description: The highest value.
        type: float
      compared_to:
        description:
          - V(previous) compares the value with that of the version before. So the query must contain C(__app__).
          - A Prometheus is asked for the value that the version before had when this one was created. Any other address is asked once, at the beginning.
        type: str
        choices: [previous]
      allowed_change:
        description: By how much the value may be worse than that of the version before.
        type: float
        default: 0.0
      allowed_change_percent:
        description: The same in percent of the value of the version before. If both are given, the one that allows more counts.
        type: float
        default: 0.0
      worse:
        description: Whether a V(higher) or a V(lower) value is worse.
        type: str
        choices: [higher, lower]
        default: higher
      every:
        description: How many seconds to let pass between two reads of the metric. When not given, it is O(interval).
        type: float
      misses:
        description: How many values in a row must break a limit before the soak fails.
        type: int
        default: 1
      username:
        description: The user name for basic authentication.
        type: str
      password:
        description: The password for basic authentication.
        type: str
      token:
        description: A bearer token.
        type: str
      allow_http:
        description: Whether the password or the token may go to another machine without TLS.
        type: bool
        default: false
      validate_certs:
        description: Whether to verify the TLS certificate.
        type: bool
        default: true
      ca_path:
        description: The path of a file or a directory with the CAs to trust.
        type: path
      timeout:
        description: How many seconds an answer may take.
        type: float
        default: 10.0

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

- name: Watch a metric of a Prometheus, and fail if the share of errors is one percentage point above that of the version before
  dcos.avi.migration_soak:
    marathon_url: http://marathon.mesos:8080
    controller: avi.example.com
    username: reader
    password: "{{ avi_password }}"
    service: app1
    app: app1-200
    seconds: 300
    metrics:
      - name: share of errors
        url: https://prometheus.example.com
        token: "{{ prometheus_token }}"
        # Without an error there is no series of errors, which counts as 0.
        query: >-
          100 * (sum(rate(http_requests_total{app="__app__",code=~"5.."}[1m])) or vector(0))
          / sum(rate(http_requests_total{app="__app__"}[1m]))
        compared_to: previous
        allowed_change: 1
        misses: 3
"""

RETURN = r"""
passed:
  description: V(true), because the module fails otherwise. V(null) in check mode.
  type: bool
  returned: success
  sample: true
seconds:
  description: How long it was watched.
  type: float
  returned: success
  sample: 300.2
measures:
  description: What was seen, by limit and by the name of a metric, each with the number of samples, the worst, the last, and the limit.
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
  description: V(true) where nothing could be judged, because Marathon, Avi or the source of a metric gave no answer of use. It is no verdict on the version.
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
