# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what led to a recorded stream of events, and compares the events of a Marathon of the lab with it."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.recordings.masks import differences, masked
from tests.recordings.replay import DATA
from tests.recordings.unseen import CHECK, GENTLE, SETTLED, SMALL, Step, checked, image, running, until
from tests.unit.lab.marathon.hosted import HostedMarathon, Listener

APP = {"id": "/e", **SMALL, **image("lab/ok"), "healthChecks": [CHECK], **GENTLE}
SLOW = {**image("lab/slow-start"), "env": {"SLOW_START_SECONDS": "1.5"}}
CRASH = {**image("lab/crash"), "env": {"CRASH_AFTER_SECONDS": "0.4"}}
QUICK = {**CHECK, "gracePeriodSeconds": 1, "timeoutSeconds": 1}
HUGE = {"id": "/e", "cmd": "sleep 1000", "cpus": 1000, "mem": 1}
SMALL_APP = {"id": "/e", **SMALL, "instances": 0}
THERE = (Step("POST", "/v2/apps", APP), checked("/e", 1))
QUEUED = until("/v2/queue", lambda body: bool(body["queue"]))
#: Stands for the id of the deployment that runs.
RUNNING_ONE = "RUNNING"
CANCEL = Step("DELETE", f"/v2/deployments/{RUNNING_ONE}?force=true")


@dataclass(frozen=True)
class Stream:
    """What was done before somebody listened (with this query), and while."""

    steps: tuple[Step, ...]
    before: tuple[Step, ...] = ()
    query: str = ""


STREAMS = {
    "create": Stream((Step("POST", "/v2/apps", APP),)),
    "create-zero": Stream((Step("POST", "/v2/apps", {**APP, "instances": 0}),)),
    "scale": Stream(
        (
            Step("PUT", "/v2/apps/e", {"instances": 2}),
            checked("/e", 2),
            Step("PUT", "/v2/apps/e", {"instances": 1}),
        ),
        THERE,
    ),
    "restart": Stream((Step("POST", "/v2/apps/e/restart"),), THERE),
    "no-change": Stream((Step("PUT", "/v2/apps/e", {"instances": 1}),), THERE),
    "health-flip": Stream(
        (Step("POST", "/v2/apps", {**APP, **SLOW, "healthChecks": [{**QUICK, "maxConsecutiveFailures": 30}]}),)
    ),
    "crash": Stream((Step("POST", "/v2/apps", {"id": "/e", **SMALL, **CRASH, **GENTLE}),)),
    "unhealthy-kill": Stream(
        (
            Step(
                "POST",
                "/v2/apps",
                {
                    **APP,
                    **image("lab/never-healthy"),
                    "healthChecks": [{**QUICK, "intervalSeconds": 1, "maxConsecutiveFailures": 2}],
                },
            ),
        )
    ),
    "rollback": Stream(
        (
            Step("PUT", "/v2/apps/e", image("lab/never-healthy")),
            running("/e", 2),
            Step("PUT", "/v2/apps/e", {"instances": 2}, refused=True),
            Step("DELETE", f"/v2/deployments/{RUNNING_ONE}"),
        ),
        THERE,
    ),
    "cancel": Stream((Step("POST", "/v2/apps", HUGE), QUEUED, CANCEL)),
    "cancel-update": Stream((Step("PUT", "/v2/apps/e", {"cpus": 1000}), QUEUED, CANCEL), THERE),
    "delete": Stream((Step("DELETE", "/v2/apps/e"),), THERE),
    "group": Stream(
        (
            Step("PUT", "/v2/groups/eg", {"apps": [{**SMALL_APP, "id": "a"}, {**SMALL_APP, "id": "b"}]}),
            SETTLED,
            Step("DELETE", "/v2/groups/eg"),
        )
    ),
    "light": Stream((Step("POST", "/v2/apps", SMALL_APP),), query="?plan-format=light"),
    "filtered": Stream((Step("POST", "/v2/apps", SMALL_APP),), query="?event_type=deployment_success&event_type=nope"),
}

