# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import dataclasses
import json

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import plan_retire, plan_withdraw
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback import RollbackRequest, plan_rollback
from ansible_collections.dcos.avi.plugins.module_utils._plan.state_result import as_result
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import TaskFailure
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import given_up_labels
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils import migration_states as states
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    fresh,
    group_view,
    listener,
    pool,
    unhurried,
    upgraded,
    upgraded_group,
    version,
)
from hypothesis import event, given
from hypothesis import strategies as st

BLUE = {"env": {"COLOUR": "blue"}, "upgradeStrategy": {"minimumHealthCapacity": 0.5, "maximumOverCapacity": 0.2}}


def plan(state, version=None, **request):
    return plan_rollback(picture(state), RollbackRequest(version, **request))


def way_back(of, from_):
    return {"dcos_avi_rollback_of": of, "dcos_avi_rollback_from": from_, "dcos_avi_takes_over_from": from_}


def with_versions(*versions, in_a=(), in_b=(), ratio=0, head=None):
    """The listener retired, some versions, and who is in the two pools."""
    view = ab_view(pool("a", in_a, ab_pool=AbPool("b", ratio)), pool("b", in_b))
    return Observation("app1", view, head or listener((), 0), versions)


def second():
    """app1-200 is active in pool A, app1-100 was retired."""
    return with_versions(version("100", 10, **BLUE), version("200", 20, (5, 6)), in_a=(5, 6))


def gone_back(ports=(7, 8)):
    """app1-200 was replaced by the definition of app1-100, which has these tasks in pool B and takes the traffic."""
    newest = version("100-r2", 30, (7, 8), labels=way_back("app1-100", "app1-200"), **BLUE)
    versions = (version("100", 10, **BLUE), version("200", 20, (5, 6)), newest)
    return with_versions(*versions, in_a=(5, 6), in_b=ports, ratio=100)


def stuck():
    """app1-200 was created and given the traffic, but none of its tasks came up."""
    return with_versions(
        version("100", 10, (3, 4), **BLUE), version("200", 20, (), 2), in_a=(), in_b=(3, 4), head=listener((), 0)
    )


def waiting():
    """app1-200 was created, but app1-100 takes the traffic."""
    return with_versions(version("100", 10, (3, 4)), version("200", 20, (5, 6)), in_a=(5, 6), in_b=(3, 4), ratio=100)


BY_ROLLBACK = {"dcos_avi_withdrawn_for": "app1-100", "dcos_avi_rolled_back_to": "app1-100"}
BY_ROLLOUT = {"dcos_avi_withdrawn_for": "app1-100"}
AT_ONCE = {"dcos_avi_rolled_back_to": "app1-100"}


def given_up(labels, warm=()):
    """app1-200 was created and given up again: it has no instances. app1-50 may be warm still, below app1-100."""
    versions = (version("50", 5, warm), version("100", 10, (3, 4)), version("200", 20, labels=labels))
    return with_versions(*versions, in_a=warm, in_b=(3, 4), ratio=100)


def test_the_version_before_comes_back_as_it_was_with_the_highest_priority():
    found = plan(second())
    assert (found.action, found.app, found.priority, found.definition["instances"]) == ("deploy", "app1-100-r2", 30, 2)
    assert [(step.step, step.app) for step in found.steps] == [
        ("deploy", "app1-100-r2"),
        ("confirm", "app1-100-r2"),
        ("drain", "app1-200"),
        ("retire", "app1-200"),
    ]
    labels = found.definition["labels"]
    assert json.loads(labels.pop("ab_config")) == {"service": "app1", "priority": 30}
    assert json.loads(labels.pop("avi_proxy")) == {"pool": {"lb_algorithm": "LB_ALGORITHM_ROUND_ROBIN"}}
    assert labels == {"proxy_listener": "no", **way_back("app1-100", "app1-200")}
    assert {key: found.definition[key] for key in BLUE} == BLUE
    assert "app1-100 once more" in found.reason


@pytest.mark.parametrize("name", [None, "app1", "/app1"])
def test_the_listener_comes_back_as_a_version_without_a_virtual_service(name):
    found = plan(upgraded(), name)
    assert (found.action, found.app, found.priority) == ("deploy", "app1-r2", 20)
    labels = found.definition["labels"]
    assert set(labels) == {"proxy_listener", "ab_config", "avi_proxy", *way_back("app1", "app1-100")}
    assert "virtualservice" not in labels["avi_proxy"]
    assert labels["proxy_listener"] == "no"


