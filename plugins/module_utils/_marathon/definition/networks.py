# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two ways to write an app's network and ports.

Releases up to 1.4 know only the old one (``container.docker.network``, ``container.docker.portMappings``,
``ipAddress``, ``ports``, ``uris``). Releases from 1.5 on take both and always answer in the new one (``networks``,
``container.portMappings``, ``portDefinitions``, ``fetch``), which therefore is the canonical form here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused

HOST, BRIDGE, CONTAINER = "host", "container/bridge", "container"
MODE_OF_DOCKER_NETWORK = {"HOST": HOST, "BRIDGE": BRIDGE, "USER": CONTAINER}
DOCKER_NETWORK_OF_MODE = {mode: network for network, mode in MODE_OF_DOCKER_NETWORK.items()}
MESOS_BRIDGE = "mesos-bridge"
# What Marathon makes of a container outside host mode that says nothing of its ports.
DEFAULT_PORT_MAPPINGS: list[dict[str, Any]] = [{"containerPort": 0, "name": "default"}]
ARCHIVES = (".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz", ".zip")


def mode(app: dict[str, Any]) -> str:
    """Return the network mode of an app in the new form; Marathon's default is host."""
    networks = app.get("networks") or [{"mode": HOST}]
    return networks[0].get("mode", CONTAINER)


def uses_new_form(app: dict[str, Any]) -> bool:
    """Tell whether an app is written so that only releases from 1.5 on understand its network."""
    return bool(app.get("networks")) or "portMappings" in (app.get("container") or {})


def new_form(
    app: dict[str, Any], fetched: Iterable[Mapping[str, Any]] = (), *, old_server: bool = False
) -> dict[str, Any]:
    """Rewrite an app (a whole one or some of its fields, without nulls) from the old form to the new.

    What is in the new form already stays. A network that the app does not speak of is not invented.

    :param fetched: the ``fetch`` of the app as it is.
    :param old_server: Marathon's release is 1.4 or older.
    """
    app = dict(app)
    uris, ports = app.pop("uris", None), app.pop("ports", None)
    if uris and not app.get("fetch"):
        # Releases differ in what they take for an archive: what this Marathon made of an address is known better than guessed.
        known = {item.get("uri"): item.get("extract", True) for item in fetched}
        app["fetch"] = [{"uri": uri, "extract": known.get(uri, uri.endswith(ARCHIVES))} for uri in uris]
    if ports is not None and "portDefinitions" not in app:
        app["portDefinitions"] = [{"port": port} for port in ports]
    ip_address = app.pop("ipAddress", None)
    if ip_address is not None and "container" not in app:
        app["container"] = {"type": "MESOS"}
    if "container" in app:
        app["container"] = _new_container(app["container"], ip_address)
    _new_networks(app, ip_address)
    return app if defines_ports(app, old_server=old_server) else _without_port_definitions(app, old_server)


def _new_container(container: dict[str, Any], ip_address: dict[str, Any] | None) -> dict[str, Any]:
    container = {"type": "DOCKER", **container}
    docker = dict(container.get("docker") or {})
    mappings = docker.pop("portMappings", None)
    if mappings is not None and not container.get("portMappings"):
        container["portMappings"] = mappings
    discovered = ((ip_address or {}).get("discovery") or {}).get("ports")
    if discovered and not container.get("portMappings"):
        container["portMappings"] = [{"containerPort": port.get("number", 0), **_common(port)} for port in discovered]
    if "docker" in container:
        container["docker"] = docker
    return container


def _new_networks(app: dict[str, Any], ip_address: dict[str, Any] | None) -> None:
    """Put what docker.network and ipAddress say into ``networks``."""
    network = network_of_old_form({**app, **({} if ip_address is None else {"ipAddress": ip_address})})
    docker = app.get("container", {}).get("docker", {})
    if docker.get("network") in MODE_OF_DOCKER_NETWORK:
        docker.pop("network")
    if network is not None and not app.get("networks"):
        app["networks"] = [network]


