# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads from the history of a service when each version was there, which took the traffic from which, and from which pool. Pure.

The history has no time of a switch. It lies between the creation of the version that took over and the end of the one before it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._page.outside_data import (
    part_of,
    parts_of,
    text_in,
    time_in,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.history import STOPPED
from ansible_collections.dcos.avi.plugins.module_utils._service.record import SIDES, WITHDRAWN

OTHER_SIDE = {"a": "b", "b": "a"}
# The roles of M(migration_info) in which an app takes traffic now, or took it before it was superseded.
_HAS_SERVED = ("active", "listener", "previous", "unattached")


@dataclass(frozen=True)
class Lifetime:
    """For how long a version was there. ``end`` is None while it has instances.

    ``side`` is the pool it has, or left: "a", "b", or None where that is not known.
    ``served`` is False where it never took the traffic, or nothing tells that it did.
    """

    app: str
    name: str
    is_listener: bool
    begin: datetime
    end: datetime | None
    came_from: str
    outcome: str
    is_rollback: bool
    served: bool
    side: str | None


@dataclass(frozen=True)
class Takeover:
    """The traffic went from one version to another, at some time between ``begin`` and ``end``; ``end`` is None where both still run."""

    old: str
    new: str
    begin: datetime
    end: datetime | None
    is_rollback: bool


def lifetimes_of(seen: Mapping[str, Any], history: Mapping[str, Any]) -> list[Lifetime]:
    """Return the lifetimes of the apps in a history, the earliest first. An app of which no time is known is left out.

    :param seen: what migration_info returned of the service; empty where it could not be read.
    :param history: what migration_history_info returned of it.
    """
    now = {text_in(each, "app"): each for each in parts_of(seen, "versions")}
    found = [_lifetime(entry, now.get(text_in(entry, "app"), {})) for entry in parts_of(history, "history")]
    known = sorted((each for each in found if each), key=lambda each: (each.begin, each.app))
    return _with_sides(_with_doubts(known))


def takeovers_among(lifetimes: Sequence[Lifetime]) -> list[Takeover]:
    """Return how the traffic went from version to version, as far as both are known."""
    by_app = {each.app: each for each in lifetimes}
    found = []
    for new in lifetimes:
        old = by_app.get(new.came_from)
        if old is None or old is new or not (new.served and old.served):
            continue
        ends = [each for each in (old.end, new.end) if each]
        end = max(min(ends), new.begin) if ends else None
        found.append(Takeover(old.app, new.app, new.begin, end, new.is_rollback))
    return found


def _lifetime(entry: Mapping[str, Any], now: Mapping[str, Any]) -> Lifetime | None:
    begin, ended = time_in(entry, "at"), part_of(entry, "ended")
    if begin is None:
        return None
    end, outcome = time_in(ended, "at"), text_in(entry, "outcome", 40)
    if ended and end is None:
        return None
    side = text_in(now, "side", 1) or text_in(ended, "side", 1)
    rolled_back_from = text_in(entry, "rolled_back_from")
    return Lifetime(
        app=text_in(entry, "app"),
        name=text_in(entry, "version") or "listener",
        is_listener=not text_in(entry, "version"),
        begin=begin,
        end=max(begin, end) if end else None,
        came_from=rolled_back_from or text_in(entry, "from"),
        outcome=outcome,
        is_rollback=bool(rolled_back_from),
        served=_has_served(outcome, now, is_over=bool(ended)),
        side=side if side in SIDES else None,
    )


def _has_served(outcome: str, now: Mapping[str, Any], *, is_over: bool) -> bool:
    """Return False where it is known that it never took the traffic."""
    if outcome == WITHDRAWN:
        return False
    return is_over or not now or text_in(now, "role", 20) in _HAS_SERVED


def _with_doubts(lifetimes: Sequence[Lifetime]) -> list[Lifetime]:
    """Return them with those that served for sure: of one that somebody stopped by hand, only what took over from it tells."""
    known = {app for each in takeovers_among(lifetimes) for app in (each.old, each.new)}
    return [
        each
        if each.outcome != STOPPED or each.is_listener or each.app in known
        else dataclasses.replace(each, served=False)
        for each in lifetimes
    ]


def _with_sides(lifetimes: Sequence[Lifetime]) -> list[Lifetime]:
    """Return them with the sides that follow from others: in a takeover the traffic goes from one of the two pools to the other."""
    sides = {each.app: each.side for each in lifetimes}
    takeovers = takeovers_among(lifetimes)
    for one in (*takeovers, *reversed(takeovers)):
        sides[one.old] = sides[one.old] or OTHER_SIDE.get(sides[one.new] or "")
        sides[one.new] = sides[one.new] or OTHER_SIDE.get(sides[one.old] or "")
    return [dataclasses.replace(each, side=sides[each.app]) for each in lifetimes]
