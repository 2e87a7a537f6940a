# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Controller over HTTPS, as a client sees it: logging in, reading, and being refused."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from tests.lab.avi.controller import Controller
from tests.lab.avi.store import Spec
from tests.lab.faults import Faults

if TYPE_CHECKING:
    from conftest import Client, Cloud

pytestmark = pytest.mark.asyncio


async def test_a_login_brings_cookies_and_tells_what_it_is(client: Client) -> None:
    body = await client.login()
    recorded = {"user_initialized", "version", "user", "tenants", "system_config", "controller", "session_cookie_name"}
    assert set(body) == recorded
    assert body["session_cookie_name"] == "avi-sessionid"
    assert body["version"]["Version"] == "17.2.14"
    assert body["tenants"][0]["url"] == f"{client.base}/api/tenant/admin"
    assert client.headers["AVI_API_VERSION"] == "16_4_2"
    cookies = {line.split("=")[0]: line for line in client.headers.getall("Set-Cookie")}
    assert set(cookies) == {"csrftoken", "avi-sessionid", "sessionid"}
    assert all("Secure" in line for line in cookies.values())
    assert "HttpOnly" in cookies["sessionid"] and "HttpOnly" not in cookies["csrftoken"]


async def test_a_login_may_be_json(client: Client) -> None:
    status, _unused = await client.ask("POST", "/login", json={"username": "admin", "password": "avi-lab"})
    assert status == 200


async def test_a_login_may_bring_a_token(client: Client) -> None:
    for token, status in (("avi-lab-token", 200), ("no", 401)):
        assert (await client.ask("POST", "/login", data={"username": "admin", "token": token}))[0] == status


async def test_basic_authentication_must_be_allowed(cloud: Cloud, client: Client) -> None:
    auth = aiohttp.BasicAuth("admin", "avi-lab")
    assert (await client.ask("GET", "/api/pool", auth=auth))[0] == 401
    cloud.settings.avi_basic_auth = "on"
    assert (await client.ask("GET", "/api/pool", auth=auth))[0] == 200
    assert "Set-Cookie" not in client.headers
    assert (await client.ask("POST", "/api/pool", auth=auth, json={}))[0] == 403, "without a session there is no CSRF"
    assert (await client.ask("GET", "/api/pool", auth=aiohttp.BasicAuth("admin", "no")))[0] == 401


@pytest.mark.parametrize("body", [{"data": {"username": "admin", "password": "no"}}, {"json": []}, {"data": b""}])
async def test_a_wrong_login_is_refused(client: Client, body: dict[str, Any]) -> None:
    assert await client.ask("POST", "/login", **body) == (401, {"error": "Invalid credentials"})
    assert "Set-Cookie" not in client.headers


async def test_nothing_is_read_without_a_login(client: Client) -> None:
    assert (await client.ask("GET", "/api/pool"))[0] == 401
    assert (await client.ask("GET", "/api/initial-data"))[1]["version"]["Version"] == "17.2.14"


async def test_the_certificate_is_not_trusted_without_its_authority(cloud: Cloud) -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await http.get(f"https://{cloud.controller.address}/api/initial-data")


async def test_a_session_ends(cloud: Cloud, reader: Client) -> None:
    cloud.settings.avi_session_seconds = 0
    assert (await reader.ask("GET", "/api/pool"))[0] == 419
    assert (await reader.ask("GET", "/api/pool"))[0] == 401
    cloud.settings.avi_session_seconds = 60
    await reader.login()
    assert (await reader.ask("GET", "/api/pool"))[0] == 200


async def test_a_logout_needs_the_csrf_token_and_ends_the_session(cloud: Cloud, reader: Client) -> None:
    assert (await reader.ask("POST", "/logout"))[0] == 401
    headers = {"X-CSRFToken": reader.cookie("csrftoken"), "Referer": reader.base}
    assert (await reader.ask("POST", "/logout", headers=headers))[0] == 200
    assert (await reader.ask("GET", "/api/pool"))[0] == 401
    assert cloud.journal.entries(match={"write": "true"}) == [], "it changes no object"