def network_of_old_form(app: dict[str, Any]) -> dict[str, Any] | None:
    """Return the network that ``container.docker.network`` and ``ipAddress`` stand for, None where they say nothing."""
    docker_network = app.get("container", {}).get("docker", {}).get("network")
    docker_mode = MODE_OF_DOCKER_NETWORK.get(docker_network)
    if docker_mode is None and app.get("ipAddress") is None:
        return None
    ip_address = app.get("ipAddress") or {}
    name = ip_address.get("networkName")
    network: dict[str, Any] = {"mode": docker_mode or (BRIDGE if name == MESOS_BRIDGE else CONTAINER)}
    if network["mode"] == CONTAINER and name:
        network["name"] = name
    if network["mode"] != HOST and ip_address.get("labels"):
        network["labels"] = ip_address["labels"]
    return network


def has_address(app: dict[str, Any]) -> bool:
    """Tell whether an app in the new form has an ``ipAddress`` in the old one, and therefore no port definitions there."""
    docker = (app.get("container") or {}).get("docker")
    networks = app.get("networks") or [{}]
    return mode(app) == CONTAINER and (not docker or bool(networks[0].keys() & {"name", "labels"}))


def defines_ports(app: dict[str, Any], *, old_server: bool) -> bool:
    """Tell whether the ports of an app in the new form are its ``portDefinitions``, and not the mappings of its container.

    Up to 1.4 a container outside host mode has those of the app, too, as long as it maps none of its own.
    """
    if mode(app) == HOST:
        return True
    return old_server and not has_address(app) and not (app.get("container") or {}).get("portMappings")


def _without_port_definitions(app: dict[str, Any], old_server: bool) -> dict[str, Any]:
    """Where the ports are the container's, releases from 1.5 on make each port definition without a mapping one to port 0."""
    definitions = app.pop("portDefinitions", None) or []
    container = app.get("container")
    if container is not None and definitions and not old_server:
        mappings = container.get("portMappings", DEFAULT_PORT_MAPPINGS)
        missing = len(definitions) - len(mappings)
        container["portMappings"] = [*mappings, *[{"containerPort": 0}] * missing]
    return app


def old_form(app: dict[str, Any], *, ip_address: bool = True) -> dict[str, Any]:
    """Rewrite the network of an app from the new form to the one that releases up to 1.4 understand.

    :param app: with ``container`` where it has ``networks``, because the old form keeps both in one place.
    :param ip_address: an app with a network of its own gets an ``ipAddress`` even if nothing is to be said there.
    :raises Refused: the old form cannot say it.
    """
    app = dict(app)
    networks = app.pop("networks", None) or []
    container = dict(app.get("container") or {})
    if not networks and not container:
        return app
    if len(networks) > 1:
        raise Refused("This Marathon (1.4 or older) knows only one network for an app; the definition has several.")
    network = networks[0] if networks else {"mode": HOST}
    network_mode = network.get("mode", CONTAINER)
    if network_mode not in DOCKER_NETWORK_OF_MODE:
        raise Refused(f"There is no network mode {network_mode}: the modes are {', '.join(DOCKER_NETWORK_OF_MODE)}.")
    mappings = container.pop("portMappings", None)
    if container.get("docker") and container.get("type", "DOCKER") == "DOCKER":
        container["docker"] = {**container["docker"], "network": DOCKER_NETWORK_OF_MODE[network_mode]}
        if mappings is not None and network_mode != HOST:
            container["docker"]["portMappings"] = mappings
    elif network_mode == BRIDGE:
        raise Refused("This Marathon (1.4 or older) has a bridge network only for containers of type DOCKER.")
    elif network_mode == CONTAINER:
        app["ipAddress"] = {"discovery": {"ports": [_discovery_port(mapping) for mapping in mappings or []]}}
    if network_mode == CONTAINER and (ip_address or "ipAddress" in app or network.keys() & {"name", "labels"}):
        name = {"networkName": network["name"]} if network.get("name") else {}
        app["ipAddress"] = {**app.get("ipAddress", {}), **name, "labels": network.get("labels", {})}
    if container:
        app["container"] = container
    return app


def _discovery_port(mapping: dict[str, Any]) -> dict[str, Any]:
    return {"number": mapping.get("containerPort", 0), **_common(mapping)}


def _common(port: dict[str, Any]) -> dict[str, Any]:
    """Return what a port mapping and a port of ipAddress.discovery have in common."""
    return {key: port[key] for key in ("name", "protocol", "labels") if key in port}
