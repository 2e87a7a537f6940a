# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""By which settings a virtual service may send traffic elsewhere than to its pool or pool group. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.references import mappings, name_in, uuid_of

# Lists of a virtual service whose objects may choose a pool for a request or answer it: (key, key of the reference, what it is).
POLICIES = (
    ("http_policies", "http_policy_set_ref", "HTTP policies"),
    ("l4_policies", "l4_policy_set_ref", "L4 policies"),
    ("vs_datascripts", "vs_datascript_set_ref", "data scripts"),
)


def elsewhere(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Return in words each setting by which a part of the traffic may go elsewhere, such as "data scripts canary"."""
    return (*_pools_of_ports(config), *_policies(config), *_ports(config), *_children(config))


def _pools_of_ports(config: Mapping[str, Any]) -> Iterator[str]:
    own = {uuid_of(config.get("pool_ref")), uuid_of(config.get("pool_group_ref"))}
    for item in mappings(config.get("service_pool_select")):
        for key, kind in (("service_pool_ref", "pool"), ("service_pool_group_ref", "pool group")):
            ref = item.get(key)
            if ref and uuid_of(ref) not in own:
                yield f"port {item.get('service_port')} goes to {kind} {_named(ref)} (service_pool_select)"


def _policies(config: Mapping[str, Any]) -> Iterator[str]:
    for key, reference, kind in POLICIES:
        found = [_named(item.get(reference)) for item in mappings(config.get(key))]
        if found:
            yield f"{kind} {', '.join(found)} ({key})"


def _ports(config: Mapping[str, Any]) -> Iterator[str]:
    """With several ports nothing that is measured of a pool tells which of them it is about."""
    ports = [_port(item) for item in mappings(config.get("services"))]
    if len(ports) > 1 or any("-" in port for port in ports):
        yield f"several ports, {', '.join(ports)}, of which one cannot be told from another (services)"


def _port(service: Mapping[str, Any]) -> str:
    first, last = service.get("port"), service.get("port_range_end")
    return f"{first}-{last}" if last and last != first else str(first)


def _children(config: Mapping[str, Any]) -> Iterator[str]:
    if config.get("type") == "VS_TYPE_VH_PARENT":
        yield "virtual services below it, by host name (VS_TYPE_VH_PARENT)"


def _named(ref: object) -> str:
    return name_in(ref) or uuid_of(ref) or "without a name"
