# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What others do to the app meanwhile: their deployments lock it, and they change it."""

from __future__ import annotations

import time

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    Conflict,
    Refused,
    WaitTimeout,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import (
    SLEEP,
    Fault,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply


def test_a_locked_app_is_changed_when_the_other_deployment_is_over(ensure, marathon, writes):
    marathon.add("/a", **SLEEP)
    marathon.locks = ["d7"]
    assert ensure(id="a", instances=3)["changed"]
    assert writes() == ["PUT /v2/apps/a"] * 2


def test_a_lock_that_stays_is_named(ensure, marathon, server):
    marathon.add("/a", **SLEEP)
    marathon.locks = ["d7", "d8"]
    keep = list(marathon.locks)
    marathon.before_answer = lambda request: setattr(marathon, "locks", list(keep))
    for params in ({"instances": 3}, {"state": "absent"}):
        with pytest.raises(WaitTimeout) as raised:
            ensure(id="a", wait_timeout=0, **params)
        assert "/a is locked by deployment d7 and d8, and nothing was changed" in raised.value.sentence
    assert ensure(id="a", instances=3, force=True)["changed"]
    assert ensure(id="a", state="absent", force=True, wait=False)["changed"]
    assert {tuple(request.query.get("force", [])) for request in server.requests if request.method == "DELETE"} == {
        ("false",),
        ("true",),
    }


@pytest.mark.parametrize("exclusive", [False, True])
def test_an_id_is_waited_for_until_the_tasks_of_the_app_before_have_ended(ensure, marathon, writes, exclusive):
    marathon.locks = ["d-delete"]
    assert ensure(id="a", definition=SLEEP, exclusive=exclusive)["changed"]
    assert writes() == ["POST /v2/apps"] * 2


def test_an_id_that_stays_locked_is_named(ensure, marathon, writes):
    marathon.before_answer = lambda request: setattr(marathon, "locks", ["d-delete"])
    with pytest.raises(WaitTimeout) as raised:
        ensure(id="a", definition=SLEEP, wait_timeout=0)
    assert "/a was not created, because deployment d-delete locks its id" in raised.value.sentence
    assert "the tasks of the app /a that was deleted to end" in raised.value.sentence
    assert "force" not in raised.value.sentence


def test_somebody_else_creates_the_app_meanwhile(ensure, marathon, server):
    def intrude(request):
        if request.method == "POST" and "/a" not in marathon.apps:
            marathon.add("/a", **SLEEP)

    marathon.before_answer = intrude
    with pytest.raises(Refused, match="created by somebody else"):
        ensure(id="a", definition=SLEEP, exclusive=True)
    marathon.apps.clear()
    assert ensure(id="a", definition={**SLEEP, "instances": 3})["app"]["instances"] == 3


def test_a_look_that_no_longer_holds_changes_nothing(ensure, marathon, writes):
    marathon.add("/a", **SLEEP)
    seen = marathon.apps["/a"]["version"]
    with pytest.raises(Refused, match="only as version 2000"):
        ensure(id="a", instances=0, expected_version="2000-01-01T00:00:00.000Z")
    with pytest.raises(Refused, match="is gone"):
        ensure(id="b", definition=SLEEP, expected_version=seen)
    assert not writes()
    assert ensure(id="a", instances=0, expected_version=seen)["changed"]
    assert not ensure(id="a", instances=0, expected_version=marathon.apps["/a"]["version"])["changed"]


@pytest.mark.parametrize("state", ["absent", "restarted"])
@pytest.mark.parametrize("check_mode", [True, False])
def test_nothing_is_deleted_or_restarted_by_a_look_that_no_longer_holds(ensure, marathon, writes, state, check_mode):
    marathon.add("/a", **SLEEP)
    with pytest.raises(Refused, match="only as version 2000"):
        ensure(id="a", state=state, expected_version="2000-01-01T00:00:00.000Z", check_mode=check_mode)
    assert not writes()
    seen = marathon.apps["/a"]["version"]
    assert ensure(id="a", state=state, expected_version=seen, check_mode=check_mode)["changed"]
    assert len(writes()) == (0 if check_mode else 1)


def test_the_end_of_its_tasks_is_waited_for_though_their_deployment_is_listed_late(ensure, marathon):
    marathon.add("/a", **SLEEP)
    marathon.listed_late = 0.3
    begin = time.monotonic()
    assert ensure(id="a", state="absent")["changed"]
    assert time.monotonic() - begin >= 1


def test_a_version_that_marathon_drops_from_the_history_meanwhile_does_not_matter(ensure, marathon, server):
    marathon.add("/a", **SLEEP)
    ensure(id="a", definition={**SLEEP, "cmd": "sleep 2000"})
    gone = Reply(404, {"message": "App '/a' does not exist in this version"})
    server.answer = lambda request: gone if "/versions/" in request.path else marathon.answer(request)
    assert ensure(id="a", definition=SLEEP)["changed"]


def test_an_app_that_is_gone_already_is_no_other_version(ensure):
    assert not ensure(id="a", state="absent", expected_version="2000-01-01T00:00:00.000Z")["changed"]


def test_a_lock_by_somebody_who_needs_the_app_ends_it(ensure, marathon, writes):
    """It was seen superseded; while its scaling waited for a lock, somebody scaled it up to go back."""
    marathon.add("/a", **SLEEP)
    seen = marathon.apps["/a"]["version"]
    marathon.locks = ["d7"]

    def scale_up(request):
        if request.path.startswith("/v2/deployments"):
            marathon.apps["/a"] = {**marathon.apps["/a"], "instances": 5, "version": "2030-01-01T00:00:00.000Z"}

    marathon.before_answer = scale_up
    with pytest.raises(Refused, match="somebody changed it since"):
        ensure(id="a", instances=0, expected_version=seen)
    assert marathon.apps["/a"]["instances"] == 5
    assert writes() == ["PUT /v2/apps/a"]


def test_a_refusal_that_names_no_lock_is_not_asked_for_ever(ensure, marathon, writes):
    marathon.add("/a", **SLEEP)
    marathon.faults = [Fault("PUT", Reply(409, {"message": "not now"})) for _each in range(1000)]
    with pytest.raises(Conflict, match="not now"):
        ensure(id="a", instances=3)
    assert writes() == ["PUT /v2/apps/a"]
