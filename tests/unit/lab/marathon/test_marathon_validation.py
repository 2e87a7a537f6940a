# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of one wrong value in an app, and which wrong values pass.

The words are those of Marathon's sources at the tags of the lab's personas: the reads of Formats and the validators of AppDefinition
in v1.4.13, the RAML types and AppValidation, SchedulingValidation, AppNormalization and HealthCheckConversion in v1.5.15, v1.8.222 and
the newest.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.marathon.config import Config
from tests.lab.marathon.definitions import new_definition, read_update
from tests.lab.marathon.errors import Refusal
from tests.lab.marathon.persona import PERSONAS

TAKEN = (201,)
ENUM = "error.unknown.enum.literal"


def answer(sent: dict[str, Any], release: str) -> tuple[Any, ...]:
    """What comes of an app: the status, and where what is said; (201,) if it is taken."""
    try:
        new_definition({"id": "/d/app", "cmd": "sleep 1", **sent}, Config(PERSONAS[release]))
    except Refusal as refusal:
        details = refusal.body.get("details")
        if not details:
            return refusal.status, refusal.body["message"]
        return refusal.status, *((each["path"], *each["errors"]) for each in details)
    return TAKEN


def typed(path: str, text: str) -> tuple[Any, Any]:
    """The same words: with 400 in 1.4, with 422 later."""
    return (400, (path, text)), (422, (path, text))


CHECKS, READY, VOLUME = "/healthChecks(0)", "/readinessChecks(0)", "/container/volumes(0)"


def check(**check: Any) -> dict[str, Any]:
    return {"healthChecks": [check]}


def ready(**check: Any) -> dict[str, Any]:
    return {"readinessChecks": [{"portName": "default", **check}]}


def docker(**docker: Any) -> dict[str, Any]:
    return {"container": {"docker": {"image": "a", **docker}}}


def mesos(**container: Any) -> dict[str, Any]:
    return {"container": {"type": "MESOS", **container}}


