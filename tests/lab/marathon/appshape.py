# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of an app definition from 1.5 on: the fields Marathon reads, with the types and limits its RAML types give them.

What a type says of its elements (of `ports`, `uris`, `dependencies`) its reader does not look at.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.lab.marathon import ids, oldshape
from tests.lab.marathon.persona import Persona
from tests.lab.marathon.shapes import (
    Array,
    Boolean,
    Choice,
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
_NAME = Text(least=1, pattern=r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_NETWORK_NAME = Text(least=1, pattern=r"[a-z0-9]([-a-z0-9_]*[a-z0-9])?")
_LABELS = Table(Text())
_TRANSPORT = Choice(("tcp", "udp", "udp,tcp"))
_SECONDS = Whole(0)
_SCHEME = Choice(("HTTP", "HTTPS"))
_SECRET = Terse({"secret": Text()}, required=("secret",))

_NETWORK = Structure(
    {"mode": Choice(("container", "container/bridge", "host")), "name": _NETWORK_NAME, "labels": _LABELS}
)
_PARAMETER = Structure({"key": Text(least=1), "value": Text()}, required=("key", "value"))
_HEALTH_CHECK: dict[str, Shape] = {
    "protocol": Choice(("HTTP", "HTTPS", "TCP", "COMMAND", "MESOS_HTTP", "MESOS_HTTPS", "MESOS_TCP")),
    "path": Text(),
    "port": _PORT,
    "portIndex": _PORT,
    "command": Terse({"value": Text()}, required=("value",)),
    "gracePeriodSeconds": _SECONDS,
    "intervalSeconds": _SECONDS,
    "timeoutSeconds": Whole(None),
    "delaySeconds": _SECONDS,
    "maxConsecutiveFailures": Whole(0),
    "ignoreHttp1xx": Boolean(),
}
_READINESS_CHECK = Structure(
    {
        "name": Text(least=1),
        "protocol": _SCHEME,
        "path": Text(least=1),
        "portName": _NAME,
        "intervalSeconds": _SECONDS,
        "timeoutSeconds": Whole(1),
        "httpStatusCodesForReady": Array(Whole(None), least=1),
        "preserveLastResponse": Boolean(),
    }
)
_CHECK = Structure(
    {
        "http": Structure({"portIndex": _PORT, "port": _PORT, "path": Text(least=1), "scheme": _SCHEME}),
        "tcp": Structure({"portIndex": _PORT, "port": _PORT}),
        "exec": Structure({"command": Shape()}, required=("command",)),
        "intervalSeconds": _SECONDS,
        "timeoutSeconds": _SECONDS,
        "delaySeconds": _SECONDS,
    }
)
_FETCH = Structure(
    {
        "uri": Text(least=1),
        "extract": Boolean(),
        "executable": Boolean(),
        "cache": Boolean(),
        "destPath": Text(least=1),
    },
    required=("uri",),
)
_DISCOVERED = Structure({"name": _NAME, "number": _PORT, "protocol": _TRANSPORT, "labels": _LABELS}, required=("name",))
_IP_ADDRESS = Structure(
    {
        "groups": Array(Text()),
        "labels": _LABELS,
        "networkName": Text(least=1),
        "discovery": Structure({"ports": Array(_DISCOVERED)}),
    }
)
_IPC_INFO = Structure({"mode": Choice(("PRIVATE", "SHARE_PARENT")), "shmSize": Whole(None)}, required=("mode",))
_VERSION_INFO = Terse(
    {"lastScalingAt": Moment(), "lastConfigChangeAt": Moment()}, required=("lastScalingAt", "lastConfigChangeAt")
)
#: That the word is "unlimited" is looked at later.
_RESOURCE_LIMIT = Either(Text(), Number())
_STRATEGY = {"maximumOverCapacity": Number(least=0, most=1), "minimumHealthCapacity": Number(least=0, most=1)}
_UNREACHABLE = {"inactiveAfterSeconds": Whole(0, long=True), "expungeAfterSeconds": Whole(0, long=True)}

_FIELDS: dict[str, Shape] = {
    "id": Text(least=1, pattern=ids.PATTERN),
    "cmd": Text(least=1),
    "args": Array(Text()),
    "user": Text(),
    "env": Table(Either(Text(), _SECRET)),
    "labels": _LABELS,
    "instances": Whole(0),
    "cpus": Number(least=0.001),
    "mem": Number(least=0),
    "disk": Number(least=0),
    "gpus": Whole(0),
    "executor": Text(pattern=oldshape.EXECUTOR),
    "constraints": Array(Array(Text())),
    "fetch": Array(_FETCH),
    "uris": Array(Text()),
    "backoffSeconds": _SECONDS,
    "backoffFactor": Number(least=1),
    "maxLaunchDelaySeconds": _SECONDS,
    "requirePorts": Boolean(),
    "ports": Array(Whole(None)),
    "portDefinitions": Array(
        Structure({"port": _PORT, "name": _NAME, "protocol": _TRANSPORT, "labels": _LABELS}),
    ),
    "networks": Array(_NETWORK),
    "ipAddress": _IP_ADDRESS,
    "readinessChecks": Array(_READINESS_CHECK),
    "dependencies": Array(Text()),
    "upgradeStrategy": Structure(_STRATEGY, required=tuple(_STRATEGY)),
    "acceptedResourceRoles": Array(Text()),
    "killSelection": Choice(("YOUNGEST_FIRST", "OLDEST_FIRST")),
    # Any word stands for "disabled".
    "unreachableStrategy": Either(Text(), Structure(_UNREACHABLE)),
    "taskKillGracePeriodSeconds": _SECONDS,
    "tty": Boolean(),
    "residency": Structure(
        {
            "relaunchEscalationTimeoutSeconds": Whole(0, long=True),
            "taskLostBehavior": Choice(("RELAUNCH_AFTER_TIMEOUT", "WAIT_FOREVER")),
        }
    ),
    "secrets": Table(Structure({"source": Text(least=1)}, required=("source",))),
    "version": Moment(),
}
#: Fields of some releases only, by what a persona says of them.
_LATER: dict[str, Shape] = {
    "executor_resources": Structure(
        {"cpus": Number(least=0.1), "mem": Number(least=32), "disk": Number(least=10)},
    ),
    "checks": _CHECK,
    "roles": Text(least=1),
    "resource_limits": Structure({"cpus": _RESOURCE_LIMIT, "mem": _RESOURCE_LIMIT}),
}
_NAMES = {
    "executor_resources": "executorResources",
    "checks": "check",
    "roles": "role",
    "resource_limits": "resourceLimits",
}


def _volume(persona: Persona) -> Shape:
    """Return the shape of a volume: of each kind what it must have; complaints are about one of the host."""
    path: dict[str, Shape] = {"containerPath": Text(least=1), "mode": Choice(("RO", "RW"))}
    size = Whole(0, long=True)
    persistent: dict[str, Shape] = {
        "size": size,
        "type": Choice(("root", "path", "mount")),
        "maxSize": size,
        "constraints": Array(Array(Text())),
        **({"profileName": Text()} if persona.executor_resources else {}),
    }
    external: dict[str, Shape] = {
        "size": size,
        "name": Text(),
        "provider": Text(),
        "options": _LABELS,
        **({"shared": Boolean()} if persona.linux_info else {}),
    }
    both = ("containerPath", "mode")
    return Either(
        Structure({**path, "persistent": Structure(persistent, required=("size",))}, (*both, "persistent")),
        Structure({**path, "external": Structure(external)}, (*both, "external")),
        Structure({"containerPath": Text(least=1), "secret": Text(least=1)}, ("containerPath", "secret")),
        Structure({**path, "hostPath": Text(least=1)}, (*both, "hostPath")),
    )


def _container(persona: Persona) -> Structure:
    ports = dict.fromkeys(("containerPort", "hostPort", "servicePort"), _PORT)
    mapping = Structure(
        {**ports, "name": _NAME, "protocol": _TRANSPORT, "labels": _LABELS, "networkNames": Array(Text())}
    )
    docker: dict[str, Shape] = {
        "image": Text(least=1),
        "forcePullImage": Boolean(),
        "privileged": Boolean(),
        "parameters": Array(_PARAMETER),
        "network": Choice(("BRIDGE", "HOST", "NONE", "USER")),
        "portMappings": Array(mapping),
        "credential": Terse({"principal": Text(), "secret": Text()}, required=("principal",)),
        "pullConfig": Structure({"secret": Text(least=1)}, required=("secret",)),
    }
    appc: dict[str, Shape] = {
        "image": Text(least=1),
        "id": Text(least=7),
        "labels": _LABELS,
        "forcePullImage": Boolean(),
    }
    linux: dict[str, Shape] = {
        "seccomp": Structure({"profileName": Text(), "unconfined": Boolean()}),
        **({"ipcInfo": _IPC_INFO} if persona.roles else {}),
    }
    return Structure(
        {
            "type": Choice(("DOCKER", "MESOS")),
            "docker": Structure(docker, required=("image",)),
            "volumes": Array(_volume(persona)),
            "portMappings": Array(mapping),
            **({} if persona.roles else {"appc": Structure(appc, required=("image",))}),
            **({"linuxInfo": Structure(linux)} if persona.linux_info else {}),
        }
    )


def fields(persona: Persona) -> Mapping[str, Shape]:
    """Return the fields a release reads, each with its shape; all others it ignores."""
    ip: dict[str, Shape] = {"ipProtocol": Choice(("IPv4", "IPv6"))} if persona.ip_protocol else {}
    return {
        **_FIELDS,
        "container": _container(persona),
        "healthChecks": Array(Structure({**_HEALTH_CHECK, **ip})),
        **{_NAMES[has]: shape for has, shape in _LATER.items() if getattr(persona, has)},
    }


def app_shape(persona: Persona, *, update: bool) -> Structure:
    """Return the shape of an app: a whole one, which needs its id, or an update of some fields."""
    known = dict(oldshape.FIELDS if persona.old_form else fields(persona))
    if not update and not persona.old_form:
        known["versionInfo"] = _VERSION_INFO
    return Structure(known, required=() if update else ("id",))
