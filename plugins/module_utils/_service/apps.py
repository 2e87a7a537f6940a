# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Marathon was seen to run for a service: apps and their tasks, ready to be joined with Avi's servers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AB_CONFIG, AviLabels, read
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import endpoint
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import ApiError
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.guards import COMPANION
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import (
    failure_in_words,
    last_failure,
    live_tasks,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.task_health import (
    HEALTHY,
    UNCHECKED,
    health_of,
    moment,
)

# Gives the addresses of a host name, or none where it has none.
Resolve = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Task:
    """A task. ``endpoints`` are the "address:port" under which Avi may know it, the agent's own first.

    ``unchecked`` tells of one that runs and that Marathon has not checked since it started: after a change of its leader none is.
    ``is_live``: Marathon does not show it ended, or out of reach.
    """

    id: str
    endpoints: tuple[str, ...]
    healthy: bool
    unchecked: bool = False
    is_live: bool = True


@dataclass(frozen=True)
class TaskFailure:
    """The last failure of a task of an app's present configuration.

    ``seconds_ago`` is counted from when the app was read; ``at`` is the time as Marathon wrote it, and tells one failure from another.
    """

    seconds_ago: float
    words: str
    at: str = ""

    def __str__(self) -> str:
        return f"a task of it failed {max(self.seconds_ago, 0):.0f} s ago: {self.words.rstrip('.')}"


@dataclass(frozen=True)
class App:
    """An app of a service. ``id`` is without the leading slash; ``definition`` is the app as Marathon returned it.

    ``changed_at`` and ``scaled_at`` are Marathon's times of the last change of its configuration and of its instances.
    """

    id: str
    instances: int
    tasks: tuple[Task, ...] = ()
    labels: AviLabels = field(default_factory=AviLabels)
    deployments: tuple[str, ...] = ()
    changed_at: str | None = None
    scaled_at: str | None = None
    failure: TaskFailure | None = None
    definition: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def healthy(self) -> int:
        """The number of healthy tasks; of running ones where the app has no health checks."""
        return sum(task.healthy for task in self.tasks)

    @property
    def runs_at_zero(self) -> bool:
        """Whether tasks of it run although it has no instances, and no deployment is ending them.

        Before 1.8 Marathon starts so what waited in its launch queue when the app was scaled to zero.
        """
        return self.instances == 0 and not self.deployments and any(task.is_live for task in self.tasks)

    @property
    def runs(self) -> bool:
        """Whether it has instances, or tasks although it has none."""
        return self.instances > 0 or self.runs_at_zero

    @property
    def priority(self) -> int:
        """The priority of a version; 0 for a listener, which has none."""
        return self.labels.ab_config.priority if self.labels.ab_config else 0

    @property
    def service(self) -> str | None:
        """The service that the app's ``ab_config`` names, without the leading slash; None for what is no version."""
        return short_id(self.labels.ab_config.service) if self.labels.ab_config else None

    @property
    def is_unreadable_version(self) -> bool:
        """Whether it has an ``ab_config`` that cannot be read, so that it names no service."""
        return AB_CONFIG in (self.definition.get("labels") or {}) and self.labels.ab_config is None

    @property
    def companion_of(self) -> str | None:
        """The service that the app is a companion of, without the leading slash; None for what is none."""
        labels = self.definition.get("labels") or {}
        return short_id(labels[COMPANION]) if COMPANION in labels and AB_CONFIG not in labels else None


def short_id(app_id: str) -> str:
    """Return an app id without its slashes at the ends: "/app1" and "app1" are the same app."""
    return app_id.strip().strip("/")


def version_id(service: str, version: str) -> str:
    """Return the id of the app of a version."""
    return f"{service}-{version}"


def version_name(app_id: str, service: str) -> str | None:
    """Return the name of a version from its app's id; an id made by hand is its own name, a listener has none."""
    if app_id == service:
        return None
    return app_id[len(service) + 1 :] if app_id.startswith(f"{service}-") and len(app_id) > len(service) + 1 else app_id


def time_of(stamp: str) -> datetime:
    """Return the time that Marathon writes as "2026-01-15T10:20:30.123Z"."""
    found = moment(stamp)
    if found is None:
        raise ApiError(f"Marathon wrote {stamp[:80]!r} where a time should be")
    return found


def read_app(app: Mapping[str, Any], resolve: Resolve, now: datetime) -> App:
    """Read an app as Marathon returns it with its tasks and its last failure embedded.

    ``resolve`` turns an agent's host name into addresses: Marathon may name agents that Avi knows by address.
    ``now`` is the time by Marathon's clock, which wrote that of the failure.
    """
    checks = len(app.get("healthChecks") or ())
    container_ports = _container_ports(app)
    changes, instances = app.get("versionInfo") or {}, app.get("instances")
    return App(
        id=short_id(str(app.get("id", ""))),
        # Marathon's own default. None would be an app that is retired.
        instances=1 if instances is None else int(instances),
        tasks=tuple(_task(item, checks, container_ports, resolve) for item in app.get("tasks") or ()),
        labels=read(app.get("labels") or {}),
        deployments=tuple(str(item.get("id")) for item in app.get("deployments") or ()),
        changed_at=changes.get("lastConfigChangeAt"),
        scaled_at=changes.get("lastScalingAt"),
        failure=_failure(app, now),
        definition=app,
    )


def _failure(app: Mapping[str, Any], now: datetime) -> TaskFailure | None:
    failure = last_failure(app)
    if failure is None or not failure.get("timestamp"):
        return None
    at = str(failure["timestamp"])
    return TaskFailure((now - time_of(at)).total_seconds(), failure_in_words(failure), at)


def _task(item: Mapping[str, Any], checks: int, container_ports: Sequence[int], resolve: Resolve) -> Task:
    host, ports = str(item.get("host", "")), item.get("ports") or ()
    by_agent = [endpoint(address, port) for port in ports for address in (*resolve(host), host)]
    by_container = [
        endpoint(address.get("ipAddress"), port)
        for port in (container_ports or ports)
        for address in item.get("ipAddresses") or ()
        if address.get("ipAddress")
    ]
    health = health_of(item, checks)
    return Task(
        id=str(item.get("id", "")),
        endpoints=tuple(dict.fromkeys((*by_agent, *by_container))),
        healthy=health == HEALTHY,
        unchecked=health == UNCHECKED,
        is_live=bool(live_tasks({"tasks": [item]})),
    )


def _container_ports(app: Mapping[str, Any]) -> list[int]:
    return [mapping["containerPort"] for mapping in port_mappings(app) if mapping.get("containerPort")]


def port_mappings(definition: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the port mappings of a definition, from where Marathon 1.5 keeps them or from where older ones do."""
    container = definition.get("container") or {}
    found: Iterable[Any] = container.get("portMappings") or (container.get("docker") or {}).get("portMappings") or ()
    return [mapping for mapping in found if isinstance(mapping, Mapping)]
