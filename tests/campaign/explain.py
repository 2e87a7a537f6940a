# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan explains: for each loss that it brings about, from when until when, and why."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.campaign import seen
from tests.campaign.record import Entry, Record, service_of

SETTLE = 4.0
"""Seconds until Marathon, the connector and the proxy have followed what happened, besides the connector's own delay."""
BEFORE = 1.0
"""A second in which something is lost may have begun so long before what it is lost by."""
NEXT_TO = 2.0
"""Losses that come so soon after others go on with them."""
BAD = ("lab/never-healthy", "lab/crash", "lab/error", "lab/slow-start")
"""Images whose tasks do not always answer as they should."""
UP, DOWN = "OPER_UP", "OPER_DOWN"
MOMENT = 1.3
"""A second of the traffic client that took longer was one in which the machine did something else."""


@dataclass(frozen=True)
class Window:
    """Seconds in which a service may lose requests."""

    began: float
    ended: float
    why: str
    lasts: bool = False
    """Whether it goes on for as long as the losses do, as nobody serves until somebody else is made to."""


def windows(record: Record, service: str) -> list[Window]:
    """All that explains a loss of a service. What a kill, a stop or a fault of an API does is no such thing."""
    delay = float(record.lab["connector_delay"])
    found = [
        *_people(record, service),
        *_crashes(record, service),
        *_bad_versions(record, service),
        *_blind_switches(record, service),
        *_instant_ways_back(record, service),
        *_late_switches(record, service),
        *_machine(record, service),
    ]
    return [_stretched(replace(each, ended=each.ended + delay + SETTLE), record, service) for each in found]


def explanation(record: Record, service: str, known: list[Window], began: float, ended: float) -> str:
    """Why requests were lost in that time; empty where nothing explains it."""
    for window in known:
        if window.began <= ended and began <= window.ended:
            return window.why
    losing = [ended for _began, ended, lost in seconds(record, service) if lost and ended <= began + MOMENT]
    for window in known:
        if (
            window.lasts
            and window.began <= began
            and _goes_on([window.ended, *(e for e in losing if e > window.ended), began])
        ):
            return window.why
    return ""


def _goes_on(moments: list[float]) -> bool:
    ordered = sorted(moments)
    return all(after - before <= NEXT_TO for before, after in itertools.pairwise(ordered))


def seconds(record: Record, service: str) -> Iterator[tuple[float, float, dict[str, int]]]:
    """The seconds of a service's traffic: from when, until when, and what was lost."""
    before = None
    for lap in record.laps[service]:
        yield (before if before is not None else lap["time"] - 1, lap["time"], lap["lost"])
        before = lap["time"]


def _people(record: Record, service: str) -> Iterator[Window]:
    for write in seen.writes(record, service):
        if not write.by_product and write.what in ("scale", "restart", "delete"):
            yield Window(write.asked - BEFORE, write.done, f"somebody did {write.what} {write.app}", lasts=True)


def _crashes(record: Record, service: str) -> Iterator[Window]:
    for entry in record.journal:
        if entry["kind"] == "crash" and service_of(entry["app"]) == service:
            yield Window(
                entry["time"] - BEFORE, entry["time"], f"a task of {entry['app']} was killed from outside", lasts=True
            )


def _bad_versions(record: Record, service: str) -> Iterator[Window]:
    images = seen.images(record, service)
    for span in seen.spans(record, service):
        if images.get(span.app, "").partition(":")[0] in BAD:
            yield Window(span.began - BEFORE, span.ended, f"{span.app} is bad, and had the traffic")


def _blind_switches(record: Record, service: str) -> Iterator[Window]:
    """Pools A and B move as soon as an app is created, before a task of it runs."""
    if record.lab["flip"] == "on_create" and record.lab["avi"] == "ab_pool":
        for write in seen.writes(record, service):
            if write.what == "create" and "ab_config" in write.body.get("labels", {}):
                yield Window(
                    write.asked - BEFORE, write.done, f"{write.app} got the traffic as it was created", lasts=True
                )


def _instant_ways_back(record: Record, service: str) -> Iterator[Window]:
    """In a pool group a version that still runs takes over as the one above it is scaled to zero."""
    for write in seen.writes(record, service):
        if write.by_product and write.what == "scale" and write.takes_down and instant_heir(record, service, write):
            yield Window(
                write.done - BEFORE, write.done, f"{write.app} was scaled to zero, as the instant way back does"
            )


def instant_heir(record: Record, service: str, write: seen.Write) -> str:
    """The app that was ready to take over from one that has the traffic and is scaled to zero, by the documented way back."""
    if record.lab["avi"] != "pool_group" or seen.serving(record, service, write.done).app != write.app:
        return ""
    apps = {f"/{service}", *seen.images(record, service)} - {write.app}
    return next((app for app in sorted(apps) if seen.running(record, app, write.done)), "")


def _late_switches(record: Record, service: str) -> Iterator[Window]:
    """A connector that is late, or was silent, may still move the traffic to what was given up meanwhile, as the README says."""
    if not record.lab["connector_delay"] and not _silences(record):
        return
    made = seen.writes(record, service)
    for span in seen.spans(record, service):
        before = [write for write in made if write.app == span.app and write.done <= span.began]
        if before and before[-1].takes_down:
            yield Window(
                span.began - BEFORE,
                span.ended,
                f"the connector came to {span.app} when it had been given up",
                lasts=True,
            )


def _machine(record: Record, service: str) -> Iterator[Window]:
    """A machine that does something else for seconds has tasks fail their health checks that do what they should: Marathon kills
    them, and Avi takes them for down while they run. A pool that has not been up yet, is down until its monitors have asked."""
    up = set[str]()
    for entry in record.journal:
        moment = entry["time"]
        if entry["kind"] == "kill" and entry.get("cause") and service_of(entry["app"]) == service:
            yield Window(moment - BEFORE - SETTLE, moment, f"{entry['app']} failed its health checks", lasts=True)
        elif entry["kind"] == "pool" and entry["state"] == UP:
            up.add(entry["pool"])
        elif (
            entry["kind"] == "pool"
            and entry["state"] == DOWN
            and entry["pool"] in up
            and service_of(entry["pool"]) == service
        ):
            app = seen.serving(record, service, moment).app
            if entry["pool"] == seen.routed(record, service, moment) and seen.running(record, app, moment):
                yield Window(moment - BEFORE, moment, f"{app} ran, and its monitors failed", lasts=True)


def _stretched(window: Window, record: Record, service: str) -> Window:
    """Longer by the time in which the connector was silent, or the machine did something else."""
    ended = window.ended
    for began, until in _silences(record):
        if window.began <= until and began <= ended:
            ended = max(ended, until + float(record.lab["connector_delay"]) + SETTLE)
    late = sum(
        until - since - 1
        for since, until, _lost in seconds(record, service)
        if until - since > MOMENT and window.began <= until and since <= ended
    )
    return replace(window, ended=ended + late)


def _silences(record: Record) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    since: float | None = None
    for entry in record.journal:
        state = _connector(entry)
        if state == "silent" and since is None:
            since = entry["time"]
        elif state == "on" and since is not None:
            found.append((since, entry["time"]))
            since = None
    return found + ([(since, float("inf"))] if since is not None else [])


def _connector(entry: Entry) -> str:
    return str(entry["settings"]["connector"]) if entry["kind"] == "settings" else ""
