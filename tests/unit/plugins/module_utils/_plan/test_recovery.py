# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import NotNow, Refused
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_scale_down import _Leaving
from ansible_collections.dcos.avi.plugins.module_utils._plan.recovery import (
    LEAVE,
    NOTHING,
    ROLLBACK,
    UNFINISHED,
    WITHDRAW,
    Recovery,
    plan_recovery,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import TaskFailure
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Run
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    crashing,
    fresh,
    group_view,
    listener,
    observations,
    pool,
    unhealthy,
    unhurried,
    upgraded,
    version,
)
from hypothesis import event, given
from hypothesis import strategies as st


def recover(state, app="app1-100", on_failure="rollback"):
    return plan_recovery(picture(state), app, on_failure)


def waiting():
    """app1-100 is there, and the traffic still goes to the listener."""
    return dataclasses.replace(fresh(), versions=(version("100", 10, (3, 4)),))


def test_a_version_without_traffic_is_withdrawn():
    found = recover(waiting())
    assert found.action == "withdraw"
    assert (
        found.sentence
        == "app1-100 takes no traffic (app1 takes all traffic with its 2 instances), so it is scaled to zero."
    )


def crashed_in_a_group():
    """A task of app1-100 has failed, so that the pool group's traffic went back to the listener."""
    view = group_view((pool("b", ()), 100), (pool("a", (1, 2)), 100))
    failure = TaskFailure(4.0, "TASK_FAILED on a1: Container exited with status 3.", "first")
    crashed = dataclasses.replace(version("100", 10, (), 1), failure=failure)
    return Observation("app1", view, listener(), (crashed,))


@pytest.mark.parametrize("phase", ["retire", "soak"])
def test_the_crash_of_a_version_that_lost_the_traffic_of_its_pool_group_is_named(phase):
    found = plan_recovery(picture(crashed_in_a_group()), "app1-100", "rollback", phase)
    assert found.action == "withdraw"
    assert found.sentence.endswith("a task of it failed 4 s ago: TASK_FAILED on a1: Container exited with status 3.")


def test_what_was_to_go_stays_because_the_version_above_it_crashed():
    client = SimpleNamespace(now=lambda: datetime(2026, 1, 1, tzinfo=timezone.utc))
    params = {
        "retire": {"keep_warm": 0, "by": "app1-100", "at_least": None},
        "rollback": None,
        "recover": None,
        "force": False,
    }
    with pytest.raises(Refused, match=r"app1-100 does not take all traffic, and .* Container exited with status 3"):
        _Leaving(None, client, "app1", params, None).proof(picture(crashed_in_a_group()))


@pytest.mark.parametrize(("reason", "is_open"), [("recover", True), ("rollback", True), ("retire", False)])
def test_what_is_to_be_withdrawn_and_serves_again_can_be_decided_anew(reason, is_open):
    """Its tasks crash and are started again, so that it loses the traffic and gets it back. Whether to go on is for the role to decide."""
    asked = {
        "retire": {"keep_warm": 0, "by": None, "at_least": None},
        "rollback": {"version": None, "instances": None, "instant": None},
        "recover": {"on_failure": "rollback", "phase": None, "begun": True, "judged": True},
    }
    params = {**dict.fromkeys(asked), reason: asked[reason], "force": False}
    client = SimpleNamespace(now=lambda: datetime(2026, 1, 1, tzinfo=timezone.utc))
    service = SimpleNamespace(has_namesake=lambda seen, app_id: False)
    leaving = _Leaving(service, client, "app1-100", params, None)
    with pytest.raises(NotNow) as raised:
        leaving.proof(picture(upgraded()))
    assert raised.value.as_result() == ({"not_now": True} if is_open else {})


def test_what_was_changed_since_can_be_decided_anew_and_what_another_run_may_change_cannot():
    params = {"retire": None, "rollback": None, "recover": {}, "force": False}
    leaving = _Leaving(None, None, "app1-100", params, Run("this run", "its nonce"))
    with pytest.raises(NotNow) as raised:
        leaving._refuse_if_changed({"version": "v1"}, {"version": "v2"})
    assert raised.value.as_result() == {"not_now": True}
    with pytest.raises(Refused) as refused:
        leaving.proof(picture(upgraded()))
    assert refused.value.as_result() == {}


def test_a_version_with_traffic_has_to_be_rolled_back():
    assert recover(upgraded()).action == "rollback"


