# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rollback does, and when it is refused."""

from __future__ import annotations

import dataclasses
import json

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback import plan_rollback
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackRequest
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils import migration_states as states
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.rollback_states import (
    gone_back,
    plan,
    second,
    stuck,
    waiting,
    with_versions,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    fresh,
    pool,
    unhurried,
    version,
)
from hypothesis import event, given
from hypothesis import strategies as st


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


def test_the_gates_judge_a_way_back_that_moves_the_traffic_or_retires():
    assert plan(second()).judges and plan(gone_back()).judges
    assert not plan(waiting()).judges and not plan(second(), "900").judges


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