@pytest.mark.parametrize("name", ["100", "app1-100", "100-r2"])
def test_what_came_back_before_comes_back_under_the_next_free_name(name):
    versions = (*gone_back().versions, version("300", 40, (1, 2)))
    found = plan(with_versions(*versions, in_a=(1, 2), in_b=(7, 8)), name)
    assert (found.action, found.app) == ("deploy", "app1-100-r3")
    assert found.definition["labels"]["dcos_avi_rollback_of"] == "app1-100"


def test_a_pruned_version_that_came_back_once_is_found_by_what_it_was():
    versions = (*gone_back().versions[1:], version("300", 40, (1, 2)))
    state = with_versions(*versions, in_a=(1, 2), in_b=(7, 8))
    found = plan(state, "100")
    assert (found.app, found.definition["env"]) == ("app1-100-r3", BLUE["env"])


def test_a_name_that_another_app_has_is_passed_over():
    found = plan_rollback(picture(second()), RollbackRequest(), {"app1-100-r2", "app1-100-r3"}.__contains__)
    assert found.app == "app1-100-r4"


def test_the_version_before_is_the_one_that_ran_not_one_that_was_given_up_in_between():
    times = {"100": (1, 9), "200": (2, 3), "300": (8, 8)}
    versions = [
        dataclasses.replace(version(name, 10 * number, (3, 4) if name == "300" else ()), changed_at=f"2026-01-0{created}", scaled_at=f"2026-01-0{scaled}")
        for number, (name, (created, scaled)) in enumerate(times.items(), 1)
    ]  # fmt: skip
    assert plan(with_versions(*versions, in_a=(3, 4))).app == "app1-100-r2"


def test_the_version_before_a_restarted_one_is_the_one_that_it_names():
    restarted = version("300", 30, (3, 4), labels={"dcos_avi_takes_over_from": "app1-100"})
    versions = (version("100", 10), version("200", 20), dataclasses.replace(restarted, changed_at="2026-01-09"))
    found = plan(with_versions(*versions, in_a=(3, 4)))
    assert found.app == "app1-100-r2"
    assert found.definition["labels"]["dcos_avi_takes_over_from"] == "app1-300"


def deleted(*servers, head=None, versions=()):
    """The version that had the traffic, in pool A, was deleted; app1-100 runs still, in pool B."""
    return with_versions(
        version("50", 5), version("100", 10, (3, 4), **BLUE), *versions, in_a=servers, in_b=(3, 4), head=head
    )


@pytest.mark.parametrize(
    "state",
    [
        deleted(),
        deleted(5, 6),
        deleted(head=listener((1, 2))),
        deleted(versions=(version("105", 15),)),
    ],
)
@pytest.mark.parametrize("name", [None, "100"])
def test_below_a_version_that_was_deleted_the_version_before_is_the_one_that_still_runs(state, name):
    found = plan(state, name)
    assert (found.action, found.app, found.withdraw) == ("deploy", "app1-100-r2", ())
    # The connector may remember the priority of the deleted one.
    assert found.priority >= 110


def test_a_version_that_only_lost_its_tasks_is_not_taken_for_a_deleted_one():
    lost = with_versions(version("50", 5, (1, 2)), version("100", 10, (), 2), version("200", 20, (5, 6)), in_b=(5, 6))
    assert (plan(lost).app, plan(lost).priority) == ("app1-100-r2", 30)
    late = with_versions(version("50", 5, (1, 2)), version("100", 10, (3, 4)), in_b=(1, 2))
    assert (plan(late).app, plan(late).priority) == ("app1-50-r2", 20)


def test_a_priority_is_above_those_that_a_pool_group_still_shows():
    view = group_view((pool("c", (5, 6), state="OPER_DOWN"), 100), (pool("b", (3, 4)), 100), (pool("a", (1, 2)), 100))
    state = Observation("app1", view, listener(), (version("100", 10, (3, 4)),))
    assert picture(state).next_priority == 30


