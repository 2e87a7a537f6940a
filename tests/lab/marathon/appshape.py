# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of an app definition: the fields Marathon reads, with the types and limits it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.lab.marathon import ids
from tests.lab.marathon.persona import Persona
from tests.lab.marathon.shapes import (
    Array,
    Boolean,
    Either,
    Moment,
    Number,
    Shape,
    Structure,
    Table,
    Terse,
    Text,
    Whole,
)

_PORT = Whole(0, 65535)
_NAME = Text(pattern=r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_LABELS = Table(Text())
_TRANSPORTS = ("tcp", "udp", "udp,tcp")
# Releases up to 1.4 split it, and take any order.
_OLD_TRANSPORTS = (*_TRANSPORTS, "tcp,udp")
_SECRET = Structure({"secret": Text(least=1)}, required=("secret",))

_NETWORK = Structure(
    {"mode": Text(choices=("container", "container/bridge", "host")), "name": Text(least=1), "labels": _LABELS}
)
_PARAMETER = Structure({"key": Text(least=1), "value": Text()}, required=("key", "value"))
_HTTP_PROTOCOLS = ("HTTP", "HTTPS", "TCP", "COMMAND", "MESOS_HTTP", "MESOS_HTTPS", "MESOS_TCP")
_HEALTH_CHECK = Structure(
    {
        "protocol": Text(choices=_HTTP_PROTOCOLS),
        "path": Text(),
        "port": _PORT,
        "portIndex": Whole(0),
        "command": Structure({"value": Text()}, required=("value",)),
        "gracePeriodSeconds": Whole(0),
        "intervalSeconds": Whole(1),
        "timeoutSeconds": Whole(1),
        "delaySeconds": Whole(0),
        "maxConsecutiveFailures": Whole(0),
        "ignoreHttp1xx": Boolean(),
        "ipProtocol": Text(choices=("IPv4", "IPv6")),
    }
)
_READINESS_CHECK = Structure(
    {
        "name": Text(least=1),
        "protocol": Text(choices=("HTTP", "HTTPS")),
        "path": Text(),
        "portName": _NAME,
        "intervalSeconds": Whole(1),
        "timeoutSeconds": Whole(1),
        "httpStatusCodesForReady": Array(Whole(100, 599), least=1),
        "preserveLastResponse": Boolean(),
    }
)
_CHECK = Structure(
    {
        "http": Structure({"portIndex": Whole(0), "path": Text(), "scheme": Text(choices=("HTTP", "HTTPS"))}),
        "tcp": Structure({"portIndex": Whole(0)}),
        "exec": Structure({"command": Shape()}),
        "intervalSeconds": Whole(0),
        "timeoutSeconds": Number(least=0),
        "delaySeconds": Whole(0),
    }
)
_FETCH = Structure(
    {"uri": Text(), "extract": Boolean(), "executable": Boolean(), "cache": Boolean(), "destPath": Text()},
    required=("uri",),
)
_IP_ADDRESS = Structure(
    {
        "groups": Array(Text()),
        "labels": _LABELS,
        "networkName": Text(least=1),
        "discovery": Structure(
            {
                "ports": Array(
                    Structure(
                        {"name": _NAME, "number": _PORT, "protocol": Text(choices=("tcp", "udp")), "labels": _LABELS},
                        required=("name", "number"),
                    )
                )
            }
        ),
    }
)
_VERSION_INFO = Terse(
    {"lastScalingAt": Moment(), "lastConfigChangeAt": Moment()}, required=("lastScalingAt", "lastConfigChangeAt")
)
_RESOURCE_LIMIT = Either(Number(least=0), Text(choices=("unlimited",)))
_STRATEGY = {"maximumOverCapacity": Number(least=0, most=1), "minimumHealthCapacity": Number(least=0, most=1)}

_FIELDS: dict[str, Shape] = {
    "id": Text(least=1),
    "args": Array(Text()),
    "user": Text(least=1),
    "env": Table(Either(Text(), _SECRET)),
    "labels": _LABELS,
    "instances": Whole(0),
    "cpus": Number(least=0),
    "mem": Number(least=0),
    "disk": Number(least=0),
    "gpus": Whole(0),
    "executor": Text(pattern=r"(//cmd)|(/?[^/]+(/[^/]+)*)|"),
    "executorResources": Structure({"cpus": Number(least=0), "mem": Number(least=0), "disk": Number(least=0)}),
    "resourceLimits": Structure({"cpus": _RESOURCE_LIMIT, "mem": _RESOURCE_LIMIT}),
    "constraints": Array(Array(Text(), least=2, most=3)),
    "fetch": Array(_FETCH),
    "uris": Array(Text()),
    "storeUrls": Array(Text()),
    "backoffSeconds": Number(least=0),
    "backoffFactor": Number(least=1),
    "maxLaunchDelaySeconds": Number(least=0),
    "requirePorts": Boolean(),
    "ports": Array(_PORT),
    "networks": Array(_NETWORK),
    "ipAddress": _IP_ADDRESS,
    "healthChecks": Array(_HEALTH_CHECK),
    "readinessChecks": Array(_READINESS_CHECK, most=1),
    "check": _CHECK,
    "dependencies": Array(Text(least=1)),
    "upgradeStrategy": Structure(_STRATEGY, required=tuple(_STRATEGY)),
    "acceptedResourceRoles": Array(Text()),
    "killSelection": Text(choices=("YOUNGEST_FIRST", "OLDEST_FIRST")),
    "unreachableStrategy": Either(
        Structure({"inactiveAfterSeconds": Whole(0), "expungeAfterSeconds": Whole(0)}), Text(choices=("disabled",))
    ),
    "taskKillGracePeriodSeconds": Whole(0),
    "tty": Boolean(),
    "residency": Structure(
        {
            "relaunchEscalationTimeoutSeconds": Whole(0),
            "taskLostBehavior": Text(choices=("RELAUNCH_AFTER_TIMEOUT", "WAIT_FOREVER")),
        }
    ),
    "secrets": Table(Structure({"source": Text(least=1)}, required=("source",))),
    "role": Text(least=1),
    "version": Text(),
}


def _port(persona: Persona, *places: str) -> Structure:
    transport = Text(choices=_OLD_TRANSPORTS if persona.old_form else _TRANSPORTS)
    every: dict[str, Shape] = {"name": _NAME, "protocol": transport, "labels": _LABELS}
    names: dict[str, Shape] = {"networkNames": Array(Text(least=1))}
    is_new_mapping = len(places) > 1 and not persona.old_form
    return Structure({**dict.fromkeys(places, _PORT), **every, **(names if is_new_mapping else {})})


class _Volume(Structure):
    """A volume: what it must have depends on what it is."""

    def needed(self, value: Mapping[str, Any]) -> tuple[str, ...]:
        kinds = {"persistent", "external", "secret"} & {key for key, each in value.items() if each is not None}
        if "secret" in kinds:
            return ()
        return ("mode",) if kinds else ("mode", "hostPath")


class _OldVolume(Structure):
    """A volume before 1.5: that it is of one kind is looked at later."""

    def needed(self, value: Mapping[str, Any]) -> tuple[str, ...]:
        return ("mode",)


def _volume(persona: Persona) -> Structure:
    persistent: dict[str, Shape] = {
        "size": Whole(0),
        "type": Text(choices=("root", "path", "mount")),
        "maxSize": Whole(0),
        "constraints": Array(Array(Text(), least=2, most=3)),
        **({"profileName": Text()} if persona.executor_resources else {}),
    }
    external: dict[str, Shape] = {
        "size": Whole(0),
        "name": Text(least=1),
        "provider": Text(least=1),
        "options": Table(Text()),
        **({"shared": Boolean()} if persona.linux_info else {}),
    }
    kind = _OldVolume if persona.old_form else _Volume
    return kind(
        {
            "containerPath": Text(least=1),
            "hostPath": Text(least=1),
            "mode": Text(choices=("RO", "RW")),
            "persistent": Structure(persistent, required=("size",)),
            "external": Structure(external),
            **({} if persona.old_form else {"secret": Text(least=1)}),
        }
    )


def _container(persona: Persona) -> Structure:
    mapping = _port(persona, "containerPort", "hostPort", "servicePort")
    docker: dict[str, Shape] = {
        "image": Text(least=1),
        "forcePullImage": Boolean(),
        "privileged": Boolean(),
        "parameters": Array(_PARAMETER),
        "network": Text(choices=("BRIDGE", "HOST", "NONE", "USER")),
        "portMappings": Array(mapping),
        "credential": Structure({"principal": Text(), "secret": Text()}),
        **({} if persona.old_form else {"pullConfig": _SECRET}),
    }
    return Structure(
        {
            "type": Text(choices=("DOCKER", "MESOS")),
            "docker": Structure(docker, required=("image",)),
            "volumes": Array(_volume(persona)),
            **({} if persona.old_form else {"portMappings": Array(mapping)}),
            **({"linuxInfo": Table(Shape())} if persona.linux_info else {}),
        }
    )


def fields(persona: Persona) -> Mapping[str, Shape]:
    """Return the fields a release reads, each with its shape; all others it ignores."""
    known = {**_FIELDS, "portDefinitions": Array(_port(persona, "port")), "container": _container(persona)}
    known["cmd"] = Text(least=1)
    if not persona.old_form:
        known["id"] = Text(least=1, pattern=ids.PATTERN)
        known["dependencies"] = Array(Text(least=1, pattern=ids.PATTERN))
        known["version"] = Moment()
    else:
        known["upgradeStrategy"] = Structure(_STRATEGY)
        del known["networks"]
    for name, has in (
        ("executorResources", persona.executor_resources),
        ("check", persona.checks),
        ("tty", persona.tty),
        ("role", persona.roles),
        ("resourceLimits", persona.resource_limits),
    ):
        if not has:
            del known[name]
    return known


def app_shape(persona: Persona, *, update: bool) -> Structure:
    """Return the shape of an app: a whole one, which needs its id, or an update of some fields."""
    known = dict(fields(persona))
    if not update and not persona.old_form:
        known["versionInfo"] = _VERSION_INFO
    return Structure(known, required=() if update else ("id",))
