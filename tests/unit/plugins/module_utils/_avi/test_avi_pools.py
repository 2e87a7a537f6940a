# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import (
    AbPool,
    GroupMember,
    Pool,
    PoolGroup,
    Server,
    VirtualService,
    read_virtual_service,
)
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import AviView, traffic

UP = (Server("127.0.0.2:31001", state="OPER_UP"),)
DOWN = (Server("127.0.0.2:31001", state="OPER_DOWN"),)


def ab_view(ab_pool, *, api_version="17.2.14", a_enabled=True, pools=("a", "b")):
    known = {
        "a": Pool("a", "app1-pool-80", enabled=a_enabled, servers=UP, ab_pool=ab_pool),
        "b": Pool("b", "app1-100-pool-80", servers=UP),
    }
    return AviView(
        "app1",
        api_version=api_version,
        virtual_service=VirtualService("vs", "app1", pool="a"),
        pools={uuid: known[uuid] for uuid in pools},
    )


def group_view(*members, labelled=False, min_servers=0):
    """Each member is (priority, ratio, servers)."""
    pools = {
        f"p{n}": Pool(f"p{n}", f"pool-{n}", servers=servers) for n, (_priority, _ratio, servers) in enumerate(members)
    }
    group = PoolGroup(
        "g",
        "app1-group",
        tuple(GroupMember(f"p{n}", ratio, priority) for n, (priority, ratio, _servers) in enumerate(members)),
        labelled,
        min_servers,
    )
    return AviView("app1", virtual_service=VirtualService("vs", "app1", pool_group="g"), group=group, pools=pools)


def codes(found):
    return [problem.code for problem in found.problems]


@pytest.mark.parametrize(
    ("ab_pool", "side", "ratio"),
    [(None, "a", 0), (AbPool("b", 0), "a", 0), (AbPool(None, 0), "a", 0), (AbPool("b", 100), "b", 100)],
)
def test_ab_pool_names_the_side(ab_pool, side, ratio):
    found = traffic(ab_view(ab_pool))
    assert (found.shape, found.taker.side, found.ratio, codes(found)) == ("ab_pool", side, ratio, [])


@pytest.mark.parametrize(
    ("view", "code"),
    [
        (AviView("app1"), "no_virtualservice"),
        (ab_view(AbPool("b", 1)), "mixed_ratio"),
        (ab_view(AbPool("b", 99)), "mixed_ratio"),
        (ab_view(AbPool("gone", 50)), "mixed_ratio"),
        (ab_view(AbPool("gone", 100)), "no_pool"),
        (ab_view(AbPool("a", 100)), "ambiguous"),
        (ab_view(AbPool("b", None)), "unreadable_ratio"),
        (ab_view(AbPool("b", 101)), "unreadable_ratio"),
        (ab_view(None, pools=()), "no_pool"),
        (ab_view(None, a_enabled=False), "pool_disabled"),
        (ab_view(None, api_version="18.1.2"), "ab_hidden"),
        (ab_view(None, api_version="20.1.1"), "ab_hidden"),
        (AviView("app1", virtual_service=VirtualService("vs", "app1", pool_group="g")), "no_pool"),
        (AviView("app1", virtual_service=VirtualService("vs", "app1", pool="a", pool_group="g")), "ambiguous"),
        (group_view(), "empty_active_pool"),
        (group_view(("10", 1, DOWN), (None, 0, UP)), "empty_active_pool"),
        (group_view(("10", 1, UP), ("10", 1, UP)), "mixed_ratio"),
        (group_view(("10", 1, UP), ("10.0", 1, UP)), "mixed_ratio"),
        (group_view(("shop.example", 1, UP), ("10", 1, UP)), "ambiguous"),
        (group_view(("10", 1, UP), ("20", 1, UP), labelled=True), "ambiguous"),
        (group_view(("20", None, UP), ("10", 1, UP)), "unreadable_ratio"),
        (group_view(("20", 1, UP), ("10", 1, UP), min_servers=2), "mixed_ratio"),
    ],
)
def test_a_doubt_names_no_pool(view, code):
    found = traffic(view)
    assert found.taker is None
    assert codes(found) == [code]
    assert found.mixed is (code == "mixed_ratio")


