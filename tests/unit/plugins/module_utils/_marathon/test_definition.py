# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.bodies import creation, update
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import (
    after_update,
    canonical,
    differences,
    ignored_fields,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.types import typed
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.app_forms import (
    NEW_FORM,
    OLD_FORM,
    PORT,
    SHOWN,
    SHOWN_BY_1_4,
    shown,
)


@pytest.mark.parametrize("current", [SHOWN, SHOWN_BY_1_4])
@pytest.mark.parametrize("desired", [OLD_FORM, NEW_FORM, SHOWN, SHOWN_BY_1_4])
def test_the_same_app_in_other_words_is_no_difference(desired, current):
    # Where the releases really differ.
    desired = {key: value for key, value in desired.items() if key not in ("maxLaunchDelaySeconds", "role")}
    assert differences(desired, current) == {}
    assert update(desired, current) == {}


@pytest.mark.parametrize(
    ("field", "desired", "current"),
    [
        ("labels", {"n": 80, "t": True}, {"n": "80", "t": "true"}),
        ("labels", {"j": '{"b": [1], "a": 2}'}, {"j": '{"a":2,"b":[1]}'}),
        ("labels", {"j": {"a": 2}}, {"j": '{ "a": 2 }'}),
        ("labels", {"FE-Proxy": "yes"}, {"FE-Proxy": "Yes"}),
        ("labels", {}, {}),
        ("env", {"A": 1.5, "S": {"secret": "s1"}}, {"A": "1.5", "S": {"secret": "s1"}}),
        ("env", {}, None),
        ("constraints", [["hostname", "UNIQUE"], ["a", "MAX_PER", 2]], [["a", "MAX_PER", "2"], ["hostname", "UNIQUE"]]),
        ("constraints", [["hostname", "UNIQUE"]] * 2, [["hostname", "UNIQUE"]]),
        ("dependencies", ["../db", "/x"], ["/x", "/db"]),
        ("healthChecks", [], None),
        ("healthChecks", [{"protocol": "TCP", "delaySeconds": 3, "ignoreHttp1xx": True}],
         [{"protocol": "TCP", "portIndex": 0, "delaySeconds": 15, "ignoreHttp1xx": False}]),
        ("healthChecks", [{"protocol": "COMMAND", "command": {"value": "true"}, "path": "/", "portIndex": 0}],
         [{"protocol": "COMMAND", "command": {"value": "true"}, "gracePeriodSeconds": 300}]),
        ("healthChecks", [{"path": "/a"}, {"path": "/b"}], [{"path": "/b", "portIndex": 0}, {"path": "/a", "portIndex": 0}]),
        ("healthChecks", [{"path": "/a"}], [{"path": "/a"}]),
        ("fetch", [{"uri": "http://x/a"}], [{"uri": "http://x/a", "extract": True, "executable": False, "cache": False}]),
        ("instances", "1", 1),
        ("cpus", 1, 1.0),
        ("unreachableStrategy", {}, {"inactiveAfterSeconds": 300, "expungeAfterSeconds": 600}),
        ("readinessChecks", [{}], [{"name": "readinessCheck", "protocol": "HTTP", "path": "/", "portName": "http-api",
                                    "intervalSeconds": 30, "timeoutSeconds": 10, "httpStatusCodesForReady": [200]}]),
        ("residency", {"taskLostBehavior": "WAIT_FOREVER"}, None),
        ("requirePorts", True, False),
        ("tty", False, None),
        ("storeUrls", ["http://x/a"], None),
        ("executorResources", {"cpus": "0.1"}, {"cpus": 0.1, "mem": 32, "disk": 10}),
        ("cmd", None, "sleep 1"),
    ],
)  # fmt: skip
def test_a_field_in_other_words_is_no_difference(field, desired, current):
    assert differences({field: desired}, shown(**{field: current})) == {}


@pytest.mark.parametrize(
    ("field", "desired", "current"),
    [
        ("labels", {"j": '{"a":1}'}, {"j": '{"a":2}'}),
        ("labels", {"n": "1.0"}, {"n": "1"}),
        ("labels", {}, {"a": "b"}),
        ("env", {"A": {"secret": "s1"}}, {"A": {"secret": "s2"}}),
        ("env", {}, {"A": "1"}),
        ("constraints", [["hostname", "UNIQUE"]], [["hostname", "UNIQUE"], ["a", "LIKE", "b"]]),
        ("healthChecks", [{"path": "/"}], [{"path": "/", "portIndex": 0, "gracePeriodSeconds": 600}]),
        ("healthChecks", [{"path": "/"}], [{"path": "/", "portIndex": 1}]),
        ("healthChecks", [{"path": "/", "port": 80}], [{"path": "/", "portIndex": 0}]),
        ("healthChecks", [{"protocol": "MESOS_HTTP", "path": "/", "delaySeconds": 3}],
         [{"protocol": "MESOS_HTTP", "path": "/", "portIndex": 0, "delaySeconds": 15}]),
        ("instances", 0, 1),
        ("tty", True, None),
        ("executorResources", {"cpus": 0.2}, {"cpus": 0.1, "mem": 32, "disk": 10}),
        ("user", "nobody", None),
        ("unreachableStrategy", "disabled", {"inactiveAfterSeconds": 0, "expungeAfterSeconds": 0}),
        ("upgradeStrategy", {"maximumOverCapacity": 0.5, "minimumHealthCapacity": 1},
         {"maximumOverCapacity": 1, "minimumHealthCapacity": 1}),
        ("networks", [{"mode": "host"}], [{"mode": "container/bridge"}]),
        ("networks", [{"mode": "container", "name": "b"}], [{"mode": "container", "name": "a"}]),
    ],
)  # fmt: skip
def test_a_real_change_is_a_difference(field, desired, current):
    assert list(differences({field: desired}, shown(**{field: current}))) == [field]


@pytest.mark.parametrize(
    "mapping",
    [
        {"containerPort": 81},
        {"containerPort": 80, "hostPort": 31000},
        {"containerPort": 80, "servicePort": 10001},
        {"containerPort": 80, "protocol": "udp"},
        {"containerPort": 80, "labels": {"a": "b"}},
        {"containerPort": 80, "name": "http"},
    ],
)
def test_a_change_of_a_port_mapping_is_a_difference(mapping):
    container = {"docker": {"image": "nginx"}, "portMappings": [mapping]}
    assert list(differences({"container": container}, SHOWN)) == ["container"]


def test_transports_in_another_order_are_the_same():
    current = shown(container={**SHOWN["container"], "portMappings": [{**PORT, "protocol": "udp,tcp"}]})
    container = {"docker": {"image": "nginx"}, "portMappings": [{"containerPort": 80, "protocol": "tcp,udp"}]}
    assert differences({"container": container}, current) == {}


def test_a_container_without_port_mappings_gets_marathons_default_ones():
    desired = {"container": {"docker": {"image": "nginx"}}}
    before, after = differences(desired, SHOWN)["container"]
    assert (before["portMappings"][0]["containerPort"], after["portMappings"][0]["containerPort"]) == (80, 0)
    default_port = {**PORT, "containerPort": 0, "name": "default"}
    assert differences(desired, shown(container={**SHOWN["container"], "portMappings": [default_port]})) == {}


def test_an_address_of_its_own_leaves_an_app_its_container():
    assert list(differences({"ipAddress": {"networkName": "dcos"}}, SHOWN)) == ["networks"]
    body = update({"ipAddress": {"networkName": "dcos"}}, SHOWN_BY_1_4)
    assert (body["ipAddress"]["networkName"], body["container"]["docker"]["image"]) == ("dcos", "nginx")


def test_confinement_that_is_not_said_is_marathons_default():
    shape = {"type": "MESOS", "docker": {"image": "nginx"}, "portMappings": []}
    current = shown(container={**shape, "linuxInfo": {"seccomp": {"profileName": "strict", "unconfined": False}}})
    desired = {"container": {**shape, "linuxInfo": {"seccomp": {"profileName": "strict"}}}}
    assert differences(desired, current) == {}
    desired["container"]["linuxInfo"]["seccomp"] = {"unconfined": "true"}
    assert list(differences(desired, current)) == ["container"]


def test_port_mappings_mean_nothing_in_host_mode():
    current = {"id": "/web", "networks": [{"mode": "host"}], "container": {"type": "DOCKER", "docker": {"image": "a"}}}
    desired = {"container": {"docker": {"image": "a", "network": "HOST", "portMappings": [{"containerPort": 80}]}}}
    assert differences(desired, current) == {}


def test_assigned_ports_stay_and_given_ones_count():
    current = {"id": "/web", "networks": [{"mode": "host"}], "portDefinitions": [
        {"port": 10000, "protocol": "tcp", "name": "http"}, {"port": 10001, "protocol": "tcp"}]}  # fmt: skip
    assert differences({"portDefinitions": [{"port": 0, "name": "http"}, {}]}, current) == {}
    assert differences({"ports": [0, 10001]}, {**current, "portDefinitions": [{"port": 1}, {"port": 10001}]}) == {}
    assert list(differences({"portDefinitions": [{"port": 9000, "name": "http"}, {}]}, current)) == ["portDefinitions"]
    assert list(differences({"portDefinitions": []}, current)) == ["portDefinitions"]


def test_fields_marathon_does_not_know_are_told_and_no_difference():
    desired = {"instnaces": 3, "cpus": 0.1, "uris": [], "ports": [1], "ipAddress": {}}
    assert ignored_fields(desired, None) == ["instnaces"]
    assert differences({"instnaces": 3, "cpus": 0.1}, SHOWN) == {}


def test_fields_of_a_later_release_are_told():
    desired = {"tty": True, "role": "*", "networks": []}
    assert ignored_fields(desired, (1, 4)) == ["role", "tty"]
    assert ignored_fields(desired, (1, 8)) == ["role"]
    assert ignored_fields(desired, (1, 11)) == []


def test_a_field_of_a_newer_marathon_is_compared():
    assert list(differences({"novelty": 3}, shown(novelty=2))) == ["novelty"]
    assert differences({"novelty": 2}, shown(novelty=2.0)) == {}


def test_after_update_is_what_a_read_would_show():
    assert after_update({"cpus": 0.10, "mem": 65}, SHOWN) == {"cpus": 0.1, "mem": 65}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            {"container": {"docker": {"image": "a", "network": "USER"}}, "ipAddress": {"networkName": "n", "labels": {"a": "b"}}},
            {"container": {"type": "DOCKER", "docker": {"image": "a"}},
             "networks": [{"mode": "container", "name": "n", "labels": {"a": "b"}}]},
        ),
        (
            {"cmd": "a", "ipAddress": {"networkName": "n", "discovery": {"ports": [{"number": 80, "name": "h", "protocol": "tcp"}]}}},
            {"cmd": "a", "networks": [{"mode": "container", "name": "n"}],
             "container": {"type": "MESOS", "portMappings": [{"containerPort": 80, "name": "h", "protocol": "tcp"}]}},
        ),
        ({"ipAddress": {"networkName": "mesos-bridge"}},
         {"networks": [{"mode": "container/bridge"}], "container": {"type": "MESOS"}}),
        ({"container": {"docker": {"image": "a", "network": "HOST"}}},
         {"container": {"type": "DOCKER", "docker": {"image": "a"}}, "networks": [{"mode": "host"}]}),
        ({"uris": ["http://x/a.tgz", "http://x/b"]},
         {"fetch": [{"uri": "http://x/a.tgz", "extract": True}, {"uri": "http://x/b", "extract": False}]}),
        ({"ports": [80, 0]}, {"portDefinitions": [{"port": 80}, {"port": 0}]}),
        ({"container": {"docker": {"image": "a", "network": "BRIDGE"}}, "ports": [0, 0]},
         {"container": {"type": "DOCKER", "docker": {"image": "a"},
                        "portMappings": [{"containerPort": 0, "name": "default"}, {"containerPort": 0}]},
          "networks": [{"mode": "container/bridge"}]}),
    ],
)  # fmt: skip
def test_canonical_form_of_the_old_one(old, new):
    assert canonical(old) == new
    assert canonical(canonical(old)) == new


