# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import json

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout import plan_rollout
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_request import RolloutRequest
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_steps import Ways
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils import migration_states as states
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.rollout_plans import (
    WRONG_LABELS,
    codes,
    plan,
    unproven,
    waiting,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    DEFINITION,
    ab_view,
    fresh,
    listener,
    pool,
    unhurried,
    upgraded,
    version,
)
from hypothesis import event, given
from hypothesis import strategies as st

ROUND_ROBIN = '{"pool":{"lb_algorithm":"LB_ALGORITHM_ROUND_ROBIN"}}'


def test_a_new_version_from_the_article():
    stated = {
        **DEFINITION,
        "id": "app1-100",
        "instances": 2,
        "labels": {
            "proxy_listener": "no",
            "ab_config": '{"service": "app1", "priority": 10}',
            "avi_proxy": '{"pool": {}}',
        },
    }
    found = plan(fresh(), "100", definition=stated)
    assert (found.action, found.app, found.priority) == ("deploy", "app1-100", 10)
    assert found.definition == {
        **DEFINITION,
        "id": "app1-100",
        "instances": 2,
        "labels": {
            "proxy_listener": "no",
            "ab_config": '{"priority":10,"service":"app1"}',
            "avi_proxy": '{"pool":{}}',
            "dcos_avi_takes_over_from": "app1",
        },
    }
    assert [(step.step, step.app) for step in found.steps] == [
        ("lock", "app1"),
        ("deploy", "app1-100"),
        ("confirm", "app1-100"),
        ("drain", "app1"),
        ("retire", "app1"),
    ]


def test_the_next_version_from_the_active_one():
    found = plan(upgraded(), image="avinetworks/server:2", overrides={"env": {"A": "1"}, "mem": None})
    assert (found.action, found.priority) == ("deploy", 20)
    assert found.definition["container"]["docker"]["image"] == "avinetworks/server:2"
    assert (found.definition["env"], "mem" in found.definition, found.definition["instances"]) == ({"A": "1"}, False, 2)
    assert json.loads(found.definition["labels"]["ab_config"]) == {"service": "app1", "priority": 20}


def test_what_marathon_fills_in_is_not_carried_into_the_next_version():
    active = version(
        "100",
        10,
        (3, 4),
        version="2026-01-01T00:00:00.000Z",
        tasksRunning=2,
        tasks=[],
        labels={"team": "shop"},
        container={
            **DEFINITION["container"],
            "portMappings": [{"containerPort": 80, "hostPort": 0, "servicePort": 10000}],
        },
    )
    found = plan(dataclasses.replace(upgraded(), versions=(active,)), image="avinetworks/server:2")
    assert not {"version", "tasks", "tasksRunning"} & set(found.definition)
    assert found.definition["container"]["portMappings"] == [{"containerPort": 80, "hostPort": 0}]
    assert found.definition["labels"]["team"] == "shop"


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({}, ROUND_ROBIN),
        (
            {"avi_proxy": '{"pool": {"lb_algorithm": "LB_ALGORITHM_FEWEST_SERVERS"}}'},
            '{"pool":{"lb_algorithm":"LB_ALGORITHM_FEWEST_SERVERS"}}',
        ),
        ({"avi_proxy": {"pool": {}}}, '{"pool":{}}'),
        (
            {"FE-Proxy": "yes", "FE-Proxy-VIP": "10.0.0.1", "avi_proxy": '{"virtualservice": {"services": []}}'},
            ROUND_ROBIN,
        ),
    ],
)
def test_pool_settings_are_the_listeners_unless_stated_and_a_virtual_service_is_never_carried(own, expected):
    found = plan(fresh(), definition={**DEFINITION, "labels": {**own, "team": "shop"}})
    assert found.definition["labels"] == {
        "team": "shop",
        "proxy_listener": "no",
        "ab_config": '{"priority":10,"service":"app1"}',
        "avi_proxy": expected,
        "dcos_avi_takes_over_from": "app1",
    }


