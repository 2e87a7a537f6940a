# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._modules.avi_pool_info import POOL_METRICS, pool_info
from ansible_collections.dcos.avi.plugins.module_utils._modules.avi_virtualservice_info import virtualservice_info
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

UP = {"oper_status": {"state": "OPER_UP"}}
IP = {"addr": "127.0.0.2"}


def pool(uuid, port, **fields):
    return {"uuid": uuid, "name": f"pool {uuid}", "servers": [{"ip": IP, "port": port}], **fields}


POOLS = {
    "a": pool("a", 1, ab_pool={"pool_ref": "/api/pool/b#pool b", "ratio": 100}),
    "b": pool("b", 2),
    "c": pool("c", 3),
}
SERVICES = {
    "vs-ab": {"uuid": "vs-ab", "name": "app1", "pool_ref": "/api/pool/a"},
    "vs-group": {"uuid": "vs-group", "name": "app2", "pool_group_ref": "/api/poolgroup/g"},
}
GROUP = {"uuid": "g", "name": "g", "members": [{"pool_ref": "/api/pool/c", "priority_label": "10"}]}


RUNTIME = {**UP, "num_servers": 1, "num_servers_enabled": 1, "num_servers_up": 1}
SAMPLE = {"value": 2.5, "timestamp": "2026-01-15T10:20:00+00:00"}
OLDER = {"value": 9, "timestamp": "2026-01-15T10:15:00+00:00"}
MEASURES = {
    "pool-inventory": {"uuid": "a", "health_score": {"health_score": 97, "performance_score": 100}},
    "virtualservice-inventory": {"uuid": "vs-ab", "health_score": {"health_score": 80}},
    "analytics": {
        "series": [
            {"header": {"name": POOL_METRICS[0]}, "data": [OLDER, SAMPLE, {"value": 0, "is_null": True}]},
            {"header": {"name": POOL_METRICS[1]}, "data": []},
        ]
    },
}


@pytest.fixture(name="params")
def fixture_params(server):
    objects = {"pool": POOLS, "virtualservice": SERVICES, "poolgroup": {"g": GROUP}}

    def answer(request):
        kind, *rest = request.path.removeprefix("/api/").split("/")
        if kind in MEASURES:
            return Reply(200, MEASURES[kind])
        if kind not in objects:
            return Reply(200, {})
        if not rest:
            name, cloud = request.query.get("name"), request.query.get("cloud_ref.name")
            found = [item for item in objects[kind].values() if name in (None, [item["name"]]) and cloud != ["other"]]
            return Reply(200, {"count": len(found), "results": found})
        found = objects[kind].get(rest[0])
        if found is None:
            return Reply(404, {"error": "not found"})
        runtime = {
            "": found,
            "runtime": RUNTIME,
            "runtime/server": [{"ip_addr": IP, "port": item["port"], **UP} for item in found.get("servers", [])],
            "runtime/detail": [{"pool_stats": {"current_connections": 4}}],
        }
        return Reply(200, runtime["/".join(rest[1:])])

    server.answer = answer
    return {
        "controller": server.url, "username": "admin", "password": "x", "tenant": "blue", "api_version": "17.2.14",
        "validate_certs": True, "ca_path": None, "timeout": 30, "name": None, "uuid": None, "virtualservice": None,
        "cloud": None, "gather": ["servers", "connections"], "metric_ids": POOL_METRICS, "metric_step": 300,
        "query": None, "wait_for": None, "wait_timeout": 1, "wait_interval": 0.01,
    }  # fmt: skip


