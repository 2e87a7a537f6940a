# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each version has its band, what took over from what is found in the history alone, and nothing lies outside the picture."""

from __future__ import annotations

from datetime import timedelta

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._page.lifetimes import lifetimes_of, takeovers_among
from ansible_collections.dcos.avi.plugins.module_utils._page.time_axis import CHARACTER, time_axis
from ansible_collections.dcos.avi.plugins.module_utils._page.timeline import (
    IDLE,
    MOST_ROWS,
    SERVED,
    SHARED,
    timeline_of,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._page.page_data import (
    BEGIN,
    HISTORY,
    NOW,
    entry,
    seen,
    told,
    version,
)


def kinds(picture):
    return {band.name: [segment.kind for segment in band.segments] for band in picture.bands}


def test_the_traffic_moves_between_the_creation_of_one_and_the_end_of_the_other():
    found = takeovers_among(lifetimes_of(seen(), told()))
    minutes = [
        (each.old, each.new, (each.begin - BEGIN).seconds // 60, (each.end - BEGIN).seconds // 60) for each in found
    ]
    assert minutes == [
        ("app1", "app1-100", 10, 12),
        ("app1-100", "app1-300", 30, 33),
        ("app1-300", "app1-100-r2", 40, 45),
    ]
    assert [each.is_rollback for each in found] == [False, False, True]


def test_each_version_has_a_band_that_says_when_it_took_the_traffic():
    assert kinds(timeline_of(seen(), told(), NOW)) == {
        "listener": [SERVED, SHARED],
        "100": [SHARED, SERVED, SHARED],
        "200": [IDLE],
        "300": [SHARED, SERVED, SHARED],
        "100-r2": [SHARED, SERVED],
    }


def test_what_waits_has_not_taken_the_traffic():
    waiting = entry("app1-400", 50, None, "app1-100-r2")
    state = seen(versions=[version("app1-100-r2", "active", 2, "b"), version("app1-400", "waiting")])
    picture = timeline_of(state, told([waiting, *HISTORY]), NOW)
    assert kinds(picture)["400"] == [IDLE]
    assert picture.bands[-1].words == "waiting"
    assert len(picture.crossings) == 3


def test_of_what_was_stopped_by_hand_nothing_tells_that_it_served():
    by_hand = entry("app1-1", 5, 8, None, "stopped")
    picture = timeline_of(seen(), told([*HISTORY, by_hand]), NOW)
    assert kinds(picture)["1"] == [IDLE]
    assert kinds(picture)["listener"] == [SERVED, SHARED]


def test_the_pools_follow_from_the_one_that_is_known():
    found = {each.app: each.side for each in lifetimes_of(seen(), told())}
    assert found == {"app1": "a", "app1-100": "b", "app1-200": None, "app1-300": "a", "app1-100-r2": "b"}


def test_a_version_that_left_a_pool_says_which():
    (one,) = lifetimes_of(
        {}, told([entry("app1-200", 20, 25, outcome="withdrawn", ended={"at": "2026-01-15T12:25:00Z", "side": "a"})])
    )
    assert (one.side, one.served) == ("a", False)


def test_all_is_inside_the_picture():
    picture = timeline_of(seen(), told(), NOW)
    for band in picture.bands:
        assert 0 <= band.label_x <= 100 and 0 < band.end_x <= 100
        assert all(
            segment.x >= 0 and segment.width > 0 and segment.x + segment.width <= 100.01 for segment in band.segments
        )
    for crossing in picture.crossings:
        assert crossing.top >= 0 and crossing.top + crossing.height <= picture.height


def test_the_newest_of_very_many_are_drawn():
    many = [
        entry(f"app1-{number}", number, number + 2, f"app1-{number - 1}", "retired") for number in range(500, 0, -1)
    ]
    picture = timeline_of({}, told(many), NOW)
    assert (len(picture.bands), picture.left_out) == (MOST_ROWS, 500 - MOST_ROWS)
    assert picture.bands[-1].name == "500"


@pytest.mark.parametrize(
    "entries", [[], [entry("app1", 0, at=None)], [entry("app1", 0, at="yesterday")], [5, "x", None]]
)
def test_no_known_time_is_no_picture(entries):
    assert timeline_of(seen(), told(entries), NOW) is None


def test_an_app_that_came_in_place_of_itself_or_of_a_stranger_takes_over_from_nobody():
    found = [entry("app1-100", 10, None, "app1-100"), entry("app1-200", 20, None, "other")]
    assert timeline_of(seen(), told(found), NOW).crossings == ()


def test_a_clock_that_is_behind_draws_what_came_later():
    picture = timeline_of(seen(), told(), BEGIN - timedelta(days=1))
    assert picture.bands[-1].end_x == 100


def test_a_long_stretch_takes_less_room_than_its_share_and_keeps_the_order():
    moments = [BEGIN, BEGIN + timedelta(minutes=2), BEGIN + timedelta(days=30), BEGIN + timedelta(days=30, minutes=2)]
    axis = time_axis(moments)
    places = [axis.place(moment) for moment in moments]
    assert places == sorted(places) and (places[0], places[-1]) == (0, 100)
    assert places[1] > 15
    assert places[1] < axis.place(BEGIN + timedelta(days=15)) < places[2]


def _written(tick):
    """From where to where the writing of a tick goes."""
    width = CHARACTER * len(tick.label)
    begin = tick.x - {"start": 0, "middle": width / 2, "end": width}[tick.anchor]
    return begin, begin + width


def test_the_times_below_the_picture_have_room():
    ticks = time_axis(BEGIN + timedelta(minutes=number) for number in range(60)).ticks()
    assert [(tick.anchor, tick.x) for tick in (ticks[0], ticks[-1])] == [("start", 0), ("end", 100)]
    ends = [_written(tick) for tick in ticks]
    assert all(before[1] < after[0] for before, after in zip(ends, ends[1:])) and len(ticks) > 3
    assert [tick.label for tick in time_axis([BEGIN]).ticks()] == ["12:00:00", "12:00:01"]
