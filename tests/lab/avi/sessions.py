# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is logged in to the Controller."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.lab.avi.persona import Persona

CSRF_COOKIE = "csrftoken"
_CSRF_LIFE = 31449600
_SESSION_LIFE = 86400


@dataclass(frozen=True)
class Session:
    """One login: the secret of its cookies, the secret a write must repeat, and when it began."""

    id: str
    csrf: str
    began: float


class Sessions:
    """The sessions of one Controller. `life` tells how many seconds after its login a session ends."""

    def __init__(self, life: Callable[[], float], clock: Callable[[], float] = time.monotonic) -> None:
        self._life = life
        self._clock = clock
        self._sessions: dict[str, Session] = {}

    def begin(self) -> Session:
        """Return a new session."""
        session = Session(secrets.token_hex(16), secrets.token_hex(16), self._clock())
        self._sessions[session.id] = session
        return session

    def end(self, session: Session) -> None:
        """Log out."""
        self._sessions.pop(session.id, None)

    def find(self, cookies: Mapping[str, str], persona: Persona) -> tuple[Session | None, bool]:
        """Return the session these cookies belong to, and whether it was one that has expired."""
        session = self._sessions.get(cookies.get(persona.session_cookies[0], ""))
        if session is not None and self._clock() - session.began >= self._life():
            self.end(session)
            return None, True
        return session, False


def cookies(session: Session, persona: Persona, *, login: bool) -> list[str]:
    """Return the values of ``Set-Cookie``: every answer renews the session's cookies, a login's also brings the CSRF token."""
    set_cookies = [f"{CSRF_COOKIE}={session.csrf}; Max-Age={_CSRF_LIFE}; Path=/; Secure"] if login else []
    for name in persona.session_cookies:
        set_cookies.append(f"{name}={session.id}; HttpOnly; Max-Age={_SESSION_LIFE}; Path=/; Secure")
    return set_cookies
