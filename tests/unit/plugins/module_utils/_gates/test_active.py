# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import AviView
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import ApiError, AuthenticationError, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._gates.active import (
    until_active,
    why_not_active,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
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


def activate(look, app_id, **times):
    return until_active(look, look.is_unchanged, app_id, **times)


def placed(in_b=(3, 4), ratio=0, tasks=(3, 4), instances=2):
    """app1-100 has tasks, and those in pool B; the listener takes the traffic, unless the ratio says otherwise."""
    view = ab_view(pool("a", (1, 2), ab_pool=AbPool("b", ratio)), pool("b", in_b))
    return Observation("app1", view, listener((1, 2)), (version("100", 10, tasks, instances),))


def unnoticed():
    """All tasks of app1-100 are healthy, and Avi knows nothing of them."""
    return dataclasses.replace(fresh(), versions=(version("100", 10, (3, 4)),))


def test_a_listener_is_active_behind_a_virtual_service_that_is_up():
    down = dataclasses.replace(fresh().avi.virtual_service, oper_state="OPER_DOWN")
    state = dataclasses.replace(fresh(), avi=dataclasses.replace(fresh().avi, virtual_service=down))
    with pytest.raises(WaitTimeout, match="Virtual service app1 is OPER_DOWN"):
        activate(Looks(state), "app1", **QUICK)
    assert activate(Looks(fresh()), "app1", **QUICK)[1].complete


def test_until_active_looks_until_it_is():
    look = Looks(fresh(), ApiError("503", status=503), upgraded())
    seen, waited = activate(look, "app1-100", **QUICK)
    assert (seen.active.id, look.count) == ("app1-100", 3)
    result = waited.as_result()
    assert (result["for"], result["complete"], result["last"]) == (
        "active",
        True,
        "app1-100 takes all traffic with 2 tasks.",
    )


def test_until_active_wants_every_instance():
    view = ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 100)), pool("b", (3,)))
    partly = Observation("app1", view, listener(), (version("100", 10, (3,), instances=2),))
    assert picture(partly).active.id == "app1-100"
    with pytest.raises(WaitTimeout, match="1 of the 2 instances of app1-100 are healthy"):
        activate(Looks(partly), "app1-100", **ONE_LOOK)


def test_until_active_waits_until_no_task_has_failed_for_a_while():
    # However short the wait for the proof may be.
    look = Looks(crashing(13), crashing(14), crashing(15))
    assert activate(look, "app1-100", **ONE_LOOK)[1].complete
    assert look.count == 3


def test_until_active_ends_as_soon_as_another_task_fails():
    look = Looks(crashing(2), crashing(3), crashing(1, "second"), crashing(15, "second"))
    with pytest.raises(WaitTimeout, match=r"app1-100 took the traffic, but does not hold up.* failed 1 s ago: TASK_F"):
        activate(look, "app1-100", **QUICK)
    assert look.count == 3


def test_until_active_ends_where_the_version_that_failed_takes_the_traffic_no_more():
    with pytest.raises(
        WaitTimeout, match=r"app1-100 took the traffic, but does not hold up.* goes to pool app1-pool-80"
    ):
        activate(Looks(crashing(2), dataclasses.replace(crashing(3), avi=fresh().avi)), "app1-100", **QUICK)


def test_until_active_fails_at_once_where_waiting_cannot_help():
    look = Looks(AuthenticationError("refused", status=401))
    with pytest.raises(AuthenticationError):
        activate(look, "app1", **QUICK)
    assert look.count == 1


@pytest.mark.parametrize(
    ("state", "app_id", "words"),
    [
        (fresh(), "app1-100", ["Marathon shows no app app1-100 that belongs to app1."]),
        (
            dataclasses.replace(fresh(), versions=(version("100", 10, (3, 4)),)),
            "app1-100",
            [
                "in no pool of the virtual service: the cloud connector",
                "goes to pool app1-pool-80, with the tasks of app1.",
            ],
        ),
        (
            dataclasses.replace(fresh(), versions=(version("100", 10, (3,), 2),)),
            "app1-100",
            ["1 of the 2 instances of app1-100 are healthy.", "in no pool"],
        ),
        (
            dataclasses.replace(fresh(), versions=(version("100", 10, (), 0),)),
            "app1-100",
            ["app1-100 has no instances. The traffic goes to"],
        ),
        (
            upgraded(),
            "app1",
            [
                "in pool app1-pool-80, which takes no traffic.",
                "goes to pool app1-100-pool-80, with the tasks of app1-100",
            ],
        ),
        (Observation("app1", AviView("app1"), listener()), "app1", ["Avi shows no virtual service app1"]),
        (
            Observation("app1", ab_view(pool("a", (1, 9))), listener()),
            "app1",
            [
                "not hold exactly the healthy tasks of app1: its servers 127.0.0.2:9 are none of them; 127.0.0.2:2 is not"
            ],
        ),
    ],
)
def test_why_not_active(state, app_id, words):
    sentence = why_not_active(picture(state), app_id)
    assert all(part in sentence for part in words), sentence


def test_while_avi_shows_no_change_it_is_only_glanced_at():
    look, passing = Looks(*[unnoticed()] * 13, *[placed()] * 3, placed(ratio=100)), Time()
    _seen, waited = activate(look, "app1-100", timeout=60, interval=1, clock=passing.clock, sleep=passing.sleep)
    # Looked at in the seconds 0, 5 and 10, and where a glance showed a change: in the seconds 13 and 15.
    assert (waited.seconds, look.glances, look.count - look.glances) == (15.0, 13, 5)


def test_what_is_watched_is_the_pool_that_takes_the_traffic_until_the_app_has_one():
    look, passing = Looks(*[unnoticed()] * 2, *[placed()] * 3, placed(ratio=100)), Time()
    activate(look, "app1-100", timeout=60, interval=1, clock=passing.clock, sleep=passing.sleep)
    assert look.watched == [["app1-pool-80"], ["app1-pool-80"], ["b"], ["b"]]


@pytest.mark.parametrize("state", [placed(tasks=(3,)), fresh()])
def test_what_marathon_has_to_change_is_looked_at(state):
    look, passing = Looks(*[state] * 3, placed(ratio=100)), Time()
    activate(look, "app1-100", timeout=60, interval=1, clock=passing.clock, sleep=passing.sleep)
    assert (look.count, look.glances) == (4, 0)


def test_the_state_of_a_listeners_virtual_service_is_looked_at():
    down = dataclasses.replace(fresh().avi.virtual_service, oper_state="OPER_DOWN")
    look, passing = (
        Looks(dataclasses.replace(fresh(), avi=dataclasses.replace(fresh().avi, virtual_service=down)), fresh()),
        Time(),
    )
    activate(look, "app1", timeout=60, interval=1, clock=passing.clock, sleep=passing.sleep)
    assert (look.count, look.glances) == (2, 0)


def test_when_the_time_is_up_it_is_looked_at():
    look, passing = Looks(*[placed()] * 3, placed(ratio=100)), Time()
    look.is_unchanged = lambda seen, pools: bool(look._next())
    activate(look, "app1-100", timeout=3, interval=1, clock=passing.clock, sleep=passing.sleep)
    assert (passing.now, look.count) == (3.0, 4)


def test_a_glance_that_fails_does_not_end_the_wait():
    look, passing = Looks(placed(), ApiError("503", status=503), placed(ratio=100)), Time()
    activate(look, "app1-100", timeout=60, interval=1, clock=passing.clock, sleep=passing.sleep)
    # After it, two seconds pass.
    assert passing.now == 3.0
