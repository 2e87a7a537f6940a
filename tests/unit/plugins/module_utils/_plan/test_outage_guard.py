# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is seen: no step that a role may take leaves a virtual service that has a healthy active pool without one."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timezone

from ansible_collections.dcos.avi.plugins.module_utils._plan.retention import what_may_leave
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback import INSTANT, RollbackRequest, plan_rollback
from ansible_collections.dcos.avi.plugins.module_utils._service.state import holds, is_complete, picture, recent_failure
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils import migration_states as states
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
