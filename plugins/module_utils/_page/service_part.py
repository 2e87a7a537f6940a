# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a page shows of one service: what serves where, its versions, and its history. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._page.outside_data import (
    count_in,
    part_of,
    parts_of,
    text_in,
    texts_among,
    time_in,
)
from ansible_collections.dcos.avi.plugins.module_utils._page.timeline import Timeline, timeline_of
from ansible_collections.dcos.avi.plugins.module_utils._page.wording import length_of_time, time_of_day

PROVEN, DOUBTED, UNREAD = "proven", "doubted", "unread"
# Problems that are listed, and entries of the history that stand open; the others are folded.
MOST_PROBLEMS, OPEN_ENTRIES = 30, 12
_ALL = 100


@dataclass(frozen=True)
class PoolBox:
    """A pool of the virtual service. ``share`` is the percentage of the traffic that goes to it; None where that is not known."""

    title: str
    side: str
    app: str
    name: str
    servers: str
    share: int | None


@dataclass(frozen=True)
class VersionRow:
    """A version that has instances, or the listener."""

    app: str
    role: str
    priority: str
    tasks: str
    pool: str


@dataclass(frozen=True)
class HistoryItem:
    """An entry of the history, in words."""

    name: str
    app: str
    outcome: str
    begin: str
    end: str
    lasted: str
    came_from: str
    is_rollback: bool
    who: str
    release: str
    reason: str
    ended_by: str
    ended_reason: str
    went_to: str
    said: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ServicePart:
    """A service. ``state`` is PROVEN, DOUBTED where no version is proven to take the traffic, or UNREAD, and then ``headline`` says why."""

    name: str
    anchor: str
    state: str
    headline: str
    facts: tuple[tuple[str, str], ...]
    pools: tuple[PoolBox, ...]
    versions: tuple[VersionRow, ...]
    retired: int
    problems: tuple[str, ...]
    drift: tuple[str, ...]
    timeline: Timeline | None
    history: tuple[HistoryItem, ...]
    total: int
    history_missing: str


def service_part(
    number: int, name: str, seen: Mapping[str, Any], history: Mapping[str, Any], now: datetime
) -> ServicePart:
    """Return what a page shows of a service.

    :param number: which of the services it is; no two have one.
    :param seen: the result of migration_info; one without "service" is that of a failure.
    :param history: that of migration_history_info.
    """
    is_read, active = "service" in seen, part_of(seen, "active")
    known = seen if is_read else {}
    versions = parts_of(known, "versions")
    running = [each for each in versions if count_in(each, "instances") or text_in(each, "role") == "active"]
    items = tuple(_item(each) for each in parts_of(history, "history"))
    return ServicePart(
        name=name,
        anchor=f"service-{number}",
        state=UNREAD if not is_read else PROVEN if active else DOUBTED,
        headline=_headline(known, active) if is_read else text_in(seen, "msg") or "It could not be read.",
        facts=tuple(_facts(known, active)),
        pools=tuple(_pools(known, active)),
        versions=tuple(_row(each) for each in running),
        retired=len(versions) - len(running),
        problems=_sentences(known, "problems"),
        drift=_sentences(known, "drift"),
        timeline=timeline_of(known, history, now),
        history=items,
        total=count_in(history, "total") or len(items),
        history_missing="" if "history" in history else text_in(history, "msg") or "It could not be read.",
    )


