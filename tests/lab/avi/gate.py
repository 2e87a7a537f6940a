# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may ask the Controller: logins, sessions, CSRF, versions and tenants; and the refusal of every write."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from aiohttp import BasicAuth, web

from tests.lab.avi.permissions import permission_of
from tests.lab.avi.persona import PERSONAS, UNSAID, Persona, parse_version
from tests.lab.avi.query import ALL_TENANTS, View
from tests.lab.avi.sessions import Session, Sessions, cookies
from tests.lab.avi.store import ADMIN, Object, Store
from tests.lab.settings import Settings

REFUSAL = (
    "This Controller is read only: in a Mesos cloud the cloud connector owns every object,"
    " and labels of Marathon apps are the only way to change one."
)
_READS = ("GET", "HEAD", "OPTIONS")
_OPEN_PATHS = ("/login", "/api/initial-data")
#: What a stranger gets.
UNAUTHORIZED = 401


def _allowed(path: str) -> str:
    """Return what a path can be asked for, as every answer but that to a stranger says."""
    if path == "/login":
        return "POST, OPTIONS"
    depth = len(path.strip("/").split("/"))
    collection, entry = "HEAD, POST, GET, OPTIONS", "HEAD, GET, PUT, PATCH, OPTIONS, DELETE"
    return {2: collection, 3: entry}.get(depth, "") if path.startswith("/api/") else ""


