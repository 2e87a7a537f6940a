# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rollback makes of a version that was given up, or is to be."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import plan_retire, plan_withdraw
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import given_up_labels
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.rollback_states import (
    AT_ONCE,
    BLUE,
    BY_ROLLBACK,
    BY_ROLLOUT,
    given_up,
    gone_back,
    plan,
    waiting,
    with_versions,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    pool,
    upgraded_group,
    version,
)


def test_a_rollout_that_has_not_moved_the_traffic_is_given_up():
    found = plan(waiting())
    assert (found.action, found.app) == ("withdraw", "app1-100")
    assert [(step.step, step.app) for step in found.steps] == [("withdraw", "app1-200")]
    assert [(item.app, item.instances) for item in found.withdraw] == [("app1-200", 2)]


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


def test_the_one_that_still_has_its_place_is_gone_on_with():
    # Not proven, because a server is nobody's task.
    seen = version("100", 10, (3, 4), **BLUE, version="v7")
    state = with_versions(seen, version("200", 20, labels=BY_ROLLBACK), in_a=(3, 4, 9))
    assert (plan(state).action, plan(state).app) == ("resume", "app1-100")
    assert plan(state).version == "v7"