@pytest.mark.parametrize("missing", ["X-CSRFToken", "Referer"])
async def test_a_write_without_csrf_is_refused_in_plain_text(reader: Client, missing: str) -> None:
    headers = {"X-CSRFToken": reader.cookie("csrftoken"), "Referer": reader.base}
    del headers[missing]
    status, body = await reader.ask("POST", "/api/pool", json={"name": "x"}, headers=headers)
    assert (status, body) == (401, "CSRF token missing or incorrect.")
    assert reader.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_every_write_is_refused_and_noted(cloud: Cloud, reader: Client, method: str) -> None:
    headers = {"X-CSRFToken": reader.cookie("csrftoken"), "Referer": reader.base}
    status, body = await reader.ask(method, "/api/pool/pool-x", json={}, headers=headers)
    assert status == 403
    assert "labels of Marathon apps" in body["error"]
    noted = cloud.journal.entries(match={"api": "avi", "write": "true"})
    assert [(entry["method"], entry["path"], entry["status"]) for entry in noted] == [(method, "/api/pool/pool-x", 403)]


async def test_the_version_asked_for_decides_which_fields_there_are(cloud: Cloud, reader: Client) -> None:
    cloud.settings.avi_release = "20.1"
    await cloud.run("app1")
    await cloud.run("app1-100", priority=10)
    await cloud.settle()
    for version, visible in (
        ("16.4.4", True),
        ("17.2.14", True),
        ("18.1.1", True),
        ("18.1.2", False),
        ("20.1.1", False),
    ):
        pool = (await reader.get("/api/pool?name=app1-pool-80", **{"X-Avi-Version": version}))["results"][0]
        assert ("ab_pool" in pool) is visible, version
        assert reader.headers["AVI_API_VERSION"] == version


@pytest.mark.parametrize("version", ["18.1.1", "latest"])
async def test_a_version_the_controller_does_not_speak_is_refused(reader: Client, version: str) -> None:
    status, body = await reader.ask("GET", "/api/pool", headers={"X-Avi-Version": version})
    assert status == 400
    assert "Invalid version" in body["error"]


async def test_objects_refer_to_each_other_by_whole_urls(cloud: Cloud, reader: Client) -> None:
    await cloud.run("app1")
    await cloud.settle()
    vs = (await reader.get("/api/virtualservice?name=app1"))["results"][0]
    assert vs["url"] == f"{reader.base}/api/virtualservice/{vs['uuid']}"
    pool = await reader.get(vs["pool_ref"].removeprefix(reader.base))
    assert (pool["name"], len(pool["servers"])) == ("app1-pool-80", 2)
    named = await reader.get(f"/api/virtualservice/{vs['uuid']}?include_name")
    assert named["pool_ref"] == vs["pool_ref"] + "#app1-pool-80"
    assert named["tenant_ref"] == f"{reader.base}/api/tenant/admin#admin"


async def test_a_collection_is_filtered_and_narrowed(cloud: Cloud, reader: Client) -> None:
    await cloud.run("app1")
    await cloud.run("app1-100", priority=10)
    await cloud.settle()
    assert await reader.get("/api/pool?name=nothing") == {"count": 0, "results": []}
    # What a Controller does not know in a query it does not look at.
    assert (await reader.get("/api/pool?nonsense=1"))["count"] == (await reader.get("/api/pool"))["count"] > 0
    narrow = (await reader.get("/api/pool?name=app1-pool-80&fields=lb_algorithm"))["results"][0]
    assert set(narrow) == {"url", "uuid", "name", "lb_algorithm"}
    vs = (await reader.get("/api/virtualservice?name=app1&join_subresources=runtime"))["results"][0]
    assert vs["runtime"]["oper_status"]["state"] == "OPER_UP"
    referred = await reader.get(f"/api/pool?referred_by=virtualservice:{vs['uuid']}")
    assert [pool["name"] for pool in referred["results"]] == ["app1-pool-80"]
    b = (await reader.get("/api/pool?name=app1-100-pool-80"))["results"][0]
    referring = await reader.get(f"/api/pool?refers_to=pool:{b['uuid']}")
    assert [pool["name"] for pool in referring["results"]] == ["app1-pool-80"]
    assert (await reader.get("/api/pool?cloud_ref.name=Default-Cloud"))["count"] == 2
    assert (await reader.get("/api/pool?cloud_ref.name=Other"))["count"] == 0


