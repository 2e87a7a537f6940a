# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vendor's own SDK, as it comes from PyPI, gets along with the lab's Controller."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.lab.avi.store import Spec

if TYPE_CHECKING:
    from conftest import Cloud

pytestmark = pytest.mark.asyncio
avi_api = pytest.importorskip("avi.sdk.avi_api", reason="avisdk is in tests/requirements.txt")


@pytest.fixture
def session(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that logs in; to be called in a thread, since the SDK blocks."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(cloud.controller.ca_file))
    host, port = cloud.controller.address.split(":")

    def login(**options: Any) -> Any:
        given = {"tenant": "admin", "api_version": "17.2.14", **options}
        return avi_api.ApiSession(host, "admin", "avi-lab", port=int(port), verify=True, **given)

    return login


async def test_it_reads_objects_by_name_and_uuid(cloud: Cloud, session: Any) -> None:
    await cloud.run("app1")
    await cloud.run("app1-100", priority=10)
    await cloud.settle()

    def read() -> None:
        api = session()
        assert api.remote_api_version["Version"] == "17.2.14"
        pool = api.get_object_by_name("pool", "app1-pool-80")
        assert pool["ab_pool"]["ratio"] == 100
        assert api.get("pool/" + pool["uuid"]).json()["name"] == "app1-pool-80"
        vs = api.get_object_by_name("virtualservice", "app1")
        assert vs["pool_ref"] == pool["url"] == api.get_obj_ref(pool)
        assert api.get_object_by_name("pool", "nothing") is None
        assert api.get(f"pool/{pool['uuid']}/runtime").json()["num_servers_up"] == 2

    await asyncio.to_thread(read)


async def test_it_pages(cloud: Cloud, session: Any) -> None:
    cloud.store.sync("test", [Spec("pool", f"p{number}") for number in range(60)])

    def read() -> set[str]:
        return {pool["name"] for pool in session().get_objects_iter("pool")}

    assert await asyncio.to_thread(read) == {f"p{number}" for number in range(60)}


async def test_it_switches_tenants(cloud: Cloud, session: Any) -> None:
    cloud.store.sync("test", [Spec("pool", "theirs", tenant="retail")])

    def read() -> list[int]:
        api = session()
        return [api.get("pool", tenant=tenant).json()["count"] for tenant in ("admin", "retail")]

    assert await asyncio.to_thread(read) == [0, 1]


async def test_it_logs_in_again_when_its_session_has_ended(cloud: Cloud, session: Any) -> None:
    def read() -> int:
        api = session()
        cloud.settings.avi_session_seconds = 0.3
        time.sleep(0.4)
        return api.get("pool").status_code

    assert await asyncio.to_thread(read) == 200
    assert 419 in [entry["status"] for entry in cloud.journal.entries(match={"path": "/api/pool"})]


async def test_it_is_refused_a_write(cloud: Cloud, session: Any) -> None:
    def write() -> int:
        return session().post("pool", data={"name": "x"}).status_code

    assert await asyncio.to_thread(write) == 403