class Gate:
    """A middleware in front of the API, and the routes about logging in and about the Controller itself."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._sessions = Sessions(life=lambda: settings.avi_session_seconds)

    def add_to(self, app: web.Application) -> None:
        """Guard an application."""
        app.middlewares.append(self._guard)
        app.router.add_post("/login", self._login)
        app.router.add_post("/logout", self._logout)
        app.router.add_get("/api/initial-data", self._initial_data)
        app.router.add_get("/api/cluster/version", self._version)
        app.router.add_get("/api/cluster/runtime", self._cluster)

    @property
    def _persona(self) -> Persona:
        return PERSONAS[self._settings.avi_release]

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        said = request.headers.get("X-Avi-Version")
        session, expired = self._sessions.find(request.cookies, self._persona)
        request["session"] = session
        try:
            response = self._refusal(request, session, expired, said) or await handler(request)
        except web.HTTPException as error:  # a path or a method that nothing is bound to
            response = error_response(error.status, error.reason)
        response.headers["AVI_API_VERSION"] = said or "_".join(map(str, UNSAID))
        if response.status == UNAUTHORIZED:
            response.headers["Vary"] = "Cookie"
        else:
            response.headers.add("Vary", "Accept, Cookie")
            response.headers.add("Vary", "Origin")
            if allowed := _allowed(request.path):
                response.headers["Allow"] = allowed
        renewed = request["session"]
        if renewed is not None:
            for cookie in cookies(renewed, self._persona, login=renewed is not session):
                response.headers.add("Set-Cookie", cookie)
        return response

    def _refusal(
        self, request: web.Request, session: Session | None, expired: bool, said: str | None
    ) -> web.Response | None:
        """Return why a request is not let through; None if it is, with the client's view in it."""
        try:
            version = parse_version(said) if said else UNSAID
        except ValueError:
            return error_response(400, f"Invalid version {said!r}: write it as in 17.2.14.")
        if version > self._persona.version:
            return error_response(400, f"Invalid version {said}: this Controller speaks up to {self._persona.release}.")
        if request.path in _OPEN_PATHS:
            return None
        if session is None and not self._is_basic(request):
            # The vendor's clients log in again on either; the lab says 419 of what was a session once.
            return error_response(419, "Session expired.") if expired else error_response(401, "Please log in.")
        if request.method not in _READS:
            if session is not None and not _repeats_csrf(request, session):
                # Recorded so: not JSON, whatever its type says.
                return web.Response(
                    status=401, text="CSRF token missing or incorrect.", content_type="application/json"
                )
            if request.path != "/logout":
                return error_response(403, REFUSAL)
        tenant = self._tenant(request)
        if tenant is None:
            return error_response(403, f"Tenant {request.headers.get('X-Avi-Tenant')!r} does not exist!")
        if lacking := self._lacking(request.path):
            return error_response(403, f"User does not have {lacking} for this resource.")
        request["view"] = View(f"https://{request.host}", version, tenant)
        return None

    def _lacking(self, path: str) -> str:
        """Return the permission that a read needs and the user's role does not give; empty where it gives it."""
        granted = self._settings.avi_reads.split(",")
        if granted == [""] or not path.startswith("/api/"):
            return ""
        permission = permission_of(path)
        return "" if permission in granted else permission

    def _tenant(self, request: web.Request) -> str | None:
        """Return the name of the tenant a request looks at; None if there is no such tenant."""
        uuid = request.headers.get("X-Avi-Tenant-UUID")
        name = request.headers.get("X-Avi-Tenant", ADMIN)
        if name == ALL_TENANTS:
            return name
        found = self._store.get("tenant", uuid) if uuid else self._store.named("tenant", name)
        return found["name"] if found else None

    def _is_basic(self, request: web.Request) -> bool:
        """Whether a request brings user and password itself, and the Controller takes that."""
        if self._settings.avi_basic_auth == "off":
            return False
        try:
            given = BasicAuth.decode(request.headers.get("Authorization", ""))
        except ValueError:
            return False
        return (given.login, given.password) == (self._settings.avi_username, self._settings.avi_password)

    async def _login(self, request: web.Request) -> web.Response:
        given = await _credentials(request)
        settings = self._settings
        secret_fits = given.get("password") == settings.avi_password or given.get("token") == settings.avi_token
        if given.get("username") != settings.avi_username or not secret_fits:
            return error_response(401, "Invalid credentials")
        request["session"] = self._sessions.begin()
        view = View(f"https://{request.host}", UNSAID, ADMIN)
        tenants = [view.write(self._store, "tenant", each, {}) for each in self._store.all("tenant")]
        user = {
            "name": settings.avi_username,
            "username": settings.avi_username,
            "full_name": "Lab Administrator",
            "email": "",
            "uuid": "user-1",
            "local": True,
            "is_superuser": True,
            "default_tenant_ref": tenants[0]["url"],
            "ui_property": "{}",
        }
        basic = settings.avi_basic_auth == "on"
        portal = {"allow_basic_authentication": basic, "api_force_timeout": 24, "enable_https": True}
        return web.json_response(
            {
                "user_initialized": True,
                "version": self._version_document(),
                "user": user,
                "tenants": tenants,
                "system_config": {
                    "url": "/api/systemconfiguration", "uuid": "default", "portal_configuration": portal,
                },
                "controller": {"api_idle_timeout": 15},
                "session_cookie_name": self._persona.session_cookies[0],
            }
        )  # fmt: skip

    async def _logout(self, request: web.Request) -> web.Response:
        if request["session"] is not None:
            self._sessions.end(request["session"])
            request["session"] = None
        return web.json_response({})

    def _version_document(self) -> Object:
        persona = self._persona
        return {
            "Version": persona.release,
            "build": persona.build,
            "Tag": f"{persona.release}-{persona.build}-{persona.date[:10].replace('-', '')}.000000",
            "Date": persona.date,
            "min_version": 15.2,
            "Product": "controller",
            "ProductName": "Avi Cloud Controller",
        }

    async def _initial_data(self, request: web.Request) -> web.Response:
        return web.json_response({"version": self._version_document(), "controller": {"api_idle_timeout": 15}})

    async def _version(self, request: web.Request) -> web.Response:
        return web.json_response(self._version_document())

    async def _cluster(self, request: web.Request) -> web.Response:
        return web.json_response({"cluster_state": {"state": "CLUSTER_UP_NO_HA", "progress": 100}})


def error_response(status: int, sentence: str) -> web.Response:
    """Return a refusal in the Controller's form."""
    return web.json_response({"error": sentence}, status=status)


async def _credentials(request: web.Request) -> dict[str, Any]:
    """Read a login's body: a form, or JSON."""
    if request.content_type == "application/json":
        try:
            given = await request.json()
        except ValueError:
            return {}
        return given if isinstance(given, dict) else {}
    fields = parse_qs(await request.text(), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}


def _repeats_csrf(request: web.Request, session: Session) -> bool:
    """Whether a write proves that it comes from who logged in: the token of the cookie in a header, and a referer."""
    return request.headers.get("X-CSRFToken") == session.csrf and "Referer" in request.headers