async def test_pages_follow_each_other(cloud: Cloud, reader: Client) -> None:
    cloud.store.sync("test", [Spec("pool", f"p{number:02}") for number in range(60)])
    names: list[str] = []
    path = "/api/pool?sort=name"
    sizes = []
    while path:
        body = await reader.get(path)
        assert body["count"] == 60
        sizes.append(len(body["results"]))
        names += [pool["name"] for pool in body["results"]]
        path = body.get("next", "").removeprefix(reader.base)
    assert sizes == [25, 25, 10]
    assert names == [f"p{number:02}" for number in range(60)]
    assert len((await reader.get("/api/pool?page_size=40"))["results"]) == 40
    assert (await reader.ask("GET", "/api/pool?page=9"))[0] == 404
    assert (await reader.ask("GET", "/api/pool?page=x"))[0] == 400


async def test_what_is_not_there_is_not_found(cloud: Cloud, reader: Client) -> None:
    for path in ("/api/pool/pool-x", "/api/pool/pool-x/runtime", "/api/nothing", "/api/nothing/x", "/elsewhere"):
        status, body = await reader.ask("GET", path)
        assert (status, list(body)) == (404, ["error"]), path


async def test_a_tenant_sees_its_own_objects_only(cloud: Cloud, reader: Client) -> None:
    cloud.store.sync("test", [Spec("pool", "theirs", tenant="retail"), Spec("pool", "ours")])
    theirs = cloud.store.named("pool", "theirs", "retail")
    retail = cloud.store.named("tenant", "retail")
    assert theirs is not None and retail is not None
    assert (await reader.get("/api/pool?name=theirs"))["count"] == 0
    assert (await reader.ask("GET", f"/api/pool/{theirs['uuid']}"))[0] == 404
    assert (await reader.get("/api/pool?name=theirs", **{"X-Avi-Tenant": "retail"}))["count"] == 1
    assert (await reader.get("/api/pool?name=theirs", **{"X-Avi-Tenant-UUID": retail["uuid"]}))["count"] == 1
    assert (await reader.get("/api/pool", **{"X-Avi-Tenant": "*"}))["count"] == 2
    assert {tenant["name"] for tenant in (await reader.get("/api/tenant"))["results"]} == {"admin", "retail"}
    status, body = await reader.ask("GET", "/api/pool", headers={"X-Avi-Tenant": "nobody"})
    assert (status, body["error"]) == (403, "Tenant 'nobody' does not exist!")


async def test_runtime_tells_who_is_up(cloud: Cloud, reader: Client) -> None:
    await cloud.run("app1")
    await cloud.run("app1-100", priority=10, healthy=False)
    await cloud.settle()
    pool = cloud.pool("app1-pool-80")["uuid"]
    waiting = cloud.pool("app1-100-pool-80")["uuid"]

    up = await reader.get(f"/api/pool/{pool}/runtime")
    assert (up["oper_status"]["state"], up["num_servers"], up["num_servers_up"]) == ("OPER_UP", 2, 2)
    down = await reader.get(f"/api/pool/{waiting}/runtime")
    assert (down["oper_status"]["state"], down["num_servers"], down["num_servers_up"]) == ("OPER_DOWN", 2, 0)
    assert down["oper_status"]["reason"] and down["oper_status"]["last_changed_time"]["secs"] > 0

    servers = await reader.get(f"/api/pool/{waiting}/runtime/server")
    assert [server["oper_status"]["state"] for server in servers] == ["OPER_DOWN", "OPER_DOWN"]
    assert {server["ip_addr"]["addr"] for server in servers} == {"127.0.0.2", "127.0.0.3"}

    vs = cloud.store.named("virtualservice", "app1")
    assert vs is not None
    runtime = await reader.get(f"/api/virtualservice/{vs['uuid']}/runtime")
    assert runtime["oper_status"]["state"] == "OPER_UP"


async def test_runtime_counts_connections(cloud: Cloud, reader: Client) -> None:
    await cloud.run("app1")
    await cloud.settle()
    pool = cloud.pool("app1-pool-80")["uuid"]
    assert await cloud.answers() == "app1"
    (detail,) = await reader.get(f"/api/pool/{pool}/runtime/detail")
    assert (detail["name"], detail["uuid"]) == ("app1-pool-80", pool)
    assert (detail["pool_stats"]["current_connections"], detail["pool_stats"]["total_connections"]) == (0, 1)


