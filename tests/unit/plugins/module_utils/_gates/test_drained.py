# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import AviView
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import ApiError, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._gates.drained import until_drained
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import why_not_retire
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.looks import ONE_LOOK, QUICK, Looks, Time
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    crashing,
    fresh,
    listener,
    pool,
    upgraded,
    version,
)


def draining(connections, settled=None):
    """app1-100 is active in pool B, for some seconds if told; pool A still has this many connections to the listener."""
    view = ab_view(
        pool("a", (1, 2), ab_pool=AbPool("b", 100), connections=connections), pool("b", (3, 4), connections=9)
    )
    view = dataclasses.replace(view, settled=settled)
    return Observation("app1", view, listener(), (version("100", 10, (3, 4)),))


def drain(look, app_id="app1", timeout=60):
    passing = Time()
    return until_drained(
        look, look.glance, app_id, timeout=timeout, interval=1, clock=passing.clock, sleep=passing.sleep
    )[1]


def test_drained_is_what_has_been_quiet_for_some_seconds():
    look = Looks(draining(2), draining(0), draining(1), draining(0))
    waited = drain(look)
    assert (waited.complete, waited.seconds, look.count) == (True, 8.0, 9)
    assert waited.last == "Pool a of app1 has 0 open connections."


def test_long_after_the_switch_one_quiet_look_is_enough():
    look = Looks(draining(0, settled=10))
    waited = drain(look)
    assert (waited.complete, waited.seconds, look.count) == (True, 0.0, 1)
    assert drain(Looks(draining(0, settled=9.9))).seconds == 5.0


def test_long_after_the_switch_a_quiet_glance_is_followed_by_a_look():
    look = Looks(draining(2, settled=20), draining(1, settled=21), draining(0, settled=22))
    waited = drain(look)
    # The second and the third are glances.
    assert (waited.complete, waited.seconds, look.count, look.glances) == (True, 3.0, 4, 2)


def test_a_switch_while_it_drains_starts_anew():
    look = Looks(draining(2, settled=20), draining(0, settled=0), draining(0, settled=1))
    look.glance = lambda pools: [0]
    assert drain(look).seconds == 6.0


def test_servers_that_nobody_knows_may_still_hold_connections():
    """The listener's tasks were replaced, or their agent's name does not resolve: its pool still has its old servers."""
    assert drain(Looks(dataclasses.replace(draining(17), listener=listener((8, 9)))), timeout=20).complete is False
    assert drain(Looks(dataclasses.replace(draining(0), listener=listener((8, 9)))), timeout=20).complete is True


@pytest.mark.parametrize(
    ("state", "last"),
    [
        (draining(2), "Pool a of app1 has 2 open connections."),
        (draining(None), "Pool a of app1 has an unknown number of open connections."),
        (Observation("app1", AviView("app1"), listener()), "Avi shows no virtual service app1 in tenant admin."),
        (
            Observation(
                "app1",
                ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 50)), pool("b", (3,))),
                listener(),
                (version("100", 10, (3,)),),
            ),
            "sends 50% of the traffic",
        ),
    ],
)
def test_not_drained_in_time_is_no_error(state, last):
    look, passing = Looks(state), Time()
    seen, waited = until_drained(
        look, look.glance, "app1", timeout=3, interval=1, clock=passing.clock, sleep=passing.sleep
    )
    assert (waited.what, waited.complete) == ("drained", False)
    assert last in waited.last
    assert seen.observed is state


def test_the_pool_that_takes_the_traffic_never_drains():
    look = Looks(fresh())
    _seen, waited = until_drained(look, look.glance, "app1", **QUICK)
    assert (waited.complete, look.count) == (False, 1)
    assert waited.last == "app1 has tasks in pool app1-pool-80, which takes the traffic."


@pytest.mark.parametrize(
    ("state", "app_id"), [(dataclasses.replace(upgraded(), listener=listener((), 0)), "app1"), (upgraded(), "app1-50")]
)
def test_an_app_in_no_pool_is_drained(state, app_id):
    waited = drain(Looks(state), app_id)
    assert (waited.complete, waited.seconds) == (True, 5.0)


def test_a_drain_whose_last_look_failed_is_an_error():
    with pytest.raises(WaitTimeout, match="the last look failed: gone"):
        drain(Looks(draining(2), ApiError("gone", status=503)))


def test_one_look_is_enough_to_say_that_it_is_not_drained():
    look = Looks(draining(0))
    assert until_drained(look, look.glance, "app1", **ONE_LOOK)[1].complete is False


def test_between_looks_only_the_connections_are_glanced_at():
    look = Looks(*[draining(2)] * 12, draining(0))
    waited = drain(look)
    # Quiet from the 12th second on, looked at every fifth second, and in the end.
    assert (waited.complete, waited.seconds) == (True, 17.0)
    assert (look.count, look.count - look.glances) == (18, 5)


