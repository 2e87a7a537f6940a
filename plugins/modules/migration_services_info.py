#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_services_info

short_description: Find the services of a Marathon

version_added: 1.0.0

description:
  - Returns each service with its versions, its lock and its freeze, as Marathon shows them. One request answers for all.
  - A service is named by the labels of its versions, or its listener has labels of Avi (C(FE-Proxy), C(FE-Proxy-VIP) or C(avi_proxy)). An app
    elsewhere that names a service does not make one.
  - Only Avi knows which version takes the traffic. Use M(dcos.avi.migration_info) for that.

extends_documentation_fragment:
  - dcos.avi._marathon
  - dcos.avi._attributes
  - dcos.avi._attributes.info
  - dcos.avi._attributes.actiongroup_marathon

options:
  services:
    description:
      - The ids of services, or patterns such as V(shop/*), in which C(*) also stands for slashes. All services when empty.
    type: list
    elements: str
    default: []
  versions_also:
    description: The ids of versions in another folder, or whose ids do not begin with C(<service>-). Their label C(ab_config) names their service.
    type: list
    elements: str
    default: []

seealso:
  - module: dcos.avi.migration_info
  - plugin: dcos.avi.services
    plugin_type: inventory

author:
  - dcos.avi maintainers (@dcos-avi)
"""

EXAMPLES = r"""
- name: Find the services below /shop
  dcos.avi.migration_services_info:
    marathon_url: http://marathon.mesos:8080
    services: ["shop/*"]
  register: found

- name: Show which of them are frozen
  ansible.builtin.debug:
    msg: "{{ found.services | selectattr('freeze') | map(attribute='service') }}"
"""

RETURN = r"""
services:
  description: The services, by their ids.
  type: list
  elements: dict
  returned: success
  contains:
    service:
      description: The id of the service.
      type: str
      sample: shop/cart
    labels:
      description: The labels of its listener.
      type: dict
      sample: {"FE-Proxy": "yes"}
    versions:
      description: Its listener and its versions by priority, each with C(app), C(version), C(priority), C(instances) and C(healthy).
      type: list
      elements: dict
      sample: [{"app": "shop/cart-100", "version": "100", "priority": 10, "instances": 2, "healthy": 2}]
    highest:
      description: The one of them that has the highest priority and runs. V(null) when none runs.
      type: dict
      sample: {"app": "shop/cart-100", "version": "100", "priority": 10, "instances": 2, "healthy": 2}
    previews:
      description: Its previews, each with C(app), C(version), C(instances), C(healthy) and C(awaits_approval).
      type: list
      elements: dict
      sample: []
    lock:
      description: The lock of the service. V(null) when there is none.
      type: dict
      sample: null
    freeze:
      description: The freeze of the service. V(null) when there is none, or it is over.
      type: dict
      sample: null
    deployments:
      description: The deployments of Marathon under way for apps of it.
      type: list
      elements: dict
      sample: []
missing:
  description: Which of O(services) match none.
  type: list
  elements: str
  returned: success
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
  sample: {"seconds": 0.12, "requests": 1}
"""

from ansible_collections.dcos.avi.plugins.module_utils._core.module import run
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_services_info import MIGRATION_SERVICES_INFO


def main() -> None:
    """Run the module."""
    run(MIGRATION_SERVICES_INFO)


if __name__ == "__main__":
    main()