#: Their order is fixed; that of all others depends on which of Marathon's parts is faster.
ORDERED = {
    "deployment_info",
    "deployment_step_success",
    "deployment_success",
    "app_terminated_event",
    "status_update_event",
    "instance_changed_event",
}
#: Where Marathon is asked to cancel, the end of a deployment has no place in the order.
CANCELLED = {"cancel", "cancel-update"}
#: How many there are depends on time, or on who else listens.
UNCOUNTED = {"failed_health_check_event", "unhealthy_instance_kill_event", "event_stream_attached"}
#: What may come or not, by when a stream went on.
BY_CHANCE = {"rollback": {"failed_health_check_event"}}
PATIENCE = 10.0


def recorded(release: str) -> dict[str, list[dict[str, Any]]]:
    """Return the recorded events of a release by stream, in the order in which they came."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in (DATA / f"events-{release}.jsonl").read_text().splitlines():
        entry = json.loads(line)
        found.setdefault(entry["case"], []).append(entry["event"])
    return found


def replay(marathon: HostedMarathon, name: str, events: list[dict[str, Any]]) -> list[str]:
    """Do what led to a stream; return a line for each difference to the recorded events."""
    stream = STREAMS[name]
    for step in stream.before:
        _take(marathon, step)
    listener = Listener(marathon, stream.query)
    try:
        for step in stream.steps:
            _take(marathon, step)
        _wait(listener, name, events)
        heard = list(listener.heard)
    finally:
        listener.close()
        marathon.clear()
    return list(_compare(name, events, heard))


def _take(marathon: HostedMarathon, step: Step) -> None:
    if step.until:
        marathon.until(step.path, step.until)
        return
    path = step.path
    if RUNNING_ONE in path:
        path = path.replace(RUNNING_ONE, marathon.ask("GET", "/v2/deployments").body[0]["id"])
    answer = marathon.ask(step.method, path, step.body)
    assert (answer.status >= 300) is step.refused, answer


def _wait(listener: Listener, name: str, events: list[dict[str, Any]]) -> None:
    """Return when as many have come as were recorded, in order and otherwise."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        ordered, others = _parts(name, list(listener.heard))
        wanted, more = _parts(name, events)
        if len(ordered) >= len(wanted) and not _counted(more) - _counted(others):
            return
        time.sleep(0.02)


def _parts(name: str, events: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    apart = {"deployment_success"} if name in CANCELLED else set()
    ordered = [each for each in events if each["eventType"] in ORDERED - apart]
    ignored = (ORDERED - apart) | BY_CHANCE.get(name, set())
    return ordered, [each for each in events if each["eventType"] not in ignored]


def _kind(event: dict[str, Any]) -> str:
    """Return what an event says: its type, with what sets it apart from others of that type."""
    words = (event.get(key) for key in ("taskStatus", "condition", "healthy", "alive"))
    step = [f"{each['action']} {each['app']}" for each in event.get("currentStep", {}).get("actions", [])]
    return " ".join([event["eventType"], *(str(word) for word in words if word is not None), *sorted(step)])


def _counted(events: list[dict[str, Any]]) -> Counter[str]:
    every = Counter(_kind(each) for each in events)
    return Counter({kind: 1 if kind in UNCOUNTED else count for kind, count in every.items()})


def _compare(name: str, events: list[dict[str, Any]], heard: list[dict[str, Any]]) -> Iterator[str]:
    wanted, more = _parts(name, events)
    ordered, others = _parts(name, heard)
    order, seen = [_kind(each) for each in wanted], [_kind(each) for each in ordered][: len(wanted)]
    if order != seen:
        place = next(
            (number for number, pair in enumerate(zip(order, seen, strict=False)) if pair[0] != pair[1]), len(seen)
        )
        yield f"order: from the {place + 1}th on recorded {order[place:]}, heard {seen[place:]}"
    if _counted(more) != _counted(others):
        missing, surplus = _counted(more) - _counted(others), _counted(others) - _counted(more)
        yield f"others: not heard {dict(missing)}, not recorded {dict(surplus)}"
    examples = {_kind(each): each for each in reversed(heard)}
    told: set[str] = set()
    for event in events:
        kind = _kind(event)
        if kind in examples and kind not in told:
            told.add(kind)
            yield from (f"{kind} {line}" for line in differences(_masked(event), _masked(examples[kind])))


def _masked(event: dict[str, Any]) -> Any:
    # The agents of the recordings had words of their own.
    return masked({**event, **({"message": ""} if "message" in event else {})})
