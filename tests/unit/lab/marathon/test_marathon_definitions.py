# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contract cases about definitions, as tables: selectors, old and new form, ports, version infos, what may run."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.marathon import ids, selectors
from tests.lab.marathon.config import Config
from tests.lab.marathon.definitions import new_definition, read_update, updated_definition
from tests.lab.marathon.errors import Invalid, Refusal
from tests.lab.marathon.persona import PERSONAS
from tests.lab.marathon.ports import assign_service_ports, service_ports
from tests.lab.marathon.root import Root, changed

CONFIG = Config(PERSONAS["1.8"])
OLD = Config(PERSONAS["1.4"])
LABELS = {"env": "prod", "a.b": "x y", "path": "/a"}


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ("", True),
        ("env", True),
        ("none", False),
        ("env==prod", True),
        ("env == prod", True),
        ("env!=prod", False),
        ("env!=test", True),
        ("none!=test", False),
        ("env in (test, prod)", True),
        ("env in (test)", False),
        ("env in ()", False),
        ("env notin (test)", True),
        ("env notin (test,prod)", False),
        ("none notin (test)", False),
        ("env==prod,none", False),
        ("env==prod, a.b", True),
        (r"a.b==x\ y", True),
        (r"path==\/a", True),
        (r"path in (\/a, b)", True),
    ],
)
def test_selectors(selector: str, matches: bool) -> None:
    """Case 35."""
    assert selectors.parse(selector, CONFIG.persona)(LABELS) is matches


@pytest.mark.parametrize("selector", ["env=prod", "env==", "==prod", "env in prod", "env,", "a b", "path==/a"])
def test_what_is_no_selector(selector: str) -> None:
    with pytest.raises(Refusal, match="Can not parse label selector") as refusal:
        selectors.parse(selector, CONFIG.persona)
    assert refusal.value.status == 422


def docker(**docker: Any) -> dict[str, Any]:
    return {"container": {"type": "DOCKER", "docker": {"image": "nginx", **docker}}}