def test_a_pool_by_name(params):
    result = pool_info({**params, "name": "pool a"}, check_mode=True)
    assert result == {
        "changed": False,
        "pools": [
            {
                "uuid": "a",
                "name": "pool a",
                "enabled": True,
                "servers": [{"endpoint": "127.0.0.2:1", "enabled": True, "state": "OPER_UP"}],
                "servers_up": 1,
                "ab_pool": {"pool": "b", "ratio": 100, "name": "pool b"},
                "a_pool": None,
                "connections": 4,
                "runtime": None,
                "health_score": None,
                "metrics": None,
            }
        ],
        "warnings": [],
    }


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"uuid": "b"}, ["pool b"]),
        ({"virtualservice": "app1"}, ["pool a", "pool b"]),
        ({"virtualservice": "app2"}, ["pool c"]),
        ({}, ["pool a", "pool b", "pool c"]),
        ({"cloud": "Default-Cloud"}, ["pool a", "pool b", "pool c"]),
        ({"cloud": "other"}, []),
    ],
)
def test_pools_by_other_means(params, asked, names):
    assert [item["name"] for item in pool_info({**params, **asked}, check_mode=False)["pools"]] == names


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        ({"name": "pool z"}, "pool pool z"),
        ({"uuid": "z"}, "pool z"),
        ({"virtualservice": "app9"}, "virtual service app9"),
    ],
)
def test_what_is_not_found_names_the_tenant(params, asked, missing):
    result = pool_info({**params, **asked}, check_mode=False)
    assert result["pools"] == []
    assert result["warnings"] == [f"Avi shows no {missing} in tenant blue. If you know it is there, check the tenant."]


@pytest.mark.parametrize(("told", "state"), [("OPER_DOWN", "OPER_DOWN"), (None, None), (5, None)])
def test_a_state_may_be_told_as_a_text(params, monkeypatch, told, state):
    monkeypatch.setitem(RUNTIME, "oper_status", told)
    (found,) = pool_info({**params, "uuid": "a", "gather": ["runtime"]}, check_mode=False)["pools"]
    assert (found["runtime"]["oper_state"], found["runtime"]["servers_up"]) == (state, 1)


def test_only_what_is_asked_for_is_gathered(params, server):
    (found,) = pool_info({**params, "uuid": "a", "gather": []}, check_mode=False)["pools"]
    assert (found["servers_up"], found["connections"], found["servers"][0]["state"]) == (None, None, None)
    assert not [line for line in server.lines if "runtime" in line]


def test_a_virtual_service_with_a_and_b(params):
    (found,) = virtualservice_info({**params, "name": "app1"}, check_mode=True)["virtualservices"]
    assert (found["shape"], found["ratio"], found["active_pool"], found["active_side"]) == (
        "ab_pool",
        100,
        "pool b",
        "b",
    )
    assert (found["pool_a"]["name"], found["pool_b"]["servers_up"], found["members"]) == ("pool a", 1, [])
    assert (found["oper_state"], found["mixed"], found["problems"]) == ("OPER_UP", False, [])


def test_a_virtual_service_with_a_pool_group(params):
    (found,) = virtualservice_info({**params, "uuid": "vs-group"}, check_mode=False)["virtualservices"]
    assert (found["shape"], found["ratio"], found["active_pool"], found["active_side"]) == (
        "pool_group",
        None,
        "pool c",
        None,
    )
    assert (found["pool_a"], found["pool_b"]) == (None, None)
    assert [(item["name"], item["priority"], item["ratio"]) for item in found["members"]] == [("pool c", "10", 1)]


@pytest.mark.parametrize(
    ("a_name", "a_pool", "unattached"),
    [
        ("app1-pool-80", "app1-200", {"name": "app1-200-pool-80", "uuid": "own"}),
        ("app1-pool-80-tcp", "app1-200", None),
        ("app1-pool-80", "app1-300", None),
        ("app1-pool-80", None, None),
        ("shop-servers", "app1-200", None),
    ],
)
def test_the_unattached_pool_beside_pool_a(params, monkeypatch, a_name, a_pool, unattached):
    monkeypatch.setitem(POOLS, "a", pool("a", 1) | {"name": a_name, "a_pool": a_pool})
    monkeypatch.setitem(POOLS, "own", pool("own", 1) | {"name": "app1-200-pool-80"})
    (found,) = virtualservice_info({**params, "name": "app1"}, check_mode=False)["virtualservices"]
    assert found["unattached"] == unattached


def test_all_virtual_services(params):
    found = virtualservice_info(params, check_mode=False)["virtualservices"]
    assert [item["name"] for item in found] == ["app1", "app2"]