TAKES_OVER_FROM_200 = {"dcos_avi_takes_over_from": "app1-200"}


def test_a_new_version_names_the_one_it_takes_over_from_whatever_its_definition_says():
    copied = {**DEFINITION, "labels": TAKES_OVER_FROM_200}
    assert plan(upgraded(), definition=copied).definition["labels"]["dcos_avi_takes_over_from"] == "app1-100"
    assert plan(upgraded(), image="x:2").definition["labels"]["dcos_avi_takes_over_from"] == "app1-100"
    nobody = dataclasses.replace(upgraded(), avi=ab_view(pool("a"), None), listener=listener((), 0))
    found = plan(nobody, definition=copied, instances=2)
    assert (found.action, "dcos_avi_takes_over_from" in found.definition["labels"]) == ("deploy", False)


@pytest.mark.parametrize("labels", [{}, TAKES_OVER_FROM_200])
@pytest.mark.parametrize("stated", [{"definition": DEFINITION}, {"image": "avinetworks/server"}])
def test_a_version_that_exists_is_no_other_by_what_it_takes_over_from(labels, stated):
    existing = version("100", 10, (3, 4), labels=labels)
    found = plan(dataclasses.replace(upgraded(), versions=(existing,)), "100", **stated)
    assert (found.action, found.refusals) == ("none", ())
    assert found.definition["labels"].get("dcos_avi_takes_over_from") == labels.get("dcos_avi_takes_over_from")


@pytest.mark.parametrize(
    ("request_", "instances"),
    [
        ({"definition": DEFINITION}, 2),
        ({"definition": {**DEFINITION, "instances": 5}}, 5),
        ({"definition": DEFINITION, "instances": 1}, 1),
        ({"definition": {**DEFINITION, "instances": 1}, "instances": 3}, 3),
        ({"image": "x:2"}, 2),
        ({"image": "x:2", "overrides": {"instances": 1}}, 1),
    ],
)
def test_instances_are_the_active_versions_unless_asked_for(request_, instances):
    assert plan(fresh(), **request_).definition["instances"] == instances


def test_an_active_version_is_left_alone_and_what_is_left_is_retired():
    found = plan(upgraded(), "100", definition=DEFINITION)
    assert (found.action, found.priority) == ("none", 10)
    assert [(step.step, step.app) for step in found.steps] == [("lock", "app1"), ("drain", "app1"), ("retire", "app1")]


def test_an_active_version_asked_for_by_its_image_again():
    assert plan(upgraded(), "100", image="avinetworks/server").action == "none"
    assert codes(plan(upgraded(), "100", image="avinetworks/server:2")) == ["other_definition"]


def test_nothing_left_to_do():
    state = dataclasses.replace(upgraded(), listener=listener((), 0))
    found = plan(state, "100", definition=DEFINITION)
    assert (found.action, found.steps) == ("none", ())


def test_another_size_is_no_other_definition():
    found = plan(upgraded(), "100", definition={**DEFINITION, "instances": 5})
    assert (found.action, found.refusals) == ("none", ())


def test_the_gates_judge_what_the_traffic_moves_to_and_what_an_earlier_run_may_not_have_judged():
    assert plan(fresh(), "100", definition=DEFINITION).judges
    assert plan(upgraded(), "100", definition=DEFINITION).judges
    kept = plan(upgraded(), "100", definition=DEFINITION, ways=Ways(keep_warm=60, is_warm=True))
    stops = plan(fresh(), "100", definition=DEFINITION, strategy="preview", promote=False)
    assert [found.judges for found in (kept, stops, plan(fresh(), "2_0", definition=DEFINITION))] == [False] * 3


