# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
from datetime import datetime, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._avi.settled import Ages
from ansible_collections.dcos.avi.plugins.module_utils._service.late import GivenUp, given_up_lately, why_unnoticed
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    listener,
    pool,
    version,
)

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=timezone.utc)


def given_up(name="200", priority=20, at="2026-01-01T11:59:50.000Z", **more):
    return dataclasses.replace(version(name, priority, (), 0, **more), scaled_at=at)


def served_by_100(*versions, **view):
    pools = pool("app1-pool-80", ab_pool=AbPool("app1-100-pool-80", 100)), pool("app1-100-pool-80", (3, 4))
    return picture(
        Observation("app1", ab_view(*pools, **view), listener((), 0), (version("100", 10, (3, 4)), *versions))
    )


def view(*servers, a_pool=None, **ages):
    """Pool B has the traffic, and pool A holds these servers, for what a_pool names."""
    pool_a = dataclasses.replace(pool("a", servers, ab_pool=AbPool("b", 100)), a_pool=a_pool)
    return ab_view(pool_a, pool("b", (3, 4)), ages=Ages(ages))


def test_what_was_scaled_to_zero_a_moment_ago_above_the_one_that_serves():
    (found,) = given_up_lately(served_by_100(given_up()), NOW, 300)
    assert (found.app.id, found.ended) == ("app1-200", 10.0)


@pytest.mark.parametrize(
    "other",
    [
        given_up(at="2026-01-01T11:00:00.000Z"),
        given_up(at=None),
        given_up("50", 5),
        version("200", 20, (5, 6)),
        version("200", 20, (5, 6), 0),
    ],
    ids=["long ago", "unknown", "below", "it runs", "it runs at zero"],
)
def test_what_is_not_watched(other):
    assert given_up_lately(served_by_100(other), NOW, 300) == []


def test_nothing_is_watched_where_nobody_is_known_to_serve():
    state = Observation("app1", ab_view(pool("a")), listener((), 0), (given_up(),))
    assert given_up_lately(picture(state), NOW, 300) == []


@pytest.mark.parametrize(
    ("ended", "shown", "why"),
    [
        (10, view(5, 6, a_pool="app1-200", a=2), "pool a still has servers of it"),
        (10, view(a_pool="app1-200", a=2), None),
        # Its place is there, and no task of it ever was: so late the connector may be once more.
        (10, view(a_pool="app1-200", a=12, b=400), "the connector may be up to 28 s late"),
        (30, view(a_pool="app1-200", a=32, b=400), None),
        (10, view(a_pool="app1-200"), "the connector may be up to 60 s late"),
        # It has no place, so that nothing is known.
        (59, view(a=300, b=200), "it is not known how late the connector is"),
        (60, view(a=300, b=200), None),
    ],
)
def test_whether_the_connector_knows_the_end_of_a_version(ended, shown, why):
    found = why_unnoticed(GivenUp(given_up(), ended, created=ended + 30), shown)
    assert (found is None) if why is None else (why in found)


@pytest.mark.parametrize(
    ("app", "name"),
    [
        (given_up(), "app1-200-pool-80"),
        (given_up(labels={"avi_proxy": '{"pool": {"name": "mine"}}'}), "mine"),
        (given_up(container={}, portDefinitions=[{"port": 10080}]), "app1-200-pool-10080"),
    ],
)
def test_a_pool_of_its_own_goes_by_its_name(app, name):
    shown = ab_view(pool("a", (3, 4), ab_pool=AbPool(name, 0)), pool(name, (5,)))
    assert f"pool {name} still has servers" in why_unnoticed(GivenUp(app, 10.0), shown)
