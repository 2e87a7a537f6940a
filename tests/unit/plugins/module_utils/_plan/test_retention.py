# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._avi.settled import Ages
from ansible_collections.dcos.avi.plugins.module_utils._plan.retention import kept_warm, plan_prune, what_may_leave
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    crashing,
    fresh,
    listener,
    pool,
    upgraded,
    upgraded_group,
    version,
)

CHANGED = "2026-01-15T10:00:00.500Z"


def at(minute, second=0):
    return datetime(2026, 1, 15, 10, minute, second, tzinfo=timezone.utc)


def changed(state, time=CHANGED):
    """The state with app1-100 changed at this time."""
    return dataclasses.replace(state, versions=(dataclasses.replace(state.versions[0], changed_at=time),))


def long_lived(*more, active=("400", 40, (3, 4)), taker="app1-400-pool-80"):
    """Versions 100 to 300 are retired, and 400 takes the traffic; the listener is retired, too."""
    view = ab_view(pool("app1-pool-80", (), ab_pool=AbPool(taker, 100)), pool(taker, (3, 4)))
    retired = [version(str(100 * number), 10 * number) for number in (1, 2, 3)]
    return Observation("app1", view, listener((), 0), (*retired, version(*active), *more))


def test_superseded_versions_are_warm_until_the_time_is_over():
    seen = picture(changed(upgraded()))
    (warm,) = kept_warm(seen, 1800, at(30))
    assert (warm.app, warm.until) == ("app1", "2026-01-15T10:30:00Z")
    assert kept_warm(seen, 1800, at(30, 1)) == []
    assert kept_warm(seen, 0, at(1)) == []
    for ever in (10**12, 10**20):
        assert [each.until for each in kept_warm(seen, ever, at(30))] == ["9999-12-31T23:59:59Z"]


def aged(state, written, servers=(), *, pool="b", others=5.0):
    """The state, of which the setting was written so many seconds ago, and the servers of a pool came up then."""
    view = state.avi
    shared = dict.fromkeys(view.pools, others)
    decides = view.virtual_service.pool_group or view.virtual_service.pool
    ages = Ages({**shared, "vs": 9999.0, decides: written}, {pool: tuple(servers)})
    return dataclasses.replace(state, avi=dataclasses.replace(view, ages=ages))


def moved(state, written, servers=(), **more):
    """The time from which superseded apps are warm, as minutes and seconds."""
    (warm,) = kept_warm(picture(aged(changed(state), written, servers, **more)), 1800, at(40))
    return (datetime.strptime(warm.until, "%Y-%m-%dT%H:%M:%SZ") - timedelta(seconds=1800)).strftime("%M:%S")


B = "app1-100-pool-80"


def test_the_time_counts_from_when_the_traffic_moved_where_that_was_later():
    assert moved(upgraded(), 660.0) == "29:00"
    assert moved(upgraded_group(), 660.0, (600.0, 500.0), pool=B) == "30:00"
    assert moved(upgraded_group(), 660.0, (700.0, 500.0), pool=B) == "29:00"
    assert kept_warm(picture(aged(changed(upgraded()), 60.0)), 60, at(40)) == []
    # That of the version's configuration is later.
    (warm,) = kept_warm(picture(aged(changed(upgraded()), 9000.0)), 3600, at(40))
    assert warm.until == "2026-01-15T11:00:00Z"


def test_tasks_that_move_do_not_begin_the_time_anew():
    # The servers of the pool that does not hold the setting, and of members of a group.
    assert moved(upgraded(), 660.0, (700.0, 5.0), pool=B) == "29:00"
    assert moved(upgraded_group(), 660.0, (650.0, 5.0), pool=B) == "29:10"
    # A server came up since the pool with the setting was last written, so that was the list of its servers.
    in_a = long_lived(active=("100", 40, (3, 4)), taker="app1-pool-80")
    view = ab_view(pool("a", (3, 4), ab_pool=AbPool("b", 0)), pool("b", (1, 2)))
    state = dataclasses.replace(in_a, avi=view, listener=listener((1, 2)), versions=in_a.versions[3:])
    assert moved(state, 10.0, (660.0, 8.0), pool="a") == "29:00"
    assert moved(state, 600.0, (660.0, 650.0), pool="a") == "30:00"


