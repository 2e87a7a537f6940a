# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What opens the Avi Controller: a password, a token, or a session that somebody began before. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# The cookie that holds a session has had both names; which one a Controller reads depends on its release.
SESSION_COOKIES = ("sessionid", "avi-sessionid")
CSRF_COOKIE = "csrftoken"


@dataclass(frozen=True)
class Session:
    """A session begun before: what its cookies hold."""

    id: str = field(repr=False)
    csrf_token: str = field(default="", repr=False)

    def cookies(self) -> dict[str, str]:
        return {**dict.fromkeys(SESSION_COOKIES, self.id), CSRF_COOKIE: self.csrf_token}


@dataclass(frozen=True)
class Access:
    """How to be let in. ``basic``: the password goes with every request, and there is no session."""

    username: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    session: Session | None = None
    basic: bool = False

    @property
    def login(self) -> dict[str, str] | None:
        """The form that begins a session; None where there is neither a password nor a token to begin one with."""
        if self.username and self.token:
            return {"username": self.username, "token": self.token}
        if self.username and self.password:
            return {"username": self.username, "password": self.password}
        return None


def read_session(context: Mapping[str, Any] | None) -> Session | None:
    """Read a session from ``api_context`` in either shape of the vendor's collection.

    {session_id, csrftoken}, or the same one level below, under "controller:username:port".
    """
    if not context:
        return None
    candidates = [context, *(value for value in context.values() if isinstance(value, Mapping))]
    for candidate in candidates:
        session_id = str(candidate.get("session_id") or "").strip()
        if session_id:
            return Session(session_id, str(candidate.get("csrftoken") or "").strip())
    return None
