# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the connector has seen of the cloud, and how it looks to a connector that is late."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.lab.connector.apps import App


@dataclass(frozen=True)
class Seen:
    """The apps at one moment, and how many servers of each are up."""

    apps: Mapping[str, App] = field(default_factory=dict)
    up: Mapping[str, int] = field(default_factory=dict)


class History:
    """What was seen, oldest first; whoever reads it late never goes back in time, even if the delay grows."""

    def __init__(self) -> None:
        self._entries: deque[tuple[float, Seen]] = deque([(float("-inf"), Seen())])

    def add(self, time: float, seen: Seen) -> None:
        """Note what is there now; the same as before is not worth an entry."""
        if seen != self._entries[-1][1]:
            self._entries.append((time, seen))

    def at(self, time: float) -> Seen:
        """Return what was there at a time, and forget what was before."""
        while len(self._entries) > 1 and self._entries[1][0] <= time:
            self._entries.popleft()
        return self._entries[0][1]

    def since(self) -> list[Seen]:
        """Return the view that `at` gave last, and all that was there after it, up to now."""
        return [seen for _time, seen in self._entries]

    def next_change(self) -> float:
        """Return when the view that `at` gave last changes; infinity if it does not."""
        return self._entries[1][0] if len(self._entries) > 1 else float("inf")