def test_a_virtual_service_that_is_not_found(params):
    result = virtualservice_info({**params, "name": "app9"}, check_mode=False)
    assert (result["virtualservices"], len(result["warnings"])) == ([], 1)


def test_hidden_settings_are_said_to_be_hidden(params, monkeypatch):
    monkeypatch.setitem(POOLS, "a", pool("a", 1))
    (found,) = virtualservice_info({**params, "name": "app1", "api_version": "20.1.1"}, check_mode=False)[
        "virtualservices"
    ]
    assert (found["active_pool"], found["ratio"]) == (None, None)
    assert found["problems"][0]["code"] == "ab_hidden"


def test_all_that_can_be_gathered_of_a_pool(params, server):
    gather = ["runtime", "health_score", "metrics"]
    (found,) = pool_info({**params, "uuid": "a", "gather": gather}, check_mode=False)["pools"]
    assert found["runtime"] == {
        "oper_state": "OPER_UP", "reason": [], "since": None, "servers": 1, "servers_enabled": 1, "servers_up": 1
    }  # fmt: skip
    assert found["health_score"] == 97
    assert found["metrics"] == {POOL_METRICS[0]: SAMPLE, POOL_METRICS[1]: None, POOL_METRICS[2]: None}
    assert (found["servers_up"], found["connections"]) == (None, None)
    metrics = next(request for request in server.requests if request.path.startswith("/api/analytics"))
    assert metrics.path == "/api/analytics/metrics/pool/a"
    assert metrics.query == {
        "metric_id": [",".join(POOL_METRICS)], "step": ["300"], "limit": ["1"], "pad_missing_data": ["false"]
    }  # fmt: skip


def test_all_that_can_be_gathered_of_a_virtual_service(params):
    params.update(name="app1", gather=["health_score", "metrics"], metric_ids=[POOL_METRICS[0]])
    (found,) = virtualservice_info(params, check_mode=False)["virtualservices"]
    assert (found["health_score"], found["metrics"]) == (80, {POOL_METRICS[0]: SAMPLE})


def test_a_query_shapes_the_result(params):
    result = pool_info({**params, "virtualservice": "app1", "query": "pools[].[name, servers_up]"}, check_mode=False)
    assert result["result"] == [["pool a", 1], ["pool b", 1]]
    assert len(result["pools"]) == 2


def test_a_condition_is_waited_for(params, server):
    numbers = iter([4, 4, 0])
    answer = server.answer
    server.answer = lambda request: (
        Reply(200, [{"pool_stats": {"current_connections": next(numbers)}}])
        if request.path.endswith("/detail")
        else answer(request)
    )
    params.update(uuid="a", gather=["connections"], wait_for="pools[0].connections == `0`")
    assert pool_info(params, check_mode=False)["pools"][0]["connections"] == 0
    assert [line for line in server.lines if "login" in line] == ["POST /login"]


def test_a_condition_that_does_not_come_true(params):
    params.update(uuid="a", wait_for="pools[?connections > `9`]", wait_timeout=0)
    with pytest.raises(
        WaitTimeout, match=r"waited 0 s for pools\[\?connections > `9`\] to hold; last seen: the value \[\]"
    ):
        pool_info(params, check_mode=False)


DEEP = "[" * 3000 + "]" * 3000


@pytest.mark.parametrize("option", ["query", "wait_for"])
@pytest.mark.parametrize(
    "expression", ["pools[::0]", "merge(@, pools)", "&pools", "to_number('nan')", DEEP, "@" + "|[@]" * 3000]
)
def test_an_expression_on_which_python_fails_is_refused_in_words(params, option, expression):
    with pytest.raises(Refused, match=f"^{option} (is not a JMESPath expression|cannot be applied to the result): "):
        pool_info({**params, option: expression}, check_mode=False)


@pytest.mark.parametrize("option", ["query", "wait_for"])
@pytest.mark.parametrize(
    ("expression", "words"),
    [("pools[", "is not a JMESPath expression"), ("sum(pools)", "cannot be applied to the result")],
)
def test_an_expression_of_no_use(params, option, expression, words):
    with pytest.raises(Refused, match=f"{option} {words}"):
        pool_info({**params, option: expression}, check_mode=False)
