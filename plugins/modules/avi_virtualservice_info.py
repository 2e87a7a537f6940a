#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: avi_virtualservice_info

short_description: Look up virtual services of an Avi Controller, and which of their pools takes the traffic

version_added: 1.0.0

description:
  - Returns virtual services with the pools they lead to, and which pool takes the traffic. The pools are pool A and pool B with the ratio
    between them, or the members of a pool group.
  - Find virtual services by O(name), by O(uuid), or by O(cloud). Without any of these, all of the tenant are returned.
  - The result shows the configuration of Avi. M(dcos.avi.migration_info) proves whether the servers in that pool are the tasks of a
    version.

extends_documentation_fragment:
  - dcos.avi._avi
  - dcos.avi._metrics
  - dcos.avi._query
  - dcos.avi._wait
  - dcos.avi._attributes
  - dcos.avi._attributes.info
  - dcos.avi._attributes.actiongroup_avi

options:
  name:
    description: The name of a virtual service.
    type: str
  uuid:
    description: The uuid of a virtual service.
    type: str
  cloud:
    description: Only virtual services of the cloud with this name, such as V(Default-Cloud).
    type: str
  gather:
    description:
      - What to read in addition to the pools. Each takes one more request for each virtual service.
      - V(health_score) is Avi's score from 0 to 100, V(metrics) are the newest samples of O(metric_ids).
    type: list
    elements: str
    choices: [health_score, metrics]
    default: []
  metric_ids:
    default: [l4_client.avg_open_conns, l7_client.avg_total_requests, l7_client.pct_response_errors]

seealso:
  - module: dcos.avi.avi_pool_info
  - module: dcos.avi.migration_info

author:
  - dcos.avi maintainers (@dcos-avi)
"""

EXAMPLES = r"""
- name: See which pool of a virtual service takes the traffic
  dcos.avi.avi_virtualservice_info:
    controller: avi.example.com
    username: reader
    password: "{{ avi_password }}"
    name: app1
  register: found

- name: Say so
  ansible.builtin.debug:
    msg: "{{ found.virtualservices[0].active_pool or found.virtualservices[0].problems }}"

- name: Wait until pool B takes the traffic
  dcos.avi.avi_virtualservice_info:
    name: app1
    wait_for: virtualservices[0].active_side == 'b'
    wait_timeout: 120
"""

RETURN = r"""
virtualservices:
  description: The virtual services. Empty, with a warning that names the tenant, when what was asked for is not found.
  type: list
  elements: dict
  returned: success
  contains:
    name:
      description: The name.
      type: str
      sample: app1
    uuid:
      description: The uuid.
      type: str
      sample: virtualservice-cf0ea99a-3a72-4043-bad1-30241db467e3
    enabled:
      description: Whether the virtual service is switched on.
      type: bool
      sample: true
    oper_state:
      description: The operational state.
      type: str
      sample: OPER_UP
    shape:
      description: V(ab_pool) for a pool A that may have a pool B, or V(pool_group). V(null) when there is no pool.
      type: str
      sample: ab_pool
    ratio:
      description:
        - The percentage of the traffic that goes to pool B. V(0) where there is no pool B.
        - V(null) in the shape of a pool group, or when it cannot be seen.
      type: int
      sample: 100
    pool_a:
      description: Pool A, in the form of RV(dcos.avi.avi_pool_info#module:pools[]).
      type: dict
      sample: {"name": "app1-pool-80", "uuid": "pool-6426d0be", "servers_up": 0, "connections": 0}
    pool_b:
      description: Pool B, in the same form. V(null) when there is none.
      type: dict
      sample: {"name": "app1-100-pool-80", "uuid": "pool-7d0dd4b1", "servers_up": 2, "connections": 14}
    members:
      description: The members of the pool group, in the same form, each with its priority label and ratio.
      type: list
      elements: dict
      sample: []
    unattached:
      description:
        - The separate pool that Avi also makes for the version whose tasks are in pool A. It takes no traffic. Ignore it.
        - V(null) when there is none, or when pools have names of their own.
      type: dict
      sample: {"name": "app1-200-pool-80", "uuid": "pool-95a2cd14-0f5c-4b8e-8b5f-4a3c7f1a6d20"}
    active_pool:
      description: The name of the one pool that takes all traffic. V(null) if there is none, or if that cannot be found out.
      type: str
      sample: app1-100-pool-80
    active_side:
      description: The side it is on, V(a) or V(b). V(null) in the shape of a pool group.
      type: str
      sample: b
    mixed:
      description: Whether several pools share the traffic.
      type: bool
      sample: false
    problems:
      description:
        - Why no pool is known to take all traffic, each as a code, a subject and a sentence.
        - The code V(ab_hidden) says that O(api_version) is too high to see the A/B settings, which is not the same as there
          being none.
        - The code V(unseen_traffic) says that a setting may send a part of the traffic elsewhere, such as C(service_pool_select), C(http_policies),
          C(l4_policies), C(vs_datascripts) or several C(services).
      type: list
      elements: dict
      sample: []
    health_score:
      description: The health score. V(null) unless V(health_score) is gathered, or when Avi has none.
      type: float
      sample: 97
    metrics:
      description:
        - The newest sample of each metric, V(null) for one without samples. V(null) unless V(metrics) is gathered.
      type: dict
      sample: {"l7_client.avg_total_requests": {"value": 480.0, "timestamp": "2026-01-15T10:20:00+00:00"}}
result:
  description: The value of O(query), which is applied to all that the module returns.
  type: raw
  returned: with O(query)
  sample: app1-100-pool-80
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
  sample: {"error": "no permission"}
spent:
  description: What the call took, in seconds and in requests to Marathon and Avi.
  type: dict
  returned: always
  sample: {"seconds": 1.32, "requests": 6}
"""

from ansible_collections.dcos.avi.plugins.module_utils._core.module import run
from ansible_collections.dcos.avi.plugins.module_utils._modules.avi_virtualservice_info import VIRTUALSERVICE_INFO


def main() -> None:
    """Run the module."""
    run(VIRTUALSERVICE_INFO)


if __name__ == "__main__":
    main()
