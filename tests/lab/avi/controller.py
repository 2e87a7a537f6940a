# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Controller as a part of the lab: its certificate, its port and its API."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.lab.avi.engine import ServiceEngine
from tests.lab.avi.gate import Gate
from tests.lab.avi.metrics import Metrics
from tests.lab.avi.reads import Reads
from tests.lab.avi.runtime import Runtime
from tests.lab.avi.store import Spec, Store
from tests.lab.faults import Faults
from tests.lab.journal import Journal
from tests.lab.serving import Site, application
from tests.lab.settings import Settings
from tests.lab.tls import Authority


class Controller:
    """The Avi Controller; clients trust it by `ca_file`."""

    def __init__(
        self, settings: Settings, journal: Journal, faults: Faults, store: Store, engine: ServiceEngine
    ) -> None:
        self._settings = settings
        self._store = store
        self._engine = engine
        self._files = tempfile.TemporaryDirectory(prefix="lab-avi-")
        app = application("avi", journal, faults)
        Gate(settings, store).add_to(app)
        self._metrics = Metrics(engine.dataplane)
        Reads(settings, store, Runtime(store, engine), self._metrics).add_to(app)
        authority = Authority(Path(self._files.name))
        self.ca_file = authority.ca_file
        self._site = Site(app, authority.server_context())
        faults.register("avi", self._site)

    @property
    def address(self) -> str:
        """Where it listens, as ``host:port``."""
        return self._site.address

    async def start(self) -> None:
        """Listen, and begin to gather metrics."""
        self._store.sync("somebody else", _others(self._settings.avi_others))
        await self._engine.refresh()
        await self._metrics.start()
        await self._site.start()

    async def stop(self) -> None:
        """Close, and remove the certificate."""
        await self._site.stop()
        await self._metrics.stop()
        self._files.cleanup()

    def state(self) -> Any:
        """Return the virtual services and pools, as short as a person wants to see them."""
        pool_name = {pool["url"]: pool["name"] for pool in self._store.all("pool")}
        return {
            "virtualservices": {
                vs["name"]: self._virtualservice(vs, pool_name) for vs in self._store.all("virtualservice")
            },
            "pools": {pool["name"]: self._pool(pool, pool_name) for pool in self._store.all("pool")},
        }

    def _virtualservice(self, vs: dict[str, Any], pool_name: dict[str, str]) -> Any:
        group = self._store.refer(vs.get("pool_group_ref")) or {}
        members = [{**each, "pool_ref": pool_name.get(each["pool_ref"])} for each in group.get("members", ())]
        return {
            "uuid": vs["uuid"],
            "state": self._engine.status(vs).state,
            "url": self._engine.dataplane.url(self._engine.place(vs)),
            "pool": pool_name.get(vs.get("pool_ref", "")),
            "members": members,
        }

    def _pool(self, pool: dict[str, Any], pool_name: dict[str, str]) -> Any:
        up = self._engine.up(pool)
        ab_pool = pool.get("ab_pool")
        return {
            "uuid": pool["uuid"],
            "state": self._engine.status(pool).state,
            "servers": {str(each): "up" if each in up else "down" for each in self._engine.endpoints(pool)},
            "a_pool": pool.get("a_pool"),
            "ab_pool": {**ab_pool, "pool_ref": pool_name.get(ab_pool.get("pool_ref"))} if ab_pool else None,
        }


def _others(number: int) -> Iterator[Spec]:
    """Return so many virtual services and pools that carry nothing."""
    for name in (f"other-{each:04}" for each in range(1, number + 1)):
        server = {"ip": {"addr": "192.0.2.1", "type": "V4"}, "port": 80, "hostname": "192.0.2.1", "enabled": True}
        yield Spec("pool", f"{name}-pool-80", {"servers": [server]})
        yield Spec("virtualservice", name, {"pool_ref": f"/api/pool?name={name}-pool-80", "enabled": False})
