# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab as a whole: which parts there are, in which order they start, and what they need from each other."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import asdict
from typing import Any, Protocol, Self

from tests.lab.answers import Answers
from tests.lab.avi.controller import Controller
from tests.lab.avi.engine import ServiceEngine
from tests.lab.avi.store import Store
from tests.lab.connector import Connector
from tests.lab.control import control
from tests.lab.dataplane import DataPlane
from tests.lab.dcos.front import DcosFront
from tests.lab.faults import Faults
from tests.lab.journal import Journal
from tests.lab.marathon.server import MarathonServer
from tests.lab.mesos.api import AgentApis
from tests.lab.mesos.master import MasterApi
from tests.lab.serving import Site
from tests.lab.settings import Settings


class Part(Protocol):
    """What the lab asks of a part."""

    async def start(self) -> None:
        """Begin; ports are known when this returns."""

    async def stop(self) -> None:
        """End, together with every child process and open socket."""


class Lab:
    """One lab in the running event loop: ``async with Lab(Settings()) as lab: ...``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.journal = Journal()
        self.faults = Faults()
        store = Store()
        self._dataplane = DataPlane(settings.service, settings.avi_places, metrics=settings.haproxy_metrics == "on")
        self.marathon = MarathonServer(settings, self.journal, self.faults)
        cluster = self.marathon.marathon.cluster
        self._agents = AgentApis(cluster.agents, cluster.sandboxes, self.journal, self.faults)
        self._master = MasterApi(cluster.agents, self.journal, self.faults)
        self._dcos: DcosFront | None = None
        if settings.dcos != "off":
            self._dcos = DcosFront(
                settings,
                self.journal,
                self.faults,
                lambda: self.marathon.leader_address,
                lambda: self._agents.addresses,
                lambda: self._master.address,
            )
        engine = ServiceEngine(store, self._dataplane, self.journal, lambda: settings.speed)
        self._avi = Controller(settings, self.journal, self.faults, store, engine)
        self._connector = Connector(settings, self.journal, store, engine, lambda: self.marathon.side_door)
        # In the order of their start; they stop in the opposite order.
        self._parts: list[Part] = [
            self._dataplane,
            engine,
            self._avi,
            self.marathon,
            self._agents,
            self._master,
            *([self._dcos] if self._dcos else []),
            Answers(self.journal, self.marathon.counts),
            self._connector,
        ]
        self._control = Site(control(self))
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            for part in self._parts:
                self._stack.push_async_callback(part.stop)
                await part.start()
            self._stack.push_async_callback(self._control.stop)
            await self._control.start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._stack.aclose()

    @property
    def env(self) -> dict[str, str]:
        """The environment variables of a client of this lab."""
        return {
            "MARATHON_URL": self.marathon.url,
            "AVI_CONTROLLER": self._avi.address,
            "AVI_USERNAME": self.settings.avi_username,
            "AVI_PASSWORD": self.settings.avi_password,
            "AVI_CA_PATH": str(self._avi.ca_file),
            "LAB_VIP_URL": str(self._dataplane.url(self.settings.service)),
            "LAB_URL": f"http://{self._control.address}",
            **self._dataplane.env,
            **self._agents.env,
            **self._master.env,
            **(self._dcos.env if self._dcos else {}),
        }

    def state(self) -> dict[str, Any]:
        """Return what the parts know, in a few words."""
        return {
            "marathon": self.marathon.state(),
            "connector": self._connector.state(),
            "avi": self._avi.state(),
            "dataplane": self._dataplane.state(),
        }

    async def counters(self) -> dict[str, Any]:
        """Return the requests each side counted: the proxy by virtual service and by pool, the tasks by app."""
        services, pools = await self._dataplane.counts()
        return {
            "virtualservices": {name: asdict(count) for name, count in services.items()},
            "pools": {name: asdict(count) for name, count in pools.items()},
            "apps": {app_id: asdict(count) for app_id, count in self.marathon.counts.items()},
        }