def test_the_gates_judge_a_version_beside_warm_ones_where_that_is_asked_for():
    """A release retires nothing before all its versions have passed: one that was killed has not judged all of them."""
    ways = Ways(gates=("requests", "soak"), keep_warm=60, is_warm=True, goes_on=True)
    found = plan(upgraded(), "100", definition=DEFINITION, ways=ways)
    assert [step.step for step in found.steps] == ["lock", "judge", "requests", "soak"] and found.judges
    alone = dataclasses.replace(upgraded(), listener=listener((), 0))
    assert plan(alone, "100", definition=DEFINITION, ways=ways).steps == ()


def test_it_deploys_what_is_to_be_created_or_gone_on_with():
    unfinished = dataclasses.replace(fresh(), versions=(version("100", 10, (3, 4)),))
    found = [plan(state, "100", definition=DEFINITION) for state in (fresh(), unfinished, upgraded())]
    assert [(each.action, each.deploys) for each in found] == [("deploy", True), ("resume", True), ("none", False)]
    assert not plan(fresh(), "100", definition=DEFINITION, strategy="preview", promote=False).deploys


def test_a_version_that_is_gone_on_with_may_have_become_too_small():
    grown = version("100", 10, (3, 4, 5))
    view = states.ab_view(states.pool("a", (3, 4, 5)))
    state = dataclasses.replace(
        fresh(), avi=view, listener=states.listener(()), versions=(grown, version("200", 20, (7, 8)))
    )
    small = {"definition": {**DEFINITION, "instances": 2}}
    assert codes(plan(state, "200", **small)) == ["fewer_instances"]
    assert plan(state, "200", **small, instances=2).action == "resume"
    assert plan(state, "200", definition=DEFINITION).definition["instances"] == 3


def test_another_definition_under_the_same_name_is_refused_with_what_differs():
    found = plan(upgraded(), "100", definition=DEFINITION, image="x:2")
    assert codes(found) == ["other_definition"]
    assert 'container.docker.image is "avinetworks/server", not "x:2"' in found.refusals[0].sentence


def test_a_version_cut_short_is_resumed_as_it_is():
    found = plan(unproven(), "100", definition=DEFINITION)
    assert (found.action, found.priority, found.definition["instances"]) == ("resume", 10, 2)
    assert [step.step for step in found.steps] == ["lock", "deploy", "confirm", "drain", "retire"]
    assert plan(unproven(), "100", image="avinetworks/server").action == "resume"


def test_a_version_that_exists_is_never_scaled_down():
    """It was scaled up since, and one of its tasks is not healthy just now: the others serve."""
    view = ab_view(pool("a", (), ab_pool=AbPool("b", 100)), pool("b", (3, 4, 5)))
    state = Observation("app1", view, listener((), 0), (version("100", 10, (3, 4, 5), instances=4),))
    found = plan(state, "100", definition={**DEFINITION, "instances": 2})
    assert (found.action, found.definition["instances"]) == ("resume", 4)
    assert plan(state, "100", definition=DEFINITION, instances=2).definition["instances"] == 4


def test_a_version_that_waits_is_resumed_and_can_be_given_up():
    assert plan(waiting(), "200", definition=DEFINITION).action == "resume"
    given_up = dataclasses.replace(upgraded(), versions=(*upgraded().versions, version("200", 20, (), 0)))
    assert plan(given_up, "300", definition=DEFINITION).action == "deploy"


def test_a_version_that_takes_the_traffic_with_a_part_of_its_instances_is_resumed():
    view = ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 100)), pool("b", (3,)))
    state = Observation("app1", view, listener(), (version("100", 10, (3,), instances=2),))
    assert picture(state).active.id == "app1-100"
    found = plan(state, "100", definition=DEFINITION)
    assert (found.action, found.definition["instances"]) == ("resume", 2)


def test_a_withdrawn_version_is_resumed_with_instances_again():
    state = dataclasses.replace(fresh(), versions=(version("100", 10, (), 0),))
    found = plan(state, "100", definition=DEFINITION)
    assert (found.action, found.definition["instances"]) == ("resume", 2)


