# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The freeze of a service: an app without instances, whose labels say who froze it, until when, and why. Pure.

Like a lock it counts by its id, which is in the service's folder: labels alone can be written by anybody who may create an app somewhere.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import LISTENER
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.guards import COMPANION
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.record import short

BY, SINCE, UNTIL, REASON = (
    "dcos_avi_freeze_by",
    "dcos_avi_freeze_since",
    "dcos_avi_freeze_until",
    "dcos_avi_freeze_reason",
)
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Freeze:
    """Who froze the service, since when, until when, and why. Times are in UTC, as "2026-01-15T10:20:30Z"; ``until`` is empty for no end."""

    by: str
    since: str
    until: str
    reason: str

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended by itself. One whose end cannot be read has not."""
        end = _moment(self.until)
        return end is not None and now >= end

    def shown(self) -> dict[str, Any]:
        """Return what people are told of it."""
        return {"by": self.by, "since": self.since, "until": self.until or None, "reason": self.reason}

    def __str__(self) -> str:
        end = f" until {self.until}" if self.until else " until it is lifted"
        return f"frozen by {self.by} since {self.since}{end}: {self.reason}"


def freeze_id(service: str) -> str:
    """Return the id of the app that is the freeze of a service."""
    return f"{service}-migration-freeze"


def new_freeze(by: str, reason: str, until: datetime | None, now: datetime) -> Freeze:
    """Return a freeze that begins now, with texts that a label can hold."""
    end = until.astimezone(timezone.utc).strftime(_TIME) if until else ""
    return Freeze(short(by), now.strftime(_TIME), end, short(reason))


def freeze_of(app: Mapping[str, Any], service: str) -> Freeze | None:
    """Return the freeze of the service that an app is, as Marathon returns it; None where it is something else."""
    labels = app.get("labels") or {}
    if short_id(str(app.get("id", ""))) != freeze_id(service) or not is_said_to_be_a_freeze(app):
        return None
    if short_id(labels.get(COMPANION, "")) != service:
        return None
    return Freeze(*(short(labels.get(label, "")) for label in (BY, SINCE, UNTIL, REASON)))


def is_said_to_be_a_freeze(app: Mapping[str, Any]) -> bool:
    """Whether an app, as Marathon returns it, has the label of a freeze. Its id tells whether it is one."""
    return BY in (app.get("labels") or {})


def freeze_among(service: str, companions: Iterable[Mapping[str, Any]]) -> Freeze | None:
    """Return the freeze of a service among companions as Marathon returns them; None where there is none."""
    return next(filter(None, (freeze_of(app, service) for app in companions)), None)


def freeze_definition(freeze: Freeze, service: str) -> dict[str, Any]:
    """Return the app to create: never started, with no port that the cloud connector could make something of."""
    labels = {COMPANION: service, LISTENER: "no", BY: freeze.by, SINCE: freeze.since, REASON: freeze.reason}
    if freeze.until:
        labels[UNTIL] = freeze.until
    nothing = {"cmd": "sleep 1", "cpus": 0.01, "mem": 32, "instances": 0, "portDefinitions": []}
    return {"id": f"/{freeze_id(service)}", **nothing, "labels": labels}


def read_until(written: str | None, now: datetime) -> datetime | None:
    """Return the end of a freeze as it was written: a date and a time with its offset from UTC; None where none was.

    :raises Refused: it is none, it says no offset, or it is over.
    """
    if not written:
        return None
    end = None
    # Before Python 3.11, Z is not read. An end on the last day of a calendar may be none in UTC.
    with contextlib.suppress(ValueError, OverflowError):
        found = datetime.fromisoformat(written.strip().replace("Z", "+00:00"))
        end = found.astimezone(timezone.utc) if found.tzinfo else None
    if end is None:
        raise Refused(
            f"until must be a date and a time with its offset from UTC, such as 2026-12-27T08:00:00+01:00, not {short(written)!r}."
        )
    if end <= now:
        raise Refused(f"until is {end.isoformat()}, and that is over. To end a freeze now, use state: absent.")
    return end


def _moment(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, _TIME).replace(tzinfo=timezone.utc)
    except ValueError:
        return None
