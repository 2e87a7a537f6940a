# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every error a user can see.

The sentence of an error stands for itself: what was being done, to what, what came back, what to do next.
It never holds a credential, and nothing that a terminal would take for a command. ``status`` (an HTTP status) and ``details`` (structured data) go beside it.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.outside import clean, cleaned


class DcosAviError(Exception):
    """The base: a failure with a sentence for the person at the terminal. ``code`` names its kind, and never changes."""

    code = "failed"

    def __init__(self, sentence: str, *, status: int | None = None, details: object = None) -> None:
        super().__init__(clean(sentence))
        self.sentence = clean(sentence)
        self.status = status
        self.details = details
        self.changed = False
        """Something was changed before it failed, or may have been."""
        self.unseen = False
        """Nothing was seen of what was to be judged: this is no verdict on it."""
        self.not_now = False
        """What was decided does not follow from the present state any more, so that it can be decided anew."""
        self.done: dict[str, Any] = {}
        """What had been done before it failed, as the module's result would have told it."""

    def as_result(self) -> dict[str, Any]:
        """Return ``changed``, ``status``, ``details``, ``unseen``, ``not_now`` and what was ``done`` as module result keys, without those that are unknown."""
        facts = {
            **self.done,
            "changed": self.changed or None,
            "status": self.status,
            "details": cleaned(self.details),
            "unseen": self.unseen or None,
            "not_now": self.not_now or None,
        }
        return {key: value for key, value in facts.items() if value is not None}


class Unreachable(DcosAviError):
    """Nothing was sent (refused, no such name, TLS): a repeat is safe."""

    code = "unreachable"


class TooLate(Unreachable):
    """Nothing was sent by the moment that was set for it: what it was to be sent for may not hold any more."""

    code = "too_late"


class UnknownOutcome(DcosAviError):
    """A request was sent and no usable answer came: read before you repeat it."""

    code = "unknown_outcome"


class Breakdown(UnknownOutcome):
    """The server broke down over a request, in words of its own: it would do so again."""

    code = "breakdown"


class NotJson(UnknownOutcome):
    """An answer that should be JSON was not: a page of a proxy, or cut short."""

    code = "not_json"


class AuthenticationError(DcosAviError):
    """401: the server does not accept the credentials."""

    code = "not_authenticated"


class PermissionRefused(DcosAviError):
    """403: the server knows the user and says no."""

    code = "not_permitted"


class ApiError(DcosAviError):
    """The server answered with another status than expected; ``details`` is the parsed body."""

    code = "api_error"


class Away(ApiError):
    """The server, or what stands before it, cannot answer now: it starts, stops, changes its leader, or has too much to do."""

    code = "away"


class NotFound(ApiError):
    """404."""

    code = "not_found"


class Conflict(ApiError):
    """409."""

    code = "conflict"


class WaitTimeout(DcosAviError):
    """A wait ended without success; ``details`` says what was seen last."""

    code = "timeout"


class Refused(DcosAviError):
    """The collection refuses to do it: bad input, or unsafe. Nothing was written."""

    code = "refused"


class NotNow(Refused):
    """The present state of the service speaks against it. That may pass."""

    code = "not_now"


class GateFailed(DcosAviError):
    """What was seen of a version is not good enough to go on."""

    code = "gate_failed"


class Interfered(DcosAviError):
    """Somebody else changed the service while this run changed it, too; ``details`` says what became of it."""

    code = "interfered"
