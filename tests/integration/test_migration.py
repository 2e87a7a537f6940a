# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules say of a service, step by step through its versions, against who really answers its requests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.dcos.avi.plugins.module_utils._avi.virtualservice_info import (
    VIRTUALSERVICE_INFO_OPTIONS,
    virtualservice_info,
)
from ansible_collections.dcos.avi.plugins.module_utils._errors import WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app import APP_OPTIONS, ensure_app
from ansible_collections.dcos.avi.plugins.module_utils._migration_info import MIGRATION_INFO_OPTIONS, migration_info

from tests.lab.process import LabProcess
from tests.lab.traffic import Traffic

LISTENER = json.loads((Path(__file__).parents[1] / "demo" / "app1.json").read_text())
QUICKLY = {"wait_interval": 0.1, "wait_timeout": 30}

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


class Operator:
    """A person with the modules, one lab, and a service."""

    def __init__(self, lab: LabProcess, service: str = "app1") -> None:
        self.lab = lab
        self.service = service

    def info(self, **options: Any) -> dict[str, Any]:
        return call(migration_info, MIGRATION_INFO_OPTIONS, service=self.service, **options)

    def app(self, **options: Any) -> None:
        call(ensure_app, APP_OPTIONS, **QUICKLY, **options)

    def virtual_service(self, name: str) -> dict[str, Any]:
        (found,) = call(virtualservice_info, VIRTUALSERVICE_INFO_OPTIONS, name=name)["virtualservices"]
        return found

    def listen(self) -> dict[str, Any]:
        self.app(id=self.service, definition={key: value for key, value in LISTENER.items() if key != "id"})
        return self.info(until="active", app=self.service, **QUICKLY)

    def roll_out(self, version: str) -> dict[str, Any]:
        plan = self.info(rollout={"version": version, "image": f"shop/server:{version}"})["plan"]
        assert plan["action"] == "deploy", plan
        self.app(definition=plan["definition"], exclusive=True)
        return self.info(until="active", app=plan["app"], **QUICKLY)

    def retire(self, seen: dict[str, Any]) -> dict[str, Any]:
        for item in seen["retire"]:
            drained = self.info(until="drained", app=item["app"], **QUICKLY)
            assert drained["waited"]["complete"], drained["waited"]
            assert item["app"] in [each["app"] for each in drained["retire"]]
            self.app(id=item["app"], instances=0)
        return self.info()

    def answering(self) -> set[str]:
        """Who answers requests to the virtual service now; none may be lost."""

        async def judge() -> set[str]:
            traffic = Traffic(self.lab.env["LAB_VIP_URL"], rate=150)
            await traffic.start()
            await asyncio.sleep(0.4)
            total = await traffic.stop()
            assert total.lost_total == 0, total
            assert total.answered > 0
            return {app.strip("/") for app in total.answered_by}

        return asyncio.run(judge())


