# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is secret among the parameters of a module, and its result without that."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from ansible.module_utils.common.parameters import _list_no_log_values
from ansible_collections.dcos.avi.plugins.module_utils._core.address import credentials_in, password_in, split_userinfo
from ansible_collections.dcos.avi.plugins.module_utils._core.hidden_answers import of_proxies
from ansible_collections.dcos.avi.plugins.module_utils._core.hidden_env import HIDDEN, env_values, without_env_values
from ansible_collections.dcos.avi.plugins.module_utils._core.hiding import OF_CREDENTIALS, forms, in_base64
from ansible_collections.dcos.avi.plugins.module_utils._core.removal import without_secrets

# Of the options that come from the environment, Ansible knows those to be secret that have a fallback of its own.
SECRET_VARIABLES = ("AVI_PASSWORD", "AVI_TOKEN")
# Here a password may stand without http:// before it.
ADDRESSES = ("marathon_url", "controller", "url", "awx_url")
# Options of these types hold what is secret beside what is not.
MIXED_TYPES = ("dict", "jsonarg")
# Words of the sentences about a request, which to hide would make these unreadable.
NO_SECRETS = {
    *("accept", "content-length", "content-type", "host", "user-agent"),
    *("api_version", "controller", "port", "tenant", "tenant_uuid", "username"),
}
# A shorter value whose name does not speak of credentials stands in too much that has nothing to do with it.
LEAST_SECRET = 8
LONGEST_MESSAGE = 10_000


def printable(options: Mapping[str, Any], params: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """Return a module's result as it may be printed, with its parameters, and without secrets.

    ``spent`` is made of numbers of ours, which roles add up: a secret as short as "1" is not hidden in it.

    :param options: the module's argument spec.
    """
    mixed = _mixed(options)
    given = {name: HIDDEN if name in mixed and value else value for name, value in params.items()}
    printed = {**result, "invocation": {"module_args": given}}
    found = secrets(options, params)
    if params.get("no_log_env"):
        printed = without_env_values(printed)
        # What comes back with a failure may repeat what was sent. Of a success, data such as ids may happen to be the same as a value.
        found |= set(env_values(dict(params))) if result.get("failed") else set()
    printed = without_secrets(printed, in_all_forms(found, params))
    return {**_cut(printed), "spent": result["spent"]}


def in_all_forms(found: set[str], params: Mapping[str, Any]) -> set[str]:
    """Return secrets in each form in which an answer may repeat them, with what basic authentication makes of them, and those of proxies."""
    pairs = [
        *(
            (params.get("marathon_username"), params.get("marathon_password")),
            (params.get("username"), params.get("password")),
        ),
        *_credentials_in(dict(params)),
    ]
    basic = {each for user, password in pairs if password for each in in_base64(f"{user or ''}:{password}")}
    return basic | {form for secret in found | of_proxies() for form in forms(secret)}


def _cut(printed: dict[str, Any]) -> dict[str, Any]:
    """Return a result whose sentence is no longer than a person reads. It is cut after it was hidden what is secret in it."""
    msg = printed.get("msg")
    if isinstance(msg, str) and len(msg) > LONGEST_MESSAGE:
        return {**printed, "msg": f"{msg[:LONGEST_MESSAGE]}…"}
    return printed


def secrets(options: Mapping[str, Any], params: Mapping[str, Any]) -> set[str]:
    """Return what is to be found nowhere in what is printed: an answer may repeat what it was sent.

    To Ansible, each text and number in an option with ``no_log`` is one, as is "1" in ``headers: {X-Debug: "1"}``: then not
    one number of the result could be read. It does not know the passwords inside URLs, nor those of the Avi Controller that are
    in the environment.

    :param options: the module's argument spec.
    """
    mixed = _mixed(options)
    simple = {name: option for name, option in options.items() if name not in mixed}
    variables = SECRET_VARIABLES if "avi_credentials" in options else ()
    return {
        *_list_no_log_values(simple, params),
        *(secret for name in mixed for secret in _secrets_among(params.get(name))),
        *_passwords_in(dict(params)),
        *filter(None, map(os.environ.get, variables)),
    }


def of_connection(options: Mapping[str, Any], params: Mapping[str, Any]) -> frozenset[str]:
    """Return what a connection hides in the answers that it gets."""
    return frozenset(secrets(options, params))


def _mixed(options: Mapping[str, Any]) -> list[str]:
    return [name for name, option in options.items() if option.get("no_log") and option["type"] in MIXED_TYPES]


def _secrets_among(value: Any, name: str = "") -> Iterator[str]:
    """Yield what is secret in an option that holds other things, too: what has the name of a credential, or is long enough."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _secrets_among(item, name if OF_CREDENTIALS.search(name) else str(key))
    elif isinstance(value, list):
        for item in value:
            yield from _secrets_among(item, name)
    elif value is not None and not isinstance(value, bool):
        text = str(value)
        if text and (OF_CREDENTIALS.search(name) or (len(text) >= LEAST_SECRET and name.lower() not in NO_SECRETS)):
            yield text
        if isinstance(value, str):
            yield from _secrets_among(_data_in(value), name)


def _data_in(text: str) -> Any:
    """Return the dictionary or list that a text is in JSON, as bodies are; None where it is none."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, (dict, list)) else None


def _credentials_in(value: Any) -> Iterator[tuple[Any, str]]:
    """Yield the (user name, password) inside URLs, and inside options such as avi_credentials."""
    if isinstance(value, list):
        for item in value:
            yield from _credentials_in(item)
    elif isinstance(value, dict):
        if isinstance(value.get("password"), str):
            yield value.get("username"), value["password"]
        for item in value.values():
            yield from _credentials_in(item)
    elif isinstance(value, str):
        yield from filter(None, [split_userinfo(value.strip())[1], credentials_in(value.strip())])


def _passwords_in(value: Any, name: str = "") -> Iterator[str]:
    """Yield the passwords inside URLs."""
    if isinstance(value, list):
        for item in value:
            yield from _passwords_in(item, name)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _passwords_in(item, str(key))
    elif isinstance(value, str):
        url = value.strip()
        yield from filter(None, [password_in(f"http://{url}" if name in ADDRESSES and "://" not in url else url)])
