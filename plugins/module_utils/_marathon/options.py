# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the modules connect to Marathon: their options, and the client these lead to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ansible.module_utils.basic import env_fallback
from ansible_collections.dcos.avi.plugins.module_utils._core.address import credentials_in, is_open, split_userinfo
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import MIB, Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.failures import is_an_object
from ansible_collections.dcos.avi.plugins.module_utils._core.secrets import of_connection
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon, is_said_by_marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.dcos import (
    authorization,
    login,
    service_account,
)

LOGINS = ("marathon_username", "marathon_token", "marathon_service_account_key")
MARATHON_OPTIONS: dict[str, Any] = {
    "marathon_url": {
        "type": "list",
        "elements": "str",
        "fallback": (env_fallback, ["MARATHON_URL"]),
    },
    "marathon_username": {"type": "str", "fallback": (env_fallback, ["MARATHON_USERNAME"])},
    "marathon_password": {"type": "str", "no_log": True, "fallback": (env_fallback, ["MARATHON_PASSWORD"])},
    "marathon_token": {"type": "str", "no_log": True, "fallback": (env_fallback, ["MARATHON_TOKEN"])},
    "marathon_service_account": {"type": "str", "fallback": (env_fallback, ["MARATHON_SERVICE_ACCOUNT"])},
    "marathon_service_account_key": {
        "type": "path",
        # The path of a key is no secret.
        "no_log": False,
        "fallback": (env_fallback, ["MARATHON_SERVICE_ACCOUNT_KEY"]),
    },
    "marathon_client_cert": {"type": "path", "fallback": (env_fallback, ["MARATHON_CLIENT_CERT"])},
    "marathon_client_key": {"type": "path", "no_log": False, "fallback": (env_fallback, ["MARATHON_CLIENT_KEY"])},
    "marathon_validate_certs": {
        "type": "bool",
        "default": True,
        "fallback": (env_fallback, ["MARATHON_VALIDATE_CERTS"]),
    },
    "marathon_allow_http": {
        "type": "bool",
        "default": False,
        "fallback": (env_fallback, ["MARATHON_ALLOW_HTTP"]),
    },
    "marathon_ca_path": {"type": "path", "fallback": (env_fallback, ["MARATHON_CA_PATH"])},
    "marathon_timeout": {"type": "int", "default": 30, "fallback": (env_fallback, ["MARATHON_TIMEOUT"])},
    "marathon_away_timeout": {"type": "int", "default": 0, "fallback": (env_fallback, ["MARATHON_AWAY_TIMEOUT"])},
    "marathon_max_answer": {"type": "int", "default": 64, "fallback": (env_fallback, ["MARATHON_MAX_ANSWER"])},
}


def client_from(params: dict[str, Any]) -> Marathon:
    """Return a client for the ``marathon_*`` parameters. It connects with its first request.

    :raises Refused: they contradict each other, there is no address or it is none, or a key cannot be read.
    """
    _refuse_several_logins(params)
    addresses = _addresses(params["marathon_url"] or ())
    first, *others = addresses
    if any(params.get(name) for name in LOGINS) or any(map(credentials_in, addresses)):
        _refuse_open(params, *addresses)
    token, username = (params.get("marathon_token") or "").strip(), params.get("marathon_username")
    anonymous = Connection(
        base_url=first,
        other_urls=tuple(others),
        what="Marathon",
        timeout=_timeout(params.get("marathon_timeout")),
        verify=params.get("marathon_validate_certs", True) and (params.get("marathon_ca_path") or True),
        ca_option="marathon_ca_path (MARATHON_CA_PATH)",
        cert=_client_certificate(params),
        is_own_404=is_said_by_marathon,
        most_bytes=_most_bytes(params.get("marathon_max_answer")),
        most_option="marathon_max_answer (MARATHON_MAX_ANSWER)",
        secrets=of_connection(MARATHON_OPTIONS, params),
        hides_env=bool(params.get("no_log_env")),
    )
    connection = replace(
        anonymous,
        headers=authorization(token) if token else {},
        auth=(username, params.get("marathon_password") or "") if username else None,
    )
    patience = params.get("marathon_away_timeout") or 0
    if patience < 0:
        raise Refused(f"marathon_away_timeout (MARATHON_AWAY_TIMEOUT) must be 0 or more (seconds), not {patience}.")
    key_file = params.get("marathon_service_account_key")
    if not key_file:
        return Marathon(HttpSession(connection), patience)
    account = service_account(params.get("marathon_service_account"), key_file, first)
    _refuse_open(params, account.cluster_url)
    cluster = HttpSession(
        replace(anonymous, base_url=account.cluster_url, other_urls=(), what="DC/OS", is_own_404=is_an_object)
    )
    return Marathon(HttpSession(connection, login=login(account, cluster)), patience)


def _addresses(given: Iterable[str]) -> list[str]:
    urls = [url.strip() for url in given if url.strip()]
    if not urls:
        raise Refused(
            "To connect to Marathon, marathon_url (MARATHON_URL) must be given, as an option or in the environment."
        )
    for url in urls:
        if not url.startswith(("http://", "https://")):
            raise Refused(f"marathon_url (MARATHON_URL) begins with http:// or https://, and {url!r} does not.")
    return urls


def _refuse_open(params: dict[str, Any], *addresses: str) -> None:
    """Refuse to send credentials where all can read them, unless that is wanted."""
    readable = [split_userinfo(address)[0] for address in addresses if is_open(address)]
    if readable and not params.get("marathon_allow_http"):
        raise Refused(
            f"What logs in to Marathon would go to {' and '.join(readable)} for all on the way to read, because there is no TLS. Give an "
            "address with https://. Where you trust the network, set marathon_allow_http: true (MARATHON_ALLOW_HTTP). Nothing was sent."
        )


def _timeout(given: int | None) -> int:
    timeout: int = MARATHON_OPTIONS["marathon_timeout"]["default"] if given is None else given
    if timeout < 1:
        raise Refused(f"marathon_timeout (MARATHON_TIMEOUT) must be at least 1 second, not {timeout}.")
    return timeout


def _most_bytes(given: int | None) -> int:
    most: int = MARATHON_OPTIONS["marathon_max_answer"]["default"] if given is None else given
    if most < 1:
        raise Refused(f"marathon_max_answer (MARATHON_MAX_ANSWER) must be at least 1 (MiB), not {most}.")
    return most * MIB


def _client_certificate(params: dict[str, Any]) -> str | tuple[str, str] | None:
    certificate, key = params.get("marathon_client_cert"), params.get("marathon_client_key")
    return (certificate, key) if certificate and key else certificate


def _refuse_several_logins(params: dict[str, Any]) -> None:
    ways = [name for name in LOGINS if params.get(name)]
    if len(ways) > 1:
        raise Refused(
            f"Give one way to log in to Marathon, not {' and '.join(ways)}. Environment variables count, too."
        )
    for name, needed in (
        ("marathon_password", "marathon_username"),
        ("marathon_service_account", "marathon_service_account_key"),
        ("marathon_client_key", "marathon_client_cert"),
    ):
        if params.get(name) and not params.get(needed):
            raise Refused(f"With {name}, {needed} is needed as well.")
