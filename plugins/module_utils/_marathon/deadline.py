# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time that one task may take."""

from __future__ import annotations

import time

from ansible_collections.dcos.avi.plugins.module_utils._marathon.events import News


class Deadline:
    """The time that all waiting of a task shares, and how it passes.

    ``news``, when it is set, makes the pauses between two looks longer, and ends them when something happened.
    """

    def __init__(self, timeout: float, interval: float) -> None:
        self.news: News | None = None
        self._interval = interval
        self._end = time.monotonic() + timeout

    @property
    def left(self) -> float:
        """The seconds that are left, never below 0."""
        return max(0.0, self._end - time.monotonic())

    @property
    def interval(self) -> float:
        """The pause between two looks in seconds."""
        return self.news.interval if self.news else self._interval

    @property
    def own_interval(self) -> float:
        """The pause between two looks for what no event tells."""
        return self._interval

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        (self.news.sleep if self.news else time.sleep)(seconds)