def test_the_time_ends_though_every_task_moves_again_and_again():
    state = aged(changed(upgraded()), 10.0, (8.0, 7.0), pool=B)
    assert kept_warm(picture(state), 60, at(0) + timedelta(hours=1, minutes=2)) == []
    assert kept_warm(picture(state), 60, at(0) + timedelta(hours=1)) != []


@pytest.mark.parametrize("seconds_behind", [0, 1, 30])
def test_nothing_is_kept_warm_for_no_time_whatever_the_clocks_say(seconds_behind):
    """HTTP tells whole seconds, and the clock of a proxy may be behind that of Marathon."""
    seen = picture(aged(changed(upgraded(), "2026-01-15T10:01:00.700Z"), 0.0))
    now = at(1) - timedelta(seconds=seconds_behind)
    assert kept_warm(seen, 0, now) == []
    found = what_may_leave(seen, keep_warm=0, keep=None, now=now)
    assert ([item["app"] for item in found["retire"]], found["warm"]) == (["app1"], [])


def test_what_is_warm_is_not_retired():
    seen = picture(changed(upgraded()))
    found = what_may_leave(seen, keep_warm=1800, keep=None, now=at(0))
    assert (found["retire"], [item["app"] for item in found["warm"]]) == ([], ["app1"])
    found = what_may_leave(seen, keep_warm=1800, keep=None, now=at(40))
    assert ([item["app"] for item in found["retire"]], found["warm"]) == (["app1"], [])


def test_nothing_is_retired_for_a_version_that_another_has_taken_over_from():
    seen = picture(upgraded())
    for same in (None, "app1-100", "/app1-100"):
        found = what_may_leave(seen, keep_warm=0, keep=None, by=same, now=at(0))
        assert ([item["app"] for item in found["retire"]], found["retire_blocked"]) == (["app1"], None)
    for warm in (0, 1800):
        found = what_may_leave(seen, keep_warm=warm, keep=None, by="/app1-200", now=at(0))
        assert found["retire"] == []
        assert found["retire_blocked"] == "app1-200 does not take the traffic any more: app1-100 does."


def taken_over_by(instances, previous, oldest=2):
    """app1-200 takes the traffic with so many instances, and the two below it have these."""
    ports = {"200": range(30, 30 + instances), "100": range(20, 20 + previous), "app1": range(10, 10 + oldest)}
    view = ab_view(pool("a", ports["200"], ab_pool=AbPool("b", 0)), pool("b", ports["100"]))
    return Observation(
        "app1", view, listener(ports["app1"]), (version("100", 10, ports["100"]), version("200", 20, ports["200"]))
    )


def blocked(state, at_least=0, by="app1-200", keep_warm=0):
    found = what_may_leave(picture(state), keep_warm=keep_warm, keep=None, by=by, at_least=at_least, now=at(0))
    assert bool(found["retire"]) is (found["retire_blocked"] is None)
    return found["retire_blocked"]


def test_nothing_is_retired_for_a_version_that_is_smaller_than_the_one_it_takes_over_from():
    assert blocked(taken_over_by(2, 6)) == (
        "app1-200 has 2 instances, and app1-100, which it takes over from, has 6: scale app1-200 up, and run this again. "
        "Or, if they are enough, retire the others with the playbook dcos.avi.retire."
    )
    assert "app1-200 has 2 instances, and 3 were asked for" in blocked(taken_over_by(2, 2), at_least=3)


@pytest.mark.parametrize(
    ("state", "options"),
    [
        (taken_over_by(6, 6), {}),
        (taken_over_by(6, 2), {}),
        # Fewer were asked for.
        (taken_over_by(2, 6), {"at_least": 2}),
        # Whoever retires by hand has seen what there is.
        (taken_over_by(2, 6), {"by": None}),
        (taken_over_by(2, 6), {"at_least": None}),
        # What took over from the oldest had enough.
        (taken_over_by(2, 2, oldest=6), {}),
        (taken_over_by(2, 0, oldest=2), {}),
    ],
)
def test_a_version_that_is_large_enough_takes_over(state, options):
    assert blocked(state, **options) is None