#: What is sent, the answer of 1.4, and that of the later ones.
BOTH: list[tuple[dict[str, Any], Any, Any]] = [
    # What has no key that must be there is anything.
    ({"healthChecks": [1]}, TAKEN, TAKEN),
    ({"portDefinitions": [1]}, TAKEN, TAKEN),
    ({"unreachableStrategy": "x"}, TAKEN, TAKEN),
    ({"unreachableStrategy": 1}, TAKEN, TAKEN),
    ({"upgradeStrategy": 1}, TAKEN, (422, *(
        (f"/upgradeStrategy/{each}", "1 is not an object") for each in ("maximumOverCapacity", "minimumHealthCapacity")
    ))),
    # A key that must be there and is null is of the wrong type.
    ({"id": None}, *typed("/id", "error.expected.jsstring")),
    # Numbers: how large they may be.
    ({"instances": 3000000000}, *typed("/instances", "error.expected.int")),
    ({"backoffSeconds": 1.5}, (400, ("/backoffSeconds", "error.expected.long")), (422, ("/backoffSeconds", "error.expected.int"))),
    ({"backoffSeconds": -1}, TAKEN, (422, ("/backoffSeconds", "error.min"))),
    ({"backoffFactor": 0.5}, TAKEN, (422, ("/backoffFactor", "error.min"))),
    ({"taskKillGracePeriodSeconds": -1}, TAKEN, (422, ("/taskKillGracePeriodSeconds", "error.min"))),
    ({"cpus": 0}, TAKEN, (422, ("/cpus", "error.min"))),
    ({"cpus": -1}, (422, ("/cpus", "got -1.0, expected 0.0 or more")), (422, ("/cpus", "error.min"))),
    ({"gpus": -1}, (422, ("/gpus", "got -1, expected 0 or more")), (422, ("/gpus", "error.min"))),
    # Ports.
    ({"ports": [70000]}, TAKEN, TAKEN),
    ({"ports": [-1]}, *[(422, ("/portDefinitions(0)/port", "got -1, expected 0 or more"))] * 2),
    ({"ports": [80, 80]}, (400, ("/ports", "Ports must be unique.")), (422, ("/", "ports must be unique"))),
    ({"portDefinitions": [{"port": 80}, {"port": 80, "protocol": "udp"}]}, *[(422, ("/portDefinitions", "Ports must be unique."))] * 2),
    ({"portDefinitions": [{"port": 70000}]}, TAKEN, (422, ("/portDefinitions(0)/port", "error.max"))),
    ({"portDefinitions": [{"name": "A B"}]}, (422, ("/portDefinitions(0)/name", "must fully match regular expression '^[a-z0-9-]+$'")),
     (422, ("/portDefinitions(0)/name", "error.pattern"))),
    ({"ports": [1], "portDefinitions": [{"port": 2}]}, (400, ("", "You cannot specify both ports and port definitions")),
     (422, ("/", "cannot specify both ports and port definitions"))),
    # Words.
    ({"user": ""}, TAKEN, TAKEN),
    ({"killSelection": "oldest_first"}, TAKEN, TAKEN),
    ({"killSelection": 1}, *typed("/killSelection", ENUM)),
    (check(protocol="X"), (400, (CHECKS, "X is not a valid protocol")), (422, (f"{CHECKS}/protocol", ENUM))),
    (check(protocol=1), (400, (CHECKS, "expected string, got 1")), (422, (f"{CHECKS}/protocol", ENUM))),
    (check(protocol="tcp"), (400, (CHECKS, "tcp is not a valid protocol")), TAKEN),
    (docker(network="X"), (400, ("/container/docker/network", "X is not a valid network type")), (422, ("/container/docker/network", ENUM))),
    ({"container": {"type": "X"}}, (400, ("/container/type", "X is not a valid container type")), (422, ("/container/type", ENUM))),
    # Variables, secrets, roles.
    ({"env": {"A": 1}}, (400, ("/secret", "error.path.missing")), (422, ("/env/A/secret", "error.path.missing"))),
    ({"secrets": {"a": {"source": ""}}}, (422, ("/secrets(a)/source", "must not be empty")), (422, ("/secrets/a/source", "error.minLength"))),
    ({"acceptedResourceRoles": []}, (400, ("/acceptedResourceRoles", "set must not be empty")),
     (422, ("/acceptedResourceRoles", "must not be empty"))),
    # Fetched.
    ({"fetch": [{"uri": ""}]}, TAKEN, (422, ("/fetch(0)/uri", "error.minLength"))),
    ({"fetch": [{"uri": "a b"}]}, (422, ("/fetch(0)", "URI has invalid syntax.")), (422, ("/fetch(0)/uri", "URI has invalid syntax."))),
    ({"uris": ["a b"]}, (422, ("/fetch(0)", "URI has invalid syntax.")), (422, ("/uris(0)", "URI has invalid syntax."))),
    ({"storeUrls": ["x"]}, (422, ("/storeUrls(0)", "no protocol: x")), TAKEN),
    # Health checks.
    (check(port=1, portIndex=0), TAKEN, TAKEN),
    (check(intervalSeconds=0), TAKEN, TAKEN),
    (check(timeoutSeconds=-1), TAKEN, TAKEN),
    (check(gracePeriodSeconds=-1), TAKEN, (422, (f"{CHECKS}/gracePeriodSeconds", "error.min"))),
    (check(protocol="COMMAND"), (400, (f"{CHECKS}/command", "error.path.missing")), (500, "illegal protocol COMMAND for non-command health check")),
    (check(protocol="TCP", command={"value": "x"}), TAKEN, (500, "illegal protocol TCP specified with command")),
    (check(protocol="COMMAND", command={}), *typed(f"{CHECKS}/command/value", "error.path.missing")),
    ({"healthChecks": [{"protocol": "MESOS_TCP"}, {"protocol": "MESOS_HTTP"}]},
     *[(422, ("/", "AppDefinition can contain at most one Mesos health check"))] * 2),
    # Containers.
    ({"container": {}}, (500, "docker must not be empty"), (422, ("/container/docker", "not defined"))),
    (docker(credential={"principal": "p"}), (400, ("/container/credential", "Docker Containerizer does not support credential")),
     (422, ("/container/docker/credential", "must be empty"))),
    (mesos(docker={"image": "a", "network": "BRIDGE"}), (400, ("/container/network", "Mesos Containerizer does not support network")),
     (422, ("/container/docker/network", "must be empty"))),
    (docker(pullConfig={"secret": "x"}), TAKEN, (422, ("/container/docker/pullConfig", "pullConfig is not supported with Docker containerizer"))),
    (docker(network="BRIDGE", portMappings=[{"containerPort": -1}]),
     (422, ("/container/portMappings(0)/containerPort", "got -1, expected 0 or more")),
     (422, ("/container/docker/portMappings(0)/containerPort", "error.min"))),
    (mesos(volumes=[{"containerPath": "a", "mode": "X", "hostPath": "/b"}]), (400, (f"{VOLUME}/mode", "X is not a valid mode")),
     (422, (f"{VOLUME}/mode", ENUM))),
    (mesos(volumes=[{"containerPath": "a", "secret": "x"}]), (400, (f"{VOLUME}/mode", "error.path.missing")),
     (422, (VOLUME, "volume.secret must refer to an existing secret"))),
    # Constraints.
    ({"constraints": [["a"]]}, (400, ("/constraints(0)", "Constraint definition must be an array of strings in format: <key>, <operator>[, value]")),
     (422, ("/constraints", "Each constraint must have either 2 or 3 fields"))),
    ({"constraints": [["a", "UNIQUE", "b"]]}, (422, ("/constraints", "Value specified but not used")),
     (422, ("/constraints", "UNIQUE does not accept a value"))),
    ({"constraints": [["a", "GROUP_BY", "x"]]}, (422, ("/constraints", "Value was specified but is not a number")),
     (422, ("/constraints", "GROUP BY must define an integer value or else no value at all"))),
    ({"constraints": [["a", "MAX_PER"]]}, (422, ("/constraints", "Value was not specified or is not a number")),
     (422, ("/constraints", "MAX_PER requires an integer value"))),
    ({"constraints": [["a", "LIKE"]]}, (422, ("/constraints", "A regular expression value must be provided")),
     (422, ("/constraints", "LIKE and UNLIKE require a non-empty, regular expression value"))),
    ({"constraints": [["a", "LIKE", "["]]}, (422, ("/constraints", "'[' is not a valid regular expression")),
     (422, ("/constraints", "is not a valid regular expression"))),
    ({"constraints": [["a", "unique"]]},
     (400, ("/constraints(0)", "Constraint operator must be one of the following: [UNIQUE, LIKE, CLUSTER, GROUP_BY, UNLIKE, MAX_PER]")),
     (500, "illegal constraint specification a,unique")),
    # Networks.
    ({"ipAddress": {"networkName": "a"}, "ports": [1]}, (400, ("", "You cannot specify both an IP address and ports")),
     (422, ("/", "cannot specify both an IP address and port"))),
    ({"ipAddress": {"discovery": {"ports": [{"number": 1}]}}},
     (400, *((f"/ipAddress/discovery/ports(0)/{each}", "error.path.missing") for each in ("name", "protocol"))),
     (422, ("/ipAddress/discovery/ports(0)/name", "'name' is undefined on object: {\"number\":1}"))),
    # Labels that bind.
    ({"labels": {"DCOS_MIGRATION_API_VERSION": "v1"}},
     *[(422, ("/", "DCOS_PACKAGE_FRAMEWORK_NAME and DCOS_MIGRATION_API_PATH must be defined when using DCOS_MIGRATION_API_VERSION"))] * 2),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "old", "new"), BOTH, ids=[str(sent) for sent, _old, _new in BOTH])