def test_no_drain_ends_on_a_glance():
    """The traffic comes back while the connections of the pool that takes it look quiet."""
    look = Looks(draining(0), dataclasses.replace(fresh(), versions=(version("100", 10, (3, 4)),)))
    look.glance = lambda pools: [0]
    waited = drain(look)
    assert waited.complete is False
    assert "which takes the traffic" in waited.last


def test_what_is_returned_was_looked_at_when_the_time_was_up():
    look = Looks(draining(2), draining(3), draining(4), draining(5))
    passing = Time()
    seen, _waited = until_drained(
        look, look.glance, "app1", timeout=3, interval=1, clock=passing.clock, sleep=passing.sleep
    )
    assert seen.observed is look.states[3]


def test_what_is_returned_was_looked_at_even_where_the_time_was_up_during_a_glance():
    look, passing = Looks(draining(2), draining(3), draining(4)), Time()

    def slow_glance(pools):
        passing.sleep(5)
        return Looks.glance(look, pools)

    seen, _waited = until_drained(
        look, slow_glance, "app1", timeout=3, interval=1, clock=passing.clock, sleep=passing.sleep
    )
    assert seen.observed is look.states[2]


def crashed_while_draining(seconds_ago, at="first"):
    """Nothing is connected to the listener any more, and so many seconds ago a task of app1-100 failed."""
    return dataclasses.replace(draining(0), versions=crashing(seconds_ago, at).versions)


def end_of_drain(*states):
    look, passing = Looks(*states), Time()
    seen, waited = until_drained(
        look, look.glance, "app1", timeout=60, interval=1, clock=passing.clock, sleep=passing.sleep
    )
    return why_not_retire(seen), waited.seconds


def test_one_failure_while_it_drains_is_given_time_to_pass():
    assert end_of_drain(*map(crashed_while_draining, range(20))) == (None, 14.0)


def test_a_version_of_which_one_task_after_another_fails_is_not_waited_for():
    states = [*map(crashed_while_draining, range(8)), crashed_while_draining(0, "second")]
    blocked, seconds = end_of_drain(*states)
    assert "may fail again" in blocked
    assert seconds == 7.0


def test_a_version_that_is_not_proven_any_more_is_not_waited_for():
    nowhere = dataclasses.replace(draining(0), avi=ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 100)), pool("b")))
    blocked, seconds = end_of_drain(*[draining(0)] * 5, nowhere)
    assert "has no server" in blocked
    assert seconds == 5.0


def test_a_version_that_does_not_get_complete_is_not_waited_for_for_ever():
    partly = dataclasses.replace(draining(0), versions=(version("100", 10, (3, 4), 3),))
    blocked, seconds = end_of_drain(partly)
    assert "2 of its 3 instances" in blocked
    assert seconds == 80.0


def with_unchecked_tasks(state, *ports):
    """Marathon has not checked the tasks of app1-100 at these ports yet."""
    (app,) = state.versions
    tasks = [
        dataclasses.replace(task, healthy=False, unchecked=True)
        if int(task.endpoints[0].split(":")[1]) in ports
        else task
        for task in app.tasks
    ]
    return dataclasses.replace(state, versions=(dataclasses.replace(app, tasks=tuple(tasks)),))


@pytest.mark.parametrize("ports", [(3, 4), (4,)])
def test_tasks_that_a_new_leader_has_not_checked_yet_are_waited_for(ports):
    unchecked = with_unchecked_tasks(draining(0), *ports)
    assert end_of_drain(*[draining(0)] * 5, *[unchecked] * 60, draining(0)) == (None, 63.0)


def test_a_task_that_somebody_has_just_added_is_waited_for():
    grown = dataclasses.replace(draining(0), versions=(version("100", 10, (3, 4, 5)),))
    blocked, seconds = end_of_drain(*[draining(0)] * 5, *[with_unchecked_tasks(grown, 5)] * 60, draining(0))
    assert (blocked, seconds) == (None, 63.0)


def test_tasks_that_nobody_checks_are_not_waited_for_for_ever():
    blocked, seconds = end_of_drain(*[draining(0)] * 5, with_unchecked_tasks(draining(0), 4))
    assert blocked
    assert seconds == 305.0


def test_a_server_that_is_down_at_one_look_is_given_time_to_be_up():
    down = ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 100), connections=0), pool("b", (3, 4), state="OPER_DOWN"))
    down = dataclasses.replace(draining(0), avi=down)
    assert end_of_drain(*[draining(0)] * 5, *[down] * 3, draining(0)) == (None, 7.0)
    assert end_of_drain(*[draining(0)] * 5, down)[1] == 35.0