@pytest.mark.parametrize(
    "definition",
    [
        ["a"],
        {"container": "nginx"},
        {"container": {"docker": []}},
        {"labels": ["a"]},
        {"healthChecks": {"path": "/"}},
        {"healthChecks": ["/"]},
        {"labels": {"a": None}},
        {"env": {"a": None}},
        {"constraints": "hostname:UNIQUE"},
    ],
)
def test_what_is_no_definition_is_refused(definition):
    with pytest.raises(Refused):
        canonical(definition if isinstance(definition, list) else {"id": "/a", **definition})


def test_what_cannot_be_said_in_the_old_form_is_refused():
    networks = [{"mode": "container", "name": "a"}, {"mode": "container", "name": "b"}]
    with pytest.raises(Refused, match="only one network"):
        creation({"id": "/a", "networks": networks}, old_server=True)


A_QUERY, UPPER_CASE, NO_ARCHIVE = "http://x/a.tgz?v=1", "http://x/b.TGZ", "http://x/c"
# As this Marathon judged them.
FETCHED = [
    {"uri": uri, "extract": uri != NO_ARCHIVE, "executable": False, "cache": False}
    for uri in (A_QUERY, UPPER_CASE, NO_ARCHIVE)
]


@pytest.mark.parametrize("current", [shown(fetch=FETCHED), {**SHOWN_BY_1_4, "fetch": FETCHED, "uris": [A_QUERY]}])
@pytest.mark.parametrize("complete", [False, True])
def test_what_marathon_took_for_an_archive_stays_one(current, complete):
    asked = {**SHOWN_BY_1_4, "fetch": None, "maxLaunchDelaySeconds": None} if complete else {}

    def asked_for(uris):
        return differences({**asked, "uris": uris}, current, complete=complete)

    assert "fetch" not in asked_for([A_QUERY, UPPER_CASE, NO_ARCHIVE])
    _before, after = asked_for([UPPER_CASE, A_QUERY, "http://x/new.zip", "http://x/new.TGZ", A_QUERY])["fetch"]
    assert [(each["uri"], each["extract"]) for each in after] == [
        (UPPER_CASE, True),
        (A_QUERY, True),
        ("http://x/new.zip", True),
        ("http://x/new.TGZ", False),
        (A_QUERY, True),
    ]