def test_a_version_with_traffic_and_servers_down_has_to_be_rolled_back():
    view = ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 100)), pool("b", (3, 4), state="OPER_DOWN"))
    assert recover(Observation("app1", view, listener(), (version("100", 10, (3, 4)),))).action == "rollback"


def test_a_version_that_is_being_changed_is_only_not_finished():
    partly = dataclasses.replace(version("100", 10, (3, 4), 4), deployments=("d1",))
    state = dataclasses.replace(upgraded(), versions=(partly,))
    assert plan_recovery(picture(state), "app1-100", "rollback", "retire").action == "unfinished"
    assert plan_recovery(picture(state), "app1-100", "rollback", "soak").action == "rollback"


def test_a_version_that_marathon_has_not_checked_anew_is_only_not_finished():
    assert (
        plan_recovery(picture(unhealthy(upgraded(), unchecked=True)), "app1-100", "rollback", "retire").action
        == "unfinished"
    )
    # A gate that failed, a crash, and tasks that Marathon has checked speak for themselves.
    assert (
        plan_recovery(picture(unhealthy(upgraded(), unchecked=True)), "app1-100", "rollback", "soak").action
        == "rollback"
    )
    assert (
        plan_recovery(picture(unhealthy(crashing(3), unchecked=True)), "app1-100", "rollback", "retire").action
        == "rollback"
    )
    assert plan_recovery(picture(unhealthy(upgraded())), "app1-100", "rollback", "retire").action == "rollback"


def test_what_marathon_has_not_checked_yet_is_no_server_that_avi_shows_down():
    view = ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 100)), pool("b", (3, 4), state="OPER_DOWN"))
    state = unhealthy(Observation("app1", view, listener(), (version("100", 10, (3, 4)),)), unchecked=True)
    assert plan_recovery(picture(state), "app1-100", "rollback", "retire").action == "rollback"


def test_a_version_that_crashes_is_taken_back_though_it_is_being_changed():
    (failed,) = crashing(3).versions
    state = dataclasses.replace(upgraded(), versions=(dataclasses.replace(failed, deployments=("d1",)),))
    assert plan_recovery(picture(state), "app1-100", "rollback", "retire").action == "rollback"


def test_what_is_only_not_finished_is_no_failure_to_freeze():
    assert plan_recovery(picture(upgraded()), "app1-100", "freeze", "retire").action == "unfinished"
    assert plan_recovery(picture(crashing(3)), "app1-100", "freeze", "retire").action == "leave"


@pytest.mark.parametrize("state", [waiting(), upgraded()])
def test_to_freeze_leaves_all(state):
    assert recover(state, on_failure="freeze").action == "leave"


@pytest.mark.parametrize("state", [fresh(), dataclasses.replace(fresh(), versions=(version("100", 10),))])
def test_what_has_no_instances_needs_nothing(state):
    assert recover(state).action == "nothing"


def test_where_the_traffic_goes_is_not_known_so_all_is_left():
    view = ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 50)), pool("b", (3, 4)))
    found = recover(Observation("app1", view, listener(), (version("100", 10, (3, 4)),)))
    assert found.action == "leave"
    assert "No version is proven to take the traffic." in found.sentence


def left_to_nobody(servers, *versions):
    """Pool B takes the traffic, with servers that are no tasks; app1-100 has others, which are in no pool yet."""
    view = ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 100)), pool("b", servers))
    return Observation("app1", view, listener(), versions or (version("100", 10, (3, 4)),))


def test_a_version_of_which_all_tasks_ended_at_once_has_to_be_rolled_back():
    found = recover(left_to_nobody(()))
    assert found.action == "rollback"
    assert found.sentence == (
        "The traffic goes to nobody: no task of any version is in the pool that takes it. So the version before has to come back."
    )


def test_servers_that_nobody_knows_are_those_of_a_version_that_crashed():
    (crashed,) = crashing(3).versions
    assert recover(left_to_nobody((8, 9), dataclasses.replace(crashed, tasks=()))).action == "rollback"
    # Else they may be those of a version whose agents' names do not resolve in this moment.
    assert recover(left_to_nobody((8, 9))).action == "leave"


def test_what_is_left_to_nobody_is_blamed_on_the_highest_version_alone():
    higher = (version("100", 10, (3, 4)), version("200", 20, (5, 6)))
    assert recover(left_to_nobody((), *higher)).action == "leave"
    assert recover(left_to_nobody((), *higher), "app1-200").action == "rollback"


