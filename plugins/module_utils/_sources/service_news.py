# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is news of a service between two checks of it: a switch, tasks that were lost, a time that is over. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import ENDED, RUN
from ansible_collections.dcos.avi.plugins.module_utils._plan.preview import SUFFIX
from ansible_collections.dcos.avi.plugins.module_utils._plan.retention import kept_warm
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import superseded, why_not_retire
from ansible_collections.dcos.avi.plugins.module_utils._service.approval import awaits_approval
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, time_of, version_name
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import before
from ansible_collections.dcos.avi.plugins.module_utils._service.record import read_record
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture, is_complete

ACTIVE_CHANGED, SWITCHED_OUTSIDE, TASKS_LOST = "active_changed", "switched_outside", "tasks_lost"
APPROVAL_OVERDUE, APPROVAL_EXPIRED, WARM_OVER = "approval_overdue", "approval_expired", "warm_over"


@dataclass(frozen=True)
class Limits:
    """Seconds that a superseded version is kept warm, and that a preview may wait for its approval; without an end where None."""

    keep_warm: int | None = None
    approval: int | None = None


@dataclass(frozen=True)
class Memory:
    """What is remembered of a check: when it was, the app that was proven active last, and how that was.

    ``failure`` is the time of the last failure of a task of it, as Marathon wrote it. ``locked`` is whether somebody held the lock, ``lock`` which
    app that was and since when it is known. ``told`` is what is told once only.
    """

    at: datetime | None = None
    active: str | None = None
    healthy: int = 0
    failure: str | None = None
    locked: bool = False
    lock: tuple[str, datetime] | None = None
    told: frozenset[tuple[str, str]] = field(default_factory=frozenset)


def news_of(memory: Memory, seen: Picture, limits: Limits, now: datetime) -> tuple[list[dict[str, Any]], Memory]:
    """Return the events that follow from a check, and what is to be remembered of it.

    The first check tells only what is overdue: what was before it is not known.

    :param now: the time by Marathon's clock.
    """
    active = seen.active.id if seen.active else memory.active
    app = seen.app(active) if active else None
    lock = _lock(memory, seen, now)
    locked = _is_held(lock, seen, now)
    events = [*_switch(memory, seen, locked), *_losses(memory, seen, app, locked)]
    once = dict(_waiting(seen, limits, now))
    if not locked:
        # What follows from these is a run, which whoever holds the lock would refuse.
        once.update([*_expired(seen, now), *_warm_over(seen, limits, now)])
    events += [event for key, event in once.items() if key not in memory.told]
    is_same = memory.active == active
    return [told_of(seen, now, kind, event) for kind, event in events], Memory(
        at=now,
        active=active,
        healthy=app.healthy if app else 0,
        failure=app.failure.at if app and app.failure else (memory.failure if is_same else None),
        locked=locked,
        lock=lock,
        told=frozenset(once) | (memory.told if locked else frozenset()),
    )


Event = tuple[str, dict[str, Any]]


def told_of(seen: Picture, now: datetime, kind: str, event: dict[str, Any]) -> dict[str, Any]:
    """Return an event of a service as it is handed on."""
    return {"type": kind, "service": seen.service, "at": now.strftime("%Y-%m-%dT%H:%M:%SZ"), **event}


def warm_before(seen: Picture, app: App) -> App | None:
    """Return the version before this one, if it still has all its tasks."""
    warm = before(seen.apps, app)
    return warm if warm and is_complete(warm) else None


def _lock(memory: Memory, seen: Picture, now: datetime) -> tuple[str, datetime] | None:
    """Return the app that is the lock, and since when it is known: who renews it makes another one."""
    lock = seen.observed.lock
    if lock is None:
        return None
    return memory.lock if memory.lock and memory.lock[0] == lock.app else (lock.app, now)


def _is_held(known: tuple[str, datetime] | None, seen: Picture, now: datetime) -> bool:
    """Whether the lock counts. One that nobody renewed for as long as it is good is what a run left that was killed."""
    lock = seen.observed.lock
    if lock is None or known is None:
        return False
    return not lock.lease.seconds or (now - known[1]).total_seconds() < lock.lease.seconds