HOST = [{"mode": "host"}]
BRIDGE = [{"mode": "container/bridge"}]
DEFAULT_PORT = [{"port": 0, "name": "default", "protocol": "tcp"}]
MAPPING = {"containerPort": 0, "servicePort": 0, "protocol": "tcp", "labels": {}}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"cmd": "sleep"}, {"networks": HOST, "portDefinitions": DEFAULT_PORT, "container": None}),
        ({"cmd": "sleep", "ports": [1, 0]}, {"portDefinitions": [{"port": 1, "protocol": "tcp"}, {"port": 0, "protocol": "tcp"}]}),
        ({"cmd": "sleep", "ports": []}, {"portDefinitions": []}),
        (docker(network="HOST", portMappings=[{"containerPort": 80}]), {"networks": HOST, "portDefinitions": DEFAULT_PORT, "portMappings": None}),
        (docker(portMappings=[{"containerPort": 80}]), {"networks": HOST, "portMappings": None}),
        (docker(network="BRIDGE"), {"networks": BRIDGE, "portMappings": [{**MAPPING, "name": "default", "hostPort": 0}]}),
        (docker(network="BRIDGE", portMappings=[]), {"networks": BRIDGE, "portMappings": []}),
        (
            {**docker(network="BRIDGE", portMappings=[{"containerPort": 80}]), "ports": [0, 0]},
            {"portMappings": [{**MAPPING, "containerPort": 80, "hostPort": 0}, {**MAPPING, "hostPort": 0}], "portDefinitions": None},
        ),
        (
            {**docker(network="BRIDGE"), "ipAddress": {"labels": {"a": "b"}}},
            {"networks": [{"mode": "container/bridge", "labels": {"a": "b"}}]},
        ),
        (
            {**docker(network="USER", portMappings=[{"containerPort": 80}]), "ipAddress": {"networkName": "blue"}},
            {"networks": [{"mode": "container", "name": "blue"}], "portMappings": [{**MAPPING, "containerPort": 80}]},
        ),
        (
            {"cmd": "sleep", "ipAddress": {"networkName": "blue", "discovery": {"ports": [{"number": 80, "name": "web", "protocol": "tcp"}]}}},
            {"networks": [{"mode": "container", "name": "blue"}], "portMappings": [{**MAPPING, "containerPort": 80, "name": "web"}]},
        ),
        ({"cmd": "sleep", "ipAddress": {"networkName": "mesos-bridge"}}, {"networks": BRIDGE, "container": {"type": "MESOS"}}),
        ({"cmd": "sleep", "networks": [{"name": "blue"}]}, {"networks": [{"mode": "container", "name": "blue"}]}),
        ({"cmd": "sleep", "networks": BRIDGE, "requirePorts": True}, {"requirePorts": False}),
        ({"cmd": "sleep", "requirePorts": True}, {"requirePorts": True}),
        ({"cmd": "sleep", "constraints": [["b", "UNIQUE"], ["a", "UNIQUE"], ["b", "UNIQUE"]]}, {"constraints": [["a", "UNIQUE"], ["b", "UNIQUE"]]}),
        ({"cmd": "sleep", "dependencies": ["../b", "/c/d"]}, {"dependencies": ["/b", "/c/d"]}),
        ({"cmd": "sleep", "env": {}, "args": [], "fetch": None, "user": None}, {"env": None, "args": None, "fetch": None, "user": None}),
        (
            {"cmd": "sleep", "container": {"type": "MESOS", "volumes": [{"containerPath": "data", "mode": "RW", "persistent": {"size": 1}}]}},
            {
                "upgradeStrategy": {"maximumOverCapacity": 0, "minimumHealthCapacity": 0.5},
                "unreachableStrategy": "disabled",
                "residency": {"taskLostBehavior": "WAIT_FOREVER"},
            },
        ),
        (
            {"cmd": "sleep", "healthChecks": [{"protocol": "COMMAND", "command": {"value": "true"}, "portIndex": 0, "delaySeconds": 3}]},
            {"healthChecks": [{"protocol": "COMMAND", "path": None, "portIndex": None, "delaySeconds": 3, "ignoreHttp1xx": None}]},
        ),
        (
            {"container": {"type": "DOCKER", "docker": {"image": "a"}}, "healthChecks": [{"protocol": "MESOS_TCP", "ipProtocol": "IPv6", "path": "/"}]},
            {"healthChecks": [{"ipProtocol": "IPv6", "delaySeconds": 15, "path": None}]},
        ),
        (
            {"container": {"type": "MESOS", "docker": {"image": "a", "privileged": True}}},
            {"container": {"docker": {"privileged": False, "parameters": []}}},
        ),
    ],
)  # fmt: skip
def test_new_form(sent: dict[str, Any], expected: dict[str, Any]) -> None:
    """Case 36; None stands for what must not be there. portMappings are the container's."""
    app = new_definition({"id": "a", **sent}, CONFIG)
    assert app["id"] == "/a"
    mappings = app.get("container", {}).get("portMappings")
    check(expected, {**app, **({"portMappings": mappings} if mappings is not None else {})})


def check(expected: Any, actual: Any) -> None:
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            if value is None:
                assert key not in actual
            else:
                check(value, actual[key])
    elif isinstance(expected, list) and isinstance(actual, list):
        assert len(expected) == len(actual)
        for one, other in zip(expected, actual, strict=True):
            check(one, other)
    else:
        assert expected == actual


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"cmd": "sleep", "ports": [1], "portDefinitions": [{"port": 2}]}, 422),
        ({**docker(network="BRIDGE"), "networks": BRIDGE}, 422),
        ({"cmd": "sleep", "ipAddress": {}, "networks": BRIDGE}, 422),
        (docker(credential={"principal": "a"}), 422),
        (docker(network="USER"), 422),
        (docker(network="NONE"), 500),
        (
            {"container": {"docker": {"image": "a", "network": "BRIDGE", "portMappings": [{}]}, "portMappings": [{}]}},
            500,
        ),
        ({"cmd": "sleep", "networks": [*BRIDGE, *HOST]}, 422),
        ({"cmd": "sleep", "networks": [{"mode": "host", "name": "a"}]}, 422),
    ],
)
def test_forms_that_contradict_each_other(sent: dict[str, Any], status: int) -> None:
    with pytest.raises(Refusal) as refusal:
        new_definition({"id": "a", **sent}, CONFIG)
    assert refusal.value.status == status


