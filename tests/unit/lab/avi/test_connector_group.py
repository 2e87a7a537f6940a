# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How versions take turns in a pool group."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.lab.connector.group import Group, Member, step
from tests.lab.connector.versions import Change, Switches, Version

V2 = Version("app1-100", 10, instances=2, up=2)
V3 = Version("app1-200", 20, instances=2, up=2)
DOCUMENTED = Switches()
START = Group()


def after(*looks: Sequence[Version], switches: Switches = DOCUMENTED, group: Group = START) -> Group:
    """Return the group after the connector saw these versions, one look after the other."""
    for versions in looks:
        group, _unused = step(group, "app1", versions, switches)
    return group


def test_each_version_is_a_member_and_the_highest_is_active() -> None:
    group = after([V2], [V2, V3])
    assert group.members == (Member("app1-200", 20, 100), Member("app1-100", 10, 100))
    assert group.active == "app1-200"


def test_without_versions_the_listener_has_the_traffic() -> None:
    assert after([]).active is None


def test_each_step_is_told() -> None:
    group, changes = step(Group(), "app1", [V2], DOCUMENTED)
    assert changes == [
        Change("attach", {"app": "app1-100", "priority": 10}),
        Change("flip", {"app": "app1-100", "from": "app1", "why": "on_server"}),
    ]
    assert step(group, "app1", [V2], DOCUMENTED) == (group, [])


@pytest.mark.parametrize(
    ("flip", "up", "ratio"), [("on_create", 0, 100), ("on_server", 0, 0), ("on_server", 1, 100), ("on_all", 1, 0)]
)
def test_a_member_has_ratio_0_until_the_traffic_may_move(flip: str, up: int, ratio: int) -> None:
    group = after([Version("app1-100", 10, instances=2, up=up)], switches=Switches(flip=flip))
    assert group.members == (Member("app1-100", 10, ratio),)


def test_a_lower_version_may_come_later_as_a_fallback() -> None:
    group = after([V3], [V2, V3])
    assert (group.active, [member.app for member in group.members]) == ("app1-200", ["app1-200", "app1-100"])


def test_a_deleted_fallback_leaves() -> None:
    group, changes = step(after([V2, V3]), "app1", [V3], DOCUMENTED)
    assert [member.app for member in group.members] == ["app1-200"]
    assert [change.what for change in changes] == ["detach"]


@pytest.mark.parametrize(
    ("top_gone", "members"),
    [("keep", ["app1-200", "app1-100"]), ("empty", ["app1-200", "app1-100"]), ("revert", ["app1-100"])],
)
def test_a_deleted_top_stays_or_leaves_as_the_switch_says(top_gone: str, members: list[str]) -> None:
    group = after([V2, V3], [V2], switches=Switches(top_gone=top_gone))
    assert [member.app for member in group.members] == members