def _sentences(known: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(text_in(each, "sentence") for each in parts_of(known, key)[:MOST_PROBLEMS])


def _headline(known: Mapping[str, Any], active: Mapping[str, Any]) -> str:
    if not active:
        return "No version is proven to take the traffic"
    side = text_in(active, "side", 1).upper()
    where = f"pool {side}" if side else f"pool {text_in(active, 'pool')}"
    return f"{text_in(active, 'app')} takes the traffic, in {where}"


def _facts(known: Mapping[str, Any], active: Mapping[str, Any]) -> list[tuple[str, str]]:
    virtualservice, proof = part_of(known, "virtualservice"), part_of(active, "proof")
    servers, tasks = texts_among(proof.get("servers")), texts_among(proof.get("tasks"))
    lock, freeze = part_of(known, "lock"), part_of(known, "freeze")
    ratio = count_in(virtualservice, "ratio")
    found = [
        (
            "virtual service",
            " · ".join(filter(None, (text_in(virtualservice, "name"), text_in(virtualservice, "oper_state", 40)))),
        ),
        ("ratio", f"{ratio}% to pool B" if ratio is not None else ""),
        (
            "proof",
            f"{counted(len(servers), 'server')} in Avi = {counted(len(tasks), 'healthy task')} in Marathon"
            if proof.get("equal") is True
            else "",
        ),
        ("since", time_of_day(time_in(active, "since"))),
        (
            "lock",
            f"{text_in(lock, 'owner')} since {text_in(lock, 'since')}, for {text_in(lock, 'purpose')}" if lock else "",
        ),
        ("frozen", _frozen(freeze) if freeze else ""),
    ]
    return [(name, value) for name, value in found if value]


def _frozen(freeze: Mapping[str, Any]) -> str:
    parts = [("by", "by"), ("since", "since"), ("until", "until")]
    said = [f"{word} {text_in(freeze, key)}" for word, key in parts if text_in(freeze, key)]
    return ": ".join(filter(None, (", ".join(said), text_in(freeze, "reason"))))


def _pools(known: Mapping[str, Any], active: Mapping[str, Any]) -> list[PoolBox]:
    virtualservice = part_of(known, "virtualservice")
    ratio, versions = count_in(virtualservice, "ratio"), parts_of(known, "versions")
    holders = {text_in(each, "pool"): text_in(each, "app") for each in versions if each.get("pool")}
    shares = {"a": None if ratio is None else _ALL - ratio, "b": ratio}
    sides = [(side, part_of(virtualservice, f"pool_{side}")) for side in ("a", "b")]
    boxes = [_box(f"Pool {side.upper()}", side, pool, holders, shares[side]) for side, pool in sides if pool]
    for member in parts_of(virtualservice, "members"):
        title = f"Member with priority {text_in(member, 'priority', 20) or 'none'}"
        is_active = text_in(member, "name") == text_in(active, "pool") and bool(active)
        boxes.append(_box(title, "", member, holders, _ALL if is_active else None))
    return boxes


def _box(title: str, side: str, pool: Mapping[str, Any], holders: Mapping[str, str], share: int | None) -> PoolBox:
    name, up, connections = text_in(pool, "name"), count_in(pool, "servers_up"), count_in(pool, "connections")
    servers = [
        "" if up is None else f"{counted(up, 'server')} up",
        "" if connections is None else counted(connections, "connection"),
    ]
    within = None if share is None else min(share, _ALL)
    return PoolBox(title, side, holders.get(name, ""), name, " · ".join(filter(None, servers)), within)


def _row(version: Mapping[str, Any]) -> VersionRow:
    side = text_in(version, "side", 1).upper()
    return VersionRow(
        app=text_in(version, "app"),
        role=text_in(version, "role", 40),
        priority=text_in(version, "priority", 40),
        tasks=f"{text_in(version, 'healthy', 20) or '0'} of {text_in(version, 'instances', 20) or '0'}",
        pool=f"{side} · {text_in(version, 'pool')}" if side else text_in(version, "pool"),
    )


def _item(entry: Mapping[str, Any]) -> HistoryItem:
    ended = part_of(entry, "ended")
    who, ended_by = _who(entry), _who(ended)
    reason, ended_reason = text_in(entry, "reason"), text_in(ended, "reason")
    release = text_in(entry, "release")
    unreadable = texts_among(entry.get("unreadable"))
    came_from = text_in(entry, "rolled_back_from") or text_in(entry, "from")
    notes = [f"The label {name} is not one that this collection wrote, and was not read." for name in unreadable]
    return HistoryItem(
        name=text_in(entry, "version") or "listener",
        app=text_in(entry, "app"),
        outcome=text_in(entry, "outcome", 40).replace("_", " "),
        begin=time_of_day(time_in(entry, "at")),
        end=time_of_day(time_in(ended, "at")),
        lasted=length_of_time(count_in(entry, "seconds")),
        came_from=came_from,
        is_rollback=bool(text_in(entry, "rolled_back_from")),
        who=who,
        release=release,
        reason=": ".join(filter(None, (f"release {release}" if release else "", reason))),
        # Often the run that made it ended it, too: then the line has said who and why.
        ended_by=ended_by if ended_by != who else "",
        ended_reason=ended_reason if ended_reason != reason else "",
        went_to=text_in(ended, "to"),
        said=text_in(ended, "said"),
        notes=tuple(notes),
    )


def _who(told: Mapping[str, Any]) -> str:
    by, job = text_in(told, "by"), text_in(told, "job")
    return f"{by} ({job})" if by and job else by or job


def names_in_order(observed: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the name of the service of each result: a failure has the element of the loop that it was about."""
    return [text_in(each, "service") or text_in(each, "item") or "a service" for each in observed]
