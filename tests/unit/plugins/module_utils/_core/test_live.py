# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core import session
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Unreachable, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._core.failures import Failure
from ansible_collections.dcos.avi.plugins.module_utils._core.live import told_by
from ansible_collections.dcos.avi.plugins.module_utils._core.session import Connection, HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import wait_until


class Passing:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def told_of(states, timeout=300, interval=1.0, **more):
    """Wait while each state lasts so many seconds: {state: seconds}. Returns the lines that were told."""
    clock, lines = Passing(), []
    changes = [(sum(list(states.values())[: number + 1]), state) for number, state in enumerate(states)]

    def look():
        return next((state for until, state in changes if clock.now < until), "done")

    with told_by(lines.append):
        try:
            wait_until(
                look,
                lambda seen: seen == "done",
                timeout=timeout,
                interval=interval,
                describe=str,
                what="app1-200 to be rolled out",
                clock=clock,
                sleep=clock.sleep,
                **more,
            )
        except WaitTimeout as error:
            lines.append(error.sentence.partition(";")[0])
    return lines


def test_a_wait_that_ends_soon_says_nothing():
    assert told_of({"1 of 2": 2}) == []


def test_each_change_is_told_with_the_time():
    assert told_of({"0 of 2": 3, "1 of 2": 20, "2 of 2, unchecked": 10}, who="app1-200") == [
        "app1-200: 0 of 2 · 0:02 of 5:00",
        "app1-200: 1 of 2 · 0:07 of 5:00",
        "app1-200: 2 of 2, unchecked · 0:23 of 5:00",
    ]


def test_where_nothing_changes_a_line_comes_every_30_seconds():
    assert told_of({"1 of 2": 1000}, timeout=70) == [
        "waiting for app1-200 to be rolled out: 1 of 2 · 0:02 of 1:10",
        "waiting for app1-200 to be rolled out: 1 of 2 · 0:32 of 1:10",
        "waiting for app1-200 to be rolled out: 1 of 2 · 1:02 of 1:10",
        "waited 70 s for app1-200 to be rolled out",
    ]


def test_looks_that_are_far_apart_leave_no_silence():
    lines = told_of({"1 of 2": 200, "2 of 2": 200}, interval=120, who="app1-200")
    assert lines == [
        *(f"app1-200: 1 of 2 · {time} of 5:00" for time in ("0:30", "1:00", "1:30", "2:00", "2:30", "3:00", "3:30")),
        *(f"app1-200: 2 of 2 · {time} of 5:00" for time in ("4:00", "4:30", "5:00")),
        "waited 300 s for app1-200 to be rolled out",
    ]


def test_a_pause_ends_where_something_happens():
    clock, looks = Passing(), []

    def woken(seconds):
        clock.now += min(seconds, 0.25)

    with told_by(lambda line: None):
        wait_until(
            lambda: looks.append(clock.now) or len(looks),
            lambda seen: seen == 4,
            timeout=600,
            interval=60,
            describe=str,
            what="x",
            clock=clock,
            sleep=woken,
        )
    assert looks == [0, 0.25, 0.5, 0.75]


def test_what_changes_all_the_time_is_told_every_5_seconds():
    lines = told_of({f"{count} open connections": 1 for count in range(20, 0, -1)}, who="app1-100")
    assert lines == [
        "app1-100: 18 open connections · 0:02 of 5:00",
        "app1-100: 13 open connections · 0:07 of 5:00",
        "app1-100: 8 open connections · 0:12 of 5:00",
        "app1-100: 3 open connections · 0:17 of 5:00",
    ]


def test_more_is_asked_for_what_is_told_alone():
    asked = []

    def live(seen):
        asked.append(seen)
        return f"{seen}; no offer of resources has come from Mesos"

    lines = told_of({"1 of 2": 40}, who="app1-200", live=live)
    assert lines[0] == "app1-200: 1 of 2; no offer of resources has come from Mesos · 0:02 of 5:00"
    assert len(asked) == len(lines) == 2


def test_a_look_that_fails_is_told():
    clock, lines = Passing(), []

    def look():
        if clock.now < 10:
            raise Unreachable("Marathon does not answer.")
        return "done"

    with told_by(lines.append):
        wait_until(
            look,
            lambda seen: True,
            timeout=60,
            interval=1,
            describe=str,
            what="x",
            who="app1",
            clock=clock,
            sleep=clock.sleep,
        )
    assert lines == ["app1: Marathon does not answer · 0:02 of 1:00"]


def test_a_server_that_is_silent_is_told_at_each_attempt(monkeypatch):
    clock, lines = Passing(), []
    asking = HttpSession(Connection("http://m", "Marathon"), sleep=clock.sleep)

    def once(_asked):
        clock.sleep(30)
        return Failure(Unreachable("Marathon gave no answer to GET /v2/apps within 30 s"), repeat=True)

    monkeypatch.setattr(session, "elapsed", clock)
    monkeypatch.setattr(asking, "_once", once)
    with told_by(lines.append), pytest.raises(Unreachable):
        asking.request("GET", "/v2/apps")
    assert lines == [
        f"Marathon gave no answer to GET /v2/apps within 30 s. It is asked again ({attempt} of 4)"
        for attempt in (2, 3, 4)
    ]


def test_nobody_is_told_once_nobody_asks():
    lines = []
    with pytest.raises(ZeroDivisionError), told_by(lines.append):
        raise ZeroDivisionError
    assert told_of({"1 of 2": 40}) and lines == []