@pytest.mark.parametrize(
    ("before", "wanted", "taken", "assigned"),
    [
        (None, [0], [], [10]),
        (None, [0, 0], [11], [10, 12]),
        (None, [15, 0], [], [15, 10]),
        ([10, 11], [0, 0], [], [10, 11]),
        ([10, 11], [10, 0, 11], [], [10, 12, 11]),
        ([10, 11], [0], [], [10]),
        ([80], [0], [], [10]),
        (None, [80, 80, 0], [], [80, 80, 10]),
        (None, [0], [10, 11, 12, 13, 14, 15, 16, 17, 18], [19]),
    ],
)
def test_service_ports(before: list[int] | None, wanted: list[int], taken: list[int], assigned: list[int]) -> None:
    """Case 37, with the range 10 to 20."""
    config = Config(PERSONAS["1.8"], local_port_min=10, local_port_max=20)

    def app(ports: list[int]) -> dict[str, Any]:
        return {
            "networks": HOST,
            "requirePorts": False,
            "portDefinitions": [{"port": port, "protocol": "tcp"} for port in ports],
        }

    result = assign_service_ports(app(wanted), app(before) if before else None, [*taken, *(before or [])], config)
    assert service_ports(result) == assigned


@pytest.mark.parametrize(
    ("sent", "update", "status"),
    [
        ({"uris": ["http://x/a"], "fetch": [{"uri": "http://x/a"}]}, False, 400),
        ({"uris": [], "fetch": []}, False, None),
        ({"uris": [], "fetch": []}, True, 400),
        ({"ports": [1], "portDefinitions": [{"port": 2}]}, False, 400),
        ({"ipAddress": {"networkName": "n"}, "ports": [0]}, False, 400),
        ({"container": {"docker": {"image": "a", "network": "BRIDGE", "portMappings": [{"protocol": "tcp,udp"}]}}}, False, None),
    ],
)  # fmt: skip
def test_forms_that_contradict_each_other_before_1_5(sent: dict[str, Any], update: bool, status: int | None) -> None:
    def take() -> None:
        if update:
            read_update(sent, OLD)
        else:
            new_definition({"id": "a", **({} if "container" in sent else {"cmd": "sleep"}), **sent}, OLD)

    if status is None:
        take()
    else:
        with pytest.raises(Refusal) as refusal:
            take()
        assert (refusal.value.status, refusal.value.body["message"]) == (status, "Invalid JSON")


def test_later_releases_know_both_transports_in_one_order() -> None:
    container = {"docker": {"image": "a", "network": "BRIDGE", "portMappings": [{"protocol": "tcp,udp"}]}}
    with pytest.raises(Invalid, match="Invalid JSON"):
        new_definition({"id": "a", "container": container}, CONFIG)


@pytest.mark.parametrize(("base", "bases"), [("/", ["/z", "/b/c"]), ("/d/app", ["/d/z", "/d/app/b/c"])])
def test_relative_dependencies(base: str, bases: list[str]) -> None:
    app = new_definition({"id": "/d/app", "cmd": "sleep", "dependencies": ["../z", "b/c"]}, CONFIG, base)
    assert app["dependencies"] == bases


def test_what_releases_before_1_5_keep_and_drop() -> None:
    check = {"protocol": "HTTPS", "ignoreHttp1xx": True, "port": 1}
    sent = {"id": "a", "cmd": "sleep", "tty": True, "healthChecks": [check]}
    old, new = (new_definition(sent, config) for config in (OLD, CONFIG))
    assert ("tty" in old, old["healthChecks"][0]["ignoreHttp1xx"]) == (False, True)
    assert (new["tty"], new["healthChecks"][0]["ignoreHttp1xx"]) == (True, False)


