# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which Avi objects a cloud with these apps should have. Pure: apps in, specifications of objects out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.lab.avi.engine import endpoint_of
from tests.lab.avi.store import Spec
from tests.lab.connector.apps import App, Health, Task
from tests.lab.connector.group import RATIO, Group
from tests.lab.connector.swap import Swap
from tests.lab.dataplane import Endpoint

#: The creator that objects name. What the real connector for Mesos writes is not known.
CREATOR = "mesos-cloud-connector"
#: The data plane listens on the loopback; an address that labels ask for is shown, but nothing listens there.
VIP = "127.0.0.1"


def pool_name(app: App, index: int = 0) -> str:
    """Return the name of an app's own pool for a port, as Avi's pages show it; the first one's can be given by label."""
    given = app.pool.get("name") if index == 0 else None
    return str(given or f"{app.name}-pool-{app.ports[index]}")


def virtualservice_name(app: App) -> str:
    """Return the name of an app's virtual service: the app's, or the one given by label."""
    return str(app.virtualservice.get("name") or app.name)


def merged(seen: Sequence[Mapping[str, App]]) -> dict[str, App]:
    """Return the apps as they are, with the apps and tasks that a late connector has not noticed the end of.

    `seen` is what was there one after the other, from what the connector has noticed to what is there now.
    """
    apps: dict[str, App] = {}
    for each in seen:
        for name, app in each.items():
            running = {task.id for task in app.tasks}
            lingering = tuple(task for task in apps[name].tasks if task.id not in running) if name in apps else ()
            apps[name] = replace(app, tasks=lingering + app.tasks)
    return apps


def desired(apps: Mapping[str, App], services: Mapping[str, Swap | Group]) -> list[Spec]:
    """Return all objects: monitors and pools of every app, virtual services of those that have one.

    `services` tells for each app with a virtual service how its versions take turns; all they hold must be among `apps`.
    Servers are named by their host's address and port; `by_container` turns that round.
    """
    in_b = {state.b for state in services.values() if isinstance(state, Swap)}
    specs: list[Spec] = []
    for app in apps.values():
        state = services.get(app.name)
        for index in range(len(app.ports)):
            specs += _monitors(app, index)
            if index == 0 and isinstance(state, Swap):
                specs.append(_a_pool(app, apps, state))
            elif index == 0 and app.name in in_b:
                specs.append(_pool(app, app, index, ab_priority=_priority(app)))
            else:
                specs.append(_pool(app, app, index))
        if isinstance(state, Group):
            specs += [
                _pool_group(app, apps, state),
                *_virtualservice(app, "pool_group_ref", "poolgroup", group_name(app)),
            ]
        elif state is not None:
            specs += _virtualservice(app, "pool_ref", "pool", pool_name(app))
    return specs


def group_name(listener: App) -> str:
    """Return the name of a listener's pool group."""
    return f"{listener.name}-poolgroup-{listener.ports[0]}"


def _pool_group(listener: App, apps: Mapping[str, App], group: Group) -> Spec:
    ranked = [(apps[member.app], member.priority, member.ratio) for member in group.members] + [(listener, 0, RATIO)]
    members = [
        {"pool_ref": f"/api/pool?name={pool_name(app)}", "ratio": ratio, "priority_label": str(priority)}
        for app, priority, ratio in ranked
    ]
    return _spec("poolgroup", listener, group_name(listener), {"members": members})


def _a_pool(listener: App, apps: Mapping[str, App], swap: Swap) -> Spec:
    """Return a listener's pool: the A pool, which may hold a version's tasks, with that version's settings."""
    holds = apps[swap.a]
    ab_fields: dict[str, Any] = {}
    if holds is not listener:
        ab_fields |= {"a_pool": holds.name, "ab_priority": _priority(holds)}
    if swap.b:
        ab_fields["ab_pool"] = {"pool_ref": f"/api/pool?name={pool_name(apps[swap.b])}", "ratio": swap.ratio}
    return _pool(listener, holds, 0, **ab_fields)


def _priority(version: App) -> int:
    return version.ab.priority if version.ab else 0