@pytest.mark.parametrize(
    ("state", "request_", "expected"),
    [
        (second(), {"instances": 5}, 5),
        (stuck(), {}, 2),
        (with_versions(version("100", 10), version("200", 20)), {"instances": 3}, 3),
    ],
)
def test_instances_are_as_many_as_now_unless_asked_for(state, request_, expected):
    assert plan(state, **request_).definition["instances"] == expected


@pytest.mark.parametrize("name", [None, "100", "100-r2"])
def test_a_service_that_went_back_stays_where_it_is(name):
    found = plan(gone_back(), name)
    assert (found.action, found.app) == ("none", "app1-100-r2")
    assert [(step.step, step.app) for step in found.steps] == [("drain", "app1-200"), ("retire", "app1-200")]
    assert "takes the traffic already" in found.reason
    assert ("name the version" in found.reason) == (name is None)


@pytest.mark.parametrize("name", [None, "100", "100-r2"])
def test_a_rollback_that_was_broken_off_is_finished_as_it_is(name):
    state = gone_back(ports=(7,))
    found = plan(state, name)
    assert (found.action, found.app, found.priority) == ("resume", "app1-100-r2", 30)
    assert found.definition == dict(state.versions[-1].definition)


def test_a_sick_version_is_gone_back_from_though_nothing_is_proven():
    for state in (second(), stuck()):
        pools = {uuid: pool(uuid, ports, state="OPER_DOWN") for uuid, ports in (("a", (5, 6)), ("b", ()))}
        sick = dataclasses.replace(state, avi=dataclasses.replace(state.avi, pools=pools))
        assert picture(sick).active is None
        assert (plan(sick).action, plan(sick).app) == ("deploy", "app1-100-r2")
        assert plan(sick).withdraw == ()


def test_a_rollout_that_has_not_moved_the_traffic_is_given_up():
    found = plan(waiting())
    assert (found.action, found.app) == ("withdraw", "app1-100")
    assert [(step.step, step.app) for step in found.steps] == [("withdraw", "app1-200")]
    assert [(item.app, item.instances) for item in found.withdraw] == [("app1-200", 2)]


@pytest.mark.parametrize(("larger", "smaller"), [("100", "200"), ("200", "100")])
def test_what_comes_back_is_as_large_as_the_larger_of_both(larger, smaller):
    sizes = {larger: 8, smaller: 2}
    old = version("100", 10, range(11, 11 + sizes["100"]), **BLUE)
    new = version("200", 20, range(31, 31 + sizes["200"]))
    state = with_versions(old, new, in_a=range(31, 31 + sizes["200"]))
    assert plan(state).definition["instances"] == 8
    assert plan(state, instances=3).definition["instances"] == 3


def test_what_comes_back_is_not_as_small_as_what_has_no_instances_any_more():
    ended, running = version("200", 20, (5,), 0), version("100", 10, range(11, 21))
    state = with_versions(version("50", 5, (9,), **BLUE), running, ended, in_a=(5, 6))
    assert plan(state, "50").definition["instances"] == 10


def test_the_gates_judge_a_way_back_that_moves_the_traffic_or_retires():
    assert plan(second()).judges and plan(gone_back()).judges
    assert not plan(waiting()).judges and not plan(second(), "900").judges


def test_a_rollout_that_was_given_up_is_not_gone_back_from_once_more():
    found = plan(given_up(BY_ROLLBACK))
    assert (found.action, found.app, found.steps) == ("none", "app1-100", ())
    assert plan(given_up(BY_ROLLBACK), "50").app == "app1-50-r2"


def test_a_version_that_took_no_traffic_when_its_rollout_was_withdrawn_is_passed_over():
    for warm in ((), (1, 2)):
        found = plan(given_up(BY_ROLLOUT, warm))
        assert (found.action, found.app) == ("deploy", "app1-50-r2")
    sick = given_up(BY_ROLLOUT, (1, 2))
    pools = {uuid: pool(uuid, ports, state="OPER_DOWN", ab_pool=ab) for uuid, ports, ab in (("a", (1, 2), AbPool("b", 100)), ("b", (3, 4), None))}  # fmt: skip
    found = plan(dataclasses.replace(sick, avi=dataclasses.replace(sick.avi, pools=pools)))
    assert (found.action, found.app) == ("deploy", "app1-50-r2")