@pytest.mark.parametrize(
    ("phase", "action"),
    [("confirm", "leave"), ("deploy", "leave"), ("retire", "unfinished"), ("requests", "rollback")],
)
def test_what_could_only_not_be_seen_is_left_once_it_is_proven(phase, action):
    assert plan_recovery(picture(upgraded()), "app1-100", "rollback", phase).action == action


@pytest.mark.parametrize("phase", ["confirm", "deploy", "retire"])
def test_what_crashes_is_rolled_back_though_it_is_proven_in_this_moment(phase):
    found = plan_recovery(picture(crashing(3)), "app1-100", "rollback", phase)
    assert found.action == "rollback"
    # Under its own name it would be refused: it is below what comes back.
    assert "another name" in found.next
    assert found.sentence == (
        "The traffic goes to app1-100, and a task of it failed 3 s ago: TASK_FAILED on a1: exit 1. So the version before has to come back."
    )


def test_what_is_not_proven_is_rolled_back_in_any_phase():
    view = ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 100)), pool("b", (3, 4), state="OPER_DOWN"))
    state = Observation("app1", view, listener(), (version("100", 10, (3, 4)),))
    assert plan_recovery(picture(state), "app1-100", "rollback", "confirm").action == "rollback"


@pytest.mark.parametrize("state", [waiting(), upgraded()])
def test_what_the_run_did_not_touch_is_not_its_to_take_back(state):
    found = plan_recovery(picture(state), "app1-100", "rollback", "before_deploy", begun=False)
    assert (found.action, found.sentence) == ("leave", "app1-100 is left as it is, because this run did not change it.")


def test_a_late_connector_may_still_move_the_traffic_to_a_healthy_version():
    found = plan_recovery(picture(waiting()), "app1-100", "rollback", "confirm")
    assert found.action == "leave"
    assert "app1-100 is healthy, but in no pool of the virtual service: the cloud connector is late" in found.sentence
    in_a = pool("app1-pool-80", (1, 2), ab_pool=AbPool("app1-100-pool-80", 0))
    about_to_move = dataclasses.replace(waiting(), avi=ab_view(in_a, pool("app1-100-pool-80", (3, 4))))
    # Where the deployment failed, too: by now it is done.
    assert plan_recovery(picture(about_to_move), "app1-100", "rollback", "deploy").action == "leave"
    found = plan_recovery(picture(about_to_move), "app1-100", "rollback", "confirm")
    assert found.action == "leave"
    assert "app1-100 is healthy, but in pool app1-100-pool-80, which takes no traffic: the cloud" in found.sentence
    # What failed by itself is not to get the traffic, however late.
    assert plan_recovery(picture(waiting()), "app1-100", "rollback", "smoke").action == "withdraw"
    partly = dataclasses.replace(fresh(), versions=(version("100", 10, (3,), 2),))
    assert plan_recovery(picture(partly), "app1-100", "rollback", "confirm").action == "withdraw"


def test_a_version_that_another_one_waits_above_is_not_gone_back_from():
    state = dataclasses.replace(upgraded(), versions=(*upgraded().versions, version("200", 20, (5, 6))))
    found = plan_recovery(picture(state), "app1-100", "rollback", "smoke")
    assert found.action == "leave"
    assert "app1-200 waits to take the traffic over from it" in found.sentence


def test_a_pool_group_of_which_no_server_is_up_leaves_the_traffic_to_nobody():
    view = group_view((pool("b", (3, 4), state="OPER_DOWN"), 1), (pool("a", (1, 2), state="OPER_DOWN"), 1))
    state = Observation("app1", view, listener(), (version("100", 10, (3, 4)),))
    assert plan_recovery(picture(state), "app1-100", "rollback", "retire").action == "rollback"
    assert plan_recovery(picture(state), "app1", "rollback", "retire").action == "leave"


def with_preview(state):
    return dataclasses.replace(state, previews=(version("100-preview", 0, (7,)), version("200-preview", 0, (8,))))


@pytest.mark.parametrize("state", [waiting(), upgraded(), fresh()])
def test_its_preview_goes_with_a_version_that_is_taken_back(state):
    found = recover(with_preview(state))
    assert found.preview == "app1-100-preview"
    assert (found.action == "nothing") == (found.sentence.endswith("its preview app1-100-preview is deleted."))
    assert recover(state).preview is None
    assert recover(with_preview(state), on_failure="freeze").preview is None


