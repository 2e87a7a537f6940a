# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a definition says twice, in the old and in the new form. Pure.

Releases up to 1.4 show ``uris`` beside ``fetch`` and ``ports`` beside ``portDefinitions``, and no release takes all of that
back. Where both say the same, one of them is enough. Where they do not, nobody can tell which one is meant.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.networks import network_of_old_form


def said_once(app: dict[str, Any]) -> dict[str, Any]:
    """Return the definition without what it says twice.

    :param app: in either form, with Marathon's types and without nulls.
    :raises Refused: it says one thing in two ways that differ.
    """
    app = dict(app)
    _fetch(app)
    _ports(app)
    if "container" in app:
        app["container"] = _container(app["container"])
    _network(app)
    _discovery(app)
    return app


def _fetch(app: dict[str, Any]) -> None:
    """Marathon refuses both, and 1.4 even empty ones."""
    if not {"uris", "fetch"} <= app.keys():
        return
    if app["uris"] and app["fetch"] and app["uris"] != [item.get("uri") for item in app["fetch"]]:
        raise _contradiction("uris", "fetch")
    app.pop("fetch" if app["uris"] and not app["fetch"] else "uris")


def _ports(app: dict[str, Any]) -> None:
    if not {"ports", "portDefinitions"} <= app.keys():
        return
    if app["ports"] != [item.get("port", 0) for item in app["portDefinitions"]]:
        raise _contradiction("ports", "portDefinitions")
    del app["ports"]


def _container(container: dict[str, Any]) -> dict[str, Any]:
    docker = container.get("docker", {})
    if "portMappings" not in docker or "portMappings" not in container:
        return container
    old, new = docker["portMappings"], container["portMappings"]
    if old and new and old != new:
        raise _contradiction("container.docker.portMappings", "container.portMappings")
    rest = {key: value for key, value in docker.items() if key != "portMappings"}
    return {**container, "docker": rest, "portMappings": new or old}


def _network(app: dict[str, Any]) -> None:
    """A network in the old form is ``container.docker.network`` with ``ipAddress``."""
    stated, old = app.get("networks"), network_of_old_form(app)
    if not stated or old is None:
        return
    if len(stated) > 1 or any(stated[0].get(key) != value for key, value in old.items()):
        raise _contradiction("container.docker.network or ipAddress", "networks")
    address = app.pop("ipAddress", None) or {}
    if (address.get("discovery") or {}).get("ports") and not app.get("container", {}).get("portMappings"):
        raise _contradiction("ipAddress", "networks")
    docker = app.get("container", {}).get("docker")
    if docker and "network" in docker:
        rest = {key: value for key, value in docker.items() if key != "network"}
        app["container"] = {**app["container"], "docker": rest}


def _discovery(app: dict[str, Any]) -> None:
    """1.4 shows one without ports where later releases take none at all: beside a container of Docker."""
    address, container = app.get("ipAddress") or {}, app.get("container") or {}
    is_docker = "container" in app and container.get("type", "DOCKER") == "DOCKER"
    if is_docker and "discovery" in address and not address["discovery"].get("ports"):
        app["ipAddress"] = {key: value for key, value in address.items() if key != "discovery"}


def _contradiction(old: str, new: str) -> Refused:
    return Refused(
        f"The definition states the same thing in two ways that differ: in {old} (the form up to Marathon 1.4) and in {new}. "
        "Leave one of them out."
    )