@pytest.mark.parametrize("name", [None, "100"])
def test_the_way_back_of_a_version_that_stays_is_not_retired(name):
    """That the one above was given up says nothing against the one below, which is warm for the day that this one fails."""
    found = plan(given_up(BY_ROLLBACK, (1, 2)), name)
    assert (found.action, found.app, found.steps, found.retires) == ("none", "app1-100", (), False)
    short = dataclasses.replace(given_up(BY_ROLLBACK, (1, 2)), avi=with_versions(in_a=(1, 2), in_b=(3,), ratio=100).avi)
    found = plan(short, name)
    assert (found.action, found.app, found.retires) == ("resume", "app1-100", False)


def test_a_rollback_at_once_that_was_interrupted_is_finished():
    found = plan(given_up(AT_ONCE, (1, 2)))
    assert (found.action, found.app, found.retires) == ("none", "app1-100", True)
    assert [step.app for step in found.steps] == ["app1-50", "app1-50"]


def test_where_nothing_tells_what_became_of_a_version_above_the_user_names_the_target():
    found = plan(given_up({}))
    assert [refusal.code for refusal in found.refusals] == ["unknown_history"]
    assert "nothing tells whether it took the traffic" in found.refusals[0].sentence
    assert "such as 50 (rollback_version)" in found.refusals[0].sentence
    assert plan(given_up({}), "50").app == "app1-50-r2"
    assert plan(given_up({}), "100").action == "none"


def test_what_is_given_up_gets_a_note_of_it_with_the_write_that_scales_it_down():
    (leaving,) = plan(waiting()).withdraw
    assert leaving.note == BY_ROLLBACK
    (leaving,) = plan_withdraw(picture(waiting()))
    assert leaving.note == BY_ROLLOUT
    (leaving,) = plan(upgraded_group(), instant=True).withdraw
    assert leaving.note == {"dcos_avi_rolled_back_to": "app1"}
    # An earlier note is over.
    labels = {"owner": "web", **BY_ROLLBACK}
    assert given_up_labels(labels, BY_ROLLOUT) == {"owner": "web", **BY_ROLLOUT}


def test_a_warm_fallback_of_a_pool_group_takes_over_at_once():
    found = plan(upgraded_group(), instant=True)
    assert (found.action, found.app) == ("instant", "app1")
    assert [(step.step, step.app) for step in found.steps] == [("withdraw", "app1-100"), ("confirm", "app1")]
    assert [item.app for item in found.withdraw] == ["app1-100"]


def cold(app=None, lower=None, ratio=100, top=None):
    """The pool group of ``upgraded_group``, with something about the lower member or the upper one changed."""
    upper = top or pool("app1-100-pool-80", (3, 4))
    view = group_view((upper, 100), (lower or pool("app1-pool-80", (1, 2)), ratio))
    return dataclasses.replace(upgraded_group(), avi=view, listener=app or listener())


@pytest.mark.parametrize(
    "state",
    [
        upgraded(),
        cold(ratio=0),
        cold(listener((1, 2), instances=3)),
        cold(listener((1,)), pool("app1-pool-80", (1,))),
        cold(lower=pool("app1-pool-80", (1, 2), state="OPER_DOWN")),
        cold(lower=pool("app1-pool-80", (1,))),
        cold(lower=pool("app1-pool-80", (1, 2, 3))),
        cold(dataclasses.replace(listener(), deployments=("d1",))),
    ],
)
def test_a_fallback_that_is_not_proven_to_be_ready_is_not_relied_on(state):
    assert (plan(state, instant=True).action, plan(state, instant=True).app) == ("deploy", "app1-r2")


def sick_group(**changes):
    (serving,) = upgraded_group().versions
    return dataclasses.replace(upgraded_group(), versions=(dataclasses.replace(serving, **changes),))


