# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._plan.windows import may_begin, next_opening, read_windows

BERLIN = "Europe/Berlin"
OFFICE = {"days": ["mon", "tue", "wed", "thu", "fri"], "hours": "09:00-16:00", "time_zone": BERLIN}


def at(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-27 07:59", False),
        ("2026-11-27 08:00", True),  # a Friday, 9 o'clock in Berlin
        ("2026-11-27 14:59", True),
        ("2026-11-27 15:00", False),
        ("2026-11-28 10:00", False),
        ("2026-07-03 07:00", True),  # daylight saving time
        ("2026-07-03 14:00", False),
    ],
)
def test_days_and_hours_by_the_clock_of_the_zone(moment, expected):
    assert may_begin(read_windows([OFFICE]), at(moment)) is expected


def test_a_window_across_midnight_belongs_to_the_day_it_begins_on():
    windows = read_windows([{"days": ["fri"], "hours": "22:00-02:00"}])
    assert [
        may_begin(windows, at(f"2026-11-{moment}"))
        for moment in ("27 21:59", "27 22:00", "28 01:59", "28 02:00", "27 01:00")
    ] == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_until_midnight_and_around_the_clock():
    evening = read_windows([{"hours": "20:00-24:00"}])
    assert may_begin(evening, at("2026-11-27 23:59"))
    assert not may_begin(evening, at("2026-11-28 00:00"))
    always = read_windows([{"days": ["sunday"], "hours": "00:00-24:00"}])
    assert [may_begin(always, at(f"2026-11-{day} 12:00")) for day in (28, 29, 30)] == [False, True, False]


def test_days_may_be_written_whole():
    (window,) = read_windows([{"days": ["Monday", " THURS", "sun"], "hours": "00:00-24:00"}])
    assert str(window) == "Mon Thu Sun 00:00-24:00 UTC"


def test_an_hour_that_is_left_out_never_comes():
    """On 2026-03-29 the clocks of Berlin go from 02:00 to 03:00, which is 01:00 UTC."""
    windows = read_windows([{"hours": "02:00-03:00", "time_zone": BERLIN}])
    assert not any(
        may_begin(windows, at(f"2026-03-29 {hour:02}:{minute:02}")) for hour in range(22) for minute in (0, 30)
    )
    opening, _window = next_opening(windows, at("2026-03-28 12:00"))
    assert opening.isoformat() == "2026-03-30T02:00:00+02:00"


def test_an_hour_that_is_repeated_comes_twice():
    """On 2026-10-25 they go from 03:00 back to 02:00, which is 01:00 UTC."""
    windows = read_windows([{"hours": "02:00-02:30", "time_zone": BERLIN}])
    moments = ("00:00", "00:29", "00:30", "01:00", "01:29", "01:30")
    assert [may_begin(windows, at(f"2026-10-25 {moment}")) for moment in moments] == [
        True,
        True,
        False,
        True,
        True,
        False,
    ]


def test_when_one_of_several_opens_next():
    night = {"days": ["tue"], "hours": "04:00-05:00"}
    windows = read_windows([OFFICE, night])
    opening, window = next_opening(windows, at("2026-11-27 16:00"))
    assert (opening.isoformat(), str(window)) == (
        "2026-11-30T09:00:00+01:00",
        "Mon Tue Wed Thu Fri 09:00-16:00 Europe/Berlin",
    )
    opening, window = next_opening(windows, at("2026-11-30 16:00"))
    assert (opening.isoformat(), str(window)) == ("2026-12-01T04:00:00+00:00", "Tue 04:00-05:00 UTC")


def test_from_an_hour_to_itself_is_a_day():
    windows = read_windows([{"days": ["mon"], "hours": "08:00-08:00"}])
    assert [may_begin(windows, at(f"2026-11-{moment}")) for moment in ("30 07:59", "30 08:00")] == [False, True]
    assert may_begin(windows, at("2026-12-01 07:59"))


def test_without_windows_none_opens():
    assert next_opening((), at("2026-11-24 12:00")) is None


@pytest.mark.parametrize(
    ("window", "said"),
    [
        ({"hours": "9-16"}, "A window's hours are written as 09:00-16:30, and '9-16' are none"),
        ({"hours": "09:00"}, "'09:00' are none"),
        ({"hours": "09:00-25:00"}, "'09:00-25:00' are none"),
        (
            {"days": ["weekday"], "hours": "09:00-16:00"},
            "among mon, tue, wed, thu, fri, sat, sun, one by one, and 'weekday' is none",
        ),
        ({"days": ["mon-fri"], "hours": "09:00-16:00"}, "one by one, and 'mon-fri' is none"),
        ({"days": ["mo"], "hours": "09:00-16:00"}, "'mo' is none"),
        (
            {"hours": "09:00-16:00", "time_zone": "Mars/Base"},
            "'Mars/Base' is no time zone that this machine knows",
        ),
        (
            {"hours": "09:00-16:00", "time_zone": "../../etc/passwd"},
            "is no time zone that this machine knows",
        ),
    ],
)
def test_what_cannot_be_read_is_named(window, said):
    with pytest.raises(Refused, match=said.replace("(", r"\(")):
        read_windows([window])
