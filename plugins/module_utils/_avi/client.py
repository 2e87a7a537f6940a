# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the Avi Controller's REST API.

Nothing is ever written there: in a Mesos cloud the objects belong to the cloud connector.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ansible_collections.dcos.avi.plugins.module_utils._errors import (
    ApiError,
    AuthenticationError,
    DcosAviError,
    NotFound,
)
from ansible_collections.dcos.avi.plugins.module_utils._failures import PASSING_STATUSES
from ansible_collections.dcos.avi.plugins.module_utils._http import Connection, HttpSession

# A session that ended is answered with either (the Controller's own clients log in again on both).
SESSION_ENDED = (401, 419)


class Avi:
    """One session with a Controller. Logs in with the first request; a context manager that logs out at its end.

    Every method raises DcosAviError: Unreachable, NotJson, AuthenticationError, PermissionRefused, ApiError.
    """

    def __init__(self, connection: Connection, *, username: str, password: str, tenant: str, api_version: str) -> None:
        self.tenant = tenant
        self.api_version = api_version
        self._http = HttpSession(connection)
        self._http.headers.update({"X-Avi-Tenant": tenant, "X-Avi-Version": api_version})
        self._credentials = {"username": username, "password": password}
        self._username = username
        self._logged_in = False

    def __enter__(self) -> Avi:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def requests_made(self) -> int:
        return self._http.requests_made

    def close(self) -> None:
        """Log out, as far as that is possible: a session nobody closed ends by itself."""
        if self._logged_in:
            self._logged_in = False
            with contextlib.suppress(DcosAviError):
                self._http.request("POST", "/logout", headers=self._csrf(), expect=(200, 204))
        self._http.close()

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Return the body of ``GET /api/<path>``. A session that has ended is renewed, once."""
        if not self._logged_in:
            self._login()
        try:
            return self._get(path, params)
        except (AuthenticationError, ApiError) as error:
            if error.status not in SESSION_ENDED:
                raise
        self._login()
        return self._get(path, params)

    def collection(self, kind: str, **filters: Any) -> Iterator[dict[str, Any]]:
        """Yield the objects of a kind, such as "pool", page after page."""
        params: dict[str, Any] = {key: value for key, value in filters.items() if value is not None}
        seen = set()
        while True:
            page = self.get(kind, params)
            yield from (page.get("results") or []) if isinstance(page, Mapping) else page or []
            following = page.get("next") if isinstance(page, Mapping) else None
            # Only the query of the link counts: behind a proxy its host may be one that this machine does not know.
            params = dict(parse_qsl(urlsplit(following).query)) if following else {}
            if not following or following in seen:
                return
            seen.add(following)

    def named(self, kind: str, name: str) -> dict[str, Any] | None:
        """Return the one object with exactly this name."""
        return next((item for item in self.collection(kind, name=name) if item.get("name") == name), None)

    def object(self, kind: str, uuid: str) -> dict[str, Any] | None:
        """Return an object by its uuid, or None where there is none."""
        try:
            return self.get(f"{kind}/{uuid}")
        except NotFound:
            return None

    def runtime(self, kind: str, uuid: str, part: str = "") -> Any:
        """Return the runtime data of an object, or a ``part`` of it such as "server"; None where there is none yet."""
        try:
            return self.get("/".join(filter(None, (kind, uuid, "runtime", part))))
        except NotFound:
            return None

    def _get(self, path: str, params: Mapping[str, Any] | None) -> Any:
        return self._http.request("GET", f"/api/{path}", params=params).body

    def _login(self) -> None:
        self._logged_in = False
        self._http.cookies.clear()
        try:
            self._http.request("POST", "/login", data=self._credentials)
        except DcosAviError as error:
            raise self._login_error(error) from error
        self._logged_in = True

    def _login_error(self, error: DcosAviError) -> DcosAviError:
        """Say it in terms of the login, where that is the point; any other failure speaks for itself."""
        facts: dict[str, Any] = {"status": error.status, "details": error.details}
        if error.status in SESSION_ENDED:
            return AuthenticationError(
                f"The Avi Controller at {self._http.url} refuses the login of {self._username} ({error.status}). "
                "Check the user name and password, and that this is the right Controller",
                **facts,
            )
        if error.status in PASSING_STATUSES:
            return ApiError(
                f"The Avi Controller at {self._http.url} is not ready ({error.status} to the login). "
                "It answers so while it initialises: try again in some minutes",
                **facts,
            )
        return error

    def _csrf(self) -> dict[str, str]:
        """The headers without which the Controller refuses anything but a GET."""
        return {"X-CSRFToken": self._http.cookies.get("csrftoken") or "", "Referer": self._http.url}
