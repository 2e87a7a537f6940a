# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same sequence where a pool group holds the versions: the highest that has a server answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lab.avi.store import Spec

if TYPE_CHECKING:
    from conftest import Cloud

pytestmark = pytest.mark.asyncio


async def grouped(cloud: Cloud, *priorities: int) -> None:
    """Run app1 and these versions of it, in a pool group."""
    cloud.settings.avi = "pool_group"
    await cloud.run("app1")
    await cloud.settle()
    for priority in priorities:
        await cloud.run(f"app1-{priority}0", priority=priority)
        await cloud.settle()


def members(cloud: Cloud) -> list[tuple[str, int, str]]:
    group = cloud.store.named("poolgroup", "app1-poolgroup-80")
    assert group is not None
    found = []
    for member in group["members"]:
        pool = cloud.store.refer(member["pool_ref"])
        assert pool is not None
        found.append((pool["name"], member["ratio"], member["priority_label"]))
    return found


async def test_the_virtual_service_points_to_a_group(cloud: Cloud) -> None:
    await grouped(cloud)
    vs = cloud.store.named("virtualservice", "app1")
    assert vs is not None
    assert "pool_ref" not in vs and vs["pool_group_ref"].startswith("/api/poolgroup/")
    assert members(cloud) == [("app1-pool-80", 100, "0")]
    assert await cloud.answers() == "app1"


async def test_versions_take_turns(cloud: Cloud) -> None:
    await grouped(cloud, 10)
    assert await cloud.answers() == "app1-100"
    await cloud.scale_to_zero("app1")
    assert await cloud.answers() == "app1-100"
    await cloud.run("app1-200", priority=20)
    await cloud.settle()
    assert members(cloud) == [
        ("app1-200-pool-80", 100, "20"),
        ("app1-100-pool-80", 100, "10"),
        ("app1-pool-80", 100, "0"),
    ]
    assert await cloud.answers() == "app1-200"
    assert cloud.state("pool", "app1-100-pool-80") == "OPER_UP", "a fallback is not an unattached pool"
    flips = cloud.journal.entries(match={"kind": "flip"})
    assert [(flip["from"], flip["app"]) for flip in flips] == [("app1", "app1-100"), ("app1-100", "app1-200")]


async def test_a_lower_member_takes_over_when_the_top_has_no_server(cloud: Cloud) -> None:
    await grouped(cloud, 10, 20)
    await cloud.scale_to_zero("app1-200")
    assert await cloud.answers() == "app1-100"
    assert cloud.state("virtualservice", "app1") == "OPER_UP"
    await cloud.scale_to_zero("app1-100")
    assert await cloud.answers() == "app1"
    await cloud.scale_to_zero("app1")
    assert await cloud.answers() == "503"
    assert cloud.state("virtualservice", "app1") == "OPER_DOWN"
    routes = [entry["to"] for entry in cloud.journal.entries(match={"kind": "route"})]
    assert routes[-4:] == [
        {"app1-200-pool-80": 100},
        {"app1-100-pool-80": 100},
        {"app1-pool-80": 100},
        {"nowhere": 100},
    ]


async def test_a_version_that_is_not_ready_leaves_the_traffic_where_it_is(cloud: Cloud) -> None:
    await grouped(cloud)
    await cloud.run("app1-100", priority=10, healthy=False)
    await cloud.settle()
    assert members(cloud)[0] == ("app1-100-pool-80", 0, "10")
    assert await cloud.answers() == "app1"


@pytest.mark.parametrize(("top_gone", "answer"), [("keep", "app1-200"), ("empty", "app1-100"), ("revert", "app1-100")])
async def test_deleting_the_active_version(cloud: Cloud, top_gone: str, answer: str) -> None:
    cloud.settings.top_gone = top_gone
    await grouped(cloud, 10, 20)
    del cloud.apps["app1-200"]
    for _each in range(2):
        await cloud.look()
        assert await cloud.answers() == answer


async def test_members_of_one_label_share_the_requests(cloud: Cloud) -> None:
    await grouped(cloud, 10)
    refs = [f"/api/pool?name={name}" for name in ("app1-pool-80", "app1-100-pool-80")]
    shares = [
        {"pool_ref": ref, "ratio": ratio, "priority_label": "5"} for ref, ratio in zip(refs, (30, 90), strict=True)
    ]
    cloud.store.sync("test", [Spec("poolgroup", "app1-poolgroup-80", {"members": shares})])
    await cloud.engine.refresh()
    answers = [await cloud.answers() for _each in range(80)]
    assert 40 < answers.count("app1-100") < 76 and answers.count("app1") == 80 - answers.count("app1-100")
