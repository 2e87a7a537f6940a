# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import (
    AbPool,
    GroupMember,
    endpoint,
    read_pool,
    read_pool_group,
    read_virtual_service,
    uuid_of,
)

SERVER = {"ip": {"addr": "127.0.0.2", "type": "V4"}, "port": 31001}
POOL = {"uuid": "pool-1", "name": "app1-pool-80", "servers": [SERVER]}
ROW = {"ip_addr": {"addr": "127.0.0.2", "type": "V4"}, "port": 31001, "oper_status": {"state": "OPER_UP"}}
DOWN_ROW = {**ROW, "oper_status": {"state": "OPER_DOWN"}}
STATS = {"pool_stats": {"current_connections": 3}}


@pytest.mark.parametrize(
    "answer", [[ROW], {"results": [ROW]}, {"server": [ROW]}, [{"server": [ROW]}], {"results": [{"server": [ROW]}]}]
)
def test_server_runtime_in_each_shape(answer):
    assert read_pool(POOL, servers=answer).servers_up == 1


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"results": []}, "nonsense", [None], [DOWN_ROW], [ROW, DOWN_ROW], [DOWN_ROW, ROW]]
)
def test_a_server_is_up_only_where_every_service_engine_says_so(answer):
    assert read_pool(POOL, servers=answer).servers_up == 0


def test_a_disabled_server_takes_no_requests():
    pool = read_pool({**POOL, "servers": [{**SERVER, "enabled": False}]}, servers=[ROW])
    assert (pool.servers_up, pool.endpoints) == (0, frozenset())


def test_a_server_without_a_port_has_the_pools():
    pool = read_pool({**POOL, "default_server_port": 8080, "servers": [{"ip": {"addr": "10.0.0.1"}}]})
    assert pool.endpoints == {"10.0.0.1:8080"}


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        ([STATS], 3),
        ([STATS, STATS], 6),
        ({"results": [STATS]}, 3),
        (STATS, 3),
        (None, None),
        ([], None),
        ([STATS, {}], None),
        ([{"pool_stats": {}}], None),
    ],
)
def test_connections_are_added_up_or_unknown(answer, count):
    assert read_pool(POOL, detail=answer).connections == count


@pytest.mark.parametrize(
    ("ab_pool", "expected"),
    [
        (
            {"pool_ref": "https://c/api/pool/pool-2#app1-100-pool-80", "ratio": 100},
            AbPool("pool-2", 100, "app1-100-pool-80"),
        ),
        ({"pool_ref": "https://c/api/pool/pool-2"}, AbPool("pool-2", 0)),
        ({"pool_ref": "https://c/api/pool/pool-2", "ratio": 30.0}, AbPool("pool-2", 30)),
        ({"pool_ref": "https://c/api/pool/pool-2", "ratio": "half"}, AbPool("pool-2", None)),
        ({}, AbPool(None, 0)),
        ("https://c/api/pool/pool-2", AbPool(None, None)),
        (None, None),
    ],
)
def test_ab_pool(ab_pool, expected):
    assert read_pool({**POOL, "ab_pool": ab_pool}).ab_pool == expected


def test_pool_group():
    group = read_pool_group(
        {
            "uuid": "poolgroup-1",
            "name": "app1-poolgroup",
            "members": [
                {"pool_ref": "https://c/api/pool/pool-1", "priority_label": "10", "ratio": 0},
                {"pool_ref": "https://c/api/pool/pool-2"},
                {"pool_ref": "https://c/api/pool/pool-3", "ratio": "1"},
            ],
            "min_servers": 2,
        }
    )
    assert group.members == (GroupMember("pool-1", 0, "10"), GroupMember("pool-2", 1), GroupMember("pool-3", None))
    assert (group.labelled, group.min_servers) == (False, 2)


def test_virtual_service():
    config = {"uuid": "virtualservice-1", "name": "app1", "pool_ref": "https://c/api/pool/pool-1#app1-pool-80"}
    found = read_virtual_service(config, runtime={"oper_status": {"state": "OPER_UP"}})
    assert (found.uuid, found.name, found.enabled, found.oper_state, found.pool, found.pool_group) == (
        "virtualservice-1",
        "app1",
        True,
        "OPER_UP",
        "pool-1",
        None,
    )


@pytest.mark.parametrize("switch", ["enabled", "traffic_enabled"])
def test_a_virtual_service_has_two_switches(switch):
    assert read_virtual_service({"uuid": "virtualservice-1", "name": "app1", switch: False}).enabled is False


@pytest.mark.parametrize(
    ("ref", "uuid"),
    [
        ("https://c/api/pool/pool-1", "pool-1"),
        ("/api/pool/pool-1/", "pool-1"),
        ("https://c/api/pool/pool-1#x/y", "pool-1"),
        (None, None),
        ("", None),
        (7, None),
    ],
)
def test_uuid_of(ref, uuid):
    assert uuid_of(ref) == uuid


@pytest.mark.parametrize(
    ("address", "port", "expected"),
    [
        ("127.0.0.2", 31001, "127.0.0.2:31001"),
        ("2001:DB8:0::1", 80, "[2001:db8::1]:80"),
        ("Agent-1.example", 80, "agent-1.example:80"),
    ],
)
def test_endpoint_has_one_spelling(address, port, expected):
    assert endpoint(address, port) == expected
