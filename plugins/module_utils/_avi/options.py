# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that connect to the Avi Controller, under the names that the vendor's collection gives them."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import env_fallback
from ansible_collections.dcos.avi.plugins.module_utils._avi.client import Avi
from ansible_collections.dcos.avi.plugins.module_utils._http import Connection


def _from_env(variable: str, **spec: Any) -> dict[str, Any]:
    return {**spec, "fallback": (env_fallback, [variable])}


AVI_OPTIONS: dict[str, Any] = {
    "controller": _from_env("AVI_CONTROLLER", type="str", required=True),
    "username": _from_env("AVI_USERNAME", type="str", required=True),
    "password": _from_env("AVI_PASSWORD", type="str", required=True, no_log=True),
    "tenant": _from_env("AVI_TENANT", type="str", default="admin"),
    "api_version": _from_env("AVI_API_VERSION", type="str", default="17.2.14"),
    "validate_certs": _from_env("AVI_VALIDATE_CERTS", type="bool", default=True),
    "ca_path": _from_env("AVI_CA_PATH", type="path"),
    "timeout": _from_env("AVI_TIMEOUT", type="int", default=60),
}


def client_from(params: dict[str, Any]) -> Avi:
    """Return a client for a module's parameters. Nothing is sent before its first request."""
    controller = params["controller"].rstrip("/")
    verify: bool | str = (params["ca_path"] or True) if params["validate_certs"] else False
    connection = Connection(
        base_url=controller if "://" in controller else f"https://{controller}",
        what="the Avi Controller",
        timeout=params["timeout"],
        verify=verify,
        ca_option="ca_path (AVI_CA_PATH)",
    )
    return Avi(
        connection,
        username=params["username"],
        password=params["password"],
        tenant=params["tenant"],
        api_version=params["api_version"],
    )
