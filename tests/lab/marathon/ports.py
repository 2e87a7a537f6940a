# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app's ports: where they are in its definition, and which service ports Marathon assigns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.lab.marathon.config import Config
from tests.lab.marathon.errors import Refusal


@dataclass(frozen=True)
class Slot:
    """One port of an app. `host_port` is 0 where any free one will do, None where the agent gives none."""

    service_port: int
    host_port: int | None
    protocol: str
    name: str | None


def slots(app: dict[str, Any]) -> list[Slot]:
    """Return the ports of a complete app, in their order."""
    if not _mappings(app):
        fixed = app["requirePorts"]
        return [
            Slot(each["port"], each["port"] if fixed else 0, each["protocol"], each.get("name"))
            for each in app.get("portDefinitions", [])
        ]
    return [
        Slot(each["servicePort"], each.get("hostPort"), each["protocol"], each.get("name")) for each in _mappings(app)
    ]


def _mappings(app: dict[str, Any]) -> list[dict[str, Any]]:
    container = app.get("container", {})
    mappings: list[dict[str, Any]] = container.get("portMappings") or container.get("docker", {}).get(
        "portMappings", []
    )
    return mappings


def service_ports(app: dict[str, Any]) -> list[int]:
    """Return the service ports of a complete app."""
    return [slot.service_port for slot in slots(app)]


def assign_service_ports(
    app: dict[str, Any], before: dict[str, Any] | None, taken: Iterable[int], config: Config
) -> dict[str, Any]:
    """Return the app with a service port wherever it has 0.

    First come the ports the app had before (as far as Marathon may have assigned them), then the lowest free ones;
    `taken` are those of all apps. Raises Refusal(500) where none is left.
    """
    wanted = service_ports(app)
    if 0 not in wanted:
        return app
    range_ = range(config.local_port_min, config.local_port_max)
    mine = [port for port in service_ports(before or app) if port in range_ and port not in wanted]
    used = {*taken, *wanted, *mine}
    free = (port for port in range_ if port not in used)
    assigned = []
    for port in wanted:
        found = port or (mine.pop(0) if mine else next(free, None))
        if found is None:
            raise Refusal(
                500, f"All ports in the range [{config.local_port_min}-{config.local_port_max}) are already in use"
            )
        assigned.append(found)
    return _with_service_ports(app, assigned)


def _with_service_ports(app: dict[str, Any], ports: list[int]) -> dict[str, Any]:
    if not _mappings(app):
        definitions = zip(app["portDefinitions"], ports, strict=True)
        return {**app, "portDefinitions": [{**each, "port": port} for each, port in definitions]}
    mappings = [{**each, "servicePort": port} for each, port in zip(_mappings(app), ports, strict=True)]
    container = app["container"]
    if "portMappings" in container:
        return {**app, "container": {**container, "portMappings": mappings}}
    return {**app, "container": {**container, "docker": {**container["docker"], "portMappings": mappings}}}