def test_a_superseded_version_is_refused_with_the_way_back():
    view = ab_view(pool("a", (5, 6), ab_pool=AbPool("b", 0)), pool("b", (3, 4)))
    state = Observation("app1", view, listener((), 0), (version("100", 10, (3, 4)), version("200", 20, (5, 6))))
    found = plan(state, "100", definition=DEFINITION)
    assert codes(found) == ["superseded"]
    assert found.refusals[0].sentence.endswith(
        "dcos.avi.rollback with rollback_version: 100. Below app1-200, which serves, this still runs: app1-100. The playbook dcos.avi.retire "
        "drains it and scales it to zero."
    )


def test_a_version_below_one_that_waits_is_superseded_unless_it_is_active():
    waiting = version("300", 30, (), 0)
    state = dataclasses.replace(unproven(), versions=(*unproven().versions, waiting))
    assert codes(plan(state, "100", definition=DEFINITION)) == ["superseded"]
    active = dataclasses.replace(upgraded(), versions=(*upgraded().versions, waiting))
    assert plan(active, "100", definition=DEFINITION).action == "none"
    assert plan(active, "400", definition=DEFINITION).priority == 40


def test_a_sick_service_can_still_be_rolled_forward():
    sick = dataclasses.replace(listener(), tasks=(states.task(1), states.task(2, healthy=False)))
    assert plan(dataclasses.replace(fresh(), listener=sick), image="x:2").action == "deploy"


def test_a_service_without_servers_can_be_rolled_forward_when_all_is_said():
    down = Observation("app1", ab_view(pool("a")), listener((), 2))
    assert plan(down, definition=DEFINITION, instances=2).action == "deploy"


def test_a_version_made_by_hand_may_write_its_labels_in_its_own_way():
    by_hand = version(
        "100",
        10,
        (3, 4),
        labels={"ab_config": '{ "service": "app1", "priority": 10 }', "avi_proxy": '{"pool": {"x": 1}}'},
    )
    found = plan(dataclasses.replace(upgraded(), versions=(by_hand,)), "100", definition=DEFINITION)
    assert (found.action, found.refusals) == ("none", ())


def test_what_an_app_holds_already_is_adopted_as_it_is():
    by_hand = version("100", 10, (3, 4), labels=WRONG_LABELS)
    state = dataclasses.replace(upgraded(), versions=(by_hand,))
    assert [problem.code for problem in picture(state).problems] == ["wrong_label"]
    found = plan(state, image="x:2")
    assert (found.action, found.definition["labels"]["avi_proxy"]) == (
        "deploy",
        '{"pool":{"lb_algorithm":"ROUND_ROBIN"}}',
    )


REQUESTS = st.builds(
    RolloutRequest,
    st.sampled_from(["100", "200", "300", "400", "x_y"]),
    st.sampled_from([None, DEFINITION, {**DEFINITION, "labels": {"avi_proxy": "{"}}, {}, {"container": 1}]),
    st.sampled_from([None, "x:2"]),
    st.sampled_from([None, {}, {"labels": None}, {"instances": 3}]),
    st.sampled_from([None, 0, 2]),
    st.sampled_from([None, 5, 35]),
)


@unhurried
@given(st.one_of(states.observations(), states.consistent_observations()), REQUESTS)
def test_a_plan_is_always_made_and_whole(state, request_):
    seen = picture(state)
    found = plan_rollout(seen, request_)
    event(found.action)
    assert json.loads(json.dumps(found.as_result())) == found.as_result()
    if found.action == "refuse":
        assert found.refusals
        assert not found.steps
        return
    assert found.refusals == ()
    assert found.definition["instances"] >= 1
    assert json.loads(found.definition["labels"]["ab_config"])["priority"] == found.priority
    existing = seen.app(found.app)
    if found.action == "deploy":
        assert existing is None
        assert found.priority > seen.highest_priority
    if found.action == "none":
        assert existing is seen.active
    if found.action == "resume":
        assert found.priority == existing.priority == seen.highest_priority or existing is seen.active
