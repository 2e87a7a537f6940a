# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
short_description: Receive the events of Marathon
description:
  - Listens to C(/v2/events) of Marathon. Marathon only sends the types of O(event_types), and the rules only get events about O(apps).
  - After the connection was cut, it listens again, to the next address if there are several, and asks Marathon what has changed. Such an event has
    C(read_back=true). A change at that moment may come twice.
  - If Marathon gives no answer, it tries again, and logs why. If the login is refused, or the address is not Marathon's, it ends with a message.
  - "An event has C(type) (Marathon's own), C(at), C(apps) (ids without the leading slash), C(deployment) (its id), C(task) (C(id), C(state),
    C(host), C(version), C(healthy)), C(reason), C(read_back), and C(event), what Marathon sent. Keys that are not known are left out."
  - "The type C(deployment_ended) is this plugin's own: a deployment was over after a cut, and whether it succeeded could not be seen."
  - Control characters are removed from all text from the cluster. Do not use such text as a template.
version_added: 1.0.0
requirements:
  - ansible-core 2.16 or newer, requests and jmespath, in the Python that ansible-rulebook runs with
options:
  event_types:
    description:
      - The types of events, as Marathon names them.
    type: list
    elements: str
    default:
      - deployment_success
      - deployment_failed
      - status_update_event
      - app_terminated_event
      - api_post_event
      - failed_health_check_event
      - health_status_changed_event
      - unhealthy_instance_kill_event
  apps:
    description:
      - Ids of apps, or patterns such as V(shop/*), where C(*) also stands for slashes. When empty, events of all apps come.
    type: list
    elements: str
    default: []
  no_log_env:
    description:
      - Whether to hide the values of environment variables in C(event). Marathon sends an app that was changed as a whole, and a rulebook may print
        or hand on what it gets. The names stay.
    type: bool
    default: true
  marathon_url:
    description:
      - The address of Marathon, or several of one cluster. Without it, the environment variable E(MARATHON_URL) is used.
      - All other options of the connection have the names, the environment variables and the meaning that the module
        M(dcos.avi.marathon_app_info) documents.
    type: list
    elements: str
  marathon_username:
    description: The user name for HTTP basic authentication.
    type: str
  marathon_password:
    description: The password for HTTP basic authentication.
    type: str
  marathon_token:
    description: A DC/OS authentication token.
    type: str
  marathon_service_account:
    description: The id of a DC/OS service account.
    type: str
  marathon_service_account_key:
    description: The file with the key of that account.
    type: path
  marathon_client_cert:
    description: The file with a client certificate.
    type: path
  marathon_client_key:
    description: The file with the key of that certificate.
    type: path
  marathon_validate_certs:
    description: Whether to verify Marathon's TLS certificate.
    type: bool
    default: true
  marathon_allow_http:
    description: Whether to send a password or a token to an address without TLS.
    type: bool
    default: false
  marathon_ca_path:
    description: The file with the certificates of the CAs to trust.
    type: path
  marathon_timeout:
    description: How many seconds Marathon may take for a connection, and then for the whole answer.
    type: int
    default: 30
  marathon_away_timeout:
    description: For how many seconds in all a failed read is repeated at once. After that, the source still goes on.
    type: int
    default: 0
  marathon_max_answer:
    description: How many MiB an answer, or a line of the stream, may have.
    type: int
    default: 64
"""

EXAMPLES = r"""
- dcos.avi.marathon:
    marathon_url:
      - https://m1.example.com:8443
      - https://m2.example.com:8443
    marathon_username: reader
    marathon_password: "{{ marathon_password }}"
    event_types: [deployment_failed, status_update_event]
    apps: ["shop/*"]
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

from ansible_collections.dcos.avi.plugins.module_utils._sources.marathon_watch import MarathonWatch
from ansible_collections.dcos.avi.plugins.module_utils._sources.queueing import watched

logger = logging.getLogger("dcos.avi.marathon")


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Put events into the queue."""
    await watched(MarathonWatch(args, logger.warning), queue)
