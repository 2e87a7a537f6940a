# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is seen: no step that a role may take leaves a virtual service that has a healthy active pool without one."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timezone

from ansible_collections.dcos.avi.plugins.module_utils._plan.leftover import plan_leftovers, to_plan_by
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import REFUSE
from ansible_collections.dcos.avi.plugins.module_utils._plan.recovery import LEAVE, NOTHING, plan_recovery
from ansible_collections.dcos.avi.plugins.module_utils._plan.retention import what_may_leave
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback import plan_rollback
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackRequest
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_ways import INSTANT
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout import plan_rollout
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_request import RolloutRequest
from ansible_collections.dcos.avi.plugins.module_utils._service.foreign import FOREIGN_TRAFFIC
from ansible_collections.dcos.avi.plugins.module_utils._service.nobody_serves import serving_pools, why_nobody_serves
from ansible_collections.dcos.avi.plugins.module_utils._service.state import holds, is_complete, picture, recent_failure
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils import migration_states as states
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.foreign_states import beside, foreign_apps
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import unhurried
from hypothesis import event, given
from hypothesis import strategies as st

NOW = datetime(2026, 1, 15, tzinfo=timezone.utc)
STATES = st.one_of(
    states.observations(), states.consistent_observations(), states.consistent_groups(), states.warm_groups()
)
REQUESTS = st.builds(
    RollbackRequest, st.sampled_from([None, None, "app1", "100", "200"]), instant=st.sampled_from([None, True])
)


def without(state, app_ids, *, deleted=False):
    """The state after these apps lost their tasks, and the cloud connector has noticed."""
    leaving = [app for app in state.apps if app.id in app_ids]
    pools = {uuid: _without_servers(pool, leaving) for uuid, pool in state.avi.pools.items()}
    stay = {
        app.id: dataclasses.replace(app, instances=0, tasks=()) if app in leaving else app
        for app in state.apps
        if app not in leaving or not deleted
    }
    return dataclasses.replace(
        state,
        avi=dataclasses.replace(state.avi, pools=pools),
        listener=stay.get(state.listener.id) if state.listener else None,
        versions=tuple(stay[app.id] for app in state.versions if app.id in stay),
    )


def _without_servers(pool, leaving):
    gone = {endpoint for app in leaving for task in app.tasks for endpoint in task.endpoints}
    return dataclasses.replace(pool, servers=tuple(each for each in pool.servers if each.endpoint not in gone))


def assert_serves_on(before, after):
    """The pool that took the traffic takes it still, with the servers it had."""
    assert after.traffic.taker is not None
    assert after.traffic.taker.pool.uuid == before.traffic.taker.pool.uuid
    assert after.traffic.taker.pool.servers == before.traffic.taker.pool.servers
    assert after.traffic.taker.pool.servers_up > 0
    assert after.active.id == before.active.id


@unhurried
@given(STATES, st.integers(-1, 2))
def test_what_is_retired_withdrawn_or_pruned_takes_no_traffic_alone_or_together(state, keep):
    seen = picture(state)
    found = what_may_leave(seen, keep_warm=0, keep=keep, now=NOW)
    for kind in ("retire", "withdraw", "prune"):
        app_ids = [item["app"] for item in found[kind]]
        for leaving in [*([app_id] for app_id in app_ids), app_ids]:
            if leaving:
                event(kind)
                assert_serves_on(seen, picture(without(state, leaving, deleted=kind == "prune")))
    pruned = [item["app"] for item in found["prune"]]
    assert seen.service not in pruned
    assert all(seen.app(app_id).priority < seen.highest_priority for app_id in pruned)


@unhurried
@given(STATES, REQUESTS)
def test_a_rollback_scales_down_only_what_the_service_can_do_without(state, request_):
    seen = picture(state)
    plan = plan_rollback(seen, request_)
    if not plan.withdraw:
        return
    event(plan.action)
    after = picture(without(state, [item.app for item in plan.withdraw]))
    if plan.action != INSTANT:
        assert_serves_on(seen, after)
        return
    assert after.active.id == plan.app
    assert is_complete(after.active)
    assert recent_failure(after.active) is None
    assert after.traffic.taker.pool.servers_up == after.active.instances
    assert not any(holds(after.traffic.taker.pool, seen.app(item.app)) for item in plan.withdraw)


LEAVING = ("retire", "prune", "withdraw")
ROLLOUTS = st.builds(RolloutRequest, st.sampled_from(["100", "200", "300", "400"]), image=st.just("x:2"))
RECOVERIES = st.tuples(
    st.sampled_from(["app1-100", "app1-200", "app1-400"]),
    st.sampled_from(["rollback", "freeze"]),
    st.sampled_from([None, "deploy", "confirm", "smoke", "retire"]),
)


@unhurried
@given(STATES, foreign_apps, st.integers(-1, 2))
def test_no_foreign_app_changes_what_may_leave(state, foreign, keep):
    alone, seen = picture(state), picture(beside(state, foreign))
    assert (seen.active, seen.serving, seen.proof, seen.apps) == (alone.active, alone.serving, alone.proof, alone.apps)
    assert seen.observed.lock is None and seen.observed.previews == ()
    assert {app.id for app in seen.observed.foreign} == {app.id for app in foreign}
    without, beside_them = (what_may_leave(each, keep_warm=0, keep=keep, now=NOW) for each in (alone, seen))
    assert {name: beside_them[name] for name in LEAVING} == {name: without[name] for name in LEAVING}
    assert plan_leftovers(seen) == plan_leftovers(alone)
    assert to_plan_by(seen).apps == to_plan_by(alone).apps
    for app in alone.apps:
        assert serving_pools(seen, app.id) == serving_pools(alone, app.id)
        assert (why_nobody_serves(seen, app.id, seen) is None) == (why_nobody_serves(alone, app.id, alone) is None)


@unhurried
@given(STATES, foreign_apps, REQUESTS, ROLLOUTS, RECOVERIES)
def test_no_foreign_app_changes_a_plan_unless_it_has_the_traffic(state, foreign, back, forth, failed):
    """Then nothing is begun, and what failed is left as it is."""
    alone, seen = picture(state), picture(beside(state, foreign))
    rollbacks = [plan_rollback(each, back) for each in (alone, seen)]
    rollouts = [plan_rollout(each, forth) for each in (alone, seen)]
    recoveries = [plan_recovery(each, *failed) for each in (alone, seen)]
    if seen.is_foreign_traffic:
        event("foreign traffic")
        assert all(plan.action == REFUSE for plan in (rollbacks[1], rollouts[1]))
        named = [FOREIGN_TRAFFIC in [each.code for each in plan.refusals] for plan in (rollbacks[1], rollouts[1])]
        # Without a listener there is nothing to roll out below.
        assert all(named) or seen.observed.listener is None
        assert recoveries[1].action in (recoveries[0].action, LEAVE, NOTHING)
        return
    event("none")
    assert rollouts[1] == rollouts[0]
    assert recoveries[1] == recoveries[0]
    assert _without_sentences(rollbacks[1]) == _without_sentences(rollbacks[0])
    assert seen.next_priority == alone.next_priority
    assert seen.places_of_strangers() == alone.places_of_strangers() or _holds_tasks_of(alone, foreign)


def _without_sentences(plan):
    """A refusal of a version that is none may say whose it is."""
    return dataclasses.replace(plan, refusals=tuple(each.code for each in plan.refusals))


def _holds_tasks_of(seen, foreign):
    return any(holds(member.pool, app) for member in seen.traffic.members for app in foreign)