def call(work: Any, spec: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Do the work of a module as Ansible would have it done."""
    parameters = ArgumentSpecValidator(spec).validate(options)
    assert not parameters.error_messages, parameters.error_messages
    result: dict[str, Any] = work(parameters.validated_parameters, False)
    return result


@pytest.fixture(name="operator")
def fixture_operator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    """An operator in a lab with the settings that a test's parameter gives."""
    with LabProcess(**getattr(request, "param", {})) as lab:
        for name, value in lab.env.items():
            monkeypatch.setenv(name, value)
        yield Operator(lab)


@pytest.mark.parametrize("operator", SWITCHES.values(), ids=SWITCHES, indirect=True)
def test_the_version_that_answers_is_named_with_proof_after_each_step(operator: Operator) -> None:
    seen = operator.listen()
    for version in (None, "100", "200", "300"):
        app = f"app1-{version}" if version else "app1"
        if version:
            seen = operator.roll_out(version)
        for look in (seen, operator.retire(seen)):
            assert (look["active"]["app"], look["active"]["version"]) == (app, version)
            assert look["active"]["proof"]["equal"]
            assert len(look["active"]["proof"]["servers"]) == 2
            assert look["problems"] == []
            virtual_service = operator.virtual_service("app1")
            assert virtual_service["active_pool"] == look["active"]["pool"]
            assert virtual_service["active_side"] == look["active"]["side"]
            assert virtual_service["ratio"] == {"a": 0, "b": 100, None: None}[look["active"]["side"]]
            assert operator.answering() == {app}
        assert operator.info()["retire"] == []
    writes = operator.lab.journal(kind="request", api="avi", client="dcos.avi", write=True)
    assert {entry["path"] for entry in writes} <= {"/login", "/logout"}


def test_a_service_made_by_hand_is_adopted_as_it_is(operator: Operator) -> None:
    operator.listen()
    stated = {key: value for key, value in LISTENER.items() if key not in ("id", "labels")}
    for app, priority in (("green", 7), ("the-blue-one", 42)):
        ab_config = {"service": "app1", "priority": priority}
        operator.app(id=app, definition=stated, avi={"proxy_listener": False, "ab_config": ab_config})
        seen = operator.info(until="active", app=app, **QUICKLY)
    assert [(item["app"], item["version"], item["role"]) for item in seen["versions"]] == [
        ("app1", None, "listener"),
        ("green", "green", "previous"),
        ("the-blue-one", "the-blue-one", "active"),
    ]
    assert seen["next_priority"] == 52
    assert [item["app"] for item in seen["retire"]] == ["app1", "green"]
    seen = operator.retire(operator.roll_out("3"))
    assert [(item["app"], item["priority"], item["instances"]) for item in seen["versions"]] == [
        ("app1", 0, 0), ("green", 7, 0), ("the-blue-one", 42, 0), ("app1-3", 52, 2)
    ]  # fmt: skip
    assert operator.answering() == {"app1-3"}


@pytest.mark.parametrize("operator", [{"service": "prod-shop-app1"}], indirect=True)
def test_ids_inside_groups(operator: Operator) -> None:
    operator.service = "/prod/shop/app1"
    assert operator.listen()["active"]["app"] == "prod/shop/app1"
    seen = operator.retire(operator.roll_out("100"))
    assert (seen["service"], seen["active"]["app"], seen["active"]["version"]) == (
        "prod/shop/app1", "prod/shop/app1-100", "100"
    )  # fmt: skip
    assert operator.answering() == {"prod/shop/app1-100"}


def test_names_of_the_virtual_service_and_its_pool_that_are_given_by_label(operator: Operator) -> None:
    proxy = {"virtualservice": {"name": "shop", "services": [{"port": 80}]}, "pool": {"name": "shop-servers"}}
    stated = {key: value for key, value in LISTENER.items() if key not in ("id", "labels")}
    operator.app(id="app1", definition=stated, avi={"frontend": True, "proxy": proxy})
    seen = operator.info(until="active", app="app1", **QUICKLY)
    assert (seen["virtualservice"]["name"], seen["active"]["pool"]) == ("shop", "shop-servers")
    assert operator.info(virtualservice="shop")["active"]["app"] == "app1"
    other = operator.info(virtualservice="nobody")
    assert (other["active"], [problem["code"] for problem in other["problems"]]) == (None, ["no_virtualservice"])


def test_two_services_whose_names_begin_alike(operator: Operator) -> None:
    operator.listen()
    shop_admin = Operator(operator.lab, "app1-admin")
    shop_admin.listen()
    shop_admin.roll_out("100")
    assert [item["app"] for item in operator.info()["versions"]] == ["app1"]
    assert [item["app"] for item in shop_admin.info()["versions"]] == ["app1-admin", "app1-admin-100"]
    plan = operator.info(rollout={"version": "admin", "image": "x"})["plan"]
    assert [refusal["code"] for refusal in plan["refusals"]] == ["id_taken"]


def test_a_version_that_never_gets_healthy_is_never_called_active(operator: Operator) -> None:
    operator.listen()
    plan = operator.info(rollout={"version": "100", "image": "lab/never-healthy"})["plan"]
    operator.app(definition=plan["definition"], wait=False)
    with pytest.raises(WaitTimeout, match="0 of the 2 instances of app1-100 are healthy"):
        operator.info(until="active", app="app1-100", wait_timeout=3, wait_interval=0.2)
    seen = operator.info()
    assert seen["active"] is None or seen["active"]["app"] == "app1"
    assert "app1" not in [item["app"] for item in seen["retire"]]


def test_the_number_of_requests_is_the_same_whatever_else_there_is(operator: Operator) -> None:
    def requests_of_a_look() -> list[str]:
        last = operator.lab.journal()[-1]["seq"]
        operator.info()
        return sorted(entry["api"] for entry in operator.lab.journal(since=last, kind="request", client="dcos.avi"))

    operator.listen()
    operator.roll_out("100")
    before = requests_of_a_look()
    other = Operator(operator.lab, "other")
    other.listen()
    other.roll_out("100")
    assert requests_of_a_look() == before
