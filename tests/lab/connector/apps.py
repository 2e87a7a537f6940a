# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marathon's apps as the connector understands them: their labels read, their tasks' addresses resolved."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

_IDENTITY = ("uuid", "url", "tenant_ref", "created_by", "_last_modified", "servers")
#: Fields that the lab itself acts upon; a value that does not fit makes a label broken.
_FITS: Mapping[str, Callable[[Any], bool]] = {
    "name": lambda value: isinstance(value, str),
    "enabled": lambda value: isinstance(value, bool),
    "ip_address": lambda value: isinstance(value, dict),
    "services": lambda value: isinstance(value, list) and all(isinstance(each, dict) for each in value),
    "ab_pool": lambda value: isinstance(value, dict) and isinstance(value.get("ratio", 0), int),
    "health_monitor_refs": lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
}


@dataclass(frozen=True)
class Task:
    """A running task: where it is, its real port for each port of the app, and its container's own address."""

    id: str
    address: str
    ports: tuple[int, ...]
    container: str | None = None


@dataclass(frozen=True)
class Health:
    """A health check of the app that a load balancer can make too; times in Marathon's seconds."""

    port_index: int
    path: str | None
    interval: float
    timeout: float
    failures: int


@dataclass(frozen=True)
class AbConfig:
    """What makes an app a version: the name of the service's first app, and its place in the order."""

    service: str
    priority: int


@dataclass(frozen=True)
class App:
    """One app."""

    id: str
    instances: int = 1
    ports: tuple[int, ...] = ()
    """The container's ports: each gets a pool."""
    service_ports: tuple[int, ...] = ()
    tasks: tuple[Task, ...] = ()
    health: tuple[Health, ...] = ()
    frontend: bool = False
    vip: str | None = None
    listener: bool = True
    virtualservice: Mapping[str, Any] = field(default_factory=dict)
    pool: Mapping[str, Any] = field(default_factory=dict)
    tenant: str = "admin"
    ab: AbConfig | None = None
    broken: tuple[str, ...] = ()
    """A sentence for each label that cannot be used; such a label counts as absent."""

    @property
    def name(self) -> str:
        """What the app's objects are named after."""
        return object_name(self.id)


def read_app(app: Mapping[str, Any]) -> App:
    """Read an app of ``GET /v2/apps?embed=apps.tasks``, in the form of any release of Marathon. Never raises for labels."""
    labels = app.get("labels") or {}
    broken: list[str] = []
    proxy = _object_label(labels, "avi_proxy", broken)
    tasks = (task for task in app.get("tasks") or () if task.get("state", "TASK_RUNNING") == "TASK_RUNNING")
    return App(
        id=app["id"],
        instances=app["instances"],
        ports=_ports(app, "containerPort"),
        service_ports=_ports(app, "servicePort"),
        tasks=tuple(_task(task) for task in tasks),
        health=tuple(health for check in app.get("healthChecks") or () for health in _health(check)),
        frontend=str(labels.get("FE-Proxy", "")).lower() == "yes",
        vip=labels.get("FE-Proxy-VIP"),
        listener=str(labels.get("proxy_listener", "")).lower() != "no",
        virtualservice=_settings(proxy, "virtualservice", broken),
        pool=_settings(proxy, "pool", broken),
        tenant=str(proxy.get("tenant", "admin")),
        ab=_ab_config(labels, broken),
        broken=tuple(broken),
    )


def _task(task: Mapping[str, Any]) -> Task:
    own = task.get("ipAddresses") or [{}]
    return Task(task["id"], _address(task["host"]), tuple(task.get("ports") or ()), own[0].get("ipAddress"))


def object_name(app_id: str) -> str:
    """Return an id as a name: slashes are not allowed there, what Avi makes of those inside is not documented."""
    return app_id.strip("/").replace("/", "-")


def _object_label(labels: Mapping[str, Any], name: str, broken: list[str]) -> dict[str, Any]:
    if name not in labels:
        return {}
    try:
        value = json.loads(labels[name])
    except (TypeError, ValueError) as error:
        broken.append(f"{name} is not JSON: {error}")
        return {}
    if not isinstance(value, dict):
        broken.append(f"{name} should be an object, not {labels[name]}")
        return {}
    return value


def _settings(proxy: Mapping[str, Any], part: str, broken: list[str]) -> dict[str, Any]:
    """Return one part of avi_proxy, without what an object cannot take: a field of a wrong type, and its identity."""
    given = proxy.get(part, {})
    if not isinstance(given, dict):
        broken.append(f"avi_proxy: {part} should be an object.")
        return {}
    settings = {}
    for name, written in given.items():
        # Avi's own pages write a single reference without its list.
        value = [written] if name.endswith("_refs") and isinstance(written, str) else written
        if not _FITS.get(name, lambda _: True)(value):
            broken.append(f"avi_proxy: {part}.{name} cannot be {json.dumps(value)}")
        elif name not in _IDENTITY:
            settings[name] = value
    return settings


def _ab_config(labels: Mapping[str, Any], broken: list[str]) -> AbConfig | None:
    value = _object_label(labels, "ab_config", broken)
    if not value:
        return None
    service, priority = value.get("service"), value.get("priority")
    if not isinstance(service, str) or not isinstance(priority, int) or isinstance(priority, bool):
        broken.append(f"ab_config needs a service (text) and a priority (whole number), not {labels['ab_config']}")
        return None
    return AbConfig(object_name(service), priority)


def _ports(app: Mapping[str, Any], kind: str) -> tuple[int, ...]:
    """Return the ports of a mapping by kind; an app that uses its host's network has but one kind."""
    container = app.get("container") or {}
    mappings = container.get("portMappings") or (container.get("docker") or {}).get("portMappings")
    if mappings:
        return tuple(mapping.get(kind) or 0 for mapping in mappings)
    definitions = app.get("portDefinitions")
    if definitions is not None:
        return tuple(definition["port"] for definition in definitions)
    return tuple(app.get("ports") or ())


def _health(check: Mapping[str, Any]) -> list[Health]:
    protocol = str(check.get("protocol", "HTTP"))
    if protocol == "COMMAND" or check.get("port"):  # nothing a load balancer could repeat on a task's own port
        return []
    return [
        Health(
            port_index=check.get("portIndex") or 0,
            path=(check.get("path") or "/") if "HTTP" in protocol else None,
            interval=check.get("intervalSeconds", 60),
            timeout=check.get("timeoutSeconds", 20),
            failures=check.get("maxConsecutiveFailures", 3),
        )
    ]


@lru_cache
def _address(host: str) -> str:
    """Resolve a host as Marathon names it; one that does not resolve stays as it is."""
    try:
        return str(socket.getaddrinfo(host, None, socket.AF_INET)[0][4][0])
    except OSError:
        return host
