# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The history of a service, out of what its apps record of themselves and what Marathon knows of them. Pure.

Who may write apps in the service's folder may write their labels, too. What they hold is shown as text, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import (
    ENDED,
    ROLLBACK_FROM,
    RUN,
    TAKES_OVER_FROM,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, time_of, version_name
from ansible_collections.dcos.avi.plugins.module_utils._service.record import NOT_TOLD, Record, Told, read_record, short

RUNNING, STOPPED = "running", "stopped"
# Where the entry's beginning was found.
RECORDED, MARATHON = "run", "marathon"
_EPOCH = datetime.min.replace(tzinfo=timezone.utc)


@dataclass(frozen=True)
class Entry:
    """One app of the service: when it came, in whose place, by whom and why, for how long it was there, and how it ended.

    ``source`` tells whether the run that made the app recorded it, or only Marathon's own times are known. ``unreadable`` are the labels that
    should be records, and are none. ``priority`` is 0 for the listener.
    """

    app: str
    version: str | None
    priority: int
    at: datetime | None
    taken_over_from: str | None
    rolled_back_from: str | None
    begun: Told
    ended_at: datetime | None
    ended: Record | None
    outcome: str
    instances: int
    source: str
    unreadable: tuple[str, ...]

    def seconds(self, now: datetime) -> int | None:
        """For how many seconds it was there, or has been; None where that is not known."""
        until = now if self.ended_at is None and self.instances else self.ended_at
        return max(0, int((until - self.at).total_seconds())) if self.at and until else None

    def as_result(self, now: datetime) -> dict[str, Any]:
        """Return it as the module migration_history_info documents it."""
        return {
            "app": short(self.app),
            "version": None if self.version is None else short(self.version),
            "at": _shown(self.at),
            "from": self.taken_over_from,
            "rolled_back_from": self.rolled_back_from,
            **_told(self.begun),
            "outcome": self.outcome,
            "instances": self.instances,
            "seconds": self.seconds(now),
            "ended": None if self.instances else self._end(self.ended or Record()),
            "source": self.source,
            "unreadable": list(self.unreadable),
        }

    def _end(self, end: Record) -> dict[str, Any]:
        return {
            "at": _shown(self.ended_at),
            "to": end.to,
            **_told(end.told),
            "said": end.said or None,
            "side": end.side,
        }


def history_of(service: str, listener: App | None, versions: Iterable[App]) -> list[Entry]:
    """Return the history of a service, the newest entry first."""
    apps = [*([listener] if listener else []), *versions]
    entries = [_entry(app, service) for app in apps]
    return sorted(entries, key=lambda entry: (entry.priority, entry.at or _EPOCH, entry.app), reverse=True)


def _entry(app: App, service: str) -> Entry:
    labels = app.definition.get("labels") or {}
    begun, ended = read_record(labels.get(RUN)), read_record(labels.get(ENDED))
    is_over = app.instances == 0
    ended_at = (_time(ended.at) if ended else None) or _time(app.scaled_at)
    return Entry(
        app=app.id,
        version=version_name(app.id, service),
        priority=app.priority,
        at=(_time(begun.at) if begun else None) or _first_known(app),
        taken_over_from=_named(labels.get(TAKES_OVER_FROM)),
        rolled_back_from=_named(labels.get(ROLLBACK_FROM)),
        begun=begun.told if begun else NOT_TOLD,
        ended_at=ended_at if is_over else None,
        ended=ended if is_over else None,
        # What has instances again has come back since its end was noted.
        outcome=((ended.outcome if ended else None) or STOPPED) if is_over else RUNNING,
        instances=app.instances,
        source=RECORDED if begun else MARATHON,
        unreadable=tuple(key for key, found in ((RUN, begun), (ENDED, ended)) if key in labels and found is None),
    )


def _first_known(app: App) -> datetime | None:
    """Return the earliest time that Marathon tells of an app: a later change of it moves that of its configuration."""
    return min(filter(None, map(_time, (app.changed_at, app.scaled_at))), default=None)


def _time(stamp: str | None) -> datetime | None:
    try:
        found = time_of(stamp) if stamp else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=timezone.utc)


def _named(value: object) -> str | None:
    return short(value) if value else None


def _shown(time: datetime | None) -> str | None:
    return time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if time else None


def _told(told: Told) -> dict[str, Any]:
    return {
        "by": told.by or None,
        "job": told.job or None,
        "reason": told.reason or None,
        "release": told.release or None,
    }
