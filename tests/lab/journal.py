# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: what happened in the lab, in order."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

#: Enough for hours of tests; a lab left running for days forgets its oldest entries instead of eating the machine.
LIMIT = 500_000


class Journal:
    """Entries ``{seq, time, kind, ...}``: `seq` counts from 1, `time` is in seconds since the epoch.

    Kinds: ``request`` (api, client, method, path, query, status, write, body, the action of the fault it met as `fault`,
    and when it was done in spite of that as `applied`), ``flip``, ``start``, ``kill``, ``crash``, ``end`` (of a task), ``answers`` (one
    second's answers by app), ``fault``, and whatever else a part notes.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._entries: deque[dict[str, Any]] = deque(maxlen=LIMIT)
        self._seq = 0

    def add(self, kind: str, **what: Any) -> dict[str, Any]:
        """Note that something happened now; return the entry, which may be completed when its end is known."""
        self._seq += 1
        entry = {"seq": self._seq, "time": round(self._clock(), 3), "kind": kind, **what}
        self._entries.append(entry)
        return entry

    def entries(self, since: int = 0, match: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        """Return the entries after number `since` whose fields, written as text, have the values in `match`."""
        wanted = (match or {}).items()
        return [
            entry
            for entry in list(self._entries)  # others write meanwhile
            if entry["seq"] > since and all(_text(entry.get(name)) == value for name, value in wanted)
        ]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
