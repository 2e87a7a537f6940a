# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The article's sequence on the lab's own parts: objects, states, and who really answers through the proxy."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.lab.images import Behaviour

if TYPE_CHECKING:
    from conftest import Cloud

pytestmark = pytest.mark.asyncio


async def three_versions(cloud: Cloud, number: int = 3) -> None:
    await cloud.run("app1")
    for priority in range(100, 100 * number + 1, 100):
        await cloud.run(f"app1-{priority}", priority=priority // 10)
        await cloud.settle()


async def test_a_service_runs_once_its_tasks_answer(cloud: Cloud) -> None:
    await cloud.run("app1", healthy=False)
    await cloud.settle()
    assert cloud.state("virtualservice", "app1") == cloud.state("pool", "app1-pool-80") == "OPER_DOWN"
    assert await cloud.answers() == "503"
    cloud.servers["app1"][0].behaviour = Behaviour()
    await cloud.settle()
    assert cloud.state("virtualservice", "app1") == cloud.state("pool", "app1-pool-80") == "OPER_UP"
    assert await cloud.answers() == "app1"


async def test_versions_take_turns(cloud: Cloud) -> None:
    await cloud.run("app1")
    await cloud.settle()
    assert cloud.ab() == (None, None, 0)

    await cloud.run("app1-100", priority=10)
    await cloud.settle()
    assert cloud.ab() == (None, "app1-100-pool-80", 100)
    assert await cloud.answers() == "app1-100"
    await cloud.scale_to_zero("app1")
    assert cloud.pool("app1-pool-80")["servers"] == []
    assert cloud.state("virtualservice", "app1") == "OPER_UP"
    assert await cloud.answers() == "app1-100"

    await cloud.run("app1-200", priority=20)
    await cloud.settle()
    assert cloud.ab() == ("app1-200", "app1-100-pool-80", 0)
    assert cloud.state("pool", "app1-200-pool-80") == "OPER_UNUSED"
    assert await cloud.answers() == "app1-200"
    await cloud.scale_to_zero("app1-100")
    assert await cloud.answers() == "app1-200"

    await cloud.run("app1-300", priority=30)
    await cloud.settle()
    assert cloud.ab() == ("app1-200", "app1-300-pool-80", 100)
    assert cloud.state("pool", "app1-100-pool-80") == "OPER_UNUSED"
    assert await cloud.answers() == "app1-300"

    flips = cloud.journal.entries(match={"kind": "flip"})
    assert [(flip["from"], flip["app"], flip["side"], flip["ratio"]) for flip in flips] == [
        ("app1", "app1-100", "B", 100),
        ("app1-100", "app1-200", "A", 0),
        ("app1-200", "app1-300", "B", 100),
    ]


@pytest.mark.parametrize("shape", ["ab_pool", "pool_group"])
@pytest.mark.parametrize("flip", ["on_create", "on_server", "on_all"])
@pytest.mark.parametrize("alternate", ["by_active", "by_order"])
async def test_whatever_the_switches_the_newest_healthy_version_ends_up_with_the_traffic(
    cloud: Cloud, shape: str, flip: str, alternate: str
) -> None:
    cloud.settings.avi, cloud.settings.flip, cloud.settings.alternate = shape, flip, alternate
    await cloud.run("app1")
    await cloud.settle()
    before = "app1"
    for priority in (10, 20, 30):
        version = f"app1-{priority}0"
        await cloud.run(version, priority=priority)
        await cloud.settle()
        assert await cloud.answers() == version
        await cloud.scale_to_zero(before)
        assert await cloud.answers() == version
        before = version


async def test_a_flip_is_told_when_the_traffic_has_moved_and_the_journal_says_so(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> tuple[str, int]:
        return cloud.connector.state()["services"]["app1"]["active"], len(cloud.journal.entries(match={"kind": "flip"}))

    await cloud.run("app1")
    await cloud.settle()
    refresh, may_go_on = cloud.engine.refresh, asyncio.Event()

    async def late() -> None:
        await may_go_on.wait()
        await refresh()

    monkeypatch.setattr(cloud.engine, "refresh", late)
    cloud.settings.flip = "on_create"
    await cloud.run("app1-100", priority=10)
    look = asyncio.create_task(cloud.look())
    while cloud.ab()[2] == 0:
        assert not look.done()
        await asyncio.sleep(0)
    assert told() == ("app1", 0)
    may_go_on.set()
    await look
    assert told() == ("app1-100", 1)


async def test_neither_pool_stands_in_for_the_other(cloud: Cloud) -> None:
    await three_versions(cloud, 1)
    await cloud.scale_to_zero("app1-100")
    assert cloud.ab() == (None, "app1-100-pool-80", 100)
    assert cloud.state("virtualservice", "app1") == cloud.state("pool", "app1-100-pool-80") == "OPER_DOWN"
    assert await cloud.answers() == "503"


async def test_on_create_sends_traffic_to_a_version_that_is_not_there_yet(cloud: Cloud) -> None:
    await cloud.run("app1")
    await cloud.settle()
    cloud.settings.flip = "on_create"
    await cloud.run("app1-100", priority=10, healthy=False)
    await cloud.settle()
    assert cloud.ab()[2] == 100
    assert await cloud.answers() == "503"


@pytest.mark.parametrize("flip", ["on_server", "on_all"])
async def test_a_version_that_is_not_healthy_gets_no_traffic(cloud: Cloud, flip: str) -> None:
    await cloud.run("app1")
    cloud.settings.flip = flip
    await cloud.run("app1-100", priority=10, healthy=False)
    await cloud.settle()
    assert cloud.ab() == (None, "app1-100-pool-80", 0)
    assert await cloud.answers() == "app1"


async def test_a_delayed_connector_makes_the_pool_at_once_and_the_rest_late(cloud: Cloud) -> None:
    await cloud.run("app1")
    await cloud.settle()
    cloud.settings.connector_delay = 5
    await cloud.look(5)
    await cloud.run("app1-100", priority=10)
    await cloud.settle()
    assert len(cloud.pool("app1-100-pool-80")["servers"]) == 2
    assert cloud.ab() == (None, None, 0)
    await cloud.look(4)
    assert await cloud.answers() == "app1"
    await cloud.look(2)
    assert cloud.ab() == (None, "app1-100-pool-80", 100)
    assert await cloud.answers() == "app1-100"

    await cloud.scale_to_zero("app1-100")
    assert len(cloud.pool("app1-100-pool-80")["servers"]) == 2, "their end is noticed late"
    await cloud.look(6)
    assert cloud.pool("app1-100-pool-80")["servers"] == []


async def test_the_health_monitor_takes_a_dead_server_out_while_the_connector_sleeps(cloud: Cloud) -> None:
    await cloud.run("app1")
    await cloud.settle()
    pool = cloud.pool("app1-pool-80")
    cloud.servers["app1"][0].kill()
    while len(cloud.engine.up(pool)) > 1:
        await asyncio.sleep(0.02)
    await cloud.engine.refresh()
    assert len(pool["servers"]) == 2
    assert [await cloud.answers() for _each in range(6)] == ["app1"] * 6


async def test_a_pool_goes_down_with_its_last_server(cloud: Cloud) -> None:
    await cloud.run("app1")
    await cloud.settle()
    for server in cloud.servers["app1"]:
        server.kill()
    while cloud.state("pool", "app1-pool-80") != "OPER_DOWN":
        await asyncio.sleep(0.02)
    assert cloud.state("virtualservice", "app1") == "OPER_DOWN"
    vs = cloud.store.named("virtualservice", "app1")
    assert vs is not None
    assert "app1-pool-80" in cloud.engine.status(vs).reason


@pytest.mark.parametrize(("top_gone", "answer"), [("keep", "app1-200"), ("empty", "503"), ("revert", "app1-100")])
async def test_deleting_the_active_version(cloud: Cloud, top_gone: str, answer: str) -> None:
    cloud.settings.top_gone = top_gone
    await three_versions(cloud, 2)
    assert await cloud.answers() == "app1-200"
    del cloud.apps["app1-200"]
    await cloud.look()
    assert await cloud.answers() == answer
    await cloud.look()
    assert await cloud.answers() == answer


async def test_deleting_the_listener_deletes_the_virtual_service(cloud: Cloud) -> None:
    await three_versions(cloud, 1)
    del cloud.apps["app1"]
    await cloud.look()
    assert cloud.store.named("virtualservice", "app1") is None
    assert cloud.store.named("pool", "app1-pool-80") is None
    assert cloud.state("pool", "app1-100-pool-80") == "OPER_UNUSED"
    assert await cloud.answers() == "503"


async def test_a_broken_label_is_noted_once_and_stops_nothing(cloud: Cloud) -> None:
    await cloud.run("app1", broken=("avi_proxy is not JSON",))
    await cloud.settle()
    assert await cloud.answers() == "app1"
    complaints = cloud.journal.entries(match={"kind": "connector", "event": "complaint"})
    assert [entry["sentence"] for entry in complaints] == ["app1: avi_proxy is not JSON"]


async def under_way(cloud: Cloud, pool: str) -> int:
    _unused, pools = await cloud.dataplane.counts()
    return pools[pool].open


async def begun(cloud: Cloud, client: aiohttp.ClientSession, pool: str) -> asyncio.Task[aiohttp.ClientResponse]:
    """Begin a request that takes longer than what a test does meanwhile; return once it is under way in this pool."""
    slow = asyncio.create_task(client.get(f"{cloud.dataplane.url('app1')}?delay=3"))
    while await under_way(cloud, pool) == 0:
        assert not slow.done()
        await asyncio.sleep(0.01)
    return slow


async def test_requests_under_way_are_counted_where_they_are_after_the_flip(cloud: Cloud) -> None:
    await cloud.run("app1")
    await cloud.settle()
    async with aiohttp.ClientSession() as client:
        slow = await begun(cloud, client, "app1-pool-80")
        await cloud.run("app1-100", priority=10)
        await cloud.settle()
        assert await cloud.answers() == "app1-100"
        assert await under_way(cloud, "app1-pool-80") == 1
        assert (await slow).headers["X-Lab-App"] == "app1"
        assert await under_way(cloud, "app1-pool-80") == 0


async def test_requests_under_way_are_counted_in_a_pool_that_is_detached(cloud: Cloud) -> None:
    await three_versions(cloud, 1)
    async with aiohttp.ClientSession() as client:
        slow = await begun(cloud, client, "app1-100-pool-80")
        for priority in (20, 30):
            await cloud.run(f"app1-{priority}0", priority=priority)
            await cloud.settle()
        assert cloud.ab()[1] == "app1-300-pool-80"
        assert await under_way(cloud, "app1-100-pool-80") == 1
        assert (await slow).headers["X-Lab-App"] == "app1-100"


async def test_servers_may_be_named_by_their_containers(cloud: Cloud) -> None:
    cloud.settings.avi_addressing = "container"
    await three_versions(cloud, 2)
    servers = cloud.pool("app1-pool-80")["servers"]
    assert [(each["ip"]["addr"], each["port"]) for each in servers] == [("172.17.2.0", 80), ("172.17.2.1", 80)]
    assert {each["server_node"] for each in servers} == {"127.0.0.2", "127.0.0.3"}
    assert cloud.state("pool", "app1-pool-80") == "OPER_UP"
    assert await cloud.answers() == "app1-200"


async def test_a_ratio_given_by_label_mixes_the_pools(cloud: Cloud) -> None:
    green = {"ab_pool": {"pool_ref": "/api/pool/?name=green-pool-80", "ratio": 40}}
    await cloud.run("green", listener=False, frontend=False)
    await cloud.run("app1", pool=green)
    await cloud.settle()
    assert cloud.ab() == (None, "green-pool-80", 40)
    answers = [await cloud.answers() for _each in range(60)]
    assert 10 < answers.count("green") < 40 and answers.count("app1") == 60 - answers.count("green")


async def test_a_reference_that_leads_nowhere_is_noted_and_left_out(cloud: Cloud) -> None:
    await cloud.run("app1", pool={"ab_pool": {"pool_ref": "/api/pool/?name=nothing", "ratio": 40}})
    await cloud.settle()
    assert await cloud.answers() == "app1"
    (complaint,) = cloud.journal.entries(match={"kind": "connector", "event": "complaint"})
    assert "/api/pool/?name=nothing, which does not exist" in complaint["sentence"]
