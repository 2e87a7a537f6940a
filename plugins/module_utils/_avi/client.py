# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the Avi Controller's REST API.

Nothing is ever written there: in a Mesos cloud the objects belong to the cloud connector.
"""

from __future__ import annotations

import contextlib
import copy
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ansible_collections.dcos.avi.plugins.module_utils._avi.access import CSRF_COOKIE, Access
from ansible_collections.dcos.avi.plugins.module_utils._avi.refusals import SESSION_ENDED, explained
from ansible_collections.dcos.avi.plugins.module_utils._avi.releases import DEFAULT, to_ask_for
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import MIB, Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    ApiError,
    DcosAviError,
    NotFound,
    UnknownOutcome,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.segments import one_segment
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession

# Has references to other objects end in "#" and their name.
NAMED = {"include_name": "true"}
OF_AVI = "an object of Avi"
# Pages of one list, and how many times the limits of one answer they may take in all, in seconds and in bytes. A Controller can have tens of
# thousands of objects.
MOST_PAGES, MOST_TIMES = 500, 10


class Avi:
    """A Controller, asked within one session. The session begins with the first request.

    ``api_version`` is the version of the object model it is asked for: as given, else as the Controller has it.

    A context manager, which at its end logs out of a session that it began. Every method raises DcosAviError:
    Unreachable, UnknownOutcome, AuthenticationError, PermissionRefused, ApiError.
    """

    def __init__(
        self,
        connection: Connection,
        access: Access,
        *,
        tenant: str,
        tenant_uuid: str | None = None,
        api_version: str | None = None,
    ) -> None:
        self.tenant = tenant_uuid or tenant
        self.api_version = api_version or DEFAULT
        self._version_is_given = bool(api_version)
        self._access = access
        self._http = HttpSession(connection)
        named = {"X-Avi-Tenant-UUID": tenant_uuid} if tenant_uuid else {"X-Avi-Tenant": tenant}
        self._http.headers.update(named)
        self._logged_in = False
        self._is_guest = False
        self._size = 0
        if access.session:
            self._http.set_cookies(access.session.cookies())

    def __enter__(self) -> Avi:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def date(self) -> str | None:
        """The Controller's time at its last answer, as HTTP writes it; None where it does not tell."""
        return self._http.date

    def close(self) -> None:
        """Log out, as far as that is possible: a session nobody closed ends by itself."""
        if self._logged_in and not self._is_guest:
            self._logged_in = False
            with contextlib.suppress(DcosAviError):
                self._http.request("POST", "/logout", headers=self._csrf(), expect=(200, 204))
        self._http.close()

    def guest(self) -> Avi:
        """Return another connection within the same session, for another thread. It neither renews the session nor ends it."""
        guest = copy.copy(self)
        guest._http, guest._is_guest = self._http.sibling(), True
        return guest

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Return the body of ``GET /api/<path>``. A session that has ended is renewed, once."""
        if self._is_guest:
            return self._get(path, params)
        if not (self._logged_in or self._access.basic or self._access.session):
            self._login()
        try:
            return self._get(path, params)
        except DcosAviError as error:
            if error.status not in SESSION_ENDED or self._access.basic or not self._access.login:
                raise
        self._login()
        return self._get(path, params)

    def collection(self, kind: str, **filters: Any) -> Iterator[dict[str, Any]]:
        """Yield the objects of a kind, such as "pool", page after page."""
        params: dict[str, Any] = {**NAMED, **{key: value for key, value in filters.items() if value is not None}}
        seen: set[str] = set()
        connection, size = self._http.connection, 0
        until, most_bytes = time.monotonic() + MOST_TIMES * connection.timeout, MOST_TIMES * connection.most_bytes
        while True:
            if len(seen) >= MOST_PAGES or time.monotonic() > until or size > most_bytes:
                raise ApiError(
                    f"The Avi Controller at {self._http.url} lists objects without end: GET /api/{kind} had {len(seen)} pages, and another was to "
                    f"follow. At most {MOST_PAGES} are read, in {MOST_TIMES * connection.timeout:g} s, of {most_bytes / MIB:g} MiB"
                )
            page = self.get(kind, params)
            size += self._size
            results = page.get("results") if isinstance(page, Mapping) else page
            if not isinstance(results, list):
                raise self._unusable(kind, "has no list of objects")
            yield from (self._checked(kind, item) for item in results)
            following = page.get("next") if isinstance(page, Mapping) else None
            if not isinstance(following, str) or not following or following in seen:
                return
            seen.add(following)
            # Only the query of the link counts: behind a proxy its host may be one that this machine does not know.
            params = dict(parse_qsl(urlsplit(following).query, keep_blank_values=True))

    def object(self, kind: str, uuid: str) -> dict[str, Any] | None:
        """Return an object by its uuid, or None where there is none."""
        try:
            path = f"{kind}/{one_segment(uuid, OF_AVI)}"
            return self._checked(path, self.get(path, NAMED))
        except NotFound:
            return None

    def runtime(self, kind: str, uuid: str, part: str = "") -> Any:
        """Return the runtime data of an object, or a ``part`` of it such as "server"; None where there is none yet."""
        try:
            return self.get("/".join(filter(None, (kind, one_segment(uuid, OF_AVI), "runtime", part))))
        except NotFound:
            return None

    def _checked(self, path: str, item: Any) -> dict[str, Any]:
        if not isinstance(item, dict) or not all(_is_text(item.get(key)) for key in ("uuid", "name")):
            raise self._unusable(path, "is not an object with a uuid and a name")
        return item

    def _unusable(self, path: str, what: str) -> UnknownOutcome:
        return UnknownOutcome(f"The Avi Controller at {self._http.url} answered GET /api/{path} with JSON that {what}")

    def _get(self, path: str, params: Mapping[str, Any] | None) -> Any:
        try:
            version = {"X-Avi-Version": self.api_version}
            answer = self._http.request("GET", f"/api/{path}", params=params, headers=version)
        except DcosAviError as error:
            raise explained(error, self._access, self._http.url) from error
        self._size = len(answer.text)
        return answer.body

    def _login(self) -> None:
        self._logged_in = False
        self._http.cookies.clear()
        try:
            answer = self._http.request("POST", "/login", data=self._access.login, read_only=True, private=True).body
        except DcosAviError as error:
            raise explained(error, self._access, self._http.url, at_login=True) from error
        self._logged_in = True
        if not self._version_is_given:
            about = answer.get("version") if isinstance(answer, Mapping) else None
            self.api_version = to_ask_for(about.get("Version") if isinstance(about, Mapping) else None)

    def _csrf(self) -> dict[str, str]:
        """The headers without which the Controller refuses anything but a GET."""
        return {"X-CSRFToken": self._http.cookies.get(CSRF_COOKIE) or "", "Referer": self._http.url}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""