HALF_DOWN = dataclasses.replace(
    pool("app1-100-pool-80"), servers=(*pool("", (3,)).servers, *pool("", (4,), state="OPER_DOWN").servers)
)


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (upgraded_group(), "deploy"),
        (sick_group(failure=TaskFailure(60.0, "TASK_LOST on a1")), "deploy"),
        (sick_group(failure=TaskFailure(2.0, "TASK_FAILED on a1: exit 1")), "instant"),
        (sick_group(deployments=("d1",)), "instant"),
        (sick_group(tasks=(states.task(3), states.task(4, healthy=False))), "instant"),
        (cold(top=HALF_DOWN), "instant"),
    ],
)
def test_the_way_back_is_the_one_that_loses_less(state, action):
    """From a version that is healthy it costs nothing to wait for the other; from one that fails, each second costs its requests."""
    found = plan(state)
    assert found.action == action
    assert ("ask for the way at once (rollback_instant: true)" in found.reason) == (action == "deploy")
    assert (plan(state, instant=True).action, plan(state, instant=False).action) == ("instant", "deploy")
    assert "at once" not in plan(upgraded()).reason


def test_only_the_next_in_a_pool_group_takes_over():
    view = group_view((pool("c", (5, 6)), 100), (pool("b", (3, 4)), 100), (pool("a", (1, 2)), 100))
    state = Observation("app1", view, listener(), (version("100", 10, (3, 4)), version("200", 20, (5, 6))))
    assert (plan(state, instant=True).action, plan(state, instant=True).app) == ("instant", "app1-100")
    assert (plan(state, "app1", instant=True).action, plan(state, "app1").app) == ("deploy", "app1-r2")
    assert plan(state, instances=3, instant=True).action == "deploy"
    assert plan(state, instant=False).action == "deploy"


def test_nothing_takes_over_at_once_while_the_newest_version_has_no_traffic():
    """To give up 300, which waits, would leave the traffic with 200, whose pool holds a server that nobody knows."""
    view = group_view((pool("b", (3, 4, 9)), 100), (pool("a", (1, 2)), 100))
    state = Observation("app1", view, listener(), (version("200", 20, (3, 4)), version("300", 30, (7, 8))))
    assert picture(state).active is None
    assert plan(state, "app1", instant=True).action == "deploy"


def hidden():
    view = dataclasses.replace(ab_view(pool("a", (5, 6))), api_version="18.2.6")
    return dataclasses.replace(second(), avi=view)


@pytest.mark.parametrize(
    ("state", "request_", "code"),
    [
        (fresh(), {}, "no_version_before"),
        (second(), {"version": "300"}, "unknown_version"),
        (second(), {"instances": 0}, "no_instances"),
        (with_versions(version("100", 10), version("200", 20)), {}, "no_instances"),
        (waiting(), {"version": "app1"}, "unfinished"),
        (dataclasses.replace(second(), listener=None), {}, "no_listener"),
        (dataclasses.replace(second(), avi=dataclasses.replace(second().avi, virtual_service=None)), {}, "no_virtualservice"),
        (hidden(), {}, "ab_hidden"),
    ],
)  # fmt: skip
def test_refusals(state, request_, code):
    found = plan(state, **request_)
    assert (found.action, [refusal.code for refusal in found.refusals], found.steps) == ("refuse", [code], ())


def test_what_waits_is_not_given_up_while_the_active_version_is_not_all_there():
    state = waiting()
    short = dataclasses.replace(state.versions[0], instances=3)
    found = plan(dataclasses.replace(state, versions=(short, state.versions[1])))
    assert [refusal.code for refusal in found.refusals] == ["not_proven"]
    assert "2 of its 3 instances" in found.refusals[0].sentence


def test_the_version_gone_back_from_is_retired_even_while_its_deployment_does_not_end():
    state = gone_back()
    busy = dataclasses.replace(state.versions[1], deployments=("d1",))
    state = dataclasses.replace(state, versions=(state.versions[0], busy, state.versions[2]))
    (leaving,) = plan_retire(picture(state))
    assert (leaving.app, leaving.deploying) == ("app1-200", True)


def test_what_came_back_runs_the_same_as_before():
    shown = as_result(picture(gone_back()))["versions"]
    hashes = {item["app"]: item["definition_hash"] for item in shown}
    assert hashes["app1-100"] == hashes["app1-100-r2"] != hashes["app1-200"]


REQUESTS = st.builds(
    RollbackRequest,
    st.sampled_from([None, None, "app1", "100", "200", "300", "odd", "400"]),
    st.sampled_from([None, None, 0, 2]),
)


