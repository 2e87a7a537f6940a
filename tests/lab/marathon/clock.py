# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marathon's time: the timestamps that are versions, and seconds that pass faster."""

from __future__ import annotations

import time
from contextvars import ContextVar
from datetime import UTC, datetime

from tests.lab.settings import Settings

BEGAN: ContextVar[int | None] = ContextVar("began", default=None)
"""When the write began that is being answered, by Clock.begin."""


class Clock:
    """Tells versions, and turns Marathon's seconds into real ones."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._last = 0

    def begin(self) -> int:
        """Return the millisecond in which a write begins, which is after every version there is."""
        return max(self._last + 1, _milliseconds())

    def version(self, began: int | None = None) -> str:
        """Return a timestamp that names a version.

        That of a write is of when it began: those that began in one millisecond share a version, and none is older than one before it.
        """
        began = BEGAN.get() if began is None else began
        moment = self.begin() if began is None else began
        self._last = max(self._last, moment if moment >= self._last else _milliseconds())
        return _text(self._last)

    def now(self) -> str:
        """Return a timestamp of now."""
        return _text(_milliseconds())

    def real(self, seconds: float) -> float:
        """Return how long Marathon's seconds take here."""
        return seconds / self._settings.speed


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000


def _text(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03d}Z"


def parse(timestamp: str) -> datetime:
    """Return the moment of a timestamp. Raises ValueError where it is none."""
    return datetime.fromisoformat(timestamp)