def test_its_preview_goes_with_a_version_that_is_only_not_finished():
    found = plan_recovery(picture(with_preview(upgraded())), "app1-100", "rollback", "retire")
    assert (found.action, found.preview) == ("unfinished", "app1-100-preview")


def gone(servers, *versions):
    """app1-110 took the traffic over from app1-100, and then somebody scaled it to zero or deleted it."""
    view = ab_view(pool("a", servers, ab_pool=AbPool("b", 0)), pool("b", (3, 4)))
    return Observation("app1", view, listener((), 0), (version("100", 10, (3, 4)), *versions))


@pytest.mark.parametrize("servers", [(), (5, 6)])
@pytest.mark.parametrize(
    ("left", "how"), [((version("110", 20),), "has no instances any more"), ((), "does not exist any more")]
)
def test_a_version_of_which_nothing_is_left_may_have_left_the_traffic_to_nobody(servers, left, how):
    down = ab_view(pool("a", servers, state="OPER_DOWN", ab_pool=AbPool("b", 0)), pool("b", (3, 4)))
    state = dataclasses.replace(gone(servers, *left), avi=down)
    found = plan_recovery(picture(state), "app1-110", "rollback", "soak")
    assert found.action == "rollback"
    assert found.sentence == (
        f"app1-110 {how}, and the traffic goes to nobody: no task of any version is in the pool that takes it. "
        "So the version before has to come back."
    )
    assert plan_recovery(picture(state), "app1-110", "freeze", "soak").action == "leave"
    assert plan_recovery(picture(state), "app1-110", "rollback", "soak", begun=False).action == "nothing"


def test_what_is_gone_left_nothing_to_mend_where_another_version_has_the_traffic_or_may_have_it():
    assert recover(gone((3, 4)), "app1-110").action == "nothing"
    # The servers may be those of app1-100, whose agents' names do not resolve.
    unknown = gone((5, 6))
    unknown = dataclasses.replace(unknown, avi=ab_view(pool("a", (5, 6))))
    assert recover(unknown, "app1-110").action == "nothing"
    # Another one is to take the traffic next.
    assert recover(gone((), version("110", 20), version("120", 30, (7, 8))), "app1-110").action == "nothing"


def test_its_preview_stays_with_a_version_that_stays():
    state = with_preview(upgraded())
    assert plan_recovery(picture(state), "app1-100", "rollback", "soak", begun=False).preview is None


def test_an_app_that_does_not_exist_is_said_not_to():
    assert recover(fresh()).sentence == "app1-100 does not exist, so there is nothing to take back."


@unhurried
@given(observations(), st.sampled_from(["app1", "app1-100", "odd"]))
def test_what_takes_the_traffic_is_never_withdrawn(state, app_id):
    seen = picture(state)
    found = plan_recovery(seen, app_id, "rollback")
    event(found.action)
    if found.action == "withdraw":
        assert seen.active is not None
        assert seen.traffic.taker not in seen.places(seen.app(app_id))


def test_what_got_no_answer_takes_no_version_back_that_serves():
    for state in (upgraded(), unhealthy(upgraded(), unchecked=True)):
        for phase in ("smoke", "soak"):
            recovery = plan_recovery(picture(state), "app1-100", "rollback", phase, judged=False)
            assert (recovery.action, plan_recovery(picture(state), "app1-100", "rollback", phase).action) == (
                LEAVE,
                ROLLBACK,
            )
            assert "gave no answer that speaks against it" in recovery.sentence
    # But one that crashes, and one whose traffic goes to nobody.
    assert plan_recovery(picture(crashing(3)), "app1-100", "rollback", "soak", judged=False).action == ROLLBACK


@pytest.mark.parametrize(
    ("action", "preview", "moves"),
    [
        (WITHDRAW, None, ["recover_by_withdraw"]),
        (ROLLBACK, "app1-200-preview", ["recover_by_rollback", "clean"]),
        (NOTHING, "app1-200-preview", ["clean"]),
        (LEAVE, None, []),
        (UNFINISHED, None, []),
    ],
)
def test_what_the_role_does_about_it_has_a_file_of_tasks_each(action, preview, moves):
    found = Recovery(action, "app1-200", "Why.", "What next.", preview=preview)
    assert found.as_result()["moves"] == moves
    tasks = Path(__file__).parents[5] / "roles" / "rollout" / "tasks"
    assert [move for move in moves if not (tasks / f"{move}.yml").exists()] == []
