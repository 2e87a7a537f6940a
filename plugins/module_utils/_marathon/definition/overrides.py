# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applies what a user wants changed to a definition, in whichever of the two forms either states its network. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import canonical
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.networks import (
    HOST,
    mode,
    network_of_old_form,
    old_form,
)

# Two names of one field, of which a definition has one.
SAME = (("uris", "fetch"), ("ports", "portDefinitions"))
PORTS = SAME[1]


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with ``changes``: objects are merged, lists and values replaced, null removes."""
    result = dict(base)
    for key, value in changes.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(result.get(key), Mapping):
            result[key] = merged(result[key], value)
        else:
            result[key] = value
    return result


def with_overrides(base: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return a definition with overrides. Where they state its network in another form than it has, it takes on theirs.

    :param base: a definition with Marathon's types.
    :raises Refused: the overrides mix both forms, or theirs cannot say what the definition says.
    """
    taken = _in_form_of(overrides, base)
    for names in SAME:
        if set(names) & overrides.keys():
            taken = {key: value for key, value in taken.items() if key not in names or key in overrides}
    return _without_ports_of_the_host(taken, merged(taken, overrides), overrides)


def _in_form_of(overrides: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    old, new = _states_old_form(overrides), _states_new_form(overrides)
    if old and new:
        raise Refused(
            "The overrides state the network in two forms: container.docker.network, container.docker.portMappings and ipAddress are "
            "the form up to Marathon 1.4, networks and container.portMappings the later one. Use one of them."
        )
    if old and _states_new_form(base):
        return _without_stale_address(overrides, _in_old_form(base))
    if new and _states_old_form(base):
        return canonical(dict(base), old_server=True)
    return _without_stale_address(overrides, base)


def _in_old_form(base: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return old_form(canonical(dict(base), old_server=True), ip_address=False)
    except Refused as refused:
        raise Refused(
            "The overrides state the network in the form up to Marathon 1.4, which cannot say what the definition says: "
            f"{refused.sentence} State it in the form of the definition, with networks and container.portMappings."
        ) from refused


def _without_stale_address(overrides: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """An address belongs to the network that a container of Docker is taken from."""
    network = _object(_object(overrides.get("container")).get("docker")).get("network")
    is_stale = network not in (None, "USER") and "ipAddress" not in overrides
    return {key: value for key, value in base.items() if not (is_stale and key == "ipAddress")}


def _without_ports_of_the_host(
    base: Mapping[str, Any], result: dict[str, Any], overrides: Mapping[str, Any]
) -> dict[str, Any]:
    """Outside host mode Marathon would make more mappings of them."""
    if _mode(base) != HOST or _mode(result) == HOST or overrides.keys() & set(PORTS):
        return result
    return {key: value for key, value in result.items() if key not in PORTS}


def _mode(app: Mapping[str, Any]) -> str:
    container = _object(app.get("container"))
    docker = {"docker": {"network": _object(container.get("docker")).get("network")}}
    address = app.get("ipAddress")
    old = network_of_old_form({"container": docker, "ipAddress": _object(address) if address is not None else None})
    networks = app.get("networks")
    is_stated = isinstance(networks, list) and all(isinstance(network, Mapping) for network in networks)
    return mode({"networks": (networks if is_stated else None) or ([old] if old else None)})


def _states_old_form(definition: Mapping[str, Any]) -> bool:
    docker = _object(_object(definition.get("container")).get("docker"))
    return bool({"network", "portMappings"} & docker.keys()) or "ipAddress" in definition


def _states_new_form(definition: Mapping[str, Any]) -> bool:
    return "networks" in definition or "portMappings" in _object(definition.get("container"))


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
