# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that connect to the Avi Controller, under the names that the vendor's collection gives them.

A value is looked for in the option itself, then in ``avi_credentials``, then in the environment. That is why the options
have neither defaults nor fallbacks of Ansible's: these could not be told from what a user gave.
"""

from __future__ import annotations

import os
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.dcos.avi.plugins.module_utils._avi.access import Access, read_session
from ansible_collections.dcos.avi.plugins.module_utils._avi.client import Avi
from ansible_collections.dcos.avi.plugins.module_utils._core.address import is_open, refuse_unreadable
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import MIB, Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.secrets import of_connection

_SHARED: dict[str, Any] = {
    "controller": {"type": "str"},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "token": {"type": "str", "no_log": True},
    "tenant": {"type": "str"},
    "tenant_uuid": {"type": "str"},
    "api_version": {"type": "str"},
    "timeout": {"type": "int"},
}
_NOT_SHARED: dict[str, Any] = {
    "basic_auth": {"type": "bool"},
    "validate_certs": {"type": "bool"},
    "ca_path": {"type": "path"},
    "max_answer": {"type": "int"},
}
AVI_OPTIONS: dict[str, Any] = {
    **_SHARED,
    **_NOT_SHARED,
    "avi_credentials": {
        "type": "dict",
        "options": {
            **_SHARED,
            "port": {"type": "int"},
            "session_id": {"type": "str", "no_log": True},
            "csrftoken": {"type": "str", "no_log": True},
        },
    },
    "api_context": {"type": "dict", "no_log": True},
}
WHAT = "the Avi Controller"
DEFAULTS = {"tenant": "admin", "timeout": 60, "max_answer": 64, "validate_certs": True, "basic_auth": False}
NUMBERS = ("timeout", "max_answer")
FLAGS = ("validate_certs", "basic_auth")


def controller_from(params: dict[str, Any]) -> Avi:
    """Return a client for a module's parameters. Nothing is sent before its first request.

    :raises Refused: what is needed to connect is missing, or a value of the environment is of no use.
    """
    credentials = params.get("avi_credentials") or {}
    found = {name: _find(name, params, credentials) for name in (*_SHARED, *_NOT_SHARED)}
    access = Access(
        username=found["username"] or "",
        password=found["password"] or "",
        token=found["token"] or "",
        session=read_session(params.get("api_context")) or read_session(credentials),
        basic=found["basic_auth"],
    )
    _refuse_incomplete(found["controller"], access)
    return Avi(
        Connection(
            base_url=_url(found["controller"], credentials.get("port")),
            what=WHAT,
            timeout=found["timeout"],
            verify=found["validate_certs"] and (found["ca_path"] or True),
            ca_option="ca_path (AVI_CA_PATH)",
            auth=(access.username, access.password) if access.basic else None,
            most_bytes=_most_bytes(found["max_answer"]),
            most_option="max_answer (AVI_MAX_ANSWER)",
            secrets=of_connection(AVI_OPTIONS, params),
        ),
        access,
        tenant=found["tenant"],
        tenant_uuid=found["tenant_uuid"],
        api_version=found["api_version"],
    )


def _find(name: str, params: dict[str, Any], credentials: dict[str, Any]) -> Any:
    candidates = (params.get(name), credentials.get(name), _from_environment(name), DEFAULTS.get(name))
    return next((value for value in candidates if value not in (None, "")), None)


def _from_environment(name: str) -> Any:
    variable = f"AVI_{name.upper()}"
    text = os.environ.get(variable, "")
    try:
        if text and name in NUMBERS:
            return int(text)
        return boolean(text) if text and name in FLAGS else text
    except (TypeError, ValueError) as error:
        raise Refused(f"The environment variable {variable} holds '{text}', which is of no use there.") from error


def _refuse_incomplete(controller: str | None, access: Access) -> None:
    missing = [] if controller else ["controller (AVI_CONTROLLER)"]
    if not access.username and not access.session:
        missing.append("username (AVI_USERNAME)")
    if not access.login and not access.session:
        missing.append("password (AVI_PASSWORD) or token (AVI_TOKEN)")
    if missing:
        raise Refused(
            f"To connect to the Avi Controller, {' and '.join(missing)} must be given, as an option, in avi_credentials, "
            "or in the environment."
        )
    if access.basic and not access.password:
        raise Refused("Basic authentication with the Avi Controller needs the password (AVI_PASSWORD), not a token.")


def _most_bytes(given: int) -> int:
    if given < 1:
        raise Refused(f"max_answer (AVI_MAX_ANSWER) must be at least 1 (MiB), not {given}.")
    return given * MIB


def _url(controller: str, port: int | None) -> str:
    controller = controller.strip()
    refuse_unreadable(controller, WHAT)
    if controller.lower().startswith("http://") and is_open(controller):
        raise Refused(
            "The Avi Controller is asked over HTTPS only, because the password would go over the network for all to read: "
            "give controller (AVI_CONTROLLER) as a name, or with https://."
        )
    url = controller if "://" in controller else f"https://{controller}"
    return f"{url.rstrip('/')}:{port}" if port else url.rstrip("/")
