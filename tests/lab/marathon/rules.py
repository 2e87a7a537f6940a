# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules a complete app definition must keep, beyond the shape of its JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.lab.marathon import ids
from tests.lab.marathon.checkrules import check_problems
from tests.lab.marathon.config import Config
from tests.lab.marathon.errors import Problem, Refusal
from tests.lab.marathon.external import external_problems
from tests.lab.marathon.migrate import NO_URI, is_uri
from tests.lab.marathon.networking import BRIDGE
from tests.lab.marathon.oldrules import is_int, is_pattern, old_problems, unique_problems
from tests.lab.marathon.persona import Persona

_SINGLE_INSTANCE = "MARATHON_SINGLE_INSTANCE_APP"
_PLAIN = re.compile(r"[a-zA-Z0-9_/.-]*")
_ONE_NETWORK = (
    "networkNames must be a single item list when hostPort is specified and more than 1 container network is defined"
)
_ONLY_TEXT = "IS only supports Mesos text and float values (see http://mesos.apache.org/documentation/latest/attributes-resources/)"
_MIGRATION = (
    "DCOS_PACKAGE_FRAMEWORK_NAME and DCOS_MIGRATION_API_PATH must be defined when using DCOS_MIGRATION_API_VERSION"
)


def app_problems(app: dict[str, Any], config: Config) -> Iterator[Problem]:
    """Yield what is wrong with one app."""
    persona = config.persona
    yield from _id(app["id"], persona)
    yield from _what_runs(app)
    yield from check_problems(app, persona)
    yield from _volumes(app, persona)
    yield from external_problems(app)
    yield from _residency(app, persona)
    if persona.old_form:
        yield from old_problems(app)
    else:
        yield from _container(app)
        yield from _networks(app)
        yield from _ports(app)
        yield from _constraints(app, persona)
        yield from _dependencies(app)
    yield from _linux_info(app)
    yield from _secrets(app, config)
    yield from _resources(app, config)
    yield from _labels(app, persona)


def _id(app_id: str, persona: Persona) -> Iterator[Problem]:
    problem = ids.problem(app_id, persona)
    if app_id == "/" and problem:
        if persona.old_form:
            raise Refusal(400, "Invalid JSON", details=[{"path": "/id", "errors": []}])
        both = [("/id", problem), ("/", "must not be root")]
        yield from reversed(both) if persona.jersey_1 else both
    elif problem:
        yield "/id", problem


def _dependencies(app: dict[str, Any]) -> Iterator[Problem]:
    for index, each in enumerate(app.get("dependencies", [])):
        problem = ids.wrong_characters(each)
        if problem:
            yield f"/dependencies({index})", problem


def _what_runs(app: dict[str, Any]) -> Iterator[Problem]:
    cmd, args = "cmd" in app, "args" in app
    container = app.get("container", {})
    has_image = "docker" in container or "appc" in container
    if (cmd and args) or not (cmd or args or has_image):
        yield "/", "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'."
    if container.get("type") == "DOCKER" and app["gpus"] > 0:
        yield "/", "GPU resources only work with the Mesos containerizer"


def _container(app: dict[str, Any]) -> Iterator[Problem]:
    if len(app.get("cmd", "long enough")) < 2:
        yield "/", "must not be an empty string"
    container = app.get("container", {})
    kind = container.get("type")
    if kind == "DOCKER" and "docker" not in container:
        yield "/container/docker", "not defined"
    if kind == "DOCKER" and "pullConfig" in container.get("docker", {}):
        yield "/container/docker/pullConfig", "pullConfig is not supported with Docker containerizer"
    for index, fetch in enumerate(app.get("fetch", [])):
        if not is_uri(fetch["uri"]):
            yield f"/fetch({index})/uri", NO_URI


def _networks(app: dict[str, Any]) -> Iterator[Problem]:
    networks = app.get("networks", [])
    modes = [network["mode"] for network in networks]
    named = [network["name"] for network in networks if "name" in network]
    nameless = [network for network in networks if network["mode"] == "container" and "name" not in network]
    if any(network["mode"] == "host" and ("name" in network or "labels" in network) for network in networks):
        yield "/networks", "Host networks may not have names or labels"
    if any(network["mode"] == BRIDGE and "name" in network for network in networks):
        yield "/networks", "Bridge networks may not have names"
    if len(named) != len(set(named)) or len(nameless) > 1:
        yield "/networks", "Duplicate networks are not allowed"
    if len(modes) > 1 and set(modes) != {"container"}:
        yield "/networks", "May specify a single host network, single bridge network, or else 1-to-n container networks"
    if nameless:
        yield "/networks", "Network name must be specified when container network is selected."
    several = modes.count("container") > 1
    if several and app.get("container", {}).get("type") == "DOCKER":
        yield "/", "may only specify a single container network when using the Docker container engine"
    for index, mapping in enumerate(app.get("container", {}).get("portMappings", [])):
        path = f"/container/portMappings({index})"
        if several and "hostPort" in mapping and len(mapping.get("networkNames", [])) != 1:
            yield path, _ONE_NETWORK
        for number, name in enumerate(mapping.get("networkNames", [])):
            if name not in named:
                yield f"{path}/networkNames({number})", f"is not one of ({','.join(named)})"


