# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a client that got through the gate can read: collections, objects, runtime and inventories."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiohttp import web

from tests.lab.avi.gate import error_response
from tests.lab.avi.metrics import Metrics
from tests.lab.avi.persona import PERSONAS
from tests.lab.avi.query import NoSuchPage, View, choose, page
from tests.lab.avi.runtime import Runtime
from tests.lab.avi.store import Object, Store
from tests.lab.settings import Settings

_ONE = "/api/{kind:pool|virtualservice}/{uuid}"


class Reads:
    """The handlers of every read of an object."""

    def __init__(self, settings: Settings, store: Store, runtime: Runtime, metrics: Metrics) -> None:
        self._settings = settings
        self._store = store
        self._runtime = runtime
        self._metrics = metrics

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        route = app.router
        route.add_get("/api/{kind:pool|virtualservice}-inventory", self._inventories)
        route.add_get("/api/{kind:pool|virtualservice}-inventory/{uuid}", self._inventory)
        route.add_get(_ONE + "/runtime", self._summary)
        route.add_get(_ONE + "/runtime/detail", self._detail)
        route.add_get("/api/{kind:pool}/{uuid}/runtime/server", self._servers)
        route.add_get("/api/{kind:pool}/{uuid}/runtime/server/detail", self._servers_detail)
        route.add_get("/api/analytics/metrics/{kind:pool|virtualservice}/{uuid}", self._metric_series)
        route.add_get("/api/{kind}", self._collection)
        route.add_get("/api/{kind}/{uuid}", self._object)

    async def _collection(self, request: web.Request) -> web.Response:
        kind, view = request.match_info["kind"], request["view"]
        if kind not in self._store.kinds():
            return error_response(404, f"There is no {kind} here.")

        def write(each: Object) -> Object:
            written: Object = view.write(self._store, kind, each, request.query)
            if request.query.get("join_subresources") == "runtime" and kind in ("pool", "virtualservice"):
                written["runtime"] = self._runtime.summary(kind, each)
            return written

        return self._page(request, kind, write)

    async def _inventories(self, request: web.Request) -> web.Response:
        return self._page(request, request.match_info["kind"], lambda each: self._inventory_entry(request, each))

    def _page(self, request: web.Request, kind: str, write: Callable[[Object], Object]) -> web.Response:
        view: View = request["view"]
        found: Sequence[Object] = choose(self._store, kind, view, request.query)
        try:
            found, frame = page(view, request.path, request.query, found)
        except NoSuchPage:
            return error_response(404, "Invalid page: it holds no results.")
        except ValueError:
            return error_response(400, "page and page_size take whole numbers.")
        return web.json_response({**frame, "results": [write(each) for each in found]})

    async def _object(self, request: web.Request) -> web.Response:
        return web.json_response(
            request["view"].write(self._store, request.match_info["kind"], self._found(request), request.query)
        )

    async def _inventory(self, request: web.Request) -> web.Response:
        return web.json_response(self._inventory_entry(request, self._found(request)))

    def _inventory_entry(self, request: web.Request, what: Object) -> Object:
        include = set(request.query.get("include", "config,runtime,health_score,alert").split(","))
        entry = self._runtime.inventory(request.match_info["kind"], what, include)
        written: Object = request["view"].absolute(self._store, entry, named="include_name" in request.query)
        return written

    async def _summary(self, request: web.Request) -> web.Response:
        return web.json_response(self._runtime.summary(request.match_info["kind"], self._found(request)))

    async def _detail(self, request: web.Request) -> web.Response:
        return web.json_response(await self._runtime.detail(request.match_info["kind"], self._found(request)))

    async def _servers(self, request: web.Request) -> web.Response:
        return self._server_list(self._runtime.servers(self._found(request)))

    async def _servers_detail(self, request: web.Request) -> web.Response:
        return self._server_list(await self._runtime.servers_detail(self._found(request)))

    async def _metric_series(self, request: web.Request) -> web.Response:
        found = self._found(request)
        place = self._runtime.place(found)
        try:
            document = self._metrics.document(request.match_info["kind"], place, found, request.query)
        except ValueError as error:
            return error_response(400, str(error))
        return web.json_response(document)

    def _server_list(self, servers: list[Object]) -> web.Response:
        key = PERSONAS[self._settings.avi_release].server_list
        return web.json_response({key: servers} if key else servers)

    def _found(self, request: web.Request) -> Object:
        """Return the object a path names. Raises HTTPNotFound where the client's tenant holds none."""
        kind = request.match_info["kind"]
        found = self._store.get(kind, request.match_info["uuid"])
        if found is None or not request["view"].sees(self._store, found):
            raise web.HTTPNotFound(reason=f"{kind} object not found!")
        return found
