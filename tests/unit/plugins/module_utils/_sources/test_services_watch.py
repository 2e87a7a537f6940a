# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The source dcos.avi.services against both APIs."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Refused
from ansible_collections.dcos.avi.plugins.module_utils._sources.services_watch import ServicesWatch
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.cloud import LABELS_100, app
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

FAILURE = {"state": "TASK_FAILED", "host": "a1", "message": "exit 1", "timestamp": "2026-01-01T00:00:09.000Z"}


def args(server, **more):
    login = {"marathon_url": server.url, "controller": server.url, "username": "u", "password": "secret-of-mine"}
    return {"services": ["app1"], "interval": 0.01, **login, **more}


def first_event(watch):
    """The first event of a watch, which is stopped then; an alarm ends one that has none."""
    found = []
    alarm = threading.Timer(20, watch.stop)
    alarm.start()

    def put(event):
        found.append(event)
        watch.stop()

    try:
        watch.run(put)
    finally:
        alarm.cancel()
    return found[0]


def test_what_changed_between_two_checks_is_told(server, cloud):
    looks = []

    def answer(request):
        if request.path == "/api/virtualservice":
            looks.append(request)
            if len(looks) == 2:
                cloud.apps["/app1-100"] = app("/app1-100", LABELS_100, 3, lastTaskFailure=FAILURE)
        return cloud.answer(request)

    server.answer = answer
    event = first_event(ServicesWatch(args(server), print))
    assert (event["type"], event["app"], event["warm"]["app"]) == ("tasks_lost", "app1-100", "app1")
    assert event["failure"] == "TASK_FAILED on a1: exit 1"


def test_a_failure_that_may_pass_is_told_once_and_it_goes_on(server, cloud):
    told, failed = [], []

    def answer(request):
        if request.path == "/api/virtualservice" and len(failed) < 8:
            failed.append(request)
            return Reply(503, {"error": "starting"})
        cloud.apps["/app1-100"] = app(
            "/app1-100", LABELS_100, 3, lastTaskFailure={**FAILURE, "message": str(len(server.requests))}
        )
        return cloud.answer(request)

    server.answer = answer
    watch = ServicesWatch(args(server, approval_timeout=0), told.append)
    cloud.apps["/app1-200-preview"] = app(
        "/app1-200-preview",
        {"dcos_avi_service": "app1", "dcos_avi_awaits_approval": "yes"},
        9,
        versionInfo={"lastConfigChangeAt": "2026-01-01T00:00:00.000Z"},
    )
    assert first_event(watch)["type"] == "approval_overdue"
    (sentence,) = told
    assert (
        sentence.startswith("app1 could not be checked, and is checked again: The Avi Controller") and "503" in sentence
    )


def errors(server, **more):
    return {"metrics": [{"name": "errors", "url": f"{server.url}/errors", "expression": "share", "max": 1, **more}]}


def test_a_metric_that_fails_while_the_version_before_is_warm_is_told(server, cloud):
    server.answer = lambda request: Reply(200, {"share": 7}) if request.path == "/errors" else cloud.answer(request)
    event = first_event(ServicesWatch(args(server, **errors(server)), print))
    assert (event["type"], event["app"], event["values"]) == ("metric_failed", "app1-100", [7.0])


def test_a_metric_that_is_not_answered_holds_up_no_check(server, cloud):
    asked, looks, released, answered = [], [], threading.Event(), []

    def answer(request):
        if request.path == "/errors":
            asked.append(request)
            if len(asked) > 1:
                released.wait(15)
                answered.append(request)
            return Reply(200, {"share": 0})
        if request.path == "/api/virtualservice" and len(asked) > 1:
            looks.append(request)
            if len(looks) == 2:
                cloud.apps["/app1-100"] = app("/app1-100", LABELS_100, 3, lastTaskFailure=FAILURE)
        return cloud.answer(request)

    server.answer = answer
    try:
        event = first_event(ServicesWatch(args(server, **errors(server, timeout=60)), print))
        assert (event["type"], answered) == ("tasks_lost", [])
    finally:
        released.set()


def test_a_metric_that_cannot_be_asked_for_ends_it_at_the_beginning(server, cloud):
    server.answer = lambda request: Reply(401, {}) if request.path == "/errors" else cloud.answer(request)
    with pytest.raises(DcosAviError, match="source of the metric errors"):
        first_event(ServicesWatch(args(server, **errors(server)), print))


@pytest.mark.parametrize("path", ["/login", "/v2/apps/app1"])
def test_a_login_that_is_refused_ends_it(server, cloud, path):
    server.answer = lambda request: Reply(401, {"error": "no"}) if request.path == path else cloud.answer(request)
    with pytest.raises(DcosAviError, match="401") as raised:
        first_event(ServicesWatch(args(server), print))
    assert "secret-of-mine" not in raised.value.sentence


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"services": []}, "no service"),
        ({"services": ["A"]}, "'A' cannot be the id"),
        ({"services": ["a", "b"], "virtualservice": "x"}, "one virtual service"),
        ({"interval": 0}, "interval must be above 0"),
        ({"interval": "inf"}, "interval must be a number with an end"),
        ({"keep_warm": -1}, "keep_warm must be 0 or more"),
        ({"keep_wram": 1}, "keep_wram"),
        ({"metrics": [{"name": "errors", "url": "http://127.0.0.1:1", "query": "up"}]}, "min, max, compared_to"),
        (
            {"metrics": [{"name": "errors", "url": "http://127.0.0.1:1", "query": "up", "max": 1, "misses": 0}]},
            "above 0",
        ),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(server, more, sentence):
    with pytest.raises(Refused, match=sentence):
        ServicesWatch(args(server, **more), print)


def test_what_is_missing_to_connect_is_said(server):
    with pytest.raises(Refused, match="AVI_CONTROLLER"):
        first_event(ServicesWatch({**args(server), "controller": None}, print))
