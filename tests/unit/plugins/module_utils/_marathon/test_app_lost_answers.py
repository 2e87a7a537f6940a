# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read before repeating, so that nothing is done twice."""

from __future__ import annotations

import functools

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    DcosAviError,
    Refused,
    UnknownOutcome,
    WaitTimeout,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon import writes as module
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import (
    SLEEP,
    Fault,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

#: Seconds until an answer counts as lost.
TIMEOUT = 2
LOST_ANSWERS = [
    Reply(drop=True),
    Reply(503, text="<html><title>Error 503</title></html>"),
    Reply(502, text="<html><title>Error 502</title></html>"),
    Reply(200, text="<html><title>Sign in</title></html>"),
    Reply(201, text="<html><title>Sign in</title></html>"),
    Reply(201, {"id": "/a"}, cut_short=True),
    Reply(200, text='{"version": "20'),
    Reply(200, {}, delay=2 * TIMEOUT),
]


@pytest.fixture(name="ensure")
def fixture_ensure(ensure):
    return functools.partial(ensure, marathon_timeout=TIMEOUT)


@pytest.mark.parametrize("reply", LOST_ANSWERS)
@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("exclusive", [True, False])
def test_a_creation_with_a_lost_answer_happens_once(ensure, marathon, writes, reply, applied, exclusive):
    marathon.faults = [Fault("POST", reply, applied)]
    result = ensure(id="a", definition=SLEEP, exclusive=exclusive, wait_timeout=60)
    assert result["changed"] and result["app"]["instances"] == 2
    assert len(marathon.history["/a"]) == 1
    assert writes() == ["POST /v2/apps"] * (1 if applied else 2)


@pytest.mark.parametrize("reply", LOST_ANSWERS)
@pytest.mark.parametrize("applied", [True, False])
def test_a_change_with_a_lost_answer_happens_once(ensure, marathon, writes, reply, applied):
    marathon.add("/a", **SLEEP)
    marathon.faults = [Fault("PUT", reply, applied)]
    assert ensure(id="a", instances=3, wait_timeout=60)["changed"]
    assert len(marathon.history["/a"]) == 2
    assert writes() == ["PUT /v2/apps/a"] * (1 if applied else 2)


@pytest.mark.parametrize("reply", LOST_ANSWERS)
@pytest.mark.parametrize("applied", [True, False])
def test_a_deletion_with_a_lost_answer_happens_once(ensure, marathon, writes, reply, applied):
    marathon.add("/a", **SLEEP)
    marathon.faults = [Fault("DELETE", reply, applied)]
    assert ensure(id="a", state="absent", wait_timeout=60)["changed"]
    assert not marathon.apps
    assert writes() == ["DELETE /v2/apps/a"] * (1 if applied else 2)


def test_answers_that_stay_lost_end_with_what_is_known(ensure, marathon, writes):
    marathon.faults = [Fault("POST", Reply(503)) for _each in range(1000)]
    with pytest.raises(UnknownOutcome) as raised:
        ensure(id="a", definition=SLEEP, wait_timeout=0)
    assert "/a was read since, and the change is not there" in raised.value.sentence
    assert writes() == ["POST /v2/apps"]


def test_a_server_that_is_gone_after_the_write_leaves_doubt(ensure, marathon, server):
    marathon.faults = [Fault("POST", Reply(drop=True), applied=True)]
    answers = marathon.answer

    def answer(request):
        posted = any(line.startswith("POST") for line in server.lines[:-1])
        return Reply(401, text="who?") if posted else answers(request)

    server.answer = answer
    with pytest.raises(UnknownOutcome) as raised:
        ensure(id="a", definition=SLEEP)
    assert "It could not be found out either" in raised.value.sentence and "401" in raised.value.sentence


@pytest.mark.parametrize("reply", LOST_ANSWERS)
@pytest.mark.parametrize("applied", [True, False])
def test_a_restart_with_a_lost_answer_happens_once(ensure, marathon, writes, reply, applied):
    marathon.add("/a", **SLEEP)
    marathon.faults = [Fault("POST", reply, applied)]
    assert ensure(id="a", state="restarted", wait_timeout=60)["changed"]
    assert len(marathon.history["/a"]) == 2
    assert writes() == ["POST /v2/apps/a/restart"] * (1 if applied else 2)


@pytest.mark.parametrize(("status", "changed"), [(500, True), (422, False)])
def test_a_failure_tells_whether_the_app_may_have_been_created(ensure, marathon, writes, status, changed):
    """Whoever takes back only what it did would leave the app otherwise."""
    marathon.faults = [Fault("POST", Reply(status, {"message": "x"}), applied=False)]
    with pytest.raises(DcosAviError) as raised:
        ensure(id="a", definition=SLEEP)
    assert raised.value.changed == changed
    assert writes() == ["POST /v2/apps"]


def test_what_was_created_before_marathon_broke_down_is_created(ensure, marathon, writes):
    marathon.faults = [Fault("POST", Reply(500, {"message": "x"}), applied=True)]
    assert ensure(id="a", definition=SLEEP, wait=False)["changed"]
    assert writes() == ["POST /v2/apps"]


@pytest.mark.parametrize(
    ("method", "asked"),
    [
        ("POST", {"id": "b", "definition": SLEEP, "wait": False}),
        ("POST", {"id": "a", "state": "restarted", "wait": False}),
        ("DELETE", {"id": "a", "state": "absent"}),
    ],
)
def test_a_failure_after_the_change_tells_of_it(ensure, marathon, method, asked):
    def fail_from_then_on(request):
        if request.method == method:
            marathon.faults = [Fault("GET", Reply(403, {"message": "x"})) for _each in range(9)]

    marathon.add("/a", **SLEEP)
    marathon.before_answer = fail_from_then_on
    with pytest.raises(DcosAviError) as raised:
        ensure(**asked)
    assert raised.value.changed


def test_a_wait_that_changed_nothing_does_not_tell_of_a_change(ensure, marathon):
    marathon.add("/a", **SLEEP)["deployments"] = [{"id": "d-of-somebody-else"}]
    with pytest.raises(WaitTimeout) as raised:
        ensure(id="a", definition=SLEEP, wait_timeout=0)
    assert not raised.value.changed


@pytest.mark.parametrize("reply", [Reply(201, text=""), Reply(201, []), Reply(201, "x")])
def test_an_odd_answer_to_a_creation_is_looked_into(ensure, marathon, writes, reply):
    marathon.faults = [Fault("POST", reply, applied=True)]
    assert ensure(id="a", definition=SLEEP)["changed"]
    assert writes() == ["POST /v2/apps"]


def test_what_a_run_that_ended_left_behind_sends_nothing_more(ensure, marathon, writes, monkeypatch):
    gone = iter([False, True])
    monkeypatch.setattr(module, "run_or_none", lambda: "host:1:00000000-1")
    monkeypatch.setattr(module, "run_is_gone", lambda run: next(gone))
    marathon.add("/a", **SLEEP)
    marathon.faults = [Fault("PUT", Reply(503))]
    with pytest.raises(Refused, match="Nothing more is sent for /a: the run of Ansible"):
        ensure(id="a", instances=3, wait_timeout=60)
    assert writes() == ["PUT /v2/apps/a"]


def test_a_creation_is_judged_anew_before_it_is_sent_again(ensure, marathon, writes):
    marathon.add("/s", **SLEEP)
    marathon.faults = [Fault("POST", Reply(503))]

    def another_is_faster(request):
        if marathon.faults == [] and "/s-200" not in marathon.apps:
            marathon.add("/s-200", **SLEEP, labels={"ab_config": '{"service": "s", "priority": 20}'})

    marathon.before_answer = another_is_faster
    with pytest.raises(Refused, match="priority 20 of /s-100 is not above the others of /s: /s-200 has 20"):
        ensure(id="s-100", definition=SLEEP, avi={"ab_config": {"service": "s", "priority": 20}}, wait_timeout=60)
    assert writes() == ["POST /v2/apps"]
