# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the modules connect to Marathon: their options, and the client these lead to."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import env_fallback
from ansible_collections.dcos.avi.plugins.module_utils._http import Connection, HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon

MARATHON_OPTIONS: dict[str, Any] = {
    "marathon_url": {
        "type": "list",
        "elements": "str",
        "required": True,
        "fallback": (env_fallback, ["MARATHON_URL"]),
    },
    "marathon_username": {"type": "str", "fallback": (env_fallback, ["MARATHON_USERNAME"])},
    "marathon_password": {"type": "str", "no_log": True, "fallback": (env_fallback, ["MARATHON_PASSWORD"])},
    "marathon_token": {"type": "str", "no_log": True, "fallback": (env_fallback, ["MARATHON_TOKEN"])},
    "marathon_validate_certs": {
        "type": "bool",
        "default": True,
        "fallback": (env_fallback, ["MARATHON_VALIDATE_CERTS"]),
    },
    "marathon_ca_path": {"type": "path", "fallback": (env_fallback, ["MARATHON_CA_PATH"])},
    "marathon_timeout": {"type": "int", "default": 30, "fallback": (env_fallback, ["MARATHON_TIMEOUT"])},
}


def client_from(params: dict[str, Any]) -> Marathon:
    """Return a client for the ``marathon_*`` parameters. It connects with its first request."""
    first, *others = [url.strip() for url in params["marathon_url"]]
    token = (params.get("marathon_token") or "").strip()
    username = params.get("marathon_username")
    return Marathon(
        HttpSession(
            Connection(
                base_url=first,
                other_urls=tuple(others),
                what="Marathon",
                timeout=params.get("marathon_timeout") or 30,
                verify=params.get("marathon_validate_certs", True) and (params.get("marathon_ca_path") or True),
                headers={"Authorization": f"token={token}"} if token else {},
                auth=(username, params.get("marathon_password") or "") if username else None,
            )
        )
    )