def test_service_ports_run_out() -> None:
    config = Config(PERSONAS["1.8"], local_port_min=10, local_port_max=11)
    app = new_definition({"id": "a", "cmd": "sleep", "ports": [0, 0]}, config)
    with pytest.raises(Refusal, match=r"All ports in the range \[10-11\) are already in use"):
        assign_service_ports(app, None, [], config)


@pytest.mark.parametrize("config", [CONFIG, OLD], ids=["1.8", "1.4"])
@pytest.mark.parametrize(
    ("update", "version", "config_change", "scaling"),
    [
        ({"cmd": "sleep 2"}, "new", "new", "new"),
        ({"instances": 3}, "new", "old", "new"),
        ({"instances": 3, "cmd": "sleep 2"}, "new", "new", "new"),
        ({"cmd": "sleep 1"}, "old", "old", "old"),
        ({"labels": {"a": "b"}}, "new", "new", "new"),
        ({"ports": [0]}, "old", "old", "old"),
        ({"env": {}}, "old", "old", "old"),
    ],
)
def test_version_info(config: Config, update: dict[str, Any], version: str, config_change: str, scaling: str) -> None:
    """Case 37."""
    sent = {"id": "/a", "cmd": "sleep 1", "portDefinitions": [{"port": 0}]}
    root = changed(Root("begin"), {"/a": new_definition(sent, config)}, "old", config)
    after = updated_definition(read_update(update, config), root.apps["/a"].definition, config)
    app = changed(root, {"/a": after}, "new", config).apps["/a"]
    assert (app.version, app.last_config_change, app.last_scaling) == (version, config_change, scaling)


def test_executor_resources_alone_are_no_new_version() -> None:
    root = changed(Root("begin"), {"/a": new_definition({"id": "/a", "cmd": "sleep"}, CONFIG)}, "old", CONFIG)
    given = read_update({"executorResources": {"cpus": 1}}, CONFIG)
    after = updated_definition(given, root.apps["/a"].definition, CONFIG)
    assert changed(root, {"/a": after}, "new", CONFIG).apps["/a"].version == "old"


def test_a_restart_counts_as_a_scaling_before_1_11() -> None:
    root = changed(Root("begin"), {"/a": new_definition({"id": "/a", "cmd": "sleep"}, CONFIG)}, "old", CONFIG)
    app = changed(root, {}, "new", CONFIG, restart=["/a"]).apps["/a"]
    assert (app.version, app.last_config_change, app.last_scaling) == ("new", "old", "new")


GOOD_IDS = ["a", "/a", "/a/b", "a-b", "a.b-c.d", "/a/b/c1", "1"]
BAD_IDS = ["A", "a_b", "-a", "a-", "a..b", "a/b_c", "a b", "/", "ä", "a/restart", "a/tasks", "versions"]


@pytest.mark.parametrize(
    ("app_id", "good"), [*((each, True) for each in GOOD_IDS), *((each, False) for each in BAD_IDS)]
)
def test_ids(app_id: str, good: bool) -> None:
    """Case 40, the part of ids."""
    assert (ids.problem(ids.absolute(app_id), PERSONAS["1.8"]) is None) is good


IMAGE = {"docker": {"image": "nginx"}}