def test_a_version_that_the_service_went_back_to_had_enough_before():
    state = taken_over_by(2, 6)
    withdrawn = dataclasses.replace(state, versions=(*state.versions, version("300", 30)))
    assert blocked(withdrawn) is None


def test_what_is_warm_is_not_too_large():
    state = taken_over_by(2, 6)
    old, new = state.versions
    state = dataclasses.replace(state, versions=(old, dataclasses.replace(new, changed_at=CHANGED)))
    found = what_may_leave(picture(state), keep_warm=1800, keep=None, by="app1-200", at_least=0, now=at(0))
    assert (found["retire"], found["retire_blocked"], len(found["warm"])) == ([], None, 2)


def test_what_is_warm_stays_so_when_a_task_of_the_active_version_fails():
    seen = picture(changed(crashing(1)))
    found = what_may_leave(seen, keep_warm=1800, keep=None, now=at(0))
    assert ([item["app"] for item in found["warm"]], found["retire"], found["retire_blocked"]) == (["app1"], [], None)
    found = what_may_leave(seen, keep_warm=0, keep=None, now=at(1))
    assert found["retire"] == [] and "may fail again" in found["retire_blocked"]


@pytest.mark.parametrize("state", [fresh(), changed(upgraded(), None)])
def test_nothing_is_warm_without_a_time_to_count_from(state):
    assert kept_warm(picture(state), 1800, at(0)) == []


def prunable(state, keep):
    return [item.app for item in plan_prune(picture(state), keep)]


@pytest.mark.parametrize(
    ("keep", "expected"), [(0, ["app1-100", "app1-200"]), (1, ["app1-100", "app1-200"]), (2, ["app1-100"]), (3, []), (9, [])]
)  # fmt: skip
def test_the_oldest_go_first_and_the_one_before_never(keep, expected):
    assert prunable(long_lived(), keep) == expected


def test_a_version_that_was_given_up_is_not_the_one_before():
    state = long_lived()
    times = [("1", "9"), ("2", "8"), ("3", "3"), ("5", "5")]
    versions = [
        dataclasses.replace(app, changed_at=created, scaled_at=scaled)
        for app, (created, scaled) in zip(state.versions, times)
    ]
    assert prunable(dataclasses.replace(state, versions=tuple(versions)), 0) == ["app1-100", "app1-300"]


@pytest.mark.parametrize(
    ("takes_over_from", "pruned"), [("app1-200", ["app1-100", "app1-300"]), ("app1-7", ["app1-100", "app1-200"])]
)
def test_a_restarted_version_still_tells_which_one_was_before(takes_over_from, pruned):
    """A restart counts as a change of its configuration, after which nothing ran but itself."""
    state = long_lived()
    labels = {"dcos_avi_takes_over_from": takes_over_from}
    restarted = dataclasses.replace(version("400", 40, (3, 4), labels=labels), changed_at="9")
    given_up = dataclasses.replace(state.versions[2], scaled_at="4")
    assert prunable(dataclasses.replace(state, versions=(*state.versions[:2], given_up, restarted)), 0) == pruned


def with_first(**changes):
    state = long_lived()
    first = dataclasses.replace(state.versions[0], **changes)
    return dataclasses.replace(state, versions=(first, *state.versions[1:]))


@pytest.mark.parametrize(
    "state",
    [
        with_first(tasks=version("x", 1, (9,)).tasks),
        with_first(deployments=("d1",)),
        long_lived(taker="app1-100-pool-80"),
    ],
)
def test_what_still_has_tasks_is_being_changed_or_names_the_pool_with_the_traffic_is_not_pruned(state):
    assert prunable(state, 0) == ["app1-200"]


def test_nothing_is_pruned_above_the_active_version_or_without_proof():
    assert prunable(long_lived(version("500", 50)), 0) == ["app1-100", "app1-200"]
    assert prunable(long_lived(active=("400", 40, (3, 5))), 0) == []
    assert prunable(long_lived(active=("400", 40, (3, 4), 3)), 0) == []
