# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of an app definition before 1.5: types only. The limits of numbers are looked at later, and of few."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.lab.marathon.errors import Invalid, Problem, Refusal
from tests.lab.marathon.shapes import (
    Array,
    Boolean,
    Choice,
    Either,
    Missing,
    Number,
    Shape,
    Structure,
    Table,
    Text,
    Whole,
)

EXECUTOR = r"(//cmd)|(/?[^/]+(/[^/]+)*)|"
_NO_CONSTRAINT = "Constraint definition must be an array of strings in format: <key>, <operator>[, value]"
_OPERATORS = ("UNIQUE", "LIKE", "CLUSTER", "GROUP_BY", "UNLIKE", "MAX_PER")
_INT, _LONG = Whole(None), Whole(None, long=True)
_LABELS = Table(Text())


@dataclass(frozen=True)
class _Word(Shape):
    """One of some words, of which another is said to be "not a valid" something."""

    words: tuple[str, ...]
    what: str

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield path, f"expected string, got {str(value).lower() if isinstance(value, bool) else value}"
        elif value not in self.words:
            yield path, f"{value} is not a valid {self.what}"


class _Constraint(Shape):
    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, list) or len(value) not in (2, 3) or not all(isinstance(each, str) for each in value):
            yield path, _NO_CONSTRAINT
        elif value[1] not in _OPERATORS:
            yield path, f"Constraint operator must be one of the following: [{', '.join(_OPERATORS)}]"


class _Variable(Text):
    """A variable of the environment. What is neither a text nor a secret ends the reading: only that is said."""

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        secret = value.get("secret") if isinstance(value, dict) else None
        if not isinstance(value, str) and not isinstance(secret, str):
            is_there = isinstance(value, dict) and "secret" in value
            text = "error.expected.jsstring" if is_there else "error.path.missing"
            raise Invalid([("/secret", text)], 400, "Invalid JSON")
        return iter(())


class _Roles(Array):
    """Roles: there must be one."""

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        yield from super().problems(value, path)
        if value == []:
            yield path, "set must not be empty"


class _Ports(Array):
    """Ports: no two are the same."""

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        wrong = list(super().problems(value, path))
        yield from wrong
        fixed = [] if wrong else [each for each in value if each]
        if len(fixed) != len(set(fixed)):
            yield path, "Ports must be unique."


class _DiskType(Text):
    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if isinstance(value, str) and value not in ("root", "path", "mount"):
            yield path, f"No such disk type: {value}"

    def read(self, value: Any) -> Any:
        return value if isinstance(value, str) else "root"


class _TaskLost(Text):
    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        yield from super().problems(value, path)
        if isinstance(value, str) and value not in ("RELAUNCH_AFTER_TIMEOUT", "WAIT_FOREVER"):
            raise Refusal(422, f"No enum constant {_TASK_LOST}.{value}")


_TASK_LOST = "mesosphere.marathon.Protos.ResidencyDefinition.TaskLostBehavior"


class _Index(Shape):
    """The index of a port, or its name, which leads nowhere."""

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, str) and any(_INT.problems(value, path)):
            yield path, "expected string (port name) or integer (port offset) for port-index"


class _HealthCheck(Structure):
    """A health check: its protocol says what it must have."""

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        protocol = value.get("protocol") if isinstance(value, dict) else None
        wrong = list(_PROTOCOL.problems("HTTP" if protocol is None else protocol, path))
        if wrong:
            yield from wrong
            return
        yield from super().problems(value, path)
        if protocol == "COMMAND" and "command" not in value:
            yield f"{path}/command", Missing()


_PROTOCOL = _Word(("HTTP", "HTTPS", "TCP", "COMMAND", "MESOS_HTTP", "MESOS_HTTPS", "MESOS_TCP"), "protocol")
_HEALTH_CHECK = _HealthCheck(
    {
        "protocol": Text(),
        "path": Text(),
        "port": _INT,
        "portIndex": _Index(),
        "command": Structure({"value": Text()}, required=("value",)),
        "gracePeriodSeconds": _LONG,
        "intervalSeconds": _LONG,
        "timeoutSeconds": _LONG,
        "delaySeconds": _LONG,
        "maxConsecutiveFailures": _INT,
        "ignoreHttp1xx": Boolean(),
    }
)


class _Scheme(Text):
    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if value not in ("HTTP", "HTTPS"):
            yield path, "Choose one of HTTP, HTTPS"


