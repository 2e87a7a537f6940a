# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules a complete app definition must keep, beyond the shape of its JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.lab.marathon import ids
from tests.lab.marathon.config import Config
from tests.lab.marathon.errors import Invalid, Problem, Refusal
from tests.lab.marathon.external import external_problems
from tests.lab.marathon.networking import BRIDGE, network_modes
from tests.lab.marathon.persona import Persona
from tests.lab.marathon.ports import slots

_SINGLE_INSTANCE = "MARATHON_SINGLE_INSTANCE_APP"
_NOT_DEFINED = "not defined"
_MUST_BE_EMPTY = "must be empty"


def app_problems(app: dict[str, Any], config: Config) -> Iterator[Problem]:
    """Yield what is wrong with one app."""
    yield from _id(app["id"], config.persona)
    yield from _what_runs(app, config.persona)
    yield from _networks(app)
    yield from _ports(app)
    yield from _health(app)
    yield from _readiness(app)
    yield from _constraints(app, config.persona)
    yield from _volumes(app)
    yield from external_problems(app)
    yield from _linux_info(app)
    yield from _secrets(app, config)
    yield from _resources(app, config)
    yield from _single_instance(app)


def _id(app_id: str, persona: Persona) -> Iterator[Problem]:
    problem = ids.problem(app_id, persona)
    if app_id == "/" and problem:
        if persona.old_form:
            raise Refusal(400, "Invalid JSON", details=[{"path": "/id", "errors": []}])
        both = [("/id", problem), ("/", "must not be root")]
        yield from reversed(both) if persona.jersey_1 else both
    elif problem:
        yield "/id", problem


def _what_runs(app: dict[str, Any], persona: Persona) -> Iterator[Problem]:
    cmd, args = "cmd" in app, "args" in app
    container = app.get("container", {})
    if persona.old_form and container.get("type") == "DOCKER" and "docker" not in container:
        raise Refusal(500, "docker must not be empty")
    if len(app.get("cmd", "long enough")) < 2 and not persona.old_form:
        yield "/", "must not be an empty string"
    if (cmd and args) or not (cmd or args or "docker" in container):
        yield "/", "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'."
    if container.get("type") == "DOCKER" and "docker" not in container:
        yield "/container/docker", _NOT_DEFINED
    if container.get("type") == "DOCKER" and app["gpus"] > 0:
        yield "/", "GPU resources only work with the Mesos containerizer"
    for index, fetch in enumerate(app.get("fetch", [])):
        if re.search(r"\s", fetch["uri"]):
            yield f"/fetch({index})/uri", "URI has invalid syntax."


def _networks(app: dict[str, Any]) -> Iterator[Problem]:
    networks = app.get("networks", [])
    modes = [network["mode"] for network in networks]
    named = [network["name"] for network in networks if "name" in network]
    if any(network["mode"] == "host" and ("name" in network or "labels" in network) for network in networks):
        yield "/networks", "Host networks may not have names or labels"
    elif any(network["mode"] == BRIDGE and "name" in network for network in networks):
        yield "/networks", "Bridge networks may not have names"
    elif len(named) != len(set(named)) or modes.count("container") - len(named) > 1:
        yield "/networks", "Duplicate networks are not allowed"
    elif len(modes) > 1 and set(modes) != {"container"}:
        yield "/networks", "May specify a single host network, single bridge network, or else 1-to-n container networks"
    if any(network["mode"] == "container" and "name" not in network for network in networks):
        yield "/networks", "Network name must be specified when container network is selected."
    if modes.count("container") > 1 and app.get("container", {}).get("type") == "DOCKER":
        yield "/", "may only specify a single container network when using the Docker container engine"
    names = {network.get("name") for network in networks}
    for index, mapping in enumerate(app.get("container", {}).get("portMappings", [])):
        for name in mapping.get("networkNames", []):
            if name not in names:
                yield f"/container/portMappings({index})/networkNames", f"unknown network {name}"