def test_fetch_says_otherwise_what_is_an_archive():
    desired = {"fetch": [{**each, "extract": False} for each in FETCHED]}
    assert update(desired, shown(fetch=FETCHED))["fetch"] == desired["fetch"]


def test_words_get_the_letters_in_which_marathon_gives_them_back():
    """Marathon's RAML readers since 1.5 take either case; what is no such word stays."""
    sent = {
        "killSelection": "oldest_first",
        "healthChecks": [{"protocol": "tcp", "ipProtocol": "ipv6"}, {"protocol": "mesos_http"}, {"protocol": "nope"}],
        "readinessChecks": [{"protocol": "https"}],
        "portDefinitions": [{"protocol": "TCP"}, {"protocol": "TCP, UDP"}],
        "container": {
            "type": "docker",
            "docker": {"image": "A", "network": "bridge", "portMappings": [{"protocol": "UDP"}]},
            "volumes": [{"mode": "rw", "persistent": {"type": "MOUNT"}}],
        },
        "networks": [{"mode": "Container/Bridge"}],
        "labels": {"mode": "rw", "type": "docker"},
        "env": {"network": "bridge"},
    }
    assert typed(sent) == {
        "killSelection": "OLDEST_FIRST",
        "healthChecks": [{"protocol": "TCP", "ipProtocol": "IPv6"}, {"protocol": "MESOS_HTTP"}, {"protocol": "nope"}],
        "readinessChecks": [{"protocol": "HTTPS"}],
        "portDefinitions": [{"protocol": "tcp"}, {"protocol": "udp,tcp"}],
        "container": {
            "type": "DOCKER",
            "docker": {"image": "A", "network": "BRIDGE", "portMappings": [{"protocol": "udp"}]},
            "volumes": [{"mode": "RW", "persistent": {"type": "mount"}}],
        },
        "networks": [{"mode": "container/bridge"}],
        "labels": {"mode": "rw", "type": "docker"},
        "env": {"network": "bridge"},
    }