@pytest.mark.parametrize(
    ("view", "pool"),
    [
        (group_view((None, 1, UP), ("10", 1, UP)), "pool-1"),
        (group_view(("9", 1, UP), ("10", 1, UP)), "pool-1"),
        (group_view(("20", 1, DOWN), ("10", 1, UP)), "pool-1"),
        (group_view(("20", 0, UP), ("10", 1, UP)), "pool-1"),
        (group_view(("20", 5, UP), ("10", 100, UP), ("5", 1, UP)), "pool-0"),
        (group_view(("20", 0, UP), ("20", 1, UP)), "pool-1"),
        (group_view(("shop.example", 1, UP)), "pool-0"),
        (group_view(("20", 1, UP), ("10", 1, UP), min_servers=1), "pool-0"),
        (group_view(("20", 1, UP), ("10", 1, DOWN), min_servers=2), "pool-0"),
    ],
)
def test_pool_group_takes_the_highest_eligible_member(view, pool):
    found = traffic(view)
    assert (found.shape, found.taker.pool.name, found.taker.side, found.ratio) == ("pool_group", pool, None, None)


def test_a_disabled_pool_of_a_group_is_passed_over():
    view = group_view(("20", 1, UP), ("10", 1, UP))
    off = Pool("p0", "pool-0", enabled=False, servers=UP)
    found = traffic(
        AviView("app1", virtual_service=view.virtual_service, group=view.group, pools={**view.pools, "p0": off})
    )
    assert found.taker.pool.name == "pool-1"


def test_a_hidden_ab_pool_is_not_no_ab_pool():
    sentence = traffic(ab_view(None, api_version="18.2.6")).problems[0].sentence
    assert "not visible at api_version 18.2.6" in sentence
    assert "below 18.1.2" in sentence


def test_what_is_not_found_names_the_tenant():
    assert "tenant blue" in traffic(AviView("app1", tenant="blue")).problems[0].sentence


def test_a_disabled_virtual_service_takes_no_traffic():
    view = AviView(
        "app1",
        virtual_service=VirtualService("vs", "app1", enabled=False, pool="a"),
        pools={"a": Pool("a", "app1-pool-80", servers=UP)},
    )
    found = traffic(view)
    assert found.taker is None
    assert codes(found) == ["virtualservice_disabled"]
    assert found.side("a").name == "app1-pool-80"


POLICY = "https://c/api/httppolicyset/httppolicyset-1#blog"


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (
            {"service_pool_select": [{"service_port": 8443, "service_pool_ref": "https://c/api/pool/b#other-pool"}]},
            "port 8443 goes to pool other-pool (service_pool_select)",
        ),
        (
            {"service_pool_select": [{"service_port": 1, "service_pool_group_ref": "/api/poolgroup/g"}]},
            "port 1 goes to pool group g",
        ),
        ({"http_policies": [{"index": 11, "http_policy_set_ref": POLICY}]}, "HTTP policies blog (http_policies)"),
        ({"l4_policies": [{"index": 11, "l4_policy_set_ref": POLICY}]}, "L4 policies blog (l4_policies)"),
        (
            {"vs_datascripts": [{"index": 1, "vs_datascript_set_ref": "x#canary"}]},
            "data scripts canary (vs_datascripts)",
        ),
        ({"services": [{"port": 80}, {"port": 443}]}, "several ports, 80, 443"),
        ({"services": [{"port": 80, "port_range_end": 90}]}, "several ports, 80-90"),
        ({"type": "VS_TYPE_VH_PARENT"}, "virtual services below it"),
    ],
)
def test_a_setting_that_sends_traffic_elsewhere_is_named_and_proves_nothing(setting, words):
    view = ab_view(AbPool("b", 100))
    config = {"uuid": "vs", "name": "app1", "pool_ref": "https://c/api/pool/a#app1-pool-80", **setting}
    found = traffic(dataclasses.replace(view, virtual_service=read_virtual_service(config)))
    assert codes(found) == ["unseen_traffic"]
    assert words in found.problems[0].sentence
    # The pools decide still where all else goes.
    assert (found.taker.side, found.ratio) == ("b", 100)


@pytest.mark.parametrize(
    "setting",
    [
        {"service_pool_select": [{"service_port": 80, "service_pool_ref": "https://c/api/pool/a"}]},
        {"services": [{"port": 80, "port_range_end": 80}], "http_policies": [], "vs_datascripts": None},
        {"services": "x", "l4_policies": ["y"], "type": "VS_TYPE_NORMAL"},
    ],
)
def test_a_setting_that_sends_all_traffic_to_the_pool_is_no_problem(setting):
    config = {"uuid": "vs", "name": "app1", "pool_ref": "https://c/api/pool/a", **setting}
    view = dataclasses.replace(ab_view(None), virtual_service=read_virtual_service(config))
    assert codes(traffic(view)) == []


def test_a_disabled_virtual_service_tells_of_both():
    service = VirtualService("vs", "app1", enabled=False, pool="a", elsewhere=("data scripts x",))
    found = traffic(dataclasses.replace(ab_view(None), virtual_service=service))
    assert (codes(found), found.taker) == (["virtualservice_disabled", "unseen_traffic"], None)