def test_one_wrong_value(sent: dict[str, Any], old: Any, new: Any) -> None:
    assert answer(sent, "1.4") == old
    assert [answer(sent, release) for release in ("1.5", "1.8", "1.11")] == [new] * 3


def _lost(release: str) -> Any:
    texts = {"1.4": "AppDefinition", "1.5": "App"}
    known = texts.get(release)
    return (422, ("/", f"{known} must contain persistent volumes and define residency")) if known else TAKEN


#: What is sent, and by release what is said; those that are not named take it.
BY_RELEASE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (ready(portName="x"), {
        **dict.fromkeys(("1.4", "1.5"), (422, ("/value(0)/portName", "No port definition reference for portName x"))),
        **dict.fromkeys(("1.8", "1.11"), (422, (f"{READY}/portName", "No port definition reference for portName x"))),
    }),
    (ready(intervalSeconds=5), {
        "1.4": (422, ("/value(0)/timeout/toSeconds", "got 10, expected less than 5")),
        "1.5": (422, ("/value(0)/timeoutSeconds", "got 10, expected less than 5")),
        **dict.fromkeys(("1.8", "1.11"), (422, (f"{READY}/timeoutSeconds", "got 10, expected less than 5"))),
    }),
    ({"unreachableStrategy": {"inactiveAfterSeconds": 10, "expungeAfterSeconds": 1}}, {
        **dict.fromkeys(("1.4", "1.5"), (422, ("/unreachableStrategy/inactiveAfter", "got 10 seconds, expected 1 second or less"))),
        **dict.fromkeys(("1.8", "1.11"), (
            422,
            ("/unreachableStrategy/inactiveAfterSeconds", "inactiveAfterSeconds (10) must be less or equal to expungeAfterSeconds, which is 1"),
        )),
    }),
    ({"residency": {}}, {release: _lost(release) for release in ("1.4", "1.5")}),
    ({"check": {}}, dict.fromkeys(("1.8", "1.11"), (500, "illegal RAML Check: expected one of http, tcp or exec checks"))),
    ({"check": {"http": {}}, **docker()}, dict.fromkeys(("1.8", "1.11"), (422, ("/", "AppDefinition must not use 'checks' if using docker")))),
    ({"executorResources": {"cpus": 0.01}}, dict.fromkeys(("1.8", "1.11"), (422, ("/executorResources/cpus", "error.min")))),
    ({"resourceLimits": {"cpus": "x"}}, {"1.11": (422, ("/resourceLimits/cpus", "'x' is an invalid resource limit. It must be 'unlimited' or a number"))}),
    ({"resourceLimits": {"cpus": 0.5}}, {"1.11": (422, ("/resourceLimits/cpus", "resource limit must be greater than or equal to requested resource (1.0)"))}),
    ({"acceptedResourceRoles": ["a"]}, {"1.11": (422, ("/acceptedResourceRoles", "acceptedResourceRoles can only contain *"))}),
    ({"constraints": [["a", "IS", "b c"]]}, {
        "1.4": (400, ("/constraints(0)", "Constraint operator must be one of the following: [UNIQUE, LIKE, CLUSTER, GROUP_BY, UNLIKE, MAX_PER]")),
        "1.5": (422, ("/constraints", "operator must be one of the following UNIQUE, CLUSTER, GROUP_BY, LIKE, MAX_PER or UNLIKE")),
        **dict.fromkeys(("1.8", "1.11"), (422, (
            "/constraints",
            "IS only supports Mesos text and float values (see http://mesos.apache.org/documentation/latest/attributes-resources/)",
        ))),
    }),
    (check(protocol="COMMAND", command={"value": "x"}, path="/"), {
        "1.5": (500, "Invalid combination of HealthCheck parameters in AppHealthCheck(Some(CommandCheck(x)),300,None,60,3,Some(/),None,None,COMMAND,20,15)"),
        **dict.fromkeys(("1.8", "1.11"), (
            500, "Invalid combination of HealthCheck parameters in "
            "AppHealthCheck(Some(AppCommandCheck(x)),300,None,60,3,Some(/),None,None,COMMAND,IPv4,20,15)")),
    }),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "said"), BY_RELEASE, ids=[str(sent) for sent, _said in BY_RELEASE])