def _pool(owner: App, holds: App, index: int, **ab_fields: Any) -> Spec:
    """Return a pool of `owner` with the tasks, settings and monitors of the app it holds."""
    given = holds.pool.get("health_monitor_refs", ())
    monitors = [f"/api/healthmonitor?name={spec.name}" for spec in _monitors(holds, index)]
    fields = {
        "default_server_port": holds.ports[index],
        "east_west": owner.listener and not owner.frontend,
        **holds.pool,
        "health_monitor_refs": [*monitors, *given],
        "servers": [_server(task, index) for task in holds.tasks if index < len(task.ports)],
        **ab_fields,
    }
    return _spec("pool", owner, pool_name(owner, index), fields)


def by_container(specs: list[Spec], apps: Mapping[str, App]) -> tuple[list[Spec], dict[Endpoint, Endpoint]]:
    """Return the objects with servers named by their containers' addresses and ports, and where those really are."""
    inside = {
        Endpoint(task.address, real): Endpoint(task.container, port)
        for app in apps.values()
        for task in app.tasks
        for port, real in zip(app.ports, task.ports, strict=False)
        if task.container
    }

    def renamed(server: dict[str, Any]) -> dict[str, Any]:
        address, port = inside.get(endpoint_of(server), endpoint_of(server))
        return {**server, "ip": {"addr": address, "type": "V4"}, "port": port, "hostname": address}

    found = [
        replace(spec, fields={**spec.fields, "servers": [renamed(each) for each in spec.fields["servers"]]})
        if spec.kind == "pool"
        else spec
        for spec in specs
    ]
    return found, {shown: real for real, shown in inside.items()}


def _server(task: Task, index: int) -> dict[str, Any]:
    return {
        "ip": {"addr": task.address, "type": "V4"},
        "port": task.ports[index],
        "hostname": task.address,
        "enabled": True,
        "ratio": 1,
        "server_node": task.address,
        "external_uuid": task.id,
        "external_orchestration_id": task.id,
        "verify_network": False,
        "resolve_server_by_dns": False,
        "static": False,
        "rewrite_host_header": False,
    }


def _monitors(app: App, index: int) -> list[Spec]:
    checks = [check for check in app.health if check.port_index == index]
    return [
        _spec("healthmonitor", app, f"{pool_name(app, index)}-hm-{number}", _monitor(check))
        for number, check in enumerate(checks)
    ]


def _monitor(check: Health) -> dict[str, Any]:
    times = {
        "send_interval": check.interval,
        "receive_timeout": check.timeout,
        "successful_checks": 1,
        "failed_checks": max(check.failures, 1),
    }
    if check.path is None:
        return {"type": "HEALTH_MONITOR_TCP", **times}
    return {
        "type": "HEALTH_MONITOR_HTTP",
        "http_monitor": {
            "http_request": f"GET {check.path} HTTP/1.0",
            "http_response_code": ["HTTP_2XX", "HTTP_3XX"],
        },
        **times,
    }


def _virtualservice(app: App, ref: str, kind: str, target: str) -> Iterator[Spec]:
    """Return the virtual service of an app, and its address: north-south where the labels say so, else east-west."""
    settings = app.virtualservice
    fixed = settings.get("ip_address") or ({"addr": app.vip, "type": "V4"} if app.vip else None)
    vip = {
        "vip_id": "0",
        "ip_address": fixed or {"addr": VIP, "type": "V4"},
        "enabled": True,
        "auto_allocate_ip": bool(settings.get("auto_allocate_ip")),
        "avi_allocated_vip": fixed is None,
    }
    port = app.ports[0] if app.frontend else (app.service_ports[0] or app.ports[0])
    defaults = {"port": port, "port_range_end": port, "enable_ssl": False}
    services = [{**defaults, "port_range_end": s.get("port", port), **s} for s in settings.get("services") or [{}]]
    name = virtualservice_name(app)
    yield _spec("vsvip", app, f"{name}-vsvip", {"vip": [vip], "east_west_placement": not app.frontend})
    yield _spec(
        "virtualservice",
        app,
        name,
        {
            **settings,
            "services": services,
            "vip": [vip],
            "ip_address": vip["ip_address"],
            "vsvip_ref": f"/api/vsvip?name={name}-vsvip",
            ref: f"/api/{kind}?name={target}",
            "east_west_placement": not app.frontend,
        },
    )


def _spec(kind: str, app: App, name: str, fields: Mapping[str, Any]) -> Spec:
    checksum = hashlib.md5(json.dumps(fields, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
    return Spec(kind, name, {**fields, "name": name, "cloud_config_cksum": checksum}, app.tenant)
