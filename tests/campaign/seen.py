# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a record says of a service, moment by moment: who was sent the traffic, whose tasks ran, and who wrote what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.campaign.record import Entry, Record, is_lock, service_of

PRODUCT = "dcos.avi"
"""The client that the collection says it is."""
APP = re.compile(r"^/v2/apps/*(?P<app>/[^/]+?)(?P<restart>/restart)?$")
POOL = re.compile(r"^(?P<app>.+)-pool-\d+$")
NOBODY = ""


@dataclass(frozen=True)
class Span:
    """From when until when an app was sent the traffic."""

    app: str
    began: float
    ended: float


@dataclass(frozen=True)
class Write:
    """A change of an app that Marathon made. `asked` is when it was asked for, `done` when it was done."""

    app: str
    what: str
    """`create`, `change`, `scale`, `restart` or `delete`."""
    asked: float
    done: float
    body: Any
    by_product: bool

    @property
    def takes_down(self) -> bool:
        """Whether it leaves the app without instances."""
        return self.what == "delete" or (self.what == "scale" and self.body["instances"] == 0)


def spans(record: Record, service: str) -> list[Span]:
    """Who was sent the traffic. In a pool group that is whom the proxy goes to; pools A and B are told apart by the connector's flips."""
    moves = list(_routes(record, service) if record.lab["avi"] == "pool_group" else _flips(record, service))
    ends = [*(began for began, _app in moves[1:]), float("inf")]
    return [Span(app, began, ended) for (began, app), ended in zip(moves, ends, strict=True)]


def serving(record: Record, service: str, moment: float) -> Span:
    """Who was sent the traffic then."""
    return next(
        (span for span in spans(record, service) if span.began <= moment < span.ended), Span(NOBODY, 0.0, float("inf"))
    )


def routed(record: Record, service: str, moment: float) -> str:
    """The pool that the proxy went to then."""
    pool = NOBODY
    for entry in record.journal:
        if entry["kind"] == "route" and entry["service"] == service and entry["time"] <= moment:
            pool = max(entry["to"], key=entry["to"].__getitem__, default=NOBODY)
    return pool


def _routes(record: Record, service: str) -> Iterator[tuple[float, str]]:
    for entry in record.journal:
        if entry["kind"] == "route" and entry["service"] == service:
            pool = max(entry["to"], key=entry["to"].__getitem__, default=NOBODY)
            found = POOL.match(pool)
            yield entry["time"], f"/{found['app']}" if found else NOBODY


def _flips(record: Record, service: str) -> Iterator[tuple[float, str]]:
    yield 0.0, f"/{service}"
    for entry in record.journal:
        if entry["kind"] == "flip" and entry["service"] == service:
            yield entry["begun"], entry["app"]


def writes(record: Record, service: str) -> list[Write]:
    """The changes of a service's apps, its locks apart."""
    made = [write for entry in record.journal if entry["kind"] == "request" for write in _written(entry)]
    return [write for write in made if service_of(write.app) == service and not is_lock(write.app)]


def all_writes(record: Record, service: str) -> list[Entry]:
    """The requests of the collection that write, for a service, whatever came of them."""
    return [
        entry
        for entry in record.journal
        if entry["kind"] == "request"
        and entry["write"]
        and entry["client"] == PRODUCT
        and service_of(_app_of(entry)) == service
    ]


def _written(entry: Entry) -> Iterator[Write]:
    """What became of a request: nothing where it was refused, or never came to be done."""
    done = entry["time"] if 200 <= (entry["status"] or 0) < 300 else entry.get("applied")
    if entry["api"] != "marathon" or not entry["write"] or done is None:
        return
    app, body, method = _app_of(entry), entry.get("body"), entry["method"]
    found = APP.match(entry["path"])
    if not app:
        return
    if method == "POST" and not (found and found["restart"]):
        what = "create"
    elif method == "POST":
        what = "restart"
    elif method == "DELETE":
        what = "delete"
    else:
        what = "scale" if isinstance(body, dict) and set(body) - {"labels", "id"} == {"instances"} else "change"
    yield Write(app, what, entry["time"], entry.get("applied", done), body, entry["client"] == PRODUCT)


def _app_of(entry: Entry) -> str:
    body = entry.get("body")
    if entry["method"] == "POST" and isinstance(body, dict) and "id" in body:
        return f"/{str(body['id']).strip('/')}"
    found = APP.match(entry["path"])
    return found["app"] if found else NOBODY


def images(record: Record, service: str) -> dict[str, str]:
    """The image of each app of a service that was created with one."""
    return {
        write.app: str(((write.body.get("container") or {}).get("docker") or {}).get("image", ""))
        for write in writes(record, service)
        if write.what == "create" and isinstance(write.body, dict)
    }


def running(record: Record, app: str, moment: float) -> int:
    """How many tasks of an app ran then and had not been told to end."""
    tasks: set[str] = set()
    for entry in record.journal:
        if entry["time"] > moment:
            break
        if entry.get("app") == app and entry["kind"] == "start":
            tasks.add(entry["task"])
        elif entry.get("app") == app and entry["kind"] in ("kill", "crash", "end"):
            tasks.discard(entry["task"])
    return len(tasks)


def answered(record: Record, service: str, app: str, began: float, ended: float) -> int:
    """How many requests an app answered in the seconds that lie within that time, or partly so."""
    laps = record.laps[service]
    return sum(
        lap["answered_by"].get(app, 0)
        for before, lap in zip((None, *laps), laps, strict=False)
        if lap["time"] >= began and (before["time"] if before else 0.0) <= ended
    )