def _ports(app: dict[str, Any]) -> Iterator[Problem]:
    path = "/portDefinitions" if "portDefinitions" in app else "/container/portMappings"
    if "ipAddress" in app and app.get("portDefinitions"):
        yield "/", "IP address and ports are not allowed at the same time"
    every = slots(app)
    names = [slot.name for slot in every if slot.name]
    if len(names) != len(set(names)):
        yield path, "Port names must be unique."
    if BRIDGE in network_modes(app) or "container" in network_modes(app):
        taken = [(slot.host_port, each) for slot in every if slot.host_port for each in slot.protocol.split(",")]
    else:
        taken = [(slot.service_port, each) for slot in every if slot.service_port for each in slot.protocol.split(",")]
    if len(taken) != len(set(taken)):
        yield path, "Ports must be unique."


def _health(app: dict[str, Any]) -> Iterator[Problem]:
    checks = app.get("healthChecks", [])
    count = len(slots(app))
    is_docker = app.get("container", {}).get("type") == "DOCKER"
    for index, check in enumerate(checks):
        path = f"/healthChecks({index})"
        if check.get("ipProtocol") == "IPv6" and not (is_docker and check["protocol"].startswith("MESOS_")):
            yield path, "IPv6 can only be used for container type DOCKER and Mesos http/https/tcp health checks"
        if check["protocol"] == "COMMAND":
            if "command" not in check:
                yield path, "COMMAND health checks must define a command."
        elif "port" in check and "portIndex" in check:
            yield path, "HTTP-like health checks must not define both port and portIndex."
        elif check.get("portIndex", 0) >= count and "port" not in check:
            yield (
                path,
                "Health check port indices must address an element of the ports array or container port mappings.",
            )
    if sum(check["protocol"] == "COMMAND" or check["protocol"].startswith("MESOS") for check in checks) > 1:
        yield "/healthChecks", "AppDefinition can contain at most one Mesos health check"


def _readiness(app: dict[str, Any]) -> Iterator[Problem]:
    names = [slot.name for slot in slots(app)]
    for index, check in enumerate(app.get("readinessChecks", [])):
        path = f"/readinessChecks({index})"
        if check["timeoutSeconds"] >= check["intervalSeconds"]:
            yield f"{path}/timeoutSeconds", "Timeout must be less than the interval."
        if check["portName"] not in names:
            yield f"{path}/portName", f"No port definition reference for portName {check['portName']}"


def _constraints(app: dict[str, Any], persona: Persona) -> Iterator[Problem]:
    for index, constraint in enumerate(app.get("constraints", [])):
        operator, value = constraint[1], constraint[2:]
        if operator not in persona.constraint_operators:
            if persona.old_form:
                text = f"Constraint operator must be one of the following: [{', '.join(persona.constraint_operators)}]"
                raise Invalid([(f"/constraints({index})", text)], 400, "Invalid JSON")
            *others, last = persona.constraint_operators
            yield "/constraints", f"operator must be one of the following {', '.join(others)} or {last}"
        elif wrong := _wrong_value(operator, value[0] if value else None):
            yield f"/constraints({index})" if persona.old_form else "/constraints", wrong


def _wrong_value(operator: str, value: str | None) -> str | None:
    """Return what is wrong with the value of a constraint, or None. CLUSTER and IS take any, or none."""
    if operator == "UNIQUE" and value is not None:
        return "Value specified but not used"
    if operator == "GROUP_BY" and value is not None and not value.isdigit():
        return "Value was specified but is not a number"
    if operator == "MAX_PER" and not (value or "").isdigit():
        return "Value was not specified or is not a number"
    if operator in ("LIKE", "UNLIKE"):
        if value is None:
            return "A regular expression value must be provided"
        if not _is_pattern(value):
            return f"'{value}' is not a valid regular expression"
    return None


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def _volumes(app: dict[str, Any]) -> Iterator[Problem]:
    for index, volume in enumerate(app.get("container", {}).get("volumes", [])):
        path = f"/container/volumes({index})"
        kinds = [kind for kind in ("hostPath", "persistent", "external", "secret") if kind in volume]
        if len(kinds) != 1:
            yield f"{path}/hostPath", _NOT_DEFINED if not kinds else _MUST_BE_EMPTY
        if not volume.get("containerPath"):
            yield f"{path}/containerPath", _NOT_DEFINED
        elif "persistent" in kinds and "/" in volume["containerPath"].rstrip("/"):
            yield f"{path}/containerPath", "value must not contain slashes"
        if "secret" in kinds and volume["secret"] not in app.get("secrets", {}):
            yield f"{path}/secret", "volume.secret must refer to an existing secret"


