# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a wait for a service ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Waited:
    """The end of a wait: what for ("active", "drained", "settled" or "retirable"), how many seconds, with what success, and what was seen
    last.

    ``watched`` says what a late cloud connector was watched for. ``is_watched_out``: it moves the traffic no more, as far as can be told.
    """

    what: str
    seconds: float
    complete: bool
    last: str
    watched: str = ""
    is_watched_out: bool = True

    def as_result(self) -> dict[str, Any]:
        return {
            "for": self.what,
            "seconds": round(self.seconds, 1),
            "complete": self.complete,
            "last": self.last,
            "watched": self.watched,
        }