@pytest.mark.parametrize(
    ("sent", "good"),
    [
        ({"cmd": "sleep"}, True),
        ({"args": ["a"]}, True),
        ({"cmd": "sleep", "args": ["a"]}, False),
        ({}, False),
        ({"args": []}, False),
        ({"container": IMAGE}, True),
        ({"container": IMAGE, "cmd": "sleep"}, True),
        ({"container": IMAGE, "args": ["a"]}, True),
        ({"container": IMAGE, "args": ["a"], "cmd": "sleep"}, False),
        ({"container": {"type": "MESOS"}}, False),
        ({"container": {"type": "MESOS"}, "cmd": "sleep"}, True),
        ({"container": {"type": "MESOS", **IMAGE}}, True),
        ({"container": {"type": "DOCKER"}, "cmd": "sleep"}, False),
        ({"cmd": "s"}, False),
        ({"container": IMAGE, "gpus": 1}, False),
        ({"cmd": "sleep", "gpus": 1}, True),
        ({"cmd": "sleep", "portDefinitions": [{"port": 1}, {"port": 1}]}, False),
        ({"cmd": "sleep", "portDefinitions": [{"name": "a"}, {"name": "a"}]}, False),
        ({"cmd": "sleep", "portDefinitions": [{"name": "A"}]}, False),
        ({"cmd": "sleep", "healthChecks": [{"portIndex": 1}]}, False),
        ({"cmd": "sleep", "healthChecks": [{"portIndex": 0, "port": 80}]}, True),
        ({"cmd": "sleep", "healthChecks": [{"protocol": "MESOS_TCP"}, {"protocol": "MESOS_HTTP"}]}, False),
        ({"cmd": "sleep", "readinessChecks": [{"portName": "default"}]}, True),
        ({"cmd": "sleep", "readinessChecks": [{"portName": "other"}]}, False),
        ({"cmd": "sleep", "readinessChecks": [{"portName": "default", "intervalSeconds": 5, "timeoutSeconds": 5}]}, False),
        ({"cmd": "sleep", "constraints": [["hostname", "UNIQUE", "a"]]}, False),
        ({"cmd": "sleep", "constraints": [["hostname", "LIKE", "("]]}, False),
        ({"cmd": "sleep", "constraints": [["hostname", "MAX_PER", "two"]]}, False),
        ({"cmd": "sleep", "constraints": [["hostname", "GROUP_BY"]]}, True),
        ({"cmd": "sleep", "env": {"A": {"secret": "s"}}, "secrets": {"s": {"source": "/x"}}}, True),
        ({"cmd": "sleep", "unreachableStrategy": {"inactiveAfterSeconds": 2, "expungeAfterSeconds": 1}}, False),
        ({"cmd": "sleep", "unreachableStrategy": "disabled"}, True),
        ({"cmd": "sleep", "labels": {"MARATHON_SINGLE_INSTANCE_APP": "true"}, "instances": 2}, False),
        ({"cmd": "sleep", "acceptedResourceRoles": []}, False),
        ({"cmd": "sleep", "fetch": [{"uri": "a b"}]}, False),
    ],
)  # fmt: skip
def test_what_may_run(sent: dict[str, Any], good: bool) -> None:
    """Case 40."""
    if good:
        new_definition({"id": "a", **sent}, CONFIG)
    else:
        with pytest.raises(Invalid):
            new_definition({"id": "a", **sent}, CONFIG)


def test_what_stays_on_its_agent_cannot_change_its_resources() -> None:
    volume = {"containerPath": "data", "mode": "RW", "persistent": {"size": 1}}
    current = new_definition({"id": "a", "cmd": "sleep", "container": {"type": "MESOS", "volumes": [volume]}}, CONFIG)
    updated_definition({"cmd": "sleep 2"}, current, CONFIG)
    for update in ({"cpus": 2}, {"container": {"type": "MESOS", "volumes": []}}):
        with pytest.raises(Invalid):
            updated_definition(update, current, CONFIG)


def test_roles_of_later_releases() -> None:
    config = Config(PERSONAS["1.11"])
    assert new_definition({"id": "/dev/a", "cmd": "sleep"}, config)["role"] == "*"
    assert new_definition({"id": "/dev/a", "cmd": "sleep", "role": "dev"}, config)["role"] == "dev"
    for wrong in ({"role": "ops"}, {"acceptedResourceRoles": ["ops"]}):
        with pytest.raises(Invalid):
            new_definition({"id": "/dev/a", "cmd": "sleep", **wrong}, config)
