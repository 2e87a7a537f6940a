# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's Marathon behind a port."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Collection, Mapping
from typing import Any

from aiohttp import web

from tests.lab.faults import Faults
from tests.lab.journal import Journal
from tests.lab.marathon.api.apps import Apps
from tests.lab.marathon.api.deployments import Deploying
from tests.lab.marathon.api.groups import Groups
from tests.lab.marathon.api.requests import answer
from tests.lab.marathon.api.system import System
from tests.lab.marathon.api.tasks import Tasks
from tests.lab.marathon.clock import BEGAN
from tests.lab.marathon.errors import Refusal
from tests.lab.marathon.leadership import Leadership, html_error
from tests.lab.marathon.marathon import Marathon
from tests.lab.marathon.negotiation import content_type, is_answered, method_not_allowed, options, refuse_unfit
from tests.lab.marathon.tasks import RUNNING
from tests.lab.serving import Site, application
from tests.lab.settings import Settings
from tests.lab.taskserver import Count

#: Answers longer than this are compressed for clients that understand it.
_COMPRESS_FROM = 2048


class MarathonServer:
    """Marathon, listening."""

    def __init__(self, settings: Settings, journal: Journal, faults: Faults) -> None:
        self._settings = settings
        self.marathon = Marathon(settings, journal)
        self._leadership = Leadership(
            settings, self.marathon.persona, self.marathon.change_leader, self.marathon.deployments.show
        )
        self._killing: asyncio.Task[None] | None = None
        self._sites = [self._site(node, journal, faults) for node in range(settings.marathon_nodes)]
        self._side_door = Site(self._with_api(web.Application()))

    def _site(self, node: int, journal: Journal, faults: Faults) -> Site:
        app = application("marathon", journal, faults)
        app.middlewares.append(self._authenticated)
        app.middlewares.append(self._leadership.middleware(node))
        site = Site(self._with_api(app))
        faults.register("marathon", site)
        return site

    def _with_api(self, app: web.Application) -> web.Application:
        app.middlewares.append(self._refusals)
        app.on_response_prepare.append(self._headers)
        parts = [
            part(self.marathon) for part in (Tasks, Apps, Deploying, Groups)
        ]  # tasks before ids that end in /tasks
        routes = [route for part in (*parts, System(self.marathon, self._leadership)) for route in part.routes()]
        app.add_routes(routes)
        app.add_routes(web.RouteDef(each.method, f"{each.path}/", each.handler, each.kwargs) for each in routes)
        return app

    @property
    def url(self) -> str:
        """Where it listens; several addresses are joined by commas."""
        return ",".join(f"http://{site.address}" for site in self._sites)

    @property
    def leader_address(self) -> str:
        """Where the leader listens, or the first node while there is none, as ``host:port``."""
        return self._leadership.leader_address or self._sites[0].address

    @property
    def side_door(self) -> str:
        """Where the lab's own connector reads: without credentials, faults, elections and journal."""
        return f"http://{self._side_door.address}"

    @property
    def counts(self) -> Mapping[str, Count]:
        """The requests that the tasks of each app answered."""
        return self.marathon.cluster.counts

    async def start(self) -> None:
        """Begin."""
        await self.marathon.start()
        await self._side_door.start()
        for node, site in enumerate(self._sites):
            await site.start()
            self._leadership.addresses[node] = site.address

    async def stop(self) -> None:
        """End, all tasks included."""
        if self._killing:
            self._killing.cancel()
        await self.marathon.stop()
        for site in (*self._sites, self._side_door):
            await site.stop()

    def state(self) -> dict[str, Any]:
        """Return what it knows."""
        return {"leader": self._leadership.leader, "down": sorted(self._leadership.down), **self.marathon.state()}

    async def disturb(self, *, leader: int | None = 0, down: Collection[int] = (), events: str = "on") -> None:
        """Say which node leads, which cannot be reached, and what becomes of events.

        `events`: "on"; "mute" loses them while the streams stay open; "cut" ends every stream, once.
        Raises ValueError where there is no such node or no such word.
        """
        if events not in ("on", "mute", "cut"):
            raise ValueError(f"Events can be on, mute or cut, not {events!r}.")
        self._leadership.appoint(leader)
        self._leadership.down = set(down)
        self.marathon.events.muted = events == "mute"
        if events == "cut":
            self.marathon.events.cut()
        for node, site in enumerate(self._sites):
            await (site.refuse() if node in down else site.accept())

    def kill_leader(self) -> None:
        """Have the leader's process killed. It starts again within the time that an election takes, and another node leads then, if there is one.

        Raises ValueError where nobody leads.
        """
        leader = self._leadership.leader
        if leader is None:
            raise ValueError("There is no leader to kill.")
        self._killing = asyncio.create_task(self._killed(leader))

    async def _killed(self, leader: int) -> None:
        await self._leadership.die()
        self._leadership.down.add(leader)
        await self._sites[leader].refuse()
        await asyncio.sleep(self._settings.election_seconds)
        self._leadership.down.discard(leader)
        await self._sites[leader].accept()
        if self._leadership.leader is None:
            self._leadership.appoint((leader + 1) % len(self._sites))

    def crash(self, *, app: str, count: int = 1) -> list[str]:
        """Kill the processes of so many running tasks of an app from outside, the oldest first; return the tasks' ids.

        Raises ValueError where there is no such app, or it has fewer.
        """
        cluster = self.marathon.cluster
        running = [task for task in cluster.tasks_of(app) if task.state == RUNNING]
        if len(running) < count:
            raise ValueError(f"{app} has {len(running)} running tasks, not {count} to be killed.")
        for task in running[:count]:
            cluster.crash(task)
        return [task.id for task in running[:count]]

    def set_agent(self, *, agent: int, lost: bool) -> None:
        """Have Marathon lose sight of an agent, counted from 0, or have it back. Raises ValueError where there is no such agent."""
        self.marathon.lost_agents.change(agent, lost=lost)

    @web.middleware
    async def _authenticated(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """With credentials set, every path asks for them, and says so in HTML."""
        if self._settings.marathon_username:
            pair = f"{self._settings.marathon_username}:{self._settings.marathon_password}".encode()
            if request.headers.get("Authorization") != f"Basic {base64.b64encode(pair).decode()}":
                refusal = html_error(401, "Unauthorized", request.path)
                refusal.headers["WWW-Authenticate"] = 'basic realm="Mesosphere"'
                return refusal
        response: web.StreamResponse = await handler(request)
        return response

    @web.middleware
    async def _refusals(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Give refusals their JSON bodies."""
        try:
            refuse_unfit(request)
            await self._begin(request)
            response: web.StreamResponse = await handler(request)
        except Refusal as refusal:
            return self._refused(request, refusal)
        except web.HTTPNotFound:
            status = self.marathon.persona.unknown_route_status
            message = "URI not found" if status == 500 else f"URI not found: {request.path}"
            return answer({"message": message}, status)
        except web.HTTPMethodNotAllowed as refused:
            if request.method == "OPTIONS":
                return options(refused.allowed_methods)
            return answer(method_not_allowed(self.marathon.persona).body, 405)
        if isinstance(response, web.Response) and len(response.body or b"") > _COMPRESS_FROM:  # type: ignore[arg-type]
            response.enable_compression()
        return response

    async def _begin(self, request: web.Request) -> None:
        """Take the moment of a write, and let others begin that came at the same time, and end what is over at once."""
        if request.method not in ("GET", "HEAD"):
            BEGAN.set(self.marathon.clock.begin())
            await asyncio.sleep(0)
            await self.marathon.deployments.over()

    def _refused(self, request: web.Request, refusal: Refusal) -> web.Response:
        answered = request["answered"] = is_answered(request, refusal)
        more = self.marathon.persona.no_details if answered and refusal.status == 404 else {}
        return answer({**refusal.body, **more}, refusal.status)

    async def _headers(self, request: web.Request, response: web.StreamResponse) -> None:
        if self._leadership.leader_address:
            response.headers["X-Marathon-Leader"] = f"http://{self._leadership.leader_address}"
        if response.headers.get("Content-Type") == "application/json" and request.path != "/ping":
            answered = request.get("answered", False)
            response.headers["Content-Type"] = content_type(self.marathon.persona, response.status, answered)
        response.headers["Cache-Control"] = "no-cache, no-store, must-revalidate"
        response.headers["Pragma"] = "no-cache"
        response.headers["Expires"] = "0"
        if self.marathon.persona.frame_options:
            response.headers["X-Frame-Options"] = "DENY"
            response.headers["X-XSS-Protection"] = "1; mode=block"
