# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
short_description: Watch which version of a service takes the traffic
description:
  - Checks services in Marathon and Avi every few seconds, and sends an event for each change. It never changes anything itself.
  - The first check only sends events for what is overdue.
  - If Marathon or Avi gives no answer, it tries again, and logs why. If a login is refused, it ends with a message.
  - "Each event has C(type), C(service) and C(at). A version is C(app) (its id) and C(version) (its name). The types are:"
  - "C(active_changed): another version is proven to take the traffic. C(from) and C(to) are versions. C(outside) is true if no run of this
    collection did it: no run held the lock, and no run left its record on these versions."
  - "C(switched_outside): the same, only if C(outside) is true."
  - "C(tasks_lost): the version that takes the traffic has fewer healthy tasks than it had, or one failed. C(app), C(version), C(healthy),
    C(instances), C(locked) (somebody holds the lock of the service), C(failure) (in words, if a task failed), and C(warm), the version before it,
    if that still has all its tasks."
  - "C(metric_failed): a metric of the version that takes the traffic missed its limits as many times in a row as its C(misses)
    say. C(app), C(version), C(metric) (its name), C(why) (in words), C(values) (those that missed), C(measures) (as the module
    M(dcos.avi.migration_soak) returns them), and C(warm), the version before it. It is sent again after as many further misses."
  - "C(approval_overdue): the preview C(app) of C(version) waits for its approval, for C(seconds) so far. It is sent once."
  - "C(approval_expired): the same, when the C(rollout_approval_timeout) of the preview is over. It is sent once, when no run holds the lock."
  - "C(warm_over): the C(warm) versions were kept for O(keep_warm), and may be retired. C(active) is the version that takes the traffic. It is sent
    once, when no run holds the lock."
  - Control characters are removed from all text from the cluster. Do not use such text as a template.
version_added: 1.0.0
requirements:
  - ansible-core 2.16 or newer, requests and jmespath, in the Python that ansible-rulebook runs with
options:
  services:
    description:
      - The ids of the services. Each check of a service takes about a dozen requests.
    type: list
    elements: str
    required: true
  interval:
    description: The seconds between two checks.
    type: float
    default: 5.0
  keep_warm:
    description:
      - For how many seconds superseded versions are kept warm, as in C(retire_keep_warm) of the role C(retire). Without it, C(warm_over) is never
        sent.
    type: int
  approval_timeout:
    description:
      - For how many seconds a preview may wait for its approval. Without it, C(approval_overdue) is never sent.
    type: int
  metrics:
    description:
      - Metrics of your own, from a Prometheus or from any address that answers in JSON. Without them, C(metric_failed) is never sent.
      - They are read while the version before the active one has all its tasks, and no run holds the lock of the service.
      - Each metric is read once at the start, so that a wrong address or a wrong query ends the event source then. Later, if it gives no answer, it is
        read again after 30 seconds. Without a value, nothing is judged, and that is logged.
      - Their options, such as C(query), C(max), C(compared_to) and C(misses), are those of O(dcos.avi.migration_soak#module:metrics). When C(every) is
        not given, it is O(interval). Only compare metrics of a Prometheus with the version before, because other addresses do not know past values.
    type: list
    elements: dict
    default: []
  virtualservice:
    description: The name of the virtual service, if it is not the one in the listener's labels. For one service only.
    type: str
  cloud:
    description: The name of the Avi cloud that the virtual services are in. Needed if several clouds have a virtual service of the same name.
    type: str
  versions_also:
    description: The ids of versions in another folder, or whose ids do not begin with C(<service>-). Their label C(ab_config) names their service.
    type: list
    elements: str
    default: []
  marathon_url:
    description:
      - The address of Marathon, or several of one cluster. Without it, the environment variable E(MARATHON_URL) is used.
      - All other options of the connection have the names, the environment variables and the meaning that the module
        M(dcos.avi.migration_info) documents, those of Marathon (C(marathon_*)) as well as those of Avi (C(controller) and so on).
    type: list
    elements: str
  controller:
    description: The address of the Avi Controller. Without it, the environment variable E(AVI_CONTROLLER) is used.
    type: str
"""

EXAMPLES = r"""
- dcos.avi.services:
    services: [shop/cart, shop/search]
    marathon_url: https://marathon.example.com:8443
    controller: avi.example.com
    username: reader
    password: "{{ avi_password }}"
    keep_warm: 3600
    approval_timeout: 7200
    metrics:
      - name: share of errors
        url: https://prometheus.example.com
        query: >-
          100 * (sum(rate(http_requests_total{app="__app__",code=~"5.."}[1m])) or vector(0))
          / sum(rate(http_requests_total{app="__app__"}[1m]))
        compared_to: previous
        allowed_change: 1
        misses: 3
"""

import asyncio
import logging
import pkgutil
import sys
from pathlib import Path
from typing import Any

# ansible-rulebook runs this file by its path, and cannot import from collections. Ansible's own loader of collections is no help: while it is
# in place, ansible-rulebook finds its own files no more.
ROOT = str(Path(__file__).absolute().parents[7])
if ROOT not in sys.path:
    sys.path.append(ROOT)
import ansible_collections

ansible_collections.__path__ = pkgutil.extend_path(ansible_collections.__path__, "ansible_collections")

from ansible_collections.dcos.avi.plugins.module_utils._sources.queueing import watched
from ansible_collections.dcos.avi.plugins.module_utils._sources.services_watch import ServicesWatch

logger = logging.getLogger("dcos.avi.services")


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Put events into the queue."""
    await watched(ServicesWatch(args, logger.warning), queue)
