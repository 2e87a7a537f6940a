# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two clouds of one Controller may each have a virtual service and a pool of one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lab.avi.store import Spec

if TYPE_CHECKING:
    from conftest import Client, Cloud

pytestmark = pytest.mark.asyncio


def in_another_cloud() -> list[Spec]:
    """app1 once more, as another cloud's connector makes it."""
    return [
        Spec("pool", "app1-pool-80", {"servers": []}, cloud="Other-Cloud"),
        Spec("virtualservice", "app1", {"pool_ref": "/api/pool?name=app1-pool-80"}, cloud="Other-Cloud"),
    ]


async def test_each_cloud_has_its_own(cloud: Cloud, client: Client) -> None:
    await cloud.run("app1")
    await cloud.look()
    assert cloud.store.sync("other-connector", in_another_cloud()) == []
    await client.login()
    found = (await client.get("/api/virtualservice?name=app1&include_name=true"))["results"]
    assert sorted(item["cloud_ref"].partition("#")[2] for item in found) == ["Default-Cloud", "Other-Cloud"]
    assert len({item["pool_ref"] for item in found}) == 2
    (other,) = (await client.get("/api/virtualservice?name=app1&cloud_ref.name=Other-Cloud"))["results"]
    pool = await client.get(f"/api/pool/{other['pool_ref'].rpartition('/')[2]}")
    assert (pool["name"], pool["servers"]) == ("app1-pool-80", [])
    # The first cloud's own are as they were.
    assert len(cloud.pool("app1-pool-80")["servers"]) == 2