_READINESS_CHECK = Structure(
    {
        "name": Text(),
        "protocol": _Scheme(),
        "path": Text(),
        "portName": Text(),
        "intervalSeconds": _LONG,
        "timeoutSeconds": _LONG,
        "httpStatusCodesForReady": Array(_INT),
        "preserveLastResponse": Boolean(),
    }
)
_FETCH = Structure(
    {"uri": Text(), "extract": Boolean(), "executable": Boolean(), "cache": Boolean(), "destPath": Text()},
    required=("uri",),
)
_PORT: dict[str, Shape] = {"protocol": Text(), "name": Text(), "labels": _LABELS}
_DISCOVERED = Structure({**_PORT, "number": _INT}, required=("number", "name", "protocol"))
_IP_ADDRESS = Structure(
    {
        "groups": Array(Text()),
        "labels": _LABELS,
        "networkName": Text(),
        "discovery": Structure({"ports": Array(_DISCOVERED)}, required=("ports",)),
    }
)
_VOLUME = Structure(
    {
        "containerPath": Text(),
        "hostPath": Text(),
        "mode": _Word(("RO", "RW"), "mode"),
        "persistent": Structure(
            {
                "size": _LONG,
                "maxSize": _LONG,
                "type": _DiskType(),
                "constraints": Array(_Constraint()),
            },
            required=("size",),
        ),
        "external": Structure(
            {"size": _LONG, "name": Text(), "provider": Text(), "options": _LABELS}, required=("name", "provider")
        ),
    },
    required=("containerPath", "mode"),
)
_APPC: dict[str, Shape] = {"image": Text(), "id": Text(), "labels": _LABELS, "forcePullImage": Boolean()}
_DOCKER: dict[str, Shape] = {
    "image": Text(),
    "forcePullImage": Boolean(),
    "privileged": Boolean(),
    "parameters": Array(Structure({"key": Text(), "value": Text()}, required=("key", "value"))),
    "network": _Word(("BRIDGE", "HOST", "NONE", "USER"), "network type"),
    "portMappings": Array(
        Structure({**_PORT, **dict.fromkeys(("containerPort", "hostPort", "servicePort"), _INT)}),
    ),
    "credential": Structure({"principal": Text(), "secret": Text()}, required=("principal",)),
}
#: What each containerizer does not know.
_UNKNOWN = {"DOCKER": ("credential",), "MESOS": ("credential", "portMappings", "network", "parameters")}


class _Container(Structure):
    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        wrong = list(super().problems(value, path))
        yield from wrong
        if wrong:
            return
        held = self.read(value)
        kind, docker = held.get("type", "DOCKER"), held.get("docker")
        if kind == "DOCKER" and docker is None:
            raise Refusal(500, "docker must not be empty")
        for name in _UNKNOWN[kind]:
            if (docker or {}).get(name):
                yield f"{path}/{name}", f"{kind.capitalize()} Containerizer does not support {name}"


_CONTAINER = _Container(
    {
        "type": _Word(("DOCKER", "MESOS"), "container type"),
        "docker": Structure(_DOCKER, required=("image",)),
        "appc": Structure(_APPC, required=("image",)),
        "volumes": Array(_VOLUME),
    }
)

FIELDS: dict[str, Shape] = {
    "id": Text(least=1),
    "cmd": Text(least=1),
    "args": Array(Text()),
    "user": Text(),
    "env": Table(_Variable()),
    "labels": _LABELS,
    "instances": _INT,
    "cpus": Number(),
    "mem": Number(),
    "disk": Number(),
    "gpus": _INT,
    "executor": Text(pattern=EXECUTOR),
    "constraints": Array(_Constraint()),
    "fetch": Array(_FETCH),
    "uris": Array(Text()),
    "storeUrls": Array(Text()),
    "backoffSeconds": _LONG,
    "backoffFactor": Number(),
    "maxLaunchDelaySeconds": _LONG,
    "requirePorts": Boolean(),
    "ports": _Ports(_INT),
    "portDefinitions": Array(Structure({**_PORT, "port": _INT})),
    "ipAddress": _IP_ADDRESS,
    "container": _CONTAINER,
    "healthChecks": Array(_HEALTH_CHECK),
    "readinessChecks": Array(_READINESS_CHECK),
    "dependencies": Array(Text(least=1)),
    "upgradeStrategy": Structure({"maximumOverCapacity": Number(), "minimumHealthCapacity": Number()}),
    "acceptedResourceRoles": _Roles(Text()),
    "killSelection": Choice(("YOUNGEST_FIRST", "OLDEST_FIRST")),
    "unreachableStrategy": Either(
        Text(),
        Structure({"inactiveAfterSeconds": Whole(0, long=True), "expungeAfterSeconds": Whole(0, long=True)}),
    ),
    "taskKillGracePeriodSeconds": _LONG,
    "residency": Structure(
        {
            "relaunchEscalationTimeoutSeconds": _LONG,
            "taskLostBehavior": _TaskLost(),
        }
    ),
    "secrets": Table(Structure({"source": Text()}, required=("source",))),
    "version": Text(),
}
