# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which objects an app gets: virtual services, pools and monitors, with the A/B fields of the swap."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.lab.avi.store import Spec
from tests.lab.connector.apps import AbConfig, App, Health, Task
from tests.lab.connector.objects import desired, merged
from tests.lab.connector.swap import Swap

HEALTH = (Health(0, "/", 20, 5, 3),)
ROUND_ROBIN = {"lb_algorithm": "LB_ALGORITHM_ROUND_ROBIN"}


def tasks(first: int, number: int = 2) -> tuple[Task, ...]:
    return tuple(Task(f"t{port}", "127.0.0.2", (port,)) for port in range(first, first + number))


APP1 = App("app1", 2, (80,), (10000,), tasks(31000), HEALTH, frontend=True, virtualservice={"services": [{"port": 80}]})
V2 = App("app1-100", 2, (80,), (0,), tasks(31100), HEALTH, listener=False, ab=AbConfig("app1", 10), pool=ROUND_ROBIN)
V3 = replace(V2, id="app1-200", tasks=tasks(31200), ab=AbConfig("app1", 20))


def objects(*apps: App, swap: Swap | None = None) -> dict[tuple[str, str], Spec]:
    specs = desired(
        {app.name: app for app in apps},
        {"app1": swap} if swap else {app.name: Swap(app.name) for app in apps if app.listener and app.ports},
    )
    found = {(spec.kind, spec.name): spec for spec in specs}
    assert len(found) == len(specs), "no object is asked for twice"
    return found


def ports(pool: Spec) -> list[int]:
    return [server["port"] for server in pool.fields["servers"]]


def test_a_listener_gets_a_virtual_service_in_front_of_its_pool() -> None:
    found = objects(APP1)
    vs, pool = found["virtualservice", "app1"].fields, found["pool", "app1-pool-80"]
    assert vs["pool_ref"] == "/api/pool?name=app1-pool-80"
    assert vs["services"] == [{"port": 80, "port_range_end": 80, "enable_ssl": False}]
    assert vs["east_west_placement"] is False
    assert ports(pool) == [31000, 31001]
    assert pool.fields["health_monitor_refs"] == ["/api/healthmonitor?name=app1-pool-80-hm-0"]
    assert not {"ab_pool", "a_pool", "ab_priority"} & pool.fields.keys()


def test_servers_tell_where_they_run() -> None:
    server = objects(APP1)["pool", "app1-pool-80"].fields["servers"][0]
    expected: dict[str, Any] = {
        "ip": {"addr": "127.0.0.2", "type": "V4"},
        "port": 31000,
        "hostname": "127.0.0.2",
        "enabled": True,
        "ratio": 1,
        "server_node": "127.0.0.2",
        "external_orchestration_id": "t31000",
        "external_uuid": "t31000",
    }
    assert expected.items() <= server.items()


def test_an_app_without_labels_is_reached_from_east_and_west() -> None:
    vs = objects(App("other", 1, (8080,), (10007,)))["virtualservice", "other"].fields
    assert vs["east_west_placement"] is True
    assert vs["services"][0]["port"] == 10007


def test_proxy_listener_no_means_pool_only() -> None:
    assert set(objects(V2)) == {("pool", "app1-100-pool-80"), ("healthmonitor", "app1-100-pool-80-hm-0")}


def test_an_app_without_ports_gets_nothing() -> None:
    assert objects(App("lock", 0, ())) == {}


def test_each_port_gets_a_pool_of_its_own() -> None:
    found = objects(App("two", 1, (80, 443), (0, 0), (Task("t", "127.0.0.2", (31000, 31001)),)))
    assert ports(found["pool", "two-pool-80"]) == [31000]
    assert ports(found["pool", "two-pool-443"]) == [31001]


def test_pool_b_is_the_versions_own_pool() -> None:
    found = objects(APP1, V2, swap=Swap("app1", "app1-100", 100))
    a, b = found["pool", "app1-pool-80"], found["pool", "app1-100-pool-80"]
    assert a.fields["ab_pool"] == {"pool_ref": "/api/pool?name=app1-100-pool-80", "ratio": 100}
    assert "a_pool" not in a.fields
    assert (ports(a), ports(b)) == ([31000, 31001], [31100, 31101])
    assert b.fields["ab_priority"] == 10


def test_a_version_is_mapped_into_pool_a_with_its_settings_while_its_own_pool_stays_apart() -> None:
    found = objects(APP1, V2, V3, swap=Swap("app1-200", "app1-100", 0))
    a, own = found["pool", "app1-pool-80"], found["pool", "app1-200-pool-80"]
    assert (a.fields["a_pool"], a.fields["ab_priority"]) == ("app1-200", 20)
    assert a.fields["ab_pool"] == {"pool_ref": "/api/pool?name=app1-100-pool-80", "ratio": 0}
    assert a.fields["lb_algorithm"] == "LB_ALGORITHM_ROUND_ROBIN"
    assert a.fields["health_monitor_refs"] == ["/api/healthmonitor?name=app1-200-pool-80-hm-0"]
    assert ports(a) == ports(own) == [31200, 31201]
    assert not {"ab_pool", "a_pool", "ab_priority"} & own.fields.keys()


def test_labels_may_name_the_objects_and_their_tenant() -> None:
    app = replace(APP1, virtualservice={"name": "shop"}, pool={"name": "shop-pool"}, tenant="retail")
    found = objects(app)
    assert found["virtualservice", "shop"].fields["pool_ref"] == "/api/pool?name=shop-pool"
    assert {spec.tenant for spec in found.values()} == {"retail"}


def test_a_late_connector_keeps_what_is_gone_and_has_what_is_new() -> None:
    late = {"app1": APP1, "gone": App("gone")}
    fresh = {"app1": replace(APP1, tasks=tasks(31001)), "new": App("new")}
    apps = merged([late, fresh])
    assert set(apps) == {"app1", "gone", "new"}
    assert [task.ports[0] for task in apps["app1"].tasks] == [31000, 31001, 31002]


def test_a_late_connector_keeps_what_came_and_went_since_what_it_has_noticed() -> None:
    """Its end is noticed as late as all else, also of what was not noticed before."""
    apps = merged([{}, {"app1": APP1}, {"app1": replace(APP1, tasks=())}])
    assert apps["app1"].tasks == APP1.tasks
