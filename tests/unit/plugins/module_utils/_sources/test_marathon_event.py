# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marathon's events in one shape, as running ones of each release sent them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._sources.marathon_event import (
    DEFAULT_TYPES,
    Garbage,
    apps_of,
    events_of,
    is_asked_for,
    normalised,
)

DATA = Path(__file__).parents[4] / "recordings/data"
RELEASES = ("1.4.13", "1.5.15", "1.8.222", "1.11")
OF_NO_APP = {"event_stream_attached", "group_change_success", "group_change_failed"}
OF_A_TASK = {
    *("status_update_event", "instance_changed_event", "health_status_changed_event"),
    *("instance_health_changed_event", "failed_health_check_event", "unhealthy_instance_kill_event"),
}


def recorded(release):
    lines = (DATA / f"events-{release}.jsonl").read_text().splitlines()
    return [json.loads(line)["event"] for line in lines]


@pytest.mark.parametrize("release", RELEASES)
def test_each_recorded_event_tells_what_it_is_about(release):
    for event in recorded(release):
        shape = normalised(event)
        kind = shape["type"]
        assert kind == event["eventType"] and shape["at"] == event["timestamp"] and shape["read_back"] is False
        changes_nothing = event.get("plan", {}).get("steps") == []
        assert (shape["apps"] == []) == (kind in OF_NO_APP or changes_nothing), event
        assert not any(app.startswith("/") for app in shape["apps"])
        assert ("deployment" in shape) == kind.startswith("deployment_")
        assert ("task" in shape) == (kind in OF_A_TASK), event
        assert "original" not in json.dumps(shape.get("event", {}).get("plan", {}))


def test_a_task_that_failed():
    shape = normalised(
        {
            "eventType": "status_update_event",
            "timestamp": "2026-01-01T00:00:00.000Z",
            "appId": "/shop/cart",
            "taskId": "t1",
            "taskStatus": "TASK_FAILED",
            "message": "exit 1",
            "host": "a1",
            "version": "v",
        }
    )
    assert shape["apps"] == ["shop/cart"]
    assert shape["task"] == {"id": "t1", "state": "TASK_FAILED", "host": "a1", "version": "v"}
    assert shape["reason"] == "exit 1"
    assert shape["event"]["message"] == "exit 1"


def test_who_asks_gets_types_and_apps_that_are_asked_for():
    shape = normalised(
        {"eventType": "deployment_failed", "plan": {"id": "d", "steps": [{"actions": [{"app": "/shop/a"}]}]}}
    )
    assert is_asked_for(shape, DEFAULT_TYPES, ()) and is_asked_for(shape, ["deployment_failed"], ["shop/*", "b"])
    assert not is_asked_for(shape, ["deployment_success"], ()) and not is_asked_for(shape, DEFAULT_TYPES, ["b"])
    ended = normalised({"eventType": "deployment_ended", "plan": {"id": "d"}})
    assert is_asked_for(ended, ["deployment_success"], ()) and not is_asked_for(ended, ["status_update_event"], ())


def test_a_stream_is_read_and_garbage_in_it_is_none_of_its_events():
    lines = [
        ": a comment",
        "event: a",
        'data: {"eventType": "a",',
        'data: "b": 1}',
        "",
        "",
        "data: <html>\u001b",
        "",
        "data: [1]",
        "",
        'data: {"eventType": 7}',
        "",
        "HTTP/1.1 200 OK",
        "id: 4",
        'data: {"eventType": "c"}',
        "",
        'data: {"eventType": "cut',
    ]
    assert list(events_of(lines, 1000)) == [
        {"eventType": "a", "b": 1},
        Garbage("<html>\ufffd"),
        Garbage("[1]"),
        Garbage('{"eventType": 7}'),
        Garbage("HTTP/1.1 200 OK"),
        {"eventType": "c"},
    ]


@pytest.mark.parametrize(
    "plan", [None, 7, [], {"steps": 1}, {"steps": [1, {"actions": 2}, {"actions": [3, {"app": 4}]}]}]
)
def test_what_is_shaped_otherwise_is_about_no_app(plan):
    assert apps_of({"eventType": "x", "plan": plan, "appId": 9, "appDefinition": "a"}) == []
    normalised({"eventType": "x", "plan": plan, "taskId": 3})
