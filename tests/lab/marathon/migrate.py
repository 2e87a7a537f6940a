# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the app fields of old to those of today: network form, ports, uris. Only what was given is touched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
        _fail_on_update(app) if update else _refuse(_contradictions(app))
    uris = app.pop("uris", [])
    if uris:
        always = update and config.persona.old_form
        app["fetch"] = [{"uri": uri, "extract": always or uri.endswith(_ARCHIVES)} for uri in uris]
    ports = app.pop("ports", None)
    if ports is not None and "portDefinitions" not in app:
        app["portDefinitions"] = [{"port": port} for port in ports]
    return app if config.persona.old_form else _migrate_networks(app, config)


def _refuse(problems: Iterable[Problem]) -> None:
    every = list(problems)
    if every:
        raise Invalid(every)


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


NO_URI = "URI has invalid syntax."


def is_uri(text: str) -> bool:
    """Whether Java makes a URI of a text."""
    return not re.search(r"[\s\"<>\\^`{|}]|%(?![0-9a-fA-F]{2})|^:|^[a-zA-Z][a-zA-Z0-9+.-]*:$", text)


def _contradictions(app: dict[str, Any]) -> Iterator[Problem]:
    """Yield what from 1.5 on is wrong with the old fields of a whole app."""
    docker = app.get("container", {}).get("docker", {})
    unfit = ("credential",) if _is_docker(app) else ("credential", "network", "parameters", "portMappings")
    for name in unfit:
        if name in docker:
            yield f"/container/docker/{name}", "must be empty"
    if "discovery" in app.get("ipAddress", {}) and _is_docker(app):
        yield "/ipAddress", "ipAddress/discovery is not allowed for Docker containers"
    for index, uri in enumerate(app.get("uris", [])):
        if not is_uri(uri):
            yield f"/uris({index})", NO_URI
    if app.get("uris") and app.get("fetch"):
        yield "/uris", "may not be set in conjunction with fetch"
    if app.get("networks") and "network" in docker:
        yield "/", "must not specify both container.docker.network and networks"
    if app.get("networks") and "ipAddress" in app:
        yield "/", "must not specify both networks and ipAddress"
    fixed = [port for port in app.get("ports", []) if port]
    if len(fixed) != len(set(fixed)):
        yield "/", "ports must be unique"
    if "ipAddress" in app and (app.get("ports") or app.get("portDefinitions")):
        yield "/", "cannot specify both an IP address and port"
    if _ports_differ(app):
        yield "/", "cannot specify both ports and port definitions"


def _fail_on_update(app: dict[str, Any]) -> None:
    """Fail as Marathon does, from 1.5 on, on an update that says one thing in two ways. Raises Refusal(500)."""
    if app.get("uris") and app.get("fetch"):
        raise Refusal(500, "cannot specify both uris and fetch fields")
    is_old = "ipAddress" in app or "network" in app.get("container", {}).get("docker", {})
    if "networks" in app and is_old:
        raise Refusal(500, "cannot mix deprecated and canonical network APIs")


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
                raise Refusal(500, "cannot specify both portMappings and docker.portMappings")
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
