# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marathon's time: timestamps that never repeat, and seconds that pass faster."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from tests.lab.settings import Settings


class Clock:
    """Tells versions, and turns Marathon's seconds into real ones."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._last = 0

    def version(self) -> str:
        """Return a timestamp of now that was never returned before, because it names a version."""
        self._last = max(self._last + 1, time.time_ns() // 1_000_000)
        return _text(self._last)

    def now(self) -> str:
        """Return a timestamp of now."""
        return _text(time.time_ns() // 1_000_000)

    def real(self, seconds: float) -> float:
        """Return how long Marathon's seconds take here."""
        return seconds / self._settings.speed


def _text(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03d}Z"


def parse(timestamp: str) -> datetime:
    """Return the moment of a timestamp. Raises ValueError where it is none."""
    return datetime.fromisoformat(timestamp)