def _ports(app: dict[str, Any]) -> Iterator[Problem]:
    for index, definition in enumerate(app.get("portDefinitions", [])):
        if definition["port"] < 0:
            yield f"/portDefinitions({index})/port", f"got {definition['port']}, expected 0 or more"
    for path, ports in (
        ("/portDefinitions", app.get("portDefinitions", [])),
        ("/container/portMappings", app.get("container", {}).get("portMappings", [])),
    ):
        yield from unique_problems(ports, path)


def _constraints(app: dict[str, Any], persona: Persona) -> Iterator[Problem]:
    for constraint in app.get("constraints", []):
        wrong = _wrong_constraint(constraint, persona)
        if wrong:
            yield "/constraints", wrong


def _wrong_constraint(constraint: list[str], persona: Persona) -> str | None:
    if len(constraint) not in (2, 3):
        return "Each constraint must have either 2 or 3 fields"
    if not constraint[0]:
        return "illegal constraint specification"
    operator, value = constraint[1].upper(), constraint[2] if len(constraint) > 2 else None
    if operator not in persona.constraint_operators:
        *others, last = persona.constraint_operators
        return f"operator must be one of the following {', '.join(others)} or {last}"
    if operator == "UNIQUE" and value is not None:
        return "UNIQUE does not accept a value"
    if operator == "GROUP_BY" and value is not None and not is_int(value):
        return "GROUP BY must define an integer value or else no value at all"
    if operator == "MAX_PER" and not is_int(value or ""):
        return "MAX_PER requires an integer value"
    if operator in ("LIKE", "UNLIKE") and value is None:
        return "LIKE and UNLIKE require a non-empty, regular expression value"
    if operator in ("LIKE", "UNLIKE") and not is_pattern(value or ""):
        return "is not a valid regular expression"
    return _ONLY_TEXT if operator == "IS" and not _PLAIN.fullmatch(value or "") else None


def _volumes(app: dict[str, Any], persona: Persona) -> Iterator[Problem]:
    volumes = app.get("container", {}).get("volumes", [])
    for index, volume in enumerate(volumes):
        path = f"/container/volumes({index})"
        if "persistent" in volume:
            yield from _persistent(volume, path)
        elif "secret" in volume:
            if volume["secret"] not in app.get("secrets", {}):
                yield path, "volume.secret must refer to an existing secret"
        elif "external" not in volume:
            for name in ("containerPath", "hostPath"):
                if not volume.get(name):
                    yield f"{path}/{name}", "must not be empty"
    names = [each["external"]["name"] for each in volumes if "name" in each.get("external", {})]
    if len(names) != len(set(names)) and not persona.old_form:
        yield "/container/volumes", "Volume names must be unique"


def _persistent(volume: dict[str, Any], path: str) -> Iterator[Problem]:
    within, info = volume["containerPath"], volume["persistent"]
    if within in (".", ".."):
        yield f"{path}/containerPath", "can not be one of (.,..)"
    if "/" in within:
        yield f"{path}/containerPath", 'value must not contain "/"'
    if volume["mode"] != "RW":
        yield f"{path}/mode", "does not equal RW"
    if info["size"] <= 0:
        yield f"{path}/persistent/size", f"got {info['size']}, expected more than 0"
    if "maxSize" in info and info["type"] != "mount":
        yield f"{path}/persistent", "Only mount volumes can have maxSize"
    if info["type"] == "root" and info["constraints"]:
        yield f"{path}/persistent", "Constraints on root volumes are not supported"
    if info.get("maxSize", info["size"] + 1) <= info["size"]:
        yield f"{path}/persistent", "Max size must be larger than size"


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
    container = app.get("container", {})
    pull = container.get("docker", {}).get("pullConfig")
    if pull and container["type"] == "MESOS" and pull["secret"] not in secrets:
        yield "/container/docker/pullConfig", "pullConfig.secret must refer to an existing secret"


