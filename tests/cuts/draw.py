# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws how connections are cut."""

from __future__ import annotations

import random
import threading
from collections import Counter

from tests.lab.cutter import MOMENTS, Cut


class Cuts:
    """The cuts that one API's connections are to get: each hits the next request, or connection, that it fits."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._waiting: list[tuple[bool, Cut]] = []
        self._lock = threading.Lock()
        self.done: Counter[str] = Counter()

    def expect(self, *, write: bool) -> None:
        """Cut the next request that writes, or that reads; or the connection that is made before it."""
        cut = Cut(self._chance.choice(MOMENTS), self._chance.random(), self._chance.random() < 0.5)
        with self._lock:
            self._waiting.append((write, cut))

    def forget(self) -> None:
        """Cut nothing more."""
        with self._lock:
            self._waiting.clear()

    def choose(self, method: str, path: str) -> Cut | None:
        """Return the cut that a request is to get, None where it is to get none."""
        is_write = method not in ("", "GET") and not path.endswith(("/login", "/logout"))
        with self._lock:
            for item in self._waiting:
                write, cut = item
                is_hit = cut.is_of_a_connection if not method else not cut.is_of_a_connection and write is is_write
                if is_hit:
                    self._waiting.remove(item)
                    self.done[cut.moment] += 1
                    return cut
        return None
