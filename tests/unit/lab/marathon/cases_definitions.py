# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract cases about definitions: in which form they come back, and which are refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cases_apps import SLEEP
from contract import EVERY, SINCE_1_5, Ask, By, Case, Holding, Like, absent, sized, some

TYPE_ERROR = By({"1.4": 400, "*": 422})
NEW = {"id": "{app}", "instances": 0}
BRIDGE = {"image": "nginx", "network": "BRIDGE"}


def refused(body: Any, status: Any, path: str | Like, error: str = "", personas: Sequence[str] = EVERY) -> Case:
    """A definition that is refused: the path in the details, and a pattern of the error there."""
    message = "Invalid JSON" if status is TYPE_ERROR else "Object is not valid"
    return Case(
        29,
        f"refused at {path}: {body}",
        [
            Ask(
                "POST",
                "/v2/apps",
                body,
                status,
                {"message": message, "details": Holding({"path": path, "errors": Holding(Like(error))})},
            ),
            Ask("GET", "/v2/apps{app}", status=404),
        ],
        personas,
    )


def normalized(title: str, body: Any, has: Any, personas: Sequence[str] = EVERY) -> Case:
    """A definition that comes back in another form."""
    return Case(
        28,
        title,
        [Ask("POST", "/v2/apps", {**NEW, **body}, 201), Ask("GET", "/v2/apps{app}", has={"app": has})],
        personas,
    )


