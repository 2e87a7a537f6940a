# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._service.nobody_serves import (
    cannot_get_traffic,
    serving_pools,
    why_nobody_serves,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils import migration_states as states
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    fresh,
    listener,
    pool,
    unhealthy,
    unhurried,
    upgraded,
    upgraded_group,
    version,
)
from hypothesis import given


def why(state, leaving, before=None):
    return why_nobody_serves(picture(state), leaving, picture(before or state))


def scaled(state, instances=0):
    """Somebody has scaled app1-100; its tasks still run, and Avi has not noticed."""
    return dataclasses.replace(state, versions=(dataclasses.replace(state.versions[0], instances=instances),))


@pytest.mark.parametrize("state", [upgraded(), upgraded_group()])
def test_another_version_serves(state):
    assert why(state, "app1") is None
    assert [each.uuid for each in serving_pools(picture(state), "app1")] == ["app1-100-pool-80"]
    # Its tasks are still there, and one of them is healthy, or not checked yet by a new leader.
    assert why(unhealthy(state, unchecked=True), "app1", state) is None


@pytest.mark.parametrize("state", [upgraded(), upgraded_group()])
def test_the_other_version_has_gone(state):
    assert why(scaled(state), "app1", state) == "app1-100 has no instances any more."
    assert why(dataclasses.replace(state, versions=()), "app1", state) == "app1-100 does not exist any more."
    assert why(unhealthy(state), "app1", state) == "None of the 2 instances of app1-100 is healthy."


def test_in_a_pool_group_the_one_below_takes_over():
    state = upgraded_group()
    assert [each.uuid for each in serving_pools(picture(state), "app1-100")] == ["app1-pool-80"]
    assert why(state, "app1-100") is None
    gone = dataclasses.replace(state, listener=listener((), 0))
    assert why(gone, "app1-100", state) == "The traffic goes to app1-100."


def test_pools_a_and_b_never_stand_in_for_one_another():
    assert serving_pools(picture(upgraded()), "app1-100") == []
    assert why(upgraded(), "app1-100") == "The traffic goes to app1-100."
    back = ab_view(
        pool("app1-pool-80", (1, 2), ab_pool=AbPool("app1-100-pool-80", 0)), pool("app1-100-pool-80", (3, 4))
    )
    moved = dataclasses.replace(upgraded(), avi=back)
    assert why(moved, "app1", upgraded()) == "The traffic goes to app1."


def test_a_server_that_is_down_answers_nobody():
    down = ab_view(
        pool("app1-pool-80", (1, 2), ab_pool=AbPool("app1-100-pool-80", 100)),
        pool("app1-100-pool-80", (3, 4), state="OPER_DOWN"),
    )
    state = dataclasses.replace(upgraded(), avi=down)
    assert why(state, "app1", upgraded()) == "No task of app1-100 is up in a pool that takes the traffic."


def test_a_healthy_version_may_get_no_traffic():
    state = dataclasses.replace(upgraded(), versions=(version("100", 10, (), 0),))
    assert cannot_get_traffic(picture(state), "app1", ["app1-pool-80"])
    # The traffic goes to the pool that it was in: its new tasks are still to be put there.
    assert not cannot_get_traffic(picture(state), "app1", ["app1-100-pool-80"])
    assert not cannot_get_traffic(picture(fresh()), "app1", ["app1-pool-80"])
    assert not cannot_get_traffic(picture(upgraded_group()), "app1", [])


@unhurried
@given(states.consistent_observations() | states.consistent_groups() | states.warm_groups())
def test_what_is_proven_serves_whoever_else_leaves(state):
    seen = picture(state)
    for app in seen.apps:
        if seen.active and seen.active.instances and app.id != seen.active.id:
            assert why_nobody_serves(seen, app.id, seen) is None