@unhurried
@given(st.one_of(states.observations(), states.consistent_observations(), states.consistent_groups()), REQUESTS)
def test_a_plan_is_always_made_and_whole(state, request_):
    seen = picture(state)
    found = plan_rollback(seen, request_)
    event(found.action)
    assert json.loads(json.dumps(found.as_result())) == found.as_result()
    assert (found.action == "refuse") == bool(found.refusals)
    if found.action == "refuse":
        return
    assert found.reason
    assert bool(found.withdraw) == (found.action in ("withdraw", "instant"))
    if found.action == "deploy":
        assert seen.app(found.app) is None
        assert found.priority > seen.highest_priority
        assert found.definition["instances"] >= 1
        assert not set(found.definition["labels"]) & {"FE-Proxy", "FE-Proxy-VIP"}
    if found.action in ("none", "withdraw"):
        assert seen.active.id == found.app


DEFINITIONS = st.fixed_dictionaries(
    {},
    optional={
        "cpus": st.sampled_from([0.1, 4]),
        "cmd": st.text(max_size=5),
        "env": st.dictionaries(st.text(), st.text(), max_size=2),
        "labels": st.dictionaries(st.sampled_from(["owner", "stage"]), st.text(), max_size=2),
        "requirePorts": st.booleans(),
    },
)


@given(DEFINITIONS)
def test_all_of_a_definition_comes_back(stated):
    was = version("100", 10, **copy.deepcopy(stated))
    again = plan(dataclasses.replace(second(), versions=(was, second().versions[1]))).definition
    fields = set(was.definition) - {"id", "instances", "labels", "container"}
    assert {key: again[key] for key in fields} == {key: was.definition[key] for key in fields}
    assert again["container"]["docker"] == was.definition["container"]["docker"]
    assert stated.get("labels", {}).items() <= again["labels"].items()
    assert set(again) == set(was.definition)


def outranked(in_b=()):
    """app1-200 was given up, with nothing of it left, but still takes the traffic: its empty pool B does."""
    return with_versions(version("100", 10, (3, 4), **BLUE), version("200", 20), in_a=(3, 4), in_b=in_b, ratio=100)


@pytest.mark.parametrize("name", [None, "100"])
def test_below_a_version_that_keeps_the_traffic_with_nothing_of_it_left_the_way_back_is_forward(name):
    found = plan(outranked(), name)
    # With the long step: that the traffic was left by the version that is still there is not certain.
    assert (found.action, found.app, found.priority) == ("deploy", "app1-100-r2", 120)
    assert found.definition["labels"]["dcos_avi_rollback_from"] == "app1-200"
    assert found.definition["instances"] == 2


def test_the_one_that_still_has_its_place_is_gone_on_with():
    # Not proven, because a server is nobody's task.
    seen = version("100", 10, (3, 4), **BLUE, version="v7")
    state = with_versions(seen, version("200", 20, labels=BY_ROLLBACK), in_a=(3, 4, 9))
    assert (plan(state).action, plan(state).app) == ("resume", "app1-100")
    assert plan(state).version == "v7"


MAPPED = {
    "networks": [{"mode": "container/bridge"}],
    "container": {"portMappings": [{"containerPort": 80, "hostPort": 31080}]},
}
CHECKED = {"healthChecks": [{"protocol": "HTTP", "port": 31080}]}
ON_HOSTS = {"networks": [{"mode": "host"}], "container": {}, "portDefinitions": [{"port": 31080}], "requirePorts": True}


@pytest.mark.parametrize(
    ("fixed", "running", "port"),
    [(MAPPED, True, 0), (MAPPED, False, 31080), ({**MAPPED, **CHECKED}, True, 31080), (ON_HOSTS, True, 31080)],
)
def test_a_port_that_the_earlier_version_still_holds_is_left_to_marathon_where_any_would_do(fixed, running, port):
    tasks = (3, 4) if running else ()
    earlier = version("100", 10, tasks, **fixed)
    found = plan(with_versions(earlier, version("200", 20, (5, 6)), in_a=(5, 6), in_b=tasks), "100")
    assert (found.action, found.app) == ("deploy", "app1-100-r2")
    mappings = found.definition["container"].get("portMappings") or ()
    ports = [each["hostPort"] for each in mappings] or [each["port"] for each in found.definition["portDefinitions"]]
    assert ports == [port]
    assert ("host port 31080 is taken" in found.reason) == (port == 0)