CASES = [
    Case(
        28,
        "the answer to a POST",
        [
            Ask(
                "POST",
                "/v2/apps",
                {**NEW, "id": "{app}", "cmd": "sleep 1", "ports": [0]},
                201,
                {
                    "tasksStaged": 0,
                    "tasksRunning": 0,
                    "tasksHealthy": 0,
                    "tasksUnhealthy": 0,
                    "deployments": [{"id": some}],
                    "tasks": By({"1.11": absent, "*": []}),
                    "version": some,
                    "versionInfo": absent,
                    "portDefinitions": [{"port": 0}],
                    "ports": By({"1.4": [0], "*": absent}),
                    "uris": By({"1.4": [], "*": absent}),
                    "user": By({"1.4": None, "*": absent}),
                    "role": By({"1.11": "*", "*": absent}),
                },
            ),
            Ask(
                "GET",
                "/v2/apps{app}",
                has={
                    "app": {
                        "portDefinitions": [{"port": lambda port: port >= 10000}],
                        "versionInfo": {"lastScalingAt": some},
                    }
                },
            ),
        ],
    ),
    normalized(
        "the old bridge form",
        {"container": {"docker": {**BRIDGE, "portMappings": [{"containerPort": 80, "protocol": "udp,tcp"}]}}},
        {
            "networks": [{"mode": "container/bridge"}],
            "requirePorts": False,
            "portDefinitions": absent,
            "container": {
                "type": "DOCKER",
                "volumes": [],
                "docker": {
                    "image": "nginx",
                    "forcePullImage": False,
                    "privileged": False,
                    "parameters": [],
                    "network": absent,
                    "portMappings": absent,
                },
                "portMappings": [
                    {
                        "containerPort": 80,
                        "hostPort": 0,
                        "labels": {},
                        "protocol": "udp,tcp",
                        "servicePort": lambda port: port >= 10000,
                    }
                ],
            },
        },
        SINCE_1_5,
    ),
    normalized(
        "the old bridge form stays what it is",
        {"container": {"docker": {**BRIDGE, "portMappings": [{"containerPort": 80}]}}},
        {
            "networks": absent,
            "ipAddress": None,
            "portDefinitions": [{"port": lambda port: port >= 10000, "protocol": "tcp", "labels": {}}],
            "ports": sized(1),
            "requirePorts": False,
            "cmd": None,
            "args": None,
            "env": {},
            "healthChecks": [],
            "secrets": {},
            "residency": None,
            "container": {
                "docker": {"network": "BRIDGE", "portMappings": [{"containerPort": 80, "hostPort": 0, "labels": {}}]}
            },
        },
        ["1.4"],
    ),
    normalized(
        "the old user form",
        {"container": {"docker": {"image": "nginx", "network": "USER"}}, "ipAddress": {"networkName": "blue"}},
        {
            "networks": [{"mode": "container", "name": "blue"}],
            "ipAddress": absent,
            "container": {"portMappings": [{"containerPort": 0, "name": "default", "hostPort": absent}]},
        },
        SINCE_1_5,
    ),
    normalized(
        "no network at all",
        {"cmd": "sleep 1"},
        {
            "networks": By({"1.4": absent, "*": [{"mode": "host"}]}),
            "portDefinitions": By(
                {
                    "1.4": [{"port": some, "protocol": "tcp", "labels": {}, "name": "default"}],
                    "*": [{"port": some, "protocol": "tcp", "name": "default", "labels": absent}],
                }
            ),
            "maxLaunchDelaySeconds": By({"1.4": 3600, "1.5": 3600, "*": 300}),
            "container": By({"1.4": None, "*": absent}),
            "unreachableStrategy": {"inactiveAfterSeconds": 0, "expungeAfterSeconds": 0},
            "killSelection": "YOUNGEST_FIRST",
        },
    ),
    normalized(
        "a health check",
        {"cmd": "sleep 1", "healthChecks": [{"ignoreHttp1xx": True, "delaySeconds": 7, "path": "/health"}]},
        {
            "healthChecks": [
                {
                    "protocol": "HTTP",
                    "path": "/health",
                    "ignoreHttp1xx": By({"1.4": True, "*": False}),
                    "delaySeconds": By({"1.4": absent, "*": 15}),
                    "ipProtocol": By({"1.8": "IPv4", "1.11": "IPv4", "*": absent}),
                    "portIndex": By({"1.4": 0, "*": absent}),
                }
            ]
        },
    ),
    normalized(
        "uris",
        {"cmd": "sleep 1", "uris": ["http://x/a.tgz", "http://x/b"]},
        {
            "uris": By({"1.4": ["http://x/a.tgz", "http://x/b"], "*": absent}),
            "fetch": [
                {"uri": "http://x/a.tgz", "extract": True, "executable": False, "cache": False},
                {"extract": False},
            ],
        },
    ),
    normalized(
        "what is unknown is ignored",
        {"cmd": "sleep 1", "nonsense": 1, "tasksRunning": 7},
        {"nonsense": absent, "tasksRunning": 0},
    ),
    refused({**SLEEP, "cpus": -1}, TYPE_ERROR, "/cpus", "error.min", SINCE_1_5),
    refused({**SLEEP, "cpus": -1}, 422, "/cpus", "got -1.0, expected 0.0 or more", ["1.4"]),
    refused(
        {**SLEEP, "upgradeStrategy": {"maximumOverCapacity": 2}},
        422,
        "/upgradeStrategy/maximumOverCapacity",
        "got 2.0, expected between 0.0 and 1.0",
        ["1.4"],
    ),
    refused({**SLEEP, "instances": 0.5}, TYPE_ERROR, "/instances", "error.expected.int"),
    refused({**SLEEP, "labels": {"a": 1}}, TYPE_ERROR, "/labels/a", "error.expected.jsstring"),
    refused({**SLEEP, "labels": "a"}, TYPE_ERROR, "/labels", "error.expected.jsobject"),
    refused({"id": "{app}"}, 422, "/", "either contain one of 'cmd' or 'args'"),
    refused(
        {"id": "{app}", "container": {"type": "DOCKER"}, "cmd": "sleep 1"},
        422,
        "/container/docker",
        "not defined",
        SINCE_1_5,
    ),
    refused(
        {**SLEEP, "container": {"type": "MESOS", "volumes": [{"containerPath": "/a"}]}},
        TYPE_ERROR,
        "/container/volumes(0)/mode",
    ),
    refused({**SLEEP, "networks": [{"mode": "container"}]}, 422, "/networks", "name must be specified", SINCE_1_5),
    refused({**SLEEP, "networks": [{"mode": "container", "name": "a"}] * 2}, 422, "/networks", "Duplicate", SINCE_1_5),
    refused(
        {"id": "{app}", "container": {"docker": {"image": "a"}}, "ipAddress": {"discovery": {"ports": []}}},
        422,
        "/ipAddress",
        "not allowed for Docker",
        SINCE_1_5,
    ),
    refused(
        {"id": "{app}", "container": {"docker": {"image": "a", "pullConfig": {"secret": "x"}}, "type": "MESOS"}},
        422,
        "/container/docker/pullConfig",
        "",
        SINCE_1_5,
    ),
    refused({**SLEEP, "env": {"A": {"secret": "x"}}}, 422, "/env(A)", "undefined secret named 'x'", ["1.4"]),
    refused({**SLEEP, "env": {"A": {"secret": "x"}}}, 422, "/env(A)/x", "undefined secret", ["1.5"]),
    refused({**SLEEP, "env": {"A": {"secret": "x"}}}, 422, "/env/A/secret", "undefined secret", ["1.8", "1.11"]),
    refused({**SLEEP, "constraints": [["hostname", "NEAR"]]}, 422, "/constraints", "one of the following", SINCE_1_5),
    refused({**SLEEP, "constraints": [["hostname", "UNIQUE", "a"]]}, 422, "/constraints", "does not accept", SINCE_1_5),
    *(
        refused(
            {**SLEEP, "container": {"type": "MESOS", "linuxInfo": info}},
            422,
            f"/container/linuxInfo/{next(iter(info))}",
            text,
            ["1.11"] if "ipcInfo" in info else ["1.8", "1.11"],
        )
        for info, text in (
            ({"seccomp": {"profileName": "a", "unconfined": True}}, "can NOT be true"),
            ({"seccomp": {"unconfined": False}}, "must be true"),
            ({"ipcInfo": {"mode": "SHARE_PARENT", "shmSize": 1}}, "can NOT be set"),
        )
    ),
    refused({**SLEEP, "cmd": "a"}, 422, "/", "must not be an empty string", SINCE_1_5),
    refused({**SLEEP, "id": "{app}/a_b"}, TYPE_ERROR, "/id", "error.pattern", SINCE_1_5),
    refused({**SLEEP, "versionInfo": {}}, TYPE_ERROR, "/versionInfo/lastScalingAt", "error.path.missing", SINCE_1_5),
    refused({**SLEEP, "uris": ["a"], "fetch": [{"uri": "b"}]}, 422, "/uris", "conjunction with fetch", SINCE_1_5),
    Case(
        29,
        "half an upgrade strategy is refused, or completed",
        [
            Ask(
                "POST",
                "/v2/apps",
                {**NEW, "cmd": "sleep 1", "upgradeStrategy": {"maximumOverCapacity": 0.5}},
                By({"1.4": 201, "*": 422}),
            )
        ],
    ),
    Case(
        29,
        "networks of today mean nothing to 1.4",
        [
            Ask(
                "POST",
                "/v2/apps",
                {**NEW, "cmd": "sleep 1", "networks": [{"mode": "nonsense"}]},
                201,
                {"networks": absent},
            ),
            Ask("GET", "/v2/apps{app}", has={"app": {"networks": absent}}),
        ],
        ["1.4"],
    ),
    Case(
        29,
        "what is wrong with a constraint, a container and a version is said in old words",
        [
            Ask(
                "POST",
                "/v2/apps",
                {**SLEEP, "constraints": [["hostname", "IS", "a"]]},
                400,
                {"message": "Invalid JSON", "details": [{"path": "/constraints(0)", "errors": [Like("following: ")]}]},
            ),
            Ask("POST", "/v2/apps", {**SLEEP, "container": {"type": "DOCKER"}}, 500, {"message": Like("docker must")}),
            Ask("POST", "/v2/apps", {**SLEEP, "version": "x"}, 422, {"message": 'Invalid format: "x"'}),
            Ask("POST", "/v2/apps", {**SLEEP, "uris": ["a"], "fetch": [{"uri": "b"}]}, 400),
        ],
        ["1.4"],
    ),
    Case(
        29,
        "a network of no kind is an accident",
        [
            Ask(
                "POST",
                "/v2/apps",
                {"id": "{app}", "container": {"docker": {"image": "a", "network": "NONE"}}},
                500,
                {"message": Like("NONE")},
            )
        ],
        SINCE_1_5,
    ),
    Case(
        29,
        "an id that exists, and ids that cannot be",
        [
            Ask("POST", "/v2/apps", {**NEW, "cmd": "sleep 1"}, 201),
            Ask(
                "POST",
                "/v2/apps",
                {**NEW, "cmd": "sleep 1"},
                409,
                {"message": "An app with id [{app}] already exists.", "deployments": absent},
            ),
            *(
                Ask("POST", "/v2/apps", {**SLEEP, "id": bad}, 422, {"details": [{"path": "/id"}]})
                for bad in ("A", "a_b", "-a", "a-", "a//b_c")
            ),
            Ask("POST", "/v2/apps", {**SLEEP, "id": "/"}, TYPE_ERROR, {"details": Holding({"path": "/id"})}),
            Ask("POST", "/v2/apps", {**NEW, "cmd": "sleep 1", "id": "/case/restart"}, By({"1.4": 201, "*": 422})),
        ],
    ),
]
