# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network part of an app in its complete form: networks, container, port mappings, port definitions."""

from __future__ import annotations

from typing import Any

from tests.lab.marathon.config import Config

BRIDGE = "container/bridge"


def network_modes(app: dict[str, Any]) -> set[str]:
    """Return the modes of an app's networks: "host", "container", "container/bridge"."""
    if "networks" in app:
        return {network["mode"] for network in app["networks"]}
    docker = app.get("container", {}).get("docker", {})
    if docker.get("network") == "BRIDGE":
        return {BRIDGE}
    return {"container"} if "ipAddress" in app else {"host"}


def complete_networking(app: dict[str, Any], config: Config) -> None:
    """Fill in networks, container and ports, in place, as 1.5 and later return them."""
    app["networks"] = [_network(each, config) for each in app.get("networks") or [{"mode": "host"}]]
    modes, has_container = network_modes(app), "container" in app
    if has_container:
        app["container"] = _container(app["container"], shared=config.persona.linux_info)
    elif modes != {"host"}:
        app["container"] = {"type": "MESOS", "volumes": []}
    if "host" in modes:
        app.get("container", {}).pop("portMappings", None)
        app["portDefinitions"] = [_port_definition(each) for each in app.get("portDefinitions", [{"name": "default"}])]
        app.setdefault("requirePorts", False)
    else:
        # The default mapping counts as one of those that the ports need, and a container that nobody asked for needs no more.
        wanted = len(app.pop("portDefinitions", [])) if has_container else 0
        mappings = app["container"].get("portMappings", [{"name": "default"}])
        mappings = [*mappings, *({} for _each in range(wanted - len(mappings)))]
        app["container"]["portMappings"] = [_port_mapping(each, modes) for each in mappings]
        app["requirePorts"] = False


def _network(network: dict[str, Any], config: Config) -> dict[str, Any]:
    mode = network.get("mode", "container")
    name = network.get("name") or (config.default_network_name if mode == "container" else None)
    return {
        "mode": mode,
        **({"name": name} if name else {}),
        **({"labels": network["labels"]} if network.get("labels") else {}),
    }


def _volume(given: dict[str, Any], *, shared: bool) -> dict[str, Any]:
    volume = dict(given) if "secret" in given else {"mode": "RW", **given}
    if "persistent" in volume:
        volume["persistent"] = {"type": "root", "constraints": [], **volume["persistent"]}
    if "external" in volume and shared:
        volume["external"] = {"shared": False, **volume["external"]}
    return volume


def _container(container: dict[str, Any], *, shared: bool) -> dict[str, Any]:
    kind = container.get("type", "DOCKER")
    complete: dict[str, Any] = {"type": kind}
    if "docker" in container:
        docker = {"forcePullImage": False, "privileged": False, "parameters": [], **container["docker"]}
        if kind == "MESOS":  # what only the Docker daemon understands is dropped
            docker.update(privileged=False, parameters=[])
        complete["docker"] = docker
    elif "appc" in container:
        complete["appc"] = _appc(container["appc"])
    complete["volumes"] = [_volume(each, shared=shared) for each in container.get("volumes", [])]
    if "portMappings" in container:
        complete["portMappings"] = container["portMappings"]
    if kind == "MESOS" and "linuxInfo" in container:
        complete["linuxInfo"] = container["linuxInfo"]
    return complete


def _appc(given: dict[str, Any]) -> dict[str, Any]:
    return {"labels": {}, "forcePullImage": False, **given}


def _port_mapping(given: dict[str, Any], modes: set[str]) -> dict[str, Any]:
    mapping = {"containerPort": 0, "servicePort": 0, "labels": {}, "protocol": "tcp", **given}
    if BRIDGE in modes:
        mapping.setdefault("hostPort", 0)
    if not mapping.get("networkNames"):
        mapping.pop("networkNames", None)
    return mapping


def _port_definition(given: dict[str, Any]) -> dict[str, Any]:
    definition = {"port": 0, "protocol": "tcp", **given}
    if not definition.get("labels"):
        definition.pop("labels", None)
    return definition


def complete_old_networking(app: dict[str, Any]) -> None:
    """Fill in container and ports, in place, in the form before 1.5."""
    if "container" in app:
        app["container"] = _old_container(app["container"])
    if "ipAddress" in app:
        ports = app["ipAddress"].get("discovery", {}).get("ports", [])
        discovery = {"ports": [{"labels": {}, **port} for port in ports]}
        app["ipAddress"] = {"groups": [], "labels": {}, **app["ipAddress"], "discovery": discovery}
    # Only an address of its own takes an app the ports that it defines: a container that maps none has them, too.
    by_default = [] if "ipAddress" in app else [{"name": "default"}]
    definitions = app.get("portDefinitions", by_default)
    app["portDefinitions"] = [{"labels": {}, **_port_definition(each)} for each in definitions]
    app.setdefault("requirePorts", False)


def _old_container(container: dict[str, Any]) -> dict[str, Any]:
    kind = container.get("type", "DOCKER")
    complete: dict[str, Any] = {
        "type": kind,
        "volumes": [_volume(each, shared=False) for each in container.get("volumes", [])],
    }
    if "docker" not in container:
        return {**complete, "appc": {"id": None, **_appc(container["appc"])}} if "appc" in container else complete
    given = container["docker"]
    docker: dict[str, Any] = {"image": given["image"], "forcePullImage": given.get("forcePullImage", False)}
    if kind == "DOCKER":
        docker.update(privileged=given.get("privileged", False), parameters=given.get("parameters", []))
        if "network" in given:
            docker["network"] = given["network"]
        mappings = given.get("portMappings", []) if given.get("network") in ("BRIDGE", "USER") else []
        docker["portMappings"] = [_old_port_mapping(each, given["network"]) for each in mappings]
    else:
        docker["credential"] = None
    complete["docker"] = docker
    return complete


def _old_port_mapping(given: dict[str, Any], network: str) -> dict[str, Any]:
    return _port_mapping(
        {key: value for key, value in given.items() if key != "networkNames"},
        {BRIDGE} if network == "BRIDGE" else set(),
    )
