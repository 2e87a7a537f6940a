# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP endpoints of the leading Mesos master, as Mesos documents them: /slaves and /roles.

What is free on an agent is what the lab's offers are made of: an app that this shows no room for is not placed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from aiohttp import web

from tests.lab.agents import Agent
from tests.lab.faults import Faults
from tests.lab.journal import Journal
from tests.lab.serving import Site, application

#: Any port that an app may ask for. Disk is no matter in the lab, and there are no gpus.
PORTS, DISK = (1, 65535), 1048576.0
_NONE = {"cpus": 0.0, "mem": 0.0, "disk": 0.0, "gpus": 0.0}


class MasterApi:
    """The master behind a port."""

    def __init__(self, agents: Sequence[Agent], journal: Journal, faults: Faults) -> None:
        self._agents = agents
        app = application("mesos", journal, faults)
        for prefix in ("", "/master"):
            app.router.add_get(f"{prefix}/slaves", self._slaves)
            app.router.add_get(f"{prefix}/roles", self._roles)
        self._site = Site(app)
        faults.register("mesos", self._site)

    @property
    def address(self) -> str:
        """Where it listens, as ``host:port``."""
        return self._site.address

    @property
    def env(self) -> dict[str, str]:
        """The address, as the option mesos_master takes it."""
        return {"LAB_MESOS_MASTER": f"http://{self.address}"}

    async def start(self) -> None:
        """Listen."""
        await self._site.start()

    async def stop(self) -> None:
        """Close."""
        await self._site.stop()

    async def _slaves(self, request: web.Request) -> web.Response:
        wanted = request.query.get("slave_id")
        # One that is lost is not registered.
        found = [each for each in self._agents if not each.lost and wanted in (None, each.id)]
        return web.json_response({"slaves": [slave_json(each) for each in found], "recovered_slaves": []})

    async def _roles(self, _request: web.Request) -> web.Response:
        used = [each.has - each.free for each in self._agents if not each.lost]
        consumed = {"cpus": sum(each.cpus for each in used), "mem": sum(each.mem for each in used)}
        role = {
            "name": "*",
            "weight": 1.0,
            "quota": {"role": "*", "guarantee": {}, "limit": {}, "consumed": consumed},
            "resources": {**_NONE, **consumed},
            "allocated": consumed,
            "offered": {},
            "reserved": {},
            "frameworks": [],
        }
        return web.json_response({"roles": [role]})


def slave_json(agent: Agent) -> dict[str, Any]:
    """Return an agent as the master shows it."""
    used, ports = agent.has - agent.free, sorted(agent.fixed_ports)
    summary = {"cpus": used.cpus, "mem": used.mem, "disk": 0.0, "gpus": 0.0}
    total = {"cpus": agent.has.cpus, "mem": agent.has.mem, "disk": DISK, "gpus": 0.0, "ports": _text([PORTS])}
    return {
        "id": agent.id,
        "hostname": agent.name,
        "port": 5051,
        "pid": f"slave(1)@{agent.address}:5051",
        "attributes": {},
        "registered_time": 1767225600.0,
        "resources": total,
        "used_resources": {**summary, **({"ports": _text((port, port) for port in ports)} if ports else {})},
        "offered_resources": _NONE,
        "reserved_resources": {},
        "unreserved_resources": total,
        "reserved_resources_full": {},
        "unreserved_resources_full": _full(agent.has.cpus, agent.has.mem, [PORTS], DISK),
        "used_resources_full": [
            {**each, "allocation_info": {"role": "*"}}
            for each in _full(used.cpus, used.mem, [(port, port) for port in ports])
        ],
        "offered_resources_full": [],
        "active": True,
        "deactivated": False,
        "version": "1.9.0",
        "capabilities": ["MULTI_ROLE", "HIERARCHICAL_ROLE", "RESERVATION_REFINEMENT"],
    }


def _full(cpus: float, mem: float, ports: Sequence[tuple[int, int]], disk: float = 0.0) -> list[dict[str, Any]]:
    scalars = {"cpus": cpus, "mem": mem, "disk": disk}
    found: list[dict[str, Any]] = [
        {"name": name, "type": "SCALAR", "role": "*", "scalar": {"value": value}}
        for name, value in scalars.items()
        if value
    ]
    if ports:
        ranges = [{"begin": begin, "end": end} for begin, end in ports]
        found.append({"name": "ports", "type": "RANGES", "role": "*", "ranges": {"range": ranges}})
    return found


def _text(ranges: Iterable[tuple[int, int]]) -> str:
    return f"[{', '.join(f'{begin}-{end}' for begin, end in ranges)}]"
