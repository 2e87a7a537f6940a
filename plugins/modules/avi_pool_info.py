#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: avi_pool_info

short_description: Look up pools of an Avi Controller with their servers and open connections

version_added: 1.0.0

description:
  - Returns pools with their A/B setting, the state of each server, and the number of open connections.
  - Find pools by O(name), by O(uuid), by the O(virtualservice) that leads to them, or by O(cloud). Without any of these, all
    pools of the tenant are returned.
  - M(dcos.avi.avi_virtualservice_info) returns which pool of a virtual service takes the traffic.

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
    description: The name of a pool.
    type: str
  uuid:
    description: The uuid of a pool.
    type: str
  virtualservice:
    description:
      - The name of a virtual service, for the pools it leads to. These are pool A and pool B, or the members of its pool group.
    type: str
  cloud:
    description: Only pools of the cloud with this name, such as V(Default-Cloud).
    type: str
  gather:
    description:
      - What to read in addition to the configuration. Each takes one more request for each pool.
      - V(servers) is the state of the servers, V(connections) the number of open connections, and V(runtime) the state of the pool.
        V(health_score) is Avi's score from 0 to 100, and V(metrics) the newest samples of O(metric_ids).
    type: list
    elements: str
    choices: [servers, connections, runtime, health_score, metrics]
    default: [servers, connections]
  metric_ids:
    default: [l4_server.avg_open_conns, l7_server.avg_total_requests, l7_server.pct_response_errors]

seealso:
  - module: dcos.avi.avi_virtualservice_info
  - module: dcos.avi.migration_info

author:
  - dcos.avi maintainers (@dcos-avi)
"""

EXAMPLES = r"""
- name: Look at the pools of a virtual service
  dcos.avi.avi_pool_info:
    controller: avi.example.com
    username: reader
    password: "{{ avi_password }}"
    virtualservice: app1
  register: found

- name: Stop unless one of them has two servers up
  ansible.builtin.assert:
    that: found.pools | selectattr('servers_up', 'ge', 2) | length > 0

- name: Wait until a pool has no open connections
  dcos.avi.avi_pool_info:
    name: app1-100-pool-80
    gather: [connections]
    wait_for: pools[0].connections == `0`
    wait_timeout: 600

- name: Get the names of the pools that have a server down
  dcos.avi.avi_pool_info:
    cloud: Default-Cloud
    query: pools[?servers[?state != 'OPER_UP']].name
  register: sick
"""

RETURN = r"""
pools:
  description: The pools. Empty, with a warning that names the tenant, when what was asked for is not found.
  type: list
  elements: dict
  returned: success
  contains:
    name:
      description: The name.
      type: str
      sample: app1-pool-80
    uuid:
      description: The uuid.
      type: str
      sample: pool-6426d0be-cce9-4cfe-afaf-64f18e916bd9
    enabled:
      description: Whether the pool is switched on.
      type: bool
      sample: true
    ab_pool:
      description:
        - The A/B setting, as the uuid and the name of pool B and the percentage of the traffic that goes there.
        - V(null) when there is none, or when O(api_version) is V(18.1.2) or higher, which hides it.
      type: dict
      sample: {"pool": "pool-7d0dd4b1-6a3f-4b0e-8f43-ffb1c3a0a1c5", "name": "app1-100-pool-80", "ratio": 100}
    a_pool:
      description: The app whose tasks the pool holds, when that is not the app of the virtual service.
      type: str
      sample: app1-200
    servers:
      description: The servers, each with its address and port, whether it is enabled, and its state.
      type: list
      elements: dict
      sample: [{"endpoint": "10.0.0.11:31001", "enabled": true, "state": "OPER_UP"}]
    servers_up:
      description: How many enabled servers are up. V(null) unless V(servers) is gathered.
      type: int
      sample: 2
    connections:
      description: The number of open connections. V(null) unless V(connections) is gathered, or if Avi returns none.
      type: int
      sample: 0
    runtime:
      description:
        - The state of the pool, its reason, the time in seconds since the epoch when it last changed, and the counts of its
          servers. V(null) unless V(runtime) is gathered.
      type: dict
      sample:
        oper_state: OPER_UP
        reason: []
        since: 1768472430
        servers: 2
        servers_enabled: 2
        servers_up: 2
    health_score:
      description: The health score. V(null) unless V(health_score) is gathered, or when Avi has none.
      type: float
      sample: 97
    metrics:
      description:
        - The newest sample of each metric, V(null) for one without samples. V(null) unless V(metrics) is gathered.
      type: dict
      sample: {"l4_server.avg_open_conns": {"value": 12.5, "timestamp": "2026-01-15T10:20:00+00:00"}}
result:
  description: The value of O(query), which is applied to all that the module returns.
  type: raw
  returned: with O(query)
  sample: [app1-pool-80]
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
from ansible_collections.dcos.avi.plugins.module_utils._modules.avi_pool_info import POOL_INFO


def main() -> None:
    """Run the module."""
    run(POOL_INFO)


if __name__ == "__main__":
    main()