def _undefined_secret(key: str, name: str, persona: Persona) -> Problem:
    if persona.old_form:
        return f"/env({key})", f"references an undefined secret named '{name}'"
    path = f"/env({key})/{name}" if persona.jersey_1 else f"/env/{key}/secret"
    return path, "references an undefined secret"


def _residency(app: dict[str, Any], persona: Persona) -> Iterator[Problem]:
    persistent = any("persistent" in volume for volume in app.get("container", {}).get("volumes", []))
    if persona.jersey_1 and "residency" in app and not persistent:
        kind = "AppDefinition" if persona.old_form else "App"
        yield "/", f"{kind} must contain persistent volumes and define residency"
    if not persistent:
        return
    if app["unreachableStrategy"] != "disabled":
        yield "/", "unreachableStrategy must be disabled for resident tasks"
    yield from _nothing(app["upgradeStrategy"], "maximumOverCapacity", persona)
    if persona.roles and app["role"] == "*":
        yield "/role", "Resident apps cannot have the role *"


def _nothing(strategy: dict[str, Any], name: str, persona: Persona) -> Iterator[Problem]:
    """Yield what is wrong with a capacity that must be 0."""
    if strategy[name]:
        path = "/value" if persona.jersey_1 else f"/upgradeStrategy/{name}"
        yield path, f"got {float(strategy[name])}, expected 0.0"


def _resources(app: dict[str, Any], config: Config) -> Iterator[Problem]:
    persona = config.persona
    yield from _unreachable(app["unreachableStrategy"], persona)
    for name, limit in app.get("resourceLimits", {}).items():
        path = f"/resourceLimits/{name}"
        if isinstance(limit, str) and limit != "unlimited":
            yield path, f"'{limit}' is an invalid resource limit. It must be 'unlimited' or a number"
        elif not isinstance(limit, str) and limit < app[name]:
            yield path, f"resource limit must be greater than or equal to requested resource ({float(app[name])})"
    role = app.get("role", config.mesos_role)
    if persona.roles and role not in (config.mesos_role, app["id"].split("/")[1]):
        yield "/role", f"got {role}, expected one of: [{config.mesos_role}, {app['id'].split('/')[1]}]"
    accepted = app.get("acceptedResourceRoles")
    if accepted is not None and not accepted:
        yield "/acceptedResourceRoles", "must not be empty"
    known = {"*", role}
    if persona.strict_resource_roles and not set(accepted or ()) <= known:
        yield "/acceptedResourceRoles", f"acceptedResourceRoles can only contain {' and '.join(sorted(known))}"


def _unreachable(strategy: dict[str, int] | str, persona: Persona) -> Iterator[Problem]:
    if isinstance(strategy, str):
        return
    inactive, expunge = strategy["inactiveAfterSeconds"], strategy["expungeAfterSeconds"]
    if inactive > expunge and persona.jersey_1:
        yield "/unreachableStrategy/inactiveAfter", f"got {_seconds(inactive)}, expected {_seconds(expunge)} or less"
    elif inactive > expunge:
        text = f"inactiveAfterSeconds ({inactive}) must be less or equal to expungeAfterSeconds, which is {expunge}"
        yield "/unreachableStrategy/inactiveAfterSeconds", text


def _seconds(number: int) -> str:
    return f"{number} second{'' if number == 1 else 's'}"


def _labels(app: dict[str, Any], persona: Persona) -> Iterator[Problem]:
    """Yield what labels of DC/OS demand: one instance only, and all or nothing of the migration API."""
    labels = app["labels"]
    if labels.get(_SINGLE_INSTANCE) == "true":
        if app["instances"] > 1:
            yield "/", "Single instance app may only have one instance"
        for name in ("minimumHealthCapacity", "maximumOverCapacity"):
            yield from _nothing(app["upgradeStrategy"], name, persona)
    version = labels.get("DCOS_MIGRATION_API_VERSION")
    named = labels.get("DCOS_PACKAGE_FRAMEWORK_NAME") and labels.get("DCOS_MIGRATION_API_PATH")
    if version and (version != "v1" or not named):
        yield "/", _MIGRATION


def update_problems(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with a change of an app whose data stays on its agents."""
    if "residency" not in before:
        return
    for name in ("cpus", "mem", "disk", "gpus"):
        if before[name] != after[name]:
            yield f"/{name}", "Resident Tasks may not change resource requirements!"
    if before["container"]["volumes"] != after.get("container", {}).get("volumes"):
        yield "/container/volumes", "Persistent volumes can not be changed!"