def test_one_wrong_value_by_release(sent: dict[str, Any], said: dict[str, Any]) -> None:
    assert {release: answer(sent, release) for release in PERSONAS} == {**dict.fromkeys(PERSONAS, TAKEN), **said}


def test_an_update_that_says_one_thing_in_two_ways_is_an_accident() -> None:
    """From 1.5 on AppNormalization fails on it where a whole app is refused; ports have a winner."""
    config = Config(PERSONAS["1.8"])
    for sent, text in (
        ({"uris": ["a"], "fetch": [{"uri": "b"}]}, "cannot specify both uris and fetch fields"),
        ({"ipAddress": {}, "networks": []}, "cannot mix deprecated and canonical network APIs"),
    ):
        with pytest.raises(Refusal, match=text) as refusal:
            read_update(sent, config)
        assert refusal.value.status == 500
    assert read_update({"ports": [1], "portDefinitions": [{"port": 2}]}, config) == {"portDefinitions": [{"port": 2}]}


def test_what_is_told_of_a_container_of_appc_is_kept_before_1_11() -> None:
    sent = {"id": "a", **mesos(appc={"image": "a"})}
    kept = {release: new_definition({**sent, "cmd": "sleep 1"}, Config(PERSONAS[release])) for release in PERSONAS}
    assert ["appc" in kept[release]["container"] for release in PERSONAS] == [True, True, True, False]
    assert kept["1.8"]["container"]["appc"] == {"image": "a", "labels": {}, "forcePullImage": False}


def test_what_each_release_keeps_of_volumes_and_linux_info() -> None:
    """A volume of a secret has no mode; the RAML types have ipcInfo only in the newest release."""
    sent = mesos(volumes=[{"containerPath": "d", "secret": "s"}], linuxInfo={"ipcInfo": {"mode": "PRIVATE"}})
    whole = {"id": "/d/app", "cmd": "sleep 1", "secrets": {"s": {"source": "/x"}}, **sent}
    kept = {
        release: new_definition(whole, Config(PERSONAS[release]))["container"] for release in ("1.5", "1.8", "1.11")
    }
    assert all(container["volumes"] == [{"containerPath": "d", "secret": "s"}] for container in kept.values())
    assert [container.get("linuxInfo") for container in kept.values()] == [None, {}, {"ipcInfo": {"mode": "PRIVATE"}}]
