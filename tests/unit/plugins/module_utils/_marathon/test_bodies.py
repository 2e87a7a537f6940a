# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.bodies import creation, replacement, update
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import (
    differences,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.app_forms import (
    NEW_FORM,
    OLD_FORM,
    PORT,
    SHOWN,
    SHOWN_BY_1_4,
    shown,
)


def test_update_holds_only_what_differs_as_it_will_be():
    desired = {**OLD_FORM, "instances": 3, "labels": {"a": "b", "c": 1}}
    assert update(desired, SHOWN) == {"instances": 3, "labels": {"a": "b", "c": "1"}}


def test_update_keeps_the_spelling_of_what_means_the_same():
    current = shown(labels={"ab": '{"a": 1}', "x": "1"})
    assert update({"labels": {"ab": '{"a":1}', "x": "2"}}, current) == {"labels": {"ab": '{"a": 1}', "x": "2"}}


def test_update_keeps_the_assigned_ports():
    desired = {"container": {"docker": {"image": "nginx:2"}, "portMappings": [{"containerPort": 80}]}}
    assert update(desired, SHOWN)["container"]["portMappings"] == [PORT]


@pytest.mark.parametrize("kept", ["resourceLimits", "executorResources"])
def test_update_sends_again_what_marathon_would_drop(kept):
    assert update({"instances": 3}, shown(**{kept: {"cpus": 2}})) == {"instances": 3, kept: {"cpus": 2}}
    assert update({"instances": 1}, shown(**{kept: {"cpus": 2}})) == {}


def test_update_of_an_old_server_is_in_the_old_form():
    desired = {**NEW_FORM, "container": {**NEW_FORM["container"], "docker": {"image": "nginx:2"}}}
    body = update(desired, SHOWN_BY_1_4)
    assert list(body) == ["container"]
    docker = body["container"]["docker"]
    assert (docker["network"], docker["image"]) == ("BRIDGE", "nginx:2")
    assert docker["portMappings"][0]["servicePort"] == 10000
    assert differences(desired, {**SHOWN_BY_1_4, **body}) == {}


def test_update_to_another_network_leaves_no_port_definitions():
    current = {"id": "/web", "networks": [{"mode": "host"}], "portDefinitions": [{"port": 10000}],
               "container": {"type": "DOCKER", "docker": {"image": "a"}}}  # fmt: skip
    body = update({"container": {"docker": {"image": "a", "network": "BRIDGE"}}}, current)
    assert body["networks"] == [{"mode": "container/bridge"}]
    assert body["portDefinitions"] == []


def test_replacing_puts_everything_else_back_to_its_default():
    current = shown(env={"A": "1"}, user="nobody", instances=5, cpus=2, labels={"a": "b"})
    found = differences({"cpus": 0.1}, current, complete=True)
    assert set(found) == {
        "container",
        "cpus",
        "env",
        "healthChecks",
        "labels",
        "mem",
        "networks",
        "user",
        "portDefinitions",
    }
    assert (found["mem"], found["user"]) == ((64, 128), ("nobody", None))
    assert replacement({"cpus": 0.1}, current) == {"cpus": 0.1, "instances": 5}


@pytest.mark.parametrize("desired", [OLD_FORM, NEW_FORM, SHOWN])
def test_replacing_with_the_same_is_no_difference(desired):
    assert differences(desired, shown(instances=3) if "instances" not in desired else SHOWN, complete=True) == {}


def test_replacing_keeps_the_assigned_ports_and_the_spelling_of_what_means_the_same():
    current = shown(labels={"ab": '{"a": 1}'})
    body = replacement({**NEW_FORM, "labels": {"ab": {"a": 1}}, "mem": 65}, current)
    assert body["container"]["portMappings"] == [PORT]
    assert body["labels"] == {"ab": '{"a": 1}'}


def test_replacing_takes_a_network_away_from_an_old_server():
    current = {
        **SHOWN_BY_1_4,
        "ipAddress": {"networkName": "n", "groups": [], "labels": {}, "discovery": {"ports": []}},
    }
    with pytest.raises(Refused, match="update: replace"):
        update({"networks": [{"mode": "host"}]}, {**current, "container": None})
    assert "ipAddress" not in replacement({"cmd": "x", "networks": [{"mode": "host"}]}, {**current, "container": None})


def test_creation_keeps_the_users_own_form_where_it_is_understood():
    assert creation(OLD_FORM, old_server=True)["container"] == OLD_FORM["container"]
    assert creation(OLD_FORM, old_server=False)["container"] == OLD_FORM["container"]
    assert creation(NEW_FORM, old_server=False)["networks"] == NEW_FORM["networks"]
    rewritten = creation(NEW_FORM, old_server=True)
    assert "networks" not in rewritten
    assert rewritten["container"]["docker"] == {
        "image": "nginx",
        "network": "BRIDGE",
        "portMappings": [{"containerPort": 80, "protocol": "tcp"}],
    }


def test_creation_says_which_port_is_checked():
    """Else Marathon adds it at the first update, even a scale, and restarts the app."""
    assert creation(OLD_FORM, old_server=False)["healthChecks"] == [{"path": "/", "portIndex": 0}]
    command = {"protocol": "COMMAND", "command": {"value": "true"}}
    assert creation({"healthChecks": [command, {"port": 80}]}, old_server=False)["healthChecks"] == [
        command,
        {"port": 80},
    ]
    assert creation({"portDefinitions": [], "healthChecks": [{}]}, old_server=False)["healthChecks"] == [{}]


def test_creation_leaves_out_what_marathon_adds():
    assert not {"version", "versionInfo", "tasksRunning", "deployments"} & set(creation(SHOWN, old_server=False))
