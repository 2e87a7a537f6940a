# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of an app and the rule of each, for releases 1.4 to 1.11, in the canonical (new) form.

A default is what Marathon fills in; where releases differ, all their defaults are listed. A field that is not here is
one that Marathon does not know.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import labels as avi_labels
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.health_checks import health_check
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.networks import (
    BRIDGE,
    CONTAINER,
    DEFAULT_PORT_MAPPINGS,
    HOST,
    defines_ports,
    has_address,
    mode,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.rules import (
    Rule,
    collection,
    default,
    dropped,
    filled,
    json_text,
    kept,
    mapping,
    optional,
    plain,
    port,
    record,
    sequence,
)


def app_fields(app: dict[str, Any], *, old_server: bool = False) -> dict[str, Rule]:
    """Return the rule of each top-level field of an app.

    :param app: the app as it is to be; its network and its volumes decide over the rules of other fields.
    :param old_server: Marathon's release is 1.4 or older.
    """
    network_mode = mode(app)
    has_definitions = defines_ports(app, old_server=old_server)
    volumes = (app.get("container") or {}).get("volumes") or []
    keeps_data = any("persistent" in volume or "external" in volume for volume in volumes)
    return {
        "acceptedResourceRoles": collection(plain),
        "args": plain,
        "backoffFactor": default(1.15),
        "backoffSeconds": default(1),
        "check": optional(CHECK),
        "cmd": plain,
        "constraints": collection(plain),
        "container": _container(app, old_server),
        "cpus": default(1),
        "dependencies": collection(plain),
        "disk": default(0),
        "env": mapping(plain),
        "executor": default(""),
        "executorResources": optional(EXECUTOR_RESOURCES),
        "fetch": sequence(FETCH),
        "gpus": default(0),
        "healthChecks": collection(health_check(old_server=old_server)),
        "instances": default(1),
        "killSelection": default("YOUNGEST_FIRST"),
        "labels": _labels,
        "maxLaunchDelaySeconds": default(300, 3600),
        "mem": default(128),
        "networks": _networks(old_server),
        # Elsewhere the ports belong to the container, and Marathon drops these.
        "portDefinitions": _port_definitions(network_mode) if has_definitions else dropped,
        "readinessChecks": sequence(READINESS_CHECK),
        # Up to 1.4 it is stored as given, and not shown of an app with an address of its own; later only host mode has it.
        "requirePorts": (kept if has_address(app) else default(False))
        if old_server or network_mode == HOST
        else dropped,
        # Computed from the volumes.
        "residency": kept,
        "resourceLimits": plain,
        "role": filled,
        "secrets": mapping(plain),
        # Newer releases do not know it any more.
        "storeUrls": plain if old_server else kept,
        "taskKillGracePeriodSeconds": plain,
        "tty": default(False),
        "unreachableStrategy": _unreachable_strategy(any("persistent" in volume for volume in volumes)),
        "upgradeStrategy": record(
            {
                "maximumOverCapacity": default(0 if keeps_data else 1),
                "minimumHealthCapacity": default(0.5 if keeps_data else 1),
            }
        ),
        "user": plain,
    }


def _labels(desired: Any, current: Any) -> Any:
    """Labels of Avi and labels that hold JSON are compared by meaning: another spelling would restart every task."""
    current = current or {}
    return {
        key: current[key] if avi_labels.same_label(key, value, current.get(key)) else json_text(value, current.get(key))
        for key, value in (desired or {}).items()
    }


def _transport(desired: Any, current: Any) -> Any:
    """ "tcp,udp" is stored as "udp,tcp"."""
    wanted = desired or "tcp"
    alike = isinstance(current, str) and sorted(wanted.split(",")) == sorted(current.split(","))
    return current if alike else default("tcp")(desired, current)


def _networks(old_server: bool) -> Rule:
    def network(desired: Any, current: Any) -> Any:
        network_mode = desired.get("mode", CONTAINER)
        if current is None or network_mode != current.get("mode", CONTAINER):
            return desired
        # In the old form only ipAddress has a name and labels, and that is for the mode container.
        return current if old_server and network_mode != CONTAINER else NETWORK(desired, current)

    default_networks = [{"mode": HOST}]
    return lambda desired, current: sequence(network)(desired or default_networks, current or default_networks)


def _port_definitions(network_mode: str) -> Rule:
    def rule(desired: Any, current: Any) -> Any:
        # With an address of its own an app gets no port by default.
        if desired is None and network_mode != HOST and current is None:
            return current
        return sequence(PORT_DEFINITION)([{"name": "default"}] if desired is None else desired, current)

    return rule


def _unreachable_strategy(persistent: bool) -> Rule:
    def rule(desired: Any, current: Any) -> Any:
        if desired is None and persistent:
            return default("disabled")(desired, current)
        return plain(desired, current) if isinstance(desired, str) else UNREACHABLE(desired or {}, current)

    return rule


def _container(app: dict[str, Any], old_server: bool) -> Rule:
    network_mode = mode(app)
    # In container mode a mapping without a host port gets none; in bridge mode it gets a random one, written 0.
    host_port = default(0) if network_mode == BRIDGE else plain
    # Up to 1.4 the ports of a container that is not Docker's are those of ipAddress.discovery, which has no others.
    is_discovered = old_server and not (app.get("container") or {}).get("docker")
    port_mapping = record(
        {
            "containerPort": default(0),
            "hostPort": kept if is_discovered else host_port,
            "servicePort": kept if is_discovered else port,
            "protocol": _transport,
            "name": plain,
            "labels": mapping(plain),
            "networkNames": plain,
        }
    )

    def port_mappings(desired: Any, current: Any) -> Any:
        if network_mode == HOST:
            return kept(desired, current)
        added = [] if old_server else DEFAULT_PORT_MAPPINGS
        return sequence(port_mapping)(added if desired is None else desired, current)

    def container(desired: Any, current: Any) -> Any:
        if desired is None and network_mode == HOST:
            return None
        # A network without a container to connect gets one.
        desired = desired or {"type": "MESOS"}
        kind = desired.get("type", "DOCKER")
        if not isinstance(current, dict) or current.get("type", "DOCKER") != kind:
            return desired
        return record(
            {
                "type": default("DOCKER"),
                "docker": optional(DOCKER if kind == "DOCKER" else DOCKER_IMAGE_IN_MESOS),
                "linuxInfo": kept if kind == "DOCKER" else optional(LINUX_INFO),
                "portMappings": port_mappings,
                "volumes": sequence(VOLUME),
            }
        )(desired, current)

    return container


EXECUTOR_RESOURCES = record({"cpus": filled, "mem": filled, "disk": filled})
LINUX_INFO = record(
    {"seccomp": optional(record({"profileName": plain, "unconfined": default(False)})), "ipcInfo": plain}
)
# Without a name, the cluster's default network is taken.
NETWORK = record({"mode": default(CONTAINER), "name": filled, "labels": mapping(plain)})
PORT_DEFINITION = record({"port": port, "protocol": _transport, "name": plain, "labels": mapping(plain)})
# Releases before 1.5 filled in 300 and 600.
UNREACHABLE = record({"inactiveAfterSeconds": default(0, 300), "expungeAfterSeconds": default(0, 600)})
FETCH = record(
    {"uri": plain, "extract": default(True), "executable": default(False), "cache": default(False), "destPath": plain}
)
VOLUME = record(
    {
        "containerPath": plain,
        "hostPath": plain,
        "mode": default("RW"),
        "secret": plain,
        "persistent": optional(
            record(
                {
                    "size": plain,
                    "type": default("root"),
                    "maxSize": plain,
                    "profileName": plain,
                    "constraints": collection(plain),
                }
            )
        ),
        "external": optional(
            record(
                {"name": plain, "provider": plain, "size": plain, "options": mapping(plain), "shared": default(False)}
            )
        ),
    }
)
_IMAGE: dict[str, Rule] = {"image": plain, "forcePullImage": default(False)}
DOCKER = record(
    {
        **_IMAGE,
        "network": plain,
        "privileged": default(False),
        "parameters": sequence(plain),
        "credential": kept,
        "pullConfig": kept,
    }
)
DOCKER_IMAGE_IN_MESOS = record(
    {**_IMAGE, "privileged": kept, "parameters": kept, "credential": plain, "pullConfig": plain}
)
READINESS_CHECK = record(
    {
        "name": default("readinessCheck"),
        "protocol": default("HTTP"),
        "path": default("/"),
        "portName": default("http-api"),
        "intervalSeconds": default(30),
        "timeoutSeconds": default(10),
        "httpStatusCodesForReady": lambda desired, current: collection(plain)(desired or [200], current or [200]),
        "preserveLastResponse": default(False),
    }
)
CHECK = record(
    {
        "exec": plain,
        "http": optional(record({"path": plain, "portIndex": filled, "scheme": default("HTTP")})),
        "tcp": optional(record({"portIndex": filled})),
        "intervalSeconds": default(60),
        "timeoutSeconds": default(20),
        "delaySeconds": default(15),
    }
)
FIELDS = frozenset(app_fields({}))
