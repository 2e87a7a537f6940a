# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    ApiError,
    AuthenticationError,
    NotJson,
    Unreachable,
    WaitTimeout,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import wait_until


class Clock:
    """Time that passes only in sleep."""

    def __init__(self):
        self.now = 0.0
        self.pauses = []

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds


def wait(sights, *, timeout=10, interval=4, clock=None, seconds=0):
    """Wait until a look, which takes so many seconds, sees 3; an exception among the sights is raised."""
    clock = clock or Clock()
    left = list(sights)

    def look():
        sight = left.pop(0) if len(left) > 1 else left[0]
        clock.now += seconds
        if isinstance(sight, Exception):
            raise sight
        return sight

    return wait_until(
        look,
        lambda seen: seen == 3,
        timeout=timeout,
        interval=interval,
        describe=lambda seen: f"{seen} tasks",
        what="3 tasks",
        clock=lambda: clock.now,
        sleep=clock.sleep,
    )


def test_returns_what_was_awaited():
    clock = Clock()
    assert wait([1, 2, 3], clock=clock) == 3
    assert clock.pauses == [4, 4]


def test_looks_once_more_when_the_time_is_up():
    clock = Clock()
    assert wait([1, 1, 1, 3], clock=clock) == 3
    assert clock.pauses == [4, 4, 2]


def test_what_a_look_saw_that_began_before_the_time_was_up_is_not_the_last():
    clock = Clock()
    assert wait([1, 2, 3], timeout=8, seconds=3, clock=clock) == 3
    assert (clock.pauses, clock.now) == ([4, 0], 13)


def test_timeout_says_what_was_seen_last():
    with pytest.raises(WaitTimeout) as raised:
        wait([1, 2])
    assert raised.value.sentence == "waited 10 s for 3 tasks; last seen: 2 tasks"
    assert raised.value.details == {"waited_for": "3 tasks", "seconds": 10, "last_seen": "2 tasks", "last_error": None}


def test_no_time_still_means_one_look():
    assert wait([3], timeout=0) == 3
    with pytest.raises(WaitTimeout):
        wait([1], timeout=0)


@pytest.mark.parametrize("error", [Unreachable("gone"), NotJson("a page"), ApiError("oops", status=500)])
def test_a_failure_that_may_pass_does_not_end_the_wait(error):
    assert wait([1, error, 3]) == 3
    with pytest.raises(WaitTimeout) as raised:
        wait([1, error])
    assert (
        raised.value.sentence == f"waited 10 s for 3 tasks; last seen: 1 tasks; the last look failed: {error.sentence}"
    )


@pytest.mark.parametrize("error", [AuthenticationError("who?", status=401), ApiError("bad", status=422)])
def test_a_failure_that_stays_ends_the_wait(error):
    with pytest.raises(type(error)):
        wait([1, error, 3])


def test_who_does_not_answer_is_asked_every_two_seconds():
    clock = Clock()
    away = Unreachable("Marathon cannot be reached.")
    assert wait([1, away, away, 1, 3], timeout=60, interval=0.5, clock=clock) == 3
    assert clock.pauses == [0.5, 2.0, 2.0, 0.5]


def test_a_wait_that_saw_something_is_a_verdict_and_one_without_any_answer_is_none():
    for sights, unseen in (([Unreachable("away")], True), ([1, Unreachable("away")], False), ([1], False)):
        with pytest.raises(WaitTimeout) as raised:
            wait(sights)
        assert raised.value.unseen is unseen