@pytest.mark.parametrize(("release", "key"), [("16.4", "server"), ("17.2", None), ("18.1", None), ("20.1", "results")])
async def test_the_list_of_servers_differs_by_release(
    cloud: Cloud, client: Client, release: str, key: str | None
) -> None:
    cloud.settings.avi_release = release
    await client.login()
    await cloud.run("app1")
    await cloud.settle()
    path = f"/api/pool/{cloud.pool('app1-pool-80')['uuid']}/runtime/server"
    body = await client.get(path, **{"X-Avi-Version": "16.4.2"})
    assert len(body[key] if key else body) == 2


async def test_the_oldest_release_knows_one_cookie(cloud: Cloud, client: Client) -> None:
    cloud.settings.avi_release = "16.4"
    body = await client.login()
    assert body["session_cookie_name"] == "sessionid"
    assert {line.split("=")[0] for line in client.headers.getall("Set-Cookie")} == {"csrftoken", "sessionid"}


async def test_inventories_show_objects_with_their_runtime(cloud: Cloud, reader: Client) -> None:
    await cloud.run("app1")
    await cloud.run("app1-100", priority=10)
    await cloud.settle()
    entries = {entry["config"]["name"]: entry for entry in (await reader.get("/api/pool-inventory"))["results"]}
    a, b = entries["app1-pool-80"], entries["app1-100-pool-80"]
    assert a["virtualservice"]["name"] == "app1"
    assert a["ab_pools"] == [f"{reader.base}/api/pool/{b['uuid']}"]
    assert (a["runtime"]["num_servers_up"], a["health_score"]["health_score"]) == (2, 100)
    one = await reader.get(f"/api/pool-inventory/{a['uuid']}?include=runtime")
    assert "runtime" in one and "config" not in one
    (vs,) = (await reader.get("/api/virtualservice-inventory?include_name"))["results"]
    assert {ref.split("#")[1] for ref in vs["pools"]} == {"app1-pool-80", "app1-100-pool-80"}


async def test_metrics_come_from_the_proxys_counters(cloud: Cloud, reader: Client) -> None:
    await cloud.run("app1")
    await cloud.settle()
    path = f"/api/analytics/metrics/pool/{cloud.pool('app1-pool-80')['uuid']}"
    wanted = (
        "l7_server.avg_complete_responses,l7_server.pct_response_errors,l4_server.avg_open_conns,"
        "l7_server.avg_resp_latency"
    )
    await asyncio.sleep(1.1)  # a sample before
    for _each in range(10):
        assert await cloud.answers() == "app1"
    await asyncio.sleep(1.1)  # and one after
    body = await reader.get(f"{path}?metric_id={wanted}&step=5&limit=2")
    assert [series["header"]["name"] for series in body["series"]] == wanted.split(",")
    responses, errors, open_, latency = (series["data"] for series in body["series"])
    assert [point.get("is_null", False) for point in responses] == [True, False]
    assert 2 < responses[1]["value"] <= 10, "ten in a few seconds"
    assert (errors[1]["value"], open_[1]["value"]) == (0.0, 0.0)
    assert 0 <= latency[1]["value"] < 1000, "milliseconds"
    unpadded = await reader.get(f"{path}?metric_id={wanted}&step=5&limit=2&pad_missing_data=false")
    assert len(unpadded["series"][0]["data"]) == 1

    vs = cloud.store.named("virtualservice", "app1")
    assert vs is not None
    body = await reader.get(
        f"/api/analytics/metrics/virtualservice/{vs['uuid']}?metric_id=l7_client.avg_total_requests"
    )
    assert body["series"][0]["data"][0]["value"] > 2


@pytest.mark.parametrize("query", ["", "metric_id=l7_client.nothing", "metric_id=l4_server.avg_open_conns&step=7"])
async def test_metrics_that_there_are_none_of(cloud: Cloud, reader: Client, query: str) -> None:
    cloud.store.sync("test", [Spec("pool", "p")])
    status, body = await reader.ask("GET", f"/api/analytics/metrics/pool/{cloud.pool('p')['uuid']}?{query}")
    assert (status, list(body)) == (400, ["error"])


async def test_the_controller_may_hold_what_is_of_no_concern(cloud: Cloud) -> None:
    cloud.settings.avi_others = 30
    crowded = Controller(cloud.settings, cloud.journal, Faults(), cloud.store, cloud.engine)
    await crowded.start()
    try:
        await cloud.run("app1")
        await cloud.settle()
        assert (
            sum(1 for _each in cloud.store.all("virtualservice")) == sum(1 for _each in cloud.store.all("pool")) == 31
        )
        assert await cloud.answers() == "app1"
    finally:
        await crowded.stop()
