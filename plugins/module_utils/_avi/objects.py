# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the Avi Controller was seen to hold, and how its answers are read.

Pure. Runtime answers differ by release (a bare list, one object, or a list under "results" or "server"); all are read.
"""

from __future__ import annotations

import contextlib
import functools
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.elsewhere import elsewhere
from ansible_collections.dcos.avi.plugins.module_utils._avi.references import mappings, name_in, uuid_of

UP = "OPER_UP"


@dataclass(frozen=True)
class Server:
    """A server of a pool. ``endpoint`` is "address:port"; ``state`` is Avi's, or None where it tells none."""

    endpoint: str
    enabled: bool = True
    state: str | None = None

    @property
    def up(self) -> bool:
        return self.state == UP


@dataclass(frozen=True)
class AbPool:
    """The A/B setting of a pool: the uuid of its B pool, the percentage of traffic diverted to that, and its name, if told."""

    pool: str | None
    ratio: int | None
    name: str | None = None


@dataclass(frozen=True)
class Pool:
    """A pool. ``connections`` is the number of open ones, None where Avi tells none."""

    uuid: str
    name: str
    enabled: bool = True
    servers: tuple[Server, ...] = ()
    ab_pool: AbPool | None = None
    a_pool: str | None = None
    connections: int | None = None

    @property
    def servers_up(self) -> int:
        return sum(server.enabled and server.up for server in self.servers)

    @property
    def states(self) -> dict[str, str]:
        """Avi's state of each server that it tells one of, by endpoint."""
        return {server.endpoint: server.state for server in self.servers if server.state}

    @property
    def endpoints(self) -> frozenset[str]:
        """The servers that may be sent requests."""
        return frozenset(server.endpoint for server in self.servers if server.enabled)


@dataclass(frozen=True)
class GroupMember:
    """A pool of a pool group. ``priority`` is the label as Avi holds it; ``ratio`` 0 takes no new connections, None is no number."""

    pool: str
    ratio: int | None
    priority: str | None = None


@dataclass(frozen=True)
class PoolGroup:
    """A pool group. ``labelled``: its priorities are ordered by an object of their own, not as numbers.

    ``min_servers``: while the member on top has fewer servers up, those below it share the traffic; 0 is never.
    """

    uuid: str
    name: str
    members: tuple[GroupMember, ...] = ()
    labelled: bool = False
    min_servers: int = 0


@dataclass(frozen=True)
class VirtualService:
    """A virtual service, with the uuids of the pool or the pool group it sends traffic to.

    ``elsewhere`` names each setting of it by which a part of the traffic may go to other pools, or to none.
    """

    uuid: str
    name: str
    enabled: bool = True
    oper_state: str | None = None
    pool: str | None = None
    pool_group: str | None = None
    elsewhere: tuple[str, ...] = ()


def endpoint(address: object, port: object) -> str:
    """Return "address:port" in one spelling, so that two sources can be compared; IPv6 addresses stand in brackets."""
    text = _spelled(str(address))
    return f"[{text}]:{port}" if ":" in text else f"{text}:{port}"


@functools.lru_cache(maxsize=4096)
def _spelled(address: str) -> str:
    """Many tasks have an agent's address, and to read one takes longer than to make an endpoint of it."""
    text = address.strip().lower()
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(text).compressed
    return text


def read_virtual_service(config: Mapping[str, Any], runtime: object = None) -> VirtualService:
    """Read a virtual service from its configuration and the answer of its runtime, if that was asked for."""
    states = [oper_state(row) for row in rows(runtime)]
    return VirtualService(
        uuid=str(config.get("uuid", "")),
        name=str(config.get("name", "")),
        enabled=config.get("enabled") is not False and config.get("traffic_enabled") is not False,
        oper_state=next(filter(None, states), None),
        pool=uuid_of(config.get("pool_ref")),
        pool_group=uuid_of(config.get("pool_group_ref")),
        elsewhere=elsewhere(config),
    )


def read_pool(config: Mapping[str, Any], servers: object = None, detail: object = None) -> Pool:
    """Read a pool from its configuration and the answers of its runtime/server and runtime/detail, if asked for."""
    states = server_states(servers)
    return Pool(
        uuid=str(config.get("uuid", "")),
        name=str(config.get("name", "")),
        enabled=config.get("enabled") is not False,
        servers=tuple(_server(item, config, states) for item in mappings(config.get("servers"))),
        ab_pool=_ab_pool(config.get("ab_pool")),
        a_pool=str(config["a_pool"]) if config.get("a_pool") else None,
        connections=open_connections(detail),
    )


def open_connections(detail: object) -> int | None:
    """Read from the answer of a pool's runtime/detail how many connections are open, over all service engines; None where one tells none."""
    stats = [row.get("pool_stats") for row in rows(detail)]
    counts = [_whole(item.get("current_connections")) for item in stats if isinstance(item, Mapping)]
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(stats) else None


def read_pool_group(config: Mapping[str, Any]) -> PoolGroup:
    """Read a pool group from its configuration. A member without a ratio has 1, as Avi's schema says."""
    return PoolGroup(
        uuid=str(config.get("uuid", "")),
        name=str(config.get("name", "")),
        members=tuple(_member(item) for item in mappings(config.get("members"))),
        labelled=bool(config.get("priority_labels_ref")),
        min_servers=_whole(config.get("min_servers")) or 0,
    )


def _ab_pool(item: object) -> AbPool | None:
    if item is None:
        return None
    if not isinstance(item, Mapping):
        return AbPool(None, None)
    ref = item.get("pool_ref")
    return AbPool(uuid_of(ref), _whole(item.get("ratio", 0)), name_in(ref))


def _member(item: Mapping[str, Any]) -> GroupMember:
    label = item.get("priority_label")
    return GroupMember(
        pool=uuid_of(item.get("pool_ref")) or "",
        ratio=_whole(item.get("ratio", 1)),
        priority=None if label is None else str(label),
    )


def _server(item: Mapping[str, Any], config: Mapping[str, Any], states: Mapping[str, str]) -> Server:
    place = endpoint(_address(item.get("ip")), item.get("port", config.get("default_server_port", 80)))
    return Server(endpoint=place, enabled=item.get("enabled") is not False, state=states.get(place))


def server_states(answer: object) -> dict[str, str]:
    """Read Avi's state of each server from the answer of a pool's runtime/server, by endpoint, where it tells one.

    A server that several service engines report is up only where each of them says so.
    """
    states: dict[str, str | None] = {}
    for row in rows(answer):
        place = endpoint(_address(row.get("ip_addr")), row.get("port"))
        state = oper_state(row)
        if states.get(place, UP) == UP:
            states[place] = state
    return {place: state for place, state in states.items() if state}


def rows(answer: object) -> list[Mapping[str, Any]]:
    """Return the objects that a runtime answer holds, in whichever shape."""
    if isinstance(answer, Mapping):
        for key in ("results", "server"):
            if isinstance(answer.get(key), list):
                return rows(answer[key])
        return [answer]
    if isinstance(answer, list):
        nested = [
            rows(item) if isinstance(item, Mapping) and isinstance(item.get("server"), list) else [item]
            for item in answer
        ]
        return [item for group in nested for item in group if isinstance(item, Mapping)]
    return []


def _address(value: object) -> object:
    return value.get("addr") if isinstance(value, Mapping) else value


def oper_state(row: Mapping[str, Any]) -> str | None:
    """Read Avi's state from an object that a runtime answer holds, such as "OPER_UP"; None where it tells none."""
    status = row.get("oper_status")
    state = status.get("state") if isinstance(status, Mapping) else status
    return state if isinstance(state, str) else None


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) else None
