# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster's front behind a port: logins, and Marathon for those who have one."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.lab.dcos.accounts import Accounts
from tests.lab.dcos.permissions import (
    ADMIN_ROUTER,
    AGENT,
    AGENTS,
    DEPLOYMENT,
    FULL,
    LISTS,
    MASTER,
    OPERATIONS,
    Grants,
    Permission,
    needed,
    shown,
)
from tests.lab.dcos.proxy import Proxy, page
from tests.lab.faults import Faults
from tests.lab.journal import Journal
from tests.lab.serving import DCOS_LOGIN, Site, application
from tests.lab.settings import Settings
from tests.lab.tls import Authority

BASE_PATH = "/service/marathon"
_SCHEME = "token="
_CLIENT = "dcos.avi lab client"


class DcosFront:
    """Admin Router and the identity service of a DC/OS cluster. `leader` tells where Marathon listens, as ``host:port``.

    `agents` tells where each Mesos agent listens, by its id, and `master` where the master does.
    """

    def __init__(
        self,
        settings: Settings,
        journal: Journal,
        faults: Faults,
        leader: Callable[[], str],
        agents: Callable[[], Mapping[str, str]] = dict,
        master: Callable[[], str] = str,
    ) -> None:
        self._accounts = Accounts(settings)
        self._proxy = Proxy(BASE_PATH, leader)
        self._agents = agents
        self._master = master
        self._files = tempfile.TemporaryDirectory(prefix="lab-dcos-")
        folder = Path(self._files.name)
        self.service_account_file = folder / "service-account.json"
        self.ca_file: Path | None = None
        self.client_certificate: Path | None = None
        app = application("dcos", journal, faults)
        app.middlewares.append(self._authorized)
        app.router.add_post(DCOS_LOGIN, self._login)
        app.router.add_route("*", BASE_PATH + "/{path:.*}", self._proxy.pass_on)
        app.router.add_route("*", AGENT + "{agent}/{path:.*}", self._pass_on_to_agent)
        app.router.add_get(MASTER + "{path:.*}", self._pass_on_to_master)
        self._site = Site(app, self._tls(settings.dcos, folder))
        faults.register("dcos", self._site)

    def _tls(self, how: str, folder: Path) -> ssl.SSLContext | None:
        if how == "http":
            return None
        authority = Authority(folder)
        self.ca_file = authority.ca_file
        context = authority.server_context()
        if how == "client_certificate":
            self.client_certificate = authority.client_certificate(_CLIENT)
            context.load_verify_locations(authority.ca_file)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    @property
    def url(self) -> str:
        """Where the cluster is."""
        return f"{'https' if self.ca_file else 'http'}://{self._site.address}"

    @property
    def env(self) -> dict[str, str]:
        """The environment variables of a client that comes this way."""
        files = {"MARATHON_CA_PATH": self.ca_file, "LAB_DCOS_CLIENT_CERT": self.client_certificate}
        return {
            "MARATHON_URL": self.url + BASE_PATH,
            "LAB_DCOS_URL": self.url,
            "LAB_DCOS_SERVICE_ACCOUNT": str(self.service_account_file),
            **{name: str(file) for name, file in files.items() if file},
        }

    async def start(self) -> None:
        """Listen."""
        await self._proxy.start()
        await self._site.start()
        self._accounts.write_service_account(self.service_account_file, self.url + DCOS_LOGIN)

    async def stop(self) -> None:
        """Close, and remove the keys."""
        await self._site.stop()
        await self._proxy.stop()
        self._files.cleanup()

    @web.middleware
    async def _authorized(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Let through who has a token and rights; a login needs neither."""
        if request.path != DCOS_LOGIN:
            given = request.headers.get("Authorization", "")
            uid = self._accounts.who(given.removeprefix(_SCHEME)) if given.startswith(_SCHEME) else None
            if uid is None:
                refusal = page(401, "Authorization Required")
                refusal.headers["WWW-Authenticate"] = "acsjwt"
                return refusal
            grants = self._accounts.grants_of(uid)
            if grants is not None:
                return await self._permitted(request, grants)
        try:
            response: web.StreamResponse = await handler(request)
        except web.HTTPNotFound:
            return page(404, "Not Found")
        return response

    async def _permitted(self, request: web.Request, grants: Grants) -> web.StreamResponse:
        """Pass on what is granted, and leave out of a list what is not."""
        if request.path.startswith(AGENT):
            allowed = grants.allow(Permission(AGENTS, FULL))
            return await self._pass_on_to_agent(request) if allowed else page(403, "Forbidden")
        if request.path.startswith(MASTER):
            allowed = grants.allow(Permission(OPERATIONS, FULL))
            return await self._pass_on_to_master(request) if allowed else page(403, "Forbidden")
        path = request.path.removeprefix(BASE_PATH)
        if not grants.allow(Permission(ADMIN_ROUTER, FULL)) or path == request.path:
            return page(403, "Forbidden")
        affected = await self._proxy.affected(path.removeprefix(DEPLOYMENT)) if path.startswith(DEPLOYMENT) else ()
        wanted = needed(request.method, path, await _json_of(request), affected)
        if wanted is None or not all(map(grants.allow, wanted)):
            return web.json_response({"message": "Not Authorized to perform this action!"}, status=403)
        if request.method == "GET" and path in LISTS:
            return await self._proxy.pass_on(request, lambda answer: shown(path, answer, grants))
        return await self._proxy.pass_on(request)

    async def _pass_on_to_agent(self, request: web.Request) -> web.StreamResponse:
        agent = request.match_info["agent"]
        address = self._agents().get(agent)
        if address is None:
            return page(404, "Not Found")
        return await self._proxy.pass_on_to(request, address, f"{AGENT}{agent}")

    async def _pass_on_to_master(self, request: web.Request) -> web.StreamResponse:
        return await self._proxy.pass_on_to(request, self._master(), MASTER.rstrip("/"))

    async def _login(self, request: web.Request) -> web.Response:
        try:
            given = await request.json()
        except ValueError:
            return web.json_response({"title": "Bad Request", "description": "The body is not JSON."}, status=400)
        token = self._accounts.login(given)
        if token is None:
            code, description = "ERR_INVALID_CREDENTIALS", "The username or password is incorrect."
            return web.json_response({"title": "Unauthorized", "description": description, "code": code}, status=401)
        return web.json_response({"token": token})


async def _json_of(request: web.Request) -> Any:
    try:
        return await request.json()
    except ValueError:
        return None
