# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of the requests: every one that was sent is answered, lost, or still under way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Total:
    """The account of a run, or of a part of it. `lost` counts by kind:

    refused, unreachable (no connection came about), reset (maybe while it came about), closed (the connection ended before
    the whole answer), timeout, status_503 and so on (any answer but 200), wrong_body (not what the app that answered would say).
    """

    sent: int = 0
    answered: int = 0
    answered_by: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    lost_total: int = 0

    @property
    def under_way(self) -> int:
        """The requests that are neither answered nor lost yet."""
        return self.sent - self.answered - self.lost_total

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)


class Tally:
    """Counts, in all and since the last `lap`."""

    def __init__(self) -> None:
        self._sent = 0
        self._answered: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()
        self._lap = Total()

    def sent(self) -> None:
        """Count a request that goes out."""
        self._sent += 1

    def answered(self, app: str) -> None:
        """Count a good answer."""
        self._answered[app] += 1

    def lost(self, kind: str) -> None:
        """Count a request that got none."""
        self._lost[kind] += 1

    def total(self) -> Total:
        """Return the account so far."""
        return _total(self._sent, self._answered, self._lost)

    def lap(self) -> Total:
        """Return the account since the last call."""
        now, before = self.total(), self._lap
        self._lap = now
        return _total(
            now.sent - before.sent,
            Counter(now.answered_by) - Counter(before.answered_by),
            Counter(now.lost) - Counter(before.lost),
        )


def add_up(laps: Iterable[Mapping[str, Any]]) -> Total:
    """Return the account of several laps in their JSON form."""
    sent = 0
    answered: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for lap in laps:
        sent += lap["sent"]
        answered.update(lap["answered_by"])
        lost.update(lap["lost"])
    return _total(sent, answered, lost)


def _total(sent: int, answered: Counter[str], lost: Counter[str]) -> Total:
    return Total(sent, answered.total(), dict(answered), dict(lost), lost.total())