def _switch(memory: Memory, seen: Picture, locked: bool) -> Iterator[Event]:
    if seen.active is None or memory.active in (None, seen.active.id):
        return
    event = {
        "to": named(seen, seen.active.id),
        "from": named(seen, str(memory.active)),
        "outside": not (locked or memory.locked) and _has_no_record(memory, seen, seen.active),
    }
    yield ACTIVE_CHANGED, event
    if event["outside"]:
        yield SWITCHED_OUTSIDE, event


def _has_no_record(memory: Memory, seen: Picture, active: App) -> bool:
    """Whether no run left its record since the last check.

    A run holds the lock while the traffic moves, at this check or at the last one. A quick one is over in between: then it left its record on
    the version that it created, or on the one that it scaled to zero.
    """
    previous = seen.app(memory.active or "")
    records = [_recorded(active, RUN), _recorded(previous, ENDED) if previous else None]
    return not any(at is not None and (memory.at is None or at >= memory.at - timedelta(seconds=1)) for at in records)


def _recorded(app: App, label: str) -> datetime | None:
    record = read_record((app.definition.get("labels") or {}).get(label))
    return time_of(record.at) if record and record.at else None


def _losses(memory: Memory, seen: Picture, app: App | None, locked: bool) -> Iterator[Event]:
    """Yield that the version with the traffic has fewer healthy tasks than before, or that one of them failed and was replaced meanwhile."""
    if app is None or memory.active != app.id:
        return
    failure = app.failure.at if app.failure else None
    has_failed = failure not in (None, memory.failure)
    is_smaller = app.healthy < memory.healthy and app.healthy < app.instances
    if not (has_failed or is_smaller):
        return
    event: dict[str, Any] = {**named(seen, app.id), "healthy": app.healthy, "instances": app.instances}
    # While a run migrates the service, that run sees to it.
    event["locked"] = locked
    if has_failed and app.failure:
        event["failure"] = app.failure.words
    warm = warm_before(seen, app)
    if warm:
        event["warm"] = named(seen, warm.id)
    yield TASKS_LOST, event


def _waiting(seen: Picture, limits: Limits, now: datetime) -> Iterator[tuple[tuple[str, str], Event]]:
    """Yield the previews that wait too long, each with what tells it from another."""
    for preview in _to_approve(seen):
        waited = _waited(preview, now)
        if limits.approval is not None and waited is not None and waited >= limits.approval:
            event = {**_preview(seen, preview), "seconds": waited}
            yield (preview.id, str(preview.changed_at)), (APPROVAL_OVERDUE, event)


def _expired(seen: Picture, now: datetime) -> Iterator[tuple[tuple[str, str], Event]]:
    """Yield the previews that are not promoted any more, whoever approves them, each with what tells it from another."""
    for preview in _to_approve(seen):
        if preview.id in seen.observed.late_previews:
            event = {**_preview(seen, preview), "seconds": _waited(preview, now)}
            yield (f"{APPROVAL_EXPIRED} {preview.id}", str(preview.changed_at)), (APPROVAL_EXPIRED, event)


def _to_approve(seen: Picture) -> list[App]:
    return [preview for preview in seen.observed.previews if awaits_approval(preview.definition)]


def _preview(seen: Picture, preview: App) -> dict[str, Any]:
    return {"app": preview.id, "version": version_name(preview.id.removesuffix(SUFFIX), seen.service)}


def _waited(preview: App, now: datetime) -> int | None:
    """Return for how many seconds a preview has waited; None where Marathon does not tell since when it is as it is."""
    since = time_of(preview.changed_at) if preview.changed_at else None
    return int((now - since).total_seconds()) if since else None


def _warm_over(seen: Picture, limits: Limits, now: datetime) -> Iterator[tuple[tuple[str, str], Event]]:
    """Yield that the time of the versions that are kept warm is over, with what tells them from others."""
    if limits.keep_warm is None or seen.active is None:
        return
    leaving = superseded(seen)
    if leaving and not kept_warm(seen, limits.keep_warm, now) and why_not_retire(seen) is None:
        event = {"active": named(seen, seen.active.id), "warm": [named(seen, item.app) for item in leaving]}
        yield (seen.active.id, " ".join(item.app for item in leaving)), (WARM_OVER, event)


def named(seen: Picture, app_id: str) -> dict[str, Any]:
    """Return a version as events name it."""
    return {"app": app_id, "version": version_name(app_id, seen.service)}
