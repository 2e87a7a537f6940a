# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How versions take turns: the article's alternation, and each switch of what it leaves open."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.lab.connector.swap import Swap, step
from tests.lab.connector.versions import Change, Switches, Version

V2 = Version("app1-100", 10, instances=2, up=2)
V3 = Version("app1-200", 20, instances=2, up=2)
V4 = Version("app1-300", 30, instances=2, up=2)


START = Swap("app1")
DOCUMENTED = Switches()


def after(*looks: Sequence[Version], switches: Switches = DOCUMENTED, swap: Swap = START) -> Swap:
    """Return the state after the connector saw these versions, one look after the other."""
    for versions in looks:
        swap, _unused = step(swap, "app1", versions, switches)
    return swap


def test_without_versions_pool_a_has_the_traffic() -> None:
    assert after([]) == Swap("app1", b=None, ratio=0)


def test_versions_alternate_between_the_pools() -> None:
    first = after([V2])
    assert (first.a, first.b, first.ratio, first.active) == ("app1", "app1-100", 100, "app1-100")

    second = after([V2], [V2, V3])
    assert (second.a, second.b, second.ratio, second.active) == ("app1-200", "app1-100", 0, "app1-200")

    third = after([V2], [V2, V3], [V2, V3, V4])
    assert (third.a, third.b, third.ratio, third.active) == ("app1-200", "app1-300", 100, "app1-300")


def test_a_look_that_shows_nothing_new_changes_nothing() -> None:
    state = after([V2], [V2, V3])
    assert step(state, "app1", [V3, V2], Switches()) == (state, [])


def test_each_step_is_told_with_its_details() -> None:
    _unused, changes = step(Swap("app1"), "app1", [V2], Switches())
    assert changes == [
        Change("attach", {"app": "app1-100", "side": "B"}),
        Change("flip", {"app": "app1-100", "from": "app1", "side": "B", "ratio": 100, "why": "on_server: priority 10"}),
    ]


@pytest.mark.parametrize(
    ("flip", "instances", "up", "flips"),
    [
        ("on_create", 2, 0, True),
        ("on_create", 0, 0, True),
        ("on_server", 2, 0, False),
        ("on_server", 2, 1, True),
        ("on_all", 2, 1, False),
        ("on_all", 2, 2, True),
        ("on_all", 0, 0, False),
    ],
)
def test_flip_says_what_the_traffic_waits_for(flip: str, instances: int, up: int, flips: bool) -> None:
    version = Version("app1-100", 10, instances, up)
    state = after([version], switches=Switches(flip=flip))
    assert state.b == "app1-100", "it is attached at once"
    assert (state.ratio, state.waiting) == ((100, None) if flips else (0, "app1-100"))


def test_a_waiting_version_flips_when_it_is_ready() -> None:
    starting = Version("app1-100", 10, instances=2, up=0)
    assert after([starting], [starting], [V2]).active == "app1-100"


def test_once_flipped_the_traffic_stays_whatever_becomes_of_the_servers() -> None:
    dead = Version("app1-100", 10, instances=0, up=0)
    assert after([V2], [dead]).active == "app1-100"


def test_a_version_must_exceed_every_priority_before() -> None:
    state = after([V3])
    for late in (V2, Version("app1-x", 20, 1, 1)):
        following, changes = step(state, "app1", [late, V3], Switches())
        assert (following.active, following.b) == ("app1-200", "app1-200")
        assert [change.what for change in changes] == ["ignored"]
        assert step(following, "app1", [late, V3], Switches())[1] == [], "it is told once"


def test_of_several_new_versions_only_the_highest_takes_part() -> None:
    state = after([V4, V2, V3])
    assert (state.a, state.b, state.active) == ("app1", "app1-300", "app1-300")


def test_a_higher_version_replaces_one_that_waits() -> None:
    waiting = Version("app1-100", 10, instances=2, up=0)
    state = after([waiting], [waiting, V3])
    assert (state.a, state.b, state.active) == ("app1", "app1-200", "app1-200")


def test_by_order_goes_by_the_count_of_versions_not_by_the_traffic() -> None:
    waiting = Version("app1-100", 10, instances=2, up=0)
    by_order = Switches(alternate="by_order")
    state = after([waiting], [waiting, Version("app1-200", 20, instances=2, up=0)], switches=by_order)
    assert (state.a, state.active) == ("app1", "app1"), "the pool with the traffic is not touched before the flip"
    state = after([waiting, V3], switches=by_order, swap=state)
    assert (state.a, state.b, state.ratio, state.active) == ("app1-200", "app1-100", 0, "app1-200")


def test_by_order_remembers_versions_that_are_gone() -> None:
    by_order = Switches(alternate="by_order")
    state = after([V2], [V2, V3], [V3], [V3, V4], switches=by_order)
    assert (state.a, state.b, state.active) == ("app1-200", "app1-300", "app1-300")


@pytest.mark.parametrize("top_gone", ["keep", "empty"])
def test_top_gone_can_leave_the_traffic_where_it_is(top_gone: str) -> None:
    state = after([V2], [V2, V3], [V2], switches=Switches(top_gone=top_gone))
    assert (state.a, state.b, state.ratio) == ("app1-200", "app1-100", 0)


def test_top_gone_can_revert_to_the_highest_left() -> None:
    revert = Switches(top_gone="revert")
    state = after([V2], [V2, V3], [V2], switches=revert)
    assert (state.b, state.ratio, state.active) == ("app1-100", 100, "app1-100")
    state = after([V2, V3], switches=revert, swap=state)
    assert state.active == "app1-200", "a version may come again above the one that it went back to"


def test_top_gone_can_revert_to_the_first_app() -> None:
    state = after([V2], [], switches=Switches(top_gone="revert"))
    assert (state.a, state.ratio, state.active, state.priority) == ("app1", 0, "app1", None)


def test_revert_takes_the_idle_pool_for_one_that_is_in_none() -> None:
    revert = Switches(top_gone="revert")
    state = after([V2], [V2, V3], [V2, V3, V4], [V2], switches=revert)  # A: V3, B: V4 active; both are deleted
    assert (state.a, state.b, state.active) == ("app1-100", "app1-300", "app1-100")


def test_a_deleted_version_without_traffic_leaves_its_pool() -> None:
    state = after([V2], [V2, V3], [V3])
    assert (state.a, state.b, state.active) == ("app1-200", None, "app1-200")
    state = after([V3, V4], [V4], swap=state)
    assert (state.a, state.b, state.active) == ("app1", "app1-300", "app1-300"), "pool A goes back to the first app"
