# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules say of a service, step by step through its versions, against who really answers its requests."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import WaitTimeout

from tests.migration.user import LISTENER, QUICKLY, User
from tests.whole import few

SWITCHES = {
    "as in the article": {},
    "flips on create": {"flip": "on_create"},
    "flips when all are up": {"flip": "on_all"},
    "alternates by order": {"alternate": "by_order"},
    "a late connector": {"connector_delay": 1},
    "a pool group": {"avi": "pool_group"},
    "a pool group, late": {"avi": "pool_group", "connector_delay": 1},
    "container addresses": {"avi_addressing": "container"},
    "release 16.4": {"avi_release": "16.4"},
    "release 18.1": {"avi_release": "18.1"},
}


def unattached(virtual_service: dict[str, Any]) -> str | None:
    return virtual_service["unattached"]["name"] if virtual_service["unattached"] else None


@pytest.mark.parametrize("user", few(SWITCHES, "as in the article", "a pool group, late"), indirect=True)
def test_the_version_that_answers_is_named_with_proof_after_each_step(user: User) -> None:
    seen = user.listen()
    for version in (None, "100", "200", "300"):
        app = f"app1-{version}" if version else "app1"
        if version:
            seen = user.roll_out(version)
        for look in (seen, user.retire(seen)):
            assert (look["active"]["app"], look["active"]["version"]) == (app, version)
            assert look["active"]["proof"]["equal"]
            assert len(look["active"]["proof"]["servers"]) == 2
            assert look["problems"] == []
            virtual_service = user.virtual_service("app1")
            assert virtual_service["active_pool"] == look["active"]["pool"]
            assert unattached(virtual_service) != virtual_service["active_pool"]
            assert virtual_service["active_side"] == look["active"]["side"]
            assert virtual_service["ratio"] == {"a": 0, "b": 100, None: None}[look["active"]["side"]]
            assert user.answering() == {app}
        assert user.info()["retire"] == []
        if version == "200" and look["active"]["side"] == "a":
            assert unattached(virtual_service) == "app1-200-pool-80"
    asked = user.lab.journal(kind="request", api="avi", client="dcos.avi")
    assert {entry["path"] for entry in asked if entry["method"] != "GET"} == {"/login", "/logout"}


def test_a_service_made_by_hand_is_adopted_as_it_is(user: User) -> None:
    user.versions_also = ["green", "the-blue-one"]
    user.listen()
    stated = {key: value for key, value in LISTENER.items() if key not in ("id", "labels")}
    for app, priority in (("green", 7), ("the-blue-one", 42)):
        ab_config = {"service": "app1", "priority": priority}
        user.app(id=app, definition=stated, avi={"proxy_listener": False, "ab_config": ab_config})
        seen = user.info(until="active", app=app, **QUICKLY)
    assert [(item["app"], item["version"], item["role"]) for item in seen["versions"]] == [
        ("app1", None, "listener"),
        ("green", "green", "previous"),
        ("the-blue-one", "the-blue-one", "active"),
    ]
    assert seen["next_priority"] == 52
    assert [item["app"] for item in seen["retire"]] == ["app1", "green"]
    seen = user.retire(user.roll_out("3"))
    assert [(item["app"], item["priority"], item["instances"]) for item in seen["versions"]] == [
        ("app1", 0, 0), ("green", 7, 0), ("the-blue-one", 42, 0), ("app1-3", 52, 2)
    ]  # fmt: skip
    assert user.answering() == {"app1-3"}


@pytest.mark.parametrize("user", [{"service": "prod-shop-app1"}], indirect=True)
def test_ids_inside_groups(user: User) -> None:
    user.service = "/prod/shop/app1"
    assert user.listen()["active"]["app"] == "prod/shop/app1"
    seen = user.retire(user.roll_out("100"))
    assert (seen["service"], seen["active"]["app"], seen["active"]["version"]) == (
        "prod/shop/app1", "prod/shop/app1-100", "100"
    )  # fmt: skip
    assert user.answering() == {"prod/shop/app1-100"}


def test_names_of_the_virtual_service_and_its_pool_that_are_given_by_label(user: User) -> None:
    proxy = {"virtualservice": {"name": "shop", "services": [{"port": 80}]}, "pool": {"name": "shop-servers"}}
    stated = {key: value for key, value in LISTENER.items() if key not in ("id", "labels")}
    user.app(id="app1", definition=stated, avi={"frontend": True, "proxy": proxy})
    seen = user.info(until="active", app="app1", **QUICKLY)
    assert (seen["virtualservice"]["name"], seen["active"]["pool"]) == ("shop", "shop-servers")
    assert user.info(virtualservice="shop")["active"]["app"] == "app1"
    other = user.info(virtualservice="nobody")
    assert (other["active"], [problem["code"] for problem in other["problems"]]) == (None, ["no_virtualservice"])


def test_two_services_whose_names_begin_alike(user: User) -> None:
    user.listen()
    shop_admin = User(user.lab, "app1-admin")
    shop_admin.listen()
    shop_admin.roll_out("100")
    assert [item["app"] for item in user.info()["versions"]] == ["app1"]
    assert [item["app"] for item in shop_admin.info()["versions"]] == ["app1-admin", "app1-admin-100"]
    plan = user.info(rollout={"version": "admin", "image": "x"})["plan"]
    assert [refusal["code"] for refusal in plan["refusals"]] == ["id_taken"]


def test_a_version_that_never_gets_healthy_is_never_called_active(user: User) -> None:
    user.listen()
    plan = user.info(rollout={"version": "100", "image": "lab/never-healthy"})["plan"]
    user.app(definition=plan["definition"], wait=False)
    with pytest.raises(WaitTimeout, match="0 of the 2 instances of app1-100 are healthy"):
        user.info(until="active", app="app1-100", wait_timeout=3, wait_interval=0.2)
    seen = user.info()
    assert seen["active"] is None or seen["active"]["app"] == "app1"
    assert "app1" not in [item["app"] for item in seen["retire"]]


@pytest.mark.parametrize("user", [{"avi_release": "20.1"}], indirect=True)
def test_an_api_version_that_hides_the_settings_is_no_proof_of_anything(user: User) -> None:
    user.listen()
    assert user.roll_out("100")["active"]["side"] == "b"
    hidden = user.info(api_version="18.2.6", rollout={"version": "200", "image": "x"})
    assert (hidden["active"], hidden["retire"]) == (None, [])
    assert [refusal["code"] for refusal in hidden["plan"]["refusals"]] == ["ab_hidden"]
    assert user.virtual_service("app1", api_version="18.2.6")["problems"][0]["code"] == "ab_hidden"


@pytest.mark.parametrize("user", [{"avi_others": 2000}], indirect=True)
def test_the_number_of_requests_is_the_same_whatever_else_there_is(user: User) -> None:
    def requests_of_a_look() -> list[str]:
        last = user.lab.journal()[-1]["seq"]
        user.info()
        return sorted(entry["api"] for entry in user.lab.journal(since=last, kind="request", client="dcos.avi"))

    user.listen()
    user.roll_out("100")
    before = requests_of_a_look()
    assert before == ["avi"] * 9 + ["marathon"] * 3
    other = User(user.lab, "other")
    other.listen()
    other.roll_out("100")
    assert requests_of_a_look() == before


@pytest.mark.parametrize("user", [{"avi_others": 400}], indirect=True)
def test_every_pool_is_found_on_whatever_page(user: User) -> None:
    names = [pool["name"] for pool in user.pools(gather=[])["pools"]]
    assert len(names) == len(set(names)) == 400