def _linux_info(app: dict[str, Any]) -> Iterator[Problem]:
    info = app.get("container", {}).get("linuxInfo", {})
    seccomp, ipc = info.get("seccomp"), info.get("ipcInfo")
    if seccomp is not None:
        unconfined, named = seccomp.get("unconfined", False), "profileName" in seccomp
        if unconfined and named:
            yield "/container/linuxInfo/seccomp", "Seccomp unconfined can NOT be true when Profile is defined"
        if not unconfined and not named:
            yield "/container/linuxInfo/seccomp", "Seccomp unconfined must be true when Profile is NOT defined"
    if ipc is not None and ipc.get("mode") == "SHARE_PARENT" and "shmSize" in ipc:
        yield "/container/linuxInfo/ipcInfo", "ipcInfo shmSize can NOT be set when mode is SHARE_PARENT"


def _secrets(app: dict[str, Any], config: Config) -> Iterator[Problem]:
    secrets = app.get("secrets", {})
    referring = {key: value["secret"] for key, value in app.get("env", {}).items() if isinstance(value, dict)}
    for key, name in referring.items():
        if name not in secrets:
            yield _undefined_secret(key, name, config.persona)
    if (secrets or referring) and "secrets" not in config.features:
        yield "/secrets", "Feature secrets is not enabled. Enable with --enable_features secrets)"
    pull = app.get("container", {}).get("docker", {}).get("pullConfig")
    if pull and pull["secret"] not in secrets:
        yield "/container/docker/pullConfig", "pullConfig.secret must refer to an existing secret"


def _undefined_secret(key: str, name: str, persona: Persona) -> Problem:
    if persona.old_form:
        return f"/env({key})", f"references an undefined secret named '{name}'"
    path = f"/env({key})/{name}" if persona.jersey_1 else f"/env/{key}/secret"
    return path, "references an undefined secret"


def _resources(app: dict[str, Any], config: Config) -> Iterator[Problem]:
    unreachable = app["unreachableStrategy"]
    if unreachable != "disabled" and unreachable["inactiveAfterSeconds"] > unreachable["expungeAfterSeconds"]:
        yield "/unreachableStrategy", "inactiveAfterSeconds must not be greater than expungeAfterSeconds"
    for name, limit in app.get("resourceLimits", {}).items():
        if limit != "unlimited" and limit < app[name]:
            yield f"/resourceLimits/{name}", f"limit must be at least as large as the requested {name}"
    role = app.get("role", config.mesos_role)
    if config.persona.roles and role == "*" and "residency" in app:
        yield "/role", "Resident apps cannot have the role *"
    if config.persona.roles and role not in (config.mesos_role, app["id"].split("/")[1]):
        yield "/role", f"got {role}, expected one of: [{config.mesos_role}, {app['id'].split('/')[1]}]"
    accepted = app.get("acceptedResourceRoles")
    if accepted is not None and not accepted:
        yield "/acceptedResourceRoles", "must not be empty"
    if config.persona.strict_resource_roles and not set(accepted or ()) <= {"*", role}:
        yield "/acceptedResourceRoles", f"acceptedResourceRoles can only contain * and {role}"


def _single_instance(app: dict[str, Any]) -> Iterator[Problem]:
    if app["labels"].get(_SINGLE_INSTANCE) == "true":
        strategy = app["upgradeStrategy"]
        if app["instances"] > 1:
            yield "/instances", f"Single instance app may only have 1 instance because of label {_SINGLE_INSTANCE}"
        if strategy["maximumOverCapacity"] or strategy["minimumHealthCapacity"]:
            yield "/upgradeStrategy", "must be 0/0 for a single instance app"


def update_problems(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with a change of an app whose data stays on its agents."""
    if "residency" not in before:
        return
    for name in ("cpus", "mem", "disk", "gpus"):
        if before[name] != after[name]:
            yield f"/{name}", "Resident Tasks may not change resource requirements!"
    if before["container"]["volumes"] != after.get("container", {}).get("volumes"):
        yield "/container/volumes", "Persistent volumes can not be changed!"
