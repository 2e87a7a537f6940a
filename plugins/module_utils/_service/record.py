# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a version's labels record of the run that created it, and of the one that scaled it to zero. Pure.

Any label restarts the tasks that run, except in the request that creates the app, and in the one that scales it to zero. So these two carry
the record. Who may write apps in the service's folder may write it, too: it is for people, and decides nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.outside import clean

# Characters of each text that a label takes, and of a label that is read at all: some larger one is not this collection's.
LONGEST, LONGEST_LABEL = 300, 10_000
CUT = "..."
RETIRED, WITHDRAWN, ROLLED_BACK = "retired", "withdrawn", "rolled_back"
OUTCOMES = (RETIRED, WITHDRAWN, ROLLED_BACK)
SIDES = ("a", "b")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Told:
    """What a run is told of itself: on whose behalf it is, as which job, why, and of which release. What is not known is empty."""

    by: str = ""
    job: str = ""
    reason: str = ""
    release: str = ""

    def bounded(self) -> Told:
        """Return the same in texts that a label can hold, and a line can show."""
        return Told(*(short(text) for text in (self.by, self.job, self.reason, self.release)))


NOT_TOLD = Told()


@dataclass(frozen=True)
class Record:
    """A label that was read: when, who and why; of an end also how it came, for which version, what was said of it, and from which pool."""

    at: str | None = None
    told: Told = NOT_TOLD
    outcome: str | None = None
    to: str | None = None
    said: str = ""
    side: str | None = None


def short(text: object) -> str:
    """Return any value as one line of text, without characters that do something instead of being seen, cut where it is too long."""
    line = clean(text if isinstance(text, str) else json.dumps(text, sort_keys=True, default=str)).strip()
    return line if len(line) <= LONGEST else line[: LONGEST - len(CUT)] + CUT


def creation_label(told: Told, now: datetime) -> str:
    """Return the label of a version that a run creates."""
    return _written(told, {"at": now.strftime(_TIME)})


def end_label(told: Told, now: datetime, outcome: str, to: str | None, said: str, side: str | None = None) -> str:
    """Return the label of a version that a run scales to zero: ``to`` is the version that takes the traffic then.

    ``side`` is "a" or "b", the pool that it leaves; None where it is in none, or the virtual service has no such pools.
    """
    end = {"at": now.strftime(_TIME), "outcome": outcome, "to": to or "", "said": said, "side": side or ""}
    return _written(told, end)


def _written(told: Told, more: Mapping[str, str]) -> str:
    texts = {**more, "by": told.by, "job": told.job, "reason": told.reason, "release": told.release}
    return json.dumps({key: short(value) for key, value in texts.items() if value}, sort_keys=True)


def read_record(label: object) -> Record | None:
    """Return what a label records; None where it is none that this collection wrote, whatever is in it."""
    if not isinstance(label, str) or len(label) > LONGEST_LABEL:
        return None
    try:
        found = json.loads(label)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    return Record(
        at=_time(found.get("at")),
        told=Told(*(_text(found, key) for key in ("by", "job", "reason", "release"))),
        outcome=_one_of(found.get("outcome"), OUTCOMES),
        to=_text(found, "to") or None,
        said=_text(found, "said"),
        side=_one_of(found.get("side"), SIDES),
    )


def _text(found: Mapping[str, Any], key: str) -> str:
    value = found.get(key)
    return "" if value is None else short(value)


def _one_of(value: object, known: tuple[str, ...]) -> str | None:
    return value if isinstance(value, str) and value in known else None


def _time(value: object) -> str | None:
    try:
        datetime.strptime(str(value), _TIME)
    except ValueError:
        return None
    return str(value)
