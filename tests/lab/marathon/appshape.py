# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of an app definition: the fields Marathon reads, with the types and limits it asks for."""

from __future__ import annotations

from collections.abc import Mapping

from tests.lab.marathon.persona import Persona
from tests.lab.marathon.shapes import (
    Shape,
    anything,
    array,
    boolean,
    either,
    mapping,
    number,
    structure,
    text,
    whole,
)

_PORT = whole(0, 65535)
_NAME = text(pattern=r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_LABELS = mapping(text())
_TRANSPORT = text(choices=("tcp", "udp", "udp,tcp", "tcp,udp"))
_SECRET = structure({"secret": text(least=1)}, required=("secret",))

_PORT_DEFINITION = structure({"port": _PORT, "name": _NAME, "protocol": _TRANSPORT, "labels": _LABELS})
_PORT_MAPPING = structure(
    {
        "containerPort": _PORT,
        "hostPort": _PORT,
        "servicePort": _PORT,
        "protocol": _TRANSPORT,
        "name": _NAME,
        "labels": _LABELS,
        "networkNames": array(text(least=1)),
    }
)
_NETWORK = structure(
    {"mode": text(choices=("container", "container/bridge", "host")), "name": text(least=1), "labels": _LABELS}
)
_PARAMETER = structure({"key": text(least=1), "value": text()}, required=("key", "value"))
_VOLUME = structure(
    {
        "containerPath": text(least=1),
        "hostPath": text(least=1),
        "mode": text(choices=("RO", "RW")),
        "persistent": structure(
            {
                "size": whole(0),
                "type": text(choices=("root", "path", "mount")),
                "maxSize": whole(0),
                "profileName": text(),
                "constraints": array(array(text(), least=2, most=3)),
            },
            required=("size",),
        ),
        "external": structure(
            {"size": whole(0), "name": text(least=1), "provider": text(least=1), "options": mapping(text())}
        ),
        "secret": text(least=1),
    }
)
_DOCKER = structure(
    {
        "image": text(least=1),
        "forcePullImage": boolean,
        "privileged": boolean,
        "parameters": array(_PARAMETER),
        "network": text(choices=("BRIDGE", "HOST", "NONE", "USER")),
        "portMappings": array(_PORT_MAPPING),
        "pullConfig": _SECRET,
        "credential": structure({"principal": text(), "secret": text()}),
    },
    required=("image",),
)
_HTTP_PROTOCOLS = ("HTTP", "HTTPS", "TCP", "COMMAND", "MESOS_HTTP", "MESOS_HTTPS", "MESOS_TCP")
_HEALTH_CHECK = structure(
    {
        "protocol": text(choices=_HTTP_PROTOCOLS),
        "path": text(),
        "port": _PORT,
        "portIndex": whole(0),
        "command": structure({"value": text()}, required=("value",)),
        "gracePeriodSeconds": whole(0),
        "intervalSeconds": whole(1),
        "timeoutSeconds": whole(1),
        "delaySeconds": whole(0),
        "maxConsecutiveFailures": whole(0),
        "ignoreHttp1xx": boolean,
        "ipProtocol": text(choices=("IPv4", "IPv6")),
    }
)
_READINESS_CHECK = structure(
    {
        "name": text(least=1),
        "protocol": text(choices=("HTTP", "HTTPS")),
        "path": text(),
        "portName": _NAME,
        "intervalSeconds": whole(1),
        "timeoutSeconds": whole(1),
        "httpStatusCodesForReady": array(whole(100, 599), least=1),
        "preserveLastResponse": boolean,
    }
)
_CHECK = structure(
    {
        "http": structure({"portIndex": whole(0), "path": text(), "scheme": text(choices=("HTTP", "HTTPS"))}),
        "tcp": structure({"portIndex": whole(0)}),
        "exec": structure({"command": anything}),
        "intervalSeconds": whole(0),
        "timeoutSeconds": number(least=0),
        "delaySeconds": whole(0),
    }
)
_FETCH = structure(
    {"uri": text(), "extract": boolean, "executable": boolean, "cache": boolean, "destPath": text()},
    required=("uri",),
)
_IP_ADDRESS = structure(
    {
        "groups": array(text()),
        "labels": _LABELS,
        "networkName": text(least=1),
        "discovery": structure(
            {
                "ports": array(
                    structure(
                        {"name": _NAME, "number": _PORT, "protocol": text(choices=("tcp", "udp")), "labels": _LABELS},
                        required=("name", "number"),
                    )
                )
            }
        ),
    }
)
_RESOURCE_LIMIT = either(number(least=0), text(choices=("unlimited",)))
_STRATEGY = {"maximumOverCapacity": number(least=0, most=1), "minimumHealthCapacity": number(least=0, most=1)}

_FIELDS: dict[str, Shape] = {
    "id": text(least=1),
    "cmd": text(least=1),
    "args": array(text()),
    "user": text(least=1),
    "env": mapping(either(text(), _SECRET)),
    "labels": _LABELS,
    "instances": whole(0),
    "cpus": number(least=0),
    "mem": number(least=0),
    "disk": number(least=0),
    "gpus": whole(0),
    "executor": text(pattern=r"(//cmd)|(/?[^/]+(/[^/]+)*)|"),
    "executorResources": structure({"cpus": number(least=0), "mem": number(least=0), "disk": number(least=0)}),
    "resourceLimits": structure({"cpus": _RESOURCE_LIMIT, "mem": _RESOURCE_LIMIT}),
    "constraints": array(array(text(), least=2, most=3)),
    "fetch": array(_FETCH),
    "uris": array(text()),
    "storeUrls": array(text()),
    "backoffSeconds": number(least=0),
    "backoffFactor": number(least=1),
    "maxLaunchDelaySeconds": number(least=0),
    "requirePorts": boolean,
    "ports": array(_PORT),
    "portDefinitions": array(_PORT_DEFINITION),
    "networks": array(_NETWORK),
    "ipAddress": _IP_ADDRESS,
    "container": structure(
        {
            "type": text(choices=("DOCKER", "MESOS")),
            "docker": _DOCKER,
            "volumes": array(_VOLUME),
            "portMappings": array(_PORT_MAPPING),
            "linuxInfo": mapping(anything),
        }
    ),
    "healthChecks": array(_HEALTH_CHECK),
    "readinessChecks": array(_READINESS_CHECK, most=1),
    "check": _CHECK,
    "dependencies": array(text(least=1)),
    "upgradeStrategy": structure(_STRATEGY, required=tuple(_STRATEGY)),
    "acceptedResourceRoles": array(text()),
    "killSelection": text(choices=("YOUNGEST_FIRST", "OLDEST_FIRST")),
    "unreachableStrategy": either(
        structure({"inactiveAfterSeconds": whole(0), "expungeAfterSeconds": whole(0)}), text(choices=("disabled",))
    ),
    "taskKillGracePeriodSeconds": whole(0),
    "tty": boolean,
    "residency": structure(
        {"relaunchEscalationTimeoutSeconds": whole(0), "taskLostBehavior": text(choices=("RELAUNCH_AFTER_TIMEOUT", "WAIT_FOREVER"))}
    ),
    "secrets": mapping(structure({"source": text(least=1)}, required=("source",))),
    "role": text(least=1),
    "version": text(),
}  # fmt: skip


def fields(persona: Persona) -> Mapping[str, Shape]:
    """Return the fields a release reads, each with its shape; all others it ignores."""
    known = dict(_FIELDS)
    if persona.old_form:
        known["upgradeStrategy"] = structure(_STRATEGY)
        del known["networks"]
    for name, has in (
        ("executorResources", persona.executor_resources),
        ("check", persona.checks),
        ("role", persona.roles),
        ("resourceLimits", persona.resource_limits),
    ):
        if not has:
            del known[name]
    return known


def app_shape(persona: Persona, *, update: bool) -> Shape:
    """Return the shape of an app: a whole one, which needs its id, or an update of some fields."""
    return structure(fields(persona), required=() if update else ("id",))
