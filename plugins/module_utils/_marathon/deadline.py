# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time that one task may take."""

from __future__ import annotations

import time
from collections.abc import Callable


class Deadline:
    """The time that all waiting of a task shares, and how it passes.

    ``interval`` is the pause between two looks in seconds; ``sleep`` makes it, and may end it early when there is news.
    """

    def __init__(self, timeout: float, interval: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self.timeout = timeout
        self.interval = interval
        self.sleep = sleep
        self._end = time.monotonic() + timeout

    @property
    def left(self) -> float:
        """The seconds that are left, never below 0."""
        return max(0.0, self._end - time.monotonic())
