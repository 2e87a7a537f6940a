# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When an app that is scaled to zero has come to its end, and what is done until then."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import NotNow, Refused, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app import to_zero
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.to_zero import (
    EMPTY_QUEUE,
    KILL,
    LONGEST_WATCH,
    LOWER,
    OVER,
    QUEUED_AFTER,
    WAIT,
    Remainder,
    next_act,
    queued_launches,
    watch_seconds,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Accepted
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import SLEEP
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
STATES = ("TASK_RUNNING", "TASK_STAGING", "TASK_STARTING", "TASK_FAILED", "TASK_KILLED", "TASK_UNREACHABLE", None)
LIVE = ("TASK_RUNNING", "TASK_STAGING", "TASK_STARTING", None)


def app(*states, instances=0, deployments=(), **more):
    tasks = [{"id": f"a.{number}", "state": state} for number, state in enumerate(states)]
    return {"id": "/a", "instances": instances, "tasks": tasks, "deployments": [{"id": d} for d in deployments], **more}


@pytest.mark.parametrize(
    ("seen", "raised", "empties_queue", "act"),
    [
        (Remainder(None), None, False, OVER),
        (Remainder(app()), None, False, OVER),
        (Remainder(app("TASK_FAILED", "TASK_UNREACHABLE")), None, True, OVER),
        (Remainder(app("TASK_RUNNING", deployments=["d"])), None, False, WAIT),
        (Remainder(app("TASK_RUNNING"), 1), None, False, KILL),
        (Remainder(app("TASK_STAGING")), None, False, KILL),
        (Remainder(app(), 2), None, False, EMPTY_QUEUE),
        (Remainder(app(), 2), None, True, WAIT),
        (Remainder(app(instances=2, deployments=["d"]), 2), 2, False, LOWER),
    ],
)
def test_what_is_done_next(seen, raised, empties_queue, act):
    assert next_act(seen, raised, empties_queue) == act


@pytest.mark.parametrize("raised", [None, 1])
def test_what_somebody_scaled_up_meanwhile_is_left(raised):
    with pytest.raises(Refused, match="/a was to have no instances, but has 2 now"):
        next_act(Remainder(app(instances=2)), raised, False)


@given(st.lists(st.sampled_from(STATES), max_size=3), st.integers(0, 2), st.booleans(), st.booleans())
def test_nothing_is_over_while_something_runs_or_waits(states, queued, deploys, empties_queue):
    seen = Remainder(app(*states, deployments=["d"] if deploys else ()), queued)
    act = next_act(seen, None, empties_queue)
    runs = any(state in LIVE for state in states)
    assert (act == OVER) == (not runs and not queued and not deploys)
    # What a deployment ends is not ended twice, and the queue is not emptied by starting more.
    assert act not in (KILL, EMPTY_QUEUE) or not deploys
    assert act != EMPTY_QUEUE or not (runs or empties_queue)
    assert seen.is_left == bool((runs or queued) and not deploys)


def test_the_queue_is_read_for_one_app():
    queue = [{"app": {"id": "/a"}, "count": 2}, {"app": {"id": "/ab"}, "count": 4}, {"count": 1}, {"app": None}]
    assert queued_launches(queue, "/a") == 2
    assert queued_launches([{"app": {"id": "/a"}}], "/a") == 1


def failed(ago, **more):
    died = (NOW - timedelta(seconds=ago)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return app(lastTaskFailure={"timestamp": died}, **{"backoffSeconds": 1, "backoffFactor": 1.15, **more})


def test_an_app_that_never_failed_need_not_be_watched():
    assert watch_seconds(app(backoffSeconds=3600), NOW) == 0
    assert watch_seconds(None, NOW) == 0


def test_after_a_failure_it_is_watched_for_its_backoff():
    assert watch_seconds(failed(0), NOW) == pytest.approx(QUEUED_AFTER + 1.15)
    assert watch_seconds(failed(60), NOW) == 0
    assert watch_seconds(failed(0, maxLaunchDelaySeconds=0), NOW) == QUEUED_AFTER


@given(
    st.integers(-5, 90), st.integers(0, 3600), st.floats(1, 10), st.one_of(st.none(), st.integers(0, 3600)), st.none()
)
def test_the_watch_always_ends(ago, seconds, factor, longest, _none):
    watched = watch_seconds(
        failed(ago, backoffSeconds=seconds, backoffFactor=factor, maxLaunchDelaySeconds=longest), NOW
    )
    assert 0 <= watched <= QUEUED_AFTER + LONGEST_WATCH
    assert watched == 0 or ago <= QUEUED_AFTER + LONGEST_WATCH


def test_a_queue_that_does_not_empty_ends_the_wait_with_words(ensure, marathon):
    """From 1.8 on the scale itself ends what waits, so that nothing is started to end it."""
    marathon.add("/a", **{**SLEEP, "instances": 0})
    marathon.queue = [{"app": {"id": "/a"}, "count": 2}]
    with pytest.raises(WaitTimeout, match="2 launches of it wait in Marathon's queue") as raised:
        ensure(id="a", instances=0, wait_timeout=0)
    assert "Run this again" in raised.value.sentence


@pytest.mark.parametrize("waiting", [1, 2, 5])
def test_the_queue_is_emptied_by_a_deployment_that_still_runs_when_it_is_cancelled(
    ensure, marathon, monkeypatch, waiting
):
    """Before 1.8, only that empties it. A deployment to as many instances as wait has nothing to start, and is over at once."""
    monkeypatch.setattr(to_zero, "QUIET_SECONDS", 0.0)
    marathon.release = "1.4.13"
    marathon.add("/a", **{**SLEEP, "instances": 0})
    marathon.queue = [{"app": {"id": "/a"}, "count": waiting}]
    under_way = []

    def put(request):
        if request.method != "PUT":
            return
        if under_way and request.query.get("force") == ["true"]:
            marathon.queue = []
        under_way[:] = [request] if request.body["instances"] > waiting else []

    marathon.before_answer = put
    assert ensure(id="a", instances=0)["changed"]
    assert (marathon.queue, marathon.apps["/a"]["instances"]) == ([], 0)


class Waiting:
    """A Marathon in whose queue two launches wait until a deployment is cancelled; or a task runs until it is killed."""

    leader = None

    def __init__(self, queued=2, states=()):
        self.seen, self.queued, self.killed = app(*states), queued, 0
        self.lock_is_lost, self.is_guarded = False, True

    def unguarded(self):
        self.is_guarded = False
        return self

    def app(self, app_id):
        return self.seen

    def queue(self):
        return [{"app": {"id": "/a"}, "count": self.queued}] if self.queued else []

    def release(self):
        return (1, 4)

    def now(self):
        return NOW

    def update_app(self, app_id, body, force=False, not_after=None):
        if self.lock_is_lost and self.is_guarded:
            raise Refused("Another run holds the lock.")
        self.is_guarded = True
        self.queued = 0 if force else self.queued
        self.seen = {**self.seen, "instances": body["instances"]}
        return Accepted("d", "v")

    def kill_tasks(self, app_id, not_after=None):
        self.killed += 1
        self.seen = app()


def ended(marathon, refusals, timeout=5.0):
    """Wait for the app to be at its end, where this speaks against ending anything at first."""

    def may_end():
        if refusals:
            raise refusals.pop(0)

    return to_zero.wait_until_at_zero(marathon, "/a", Deadline(timeout, 0.01), may_end)


def test_what_waits_in_the_queue_is_ended_once_the_service_can_do_without_it(monkeypatch):
    """Right after a scale to zero, Avi may not show yet that another version serves."""
    monkeypatch.setattr(to_zero, "QUIET_SECONDS", 0.0)
    marathon, refusals = Waiting(), [NotNow("No version is proven."), NotNow("No version is proven.")]
    assert ended(marathon, refusals)[1]
    assert (marathon.queued, refusals) == (0, [])


def test_what_was_raised_for_a_moment_is_lowered_though_the_lock_was_lost_in_it(monkeypatch):
    """In a pool group, what was given up would take all traffic again, and nobody would know why it has instances."""
    monkeypatch.setattr(to_zero, "QUIET_SECONDS", 0.0)
    marathon = Waiting()
    raise_app = marathon.update_app

    def update_app(*args, **options):
        accepted = raise_app(*args, **options)
        marathon.lock_is_lost = True
        return accepted

    marathon.update_app = update_app
    assert ended(marathon, [])[1]
    assert (marathon.seen["instances"], marathon.queued) == (0, 0)


@pytest.mark.parametrize(
    ("marathon", "refusal"),
    [(Waiting(), Refused("Another run holds the lock.")), (Waiting(0, ["TASK_RUNNING"]), NotNow("Nothing is ready."))],
)
def test_what_does_not_pass_or_serves_is_refused_at_once(marathon, refusal):
    with pytest.raises(Refused) as raised:
        ended(marathon, [refusal])
    assert raised.value is refusal
    assert marathon.killed == 0


def test_what_speaks_against_it_for_long_is_said(monkeypatch):
    monkeypatch.setattr(to_zero, "PATIENCE", 0.0)
    with pytest.raises(NotNow, match="No version is proven"):
        ended(Waiting(), [NotNow("No version is proven.")] * 9)


def test_check_mode_says_that_something_is_left_and_writes_nothing(ensure, marathon, writes):
    marathon.add("/a", **{**SLEEP, "instances": 0})
    assert not ensure(id="a", instances=0, check_mode=True)["changed"]
    marathon.apps["/a"]["tasks"] = [{"id": "a.1", "state": "TASK_RUNNING"}]
    assert ensure(id="a", instances=0, check_mode=True)["changed"]
    assert writes() == []
