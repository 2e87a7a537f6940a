# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the app fields of old to those of today: network form, ports, uris. Only what was given is touched."""

from __future__ import annotations

from typing import Any

from tests.lab.marathon.config import Config
from tests.lab.marathon.errors import Invalid, Problem, Refusal

_ARCHIVES = (".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz", ".zip")


def migrate(sent: dict[str, Any], config: Config, *, update: bool = False) -> dict[str, Any]:
    """Return an app, or an `update` of some fields of one, without `uris`, `ports` and (from 1.5 on) the old network form.

    Raises Invalid where old and new fields contradict each other, Refusal(500) where they cannot be translated.
    """
    app = dict(sent)
    if config.persona.old_form:
        problems = _old_contradictions(app, update=update)
        if problems:
            raise Invalid(problems, config.persona.type_error_status, "Invalid JSON")
    else:
        problems = _contradictions(app)
        if problems:
            raise Invalid(problems)
    uris = app.pop("uris", [])
    if uris:
        app["fetch"] = [{"uri": uri, "extract": uri.lower().endswith(_ARCHIVES)} for uri in uris]
    ports = app.pop("ports", None)
    if ports is not None and "portDefinitions" not in app:
        app["portDefinitions"] = [{"port": port} for port in ports]
    return app if config.persona.old_form else _migrate_networks(app, config)


def _old_contradictions(app: dict[str, Any], *, update: bool) -> list[Problem]:
    """Return what releases before 1.5 refuse as bad JSON: in an update empty `uris` and `fetch` count, too."""
    problems: list[Problem] = []
    if {"uris", "fetch"} <= app.keys() if update else app.get("uris") and app.get("fetch"):
        problems.append(("", "You cannot specify both uris and fetch fields"))
    if not update and app.get("ipAddress") is not None and (app.get("ports") or app.get("portDefinitions")):
        problems.append(("", "You cannot specify both an IP address and ports"))
    if _ports_differ(app):
        problems.append(("", "You cannot specify both ports and port definitions"))
    return problems


def _ports_differ(app: dict[str, Any]) -> bool:
    definitions = app.get("portDefinitions")
    return "ports" in app and definitions is not None and app["ports"] != [each.get("port", 0) for each in definitions]


def _contradictions(app: dict[str, Any]) -> list[Problem]:
    problems: list[Problem] = []
    if app.get("uris") and app.get("fetch"):
        problems.append(("/", "uris and fetch cannot both be specified"))
    if _ports_differ(app):
        problems.append(("/", "ports and portDefinitions are specified with different ports"))
    docker = app.get("container", {}).get("docker", {})
    if "networks" in app and "network" in docker:
        problems.append(("/container/docker/network", "must not specify both container.docker.network and networks"))
    if "networks" in app and "ipAddress" in app:
        problems.append(("/ipAddress", "must not specify both ipAddress and networks"))
    if "credential" in docker:
        problems.append(("/container/docker/credential", "must be empty"))
    if "discovery" in app.get("ipAddress", {}) and _is_docker(app):
        problems.append(("/ipAddress/discovery", "ipAddress/discovery is not allowed for Docker containers"))
    return problems


def _is_docker(app: dict[str, Any]) -> bool:
    return "container" in app and app["container"].get("type", "DOCKER") == "DOCKER"


def _migrate_networks(app: dict[str, Any], config: Config) -> dict[str, Any]:
    address: dict[str, Any] | None = app.pop("ipAddress", None)
    mode = None
    if "container" in app:
        container = app["container"] = dict(app["container"])
        if "docker" in container:
            docker = container["docker"] = dict(container["docker"])
            mode = docker.pop("network", None)
            mappings = docker.pop("portMappings", None)
            if mappings and container.get("portMappings"):
                raise Refusal(500, "cannot specify both container.portMappings and container.docker.portMappings")
            if mappings is not None and not container.get("portMappings"):
                container["portMappings"] = mappings
    if mode is not None or address is not None:
        app["networks"] = [_network(mode, address or {}, config)]
    discovered = (address or {}).get("discovery", {}).get("ports")
    if address is not None and (discovered or app.get("portDefinitions")):
        app.setdefault("container", {"type": "MESOS"})
    if discovered:
        app["container"]["portMappings"] = [
            {"containerPort": port["number"], **{key: value for key, value in port.items() if key != "number"}}
            for port in discovered
        ]
    return app


def _network(mode: str | None, address: dict[str, Any], config: Config) -> dict[str, Any]:
    """Return the one network that docker.network and ipAddress stand for."""
    labels = {"labels": address["labels"]} if address.get("labels") else {}
    name = address.get("networkName")
    if mode == "NONE":
        raise Refusal(500, "unsupported docker network type NONE")
    if mode == "HOST":
        return {"mode": "host"}
    if mode == "BRIDGE" or (mode is None and name == config.mesos_bridge_name):
        return {"mode": "container/bridge", **labels}
    return {"mode": "container", **({"name": name} if name else {}), **labels}
