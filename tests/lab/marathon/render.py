# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apps as clients see them: the definition in the release's own form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from tests.lab.marathon import ids
from tests.lab.marathon.persona import Persona
from tests.lab.marathon.ports import slots
from tests.lab.marathon.root import App, Group, Root

_DECIMALS = ("cpus", "mem", "disk", "backoffFactor")
#: What releases before 1.5 write for a field that has no value.
_OLD_EMPTY: Mapping[str, Any] = {
    "cmd": None,
    "args": None,
    "user": None,
    "env": {},
    "constraints": [],
    "fetch": [],
    "storeUrls": [],
    "container": None,
    "healthChecks": [],
    "readinessChecks": [],
    "dependencies": [],
    "ipAddress": None,
    "residency": None,
    "secrets": {},
    "taskKillGracePeriodSeconds": None,
}
_NO_DEFINITION: Mapping[str, Any] = {"protocol": "tcp", "labels": {}}
_OLD_DOCKER_EMPTY: Mapping[str, Any] = {"network": None}


def definition_json(definition: Mapping[str, Any], version: str, persona: Persona) -> dict[str, Any]:
    """Return a definition as an answer carries it."""
    rendered = {**definition, "version": version}
    if persona.old_form:
        return _old_form(rendered)
    if persona.decimals:
        rendered.update({name: float(rendered[name]) for name in _DECIMALS})
        rendered["upgradeStrategy"] = {key: float(value) for key, value in rendered["upgradeStrategy"].items()}
    return rendered


def app_json(app: App, persona: Persona) -> dict[str, Any]:
    """Return an app as an answer carries it, without anything embedded."""
    return {
        **definition_json(app.definition, app.version, persona),
        "versionInfo": _version_info(app),
    }


def posted_json(app: App, persona: Persona, *, created: bool) -> dict[str, Any]:
    """Return an app as the event of a request carries it: bare, and with whole numbers as such in every release."""
    definition = definition_json(app.definition, app.version, replace(persona, decimals=False))
    return definition if created else {**definition, "versionInfo": _version_info(app)}


def group_json(root: Root, persona: Persona, group_id: str = "/") -> dict[str, Any]:
    """Return a group with all that is in it, as plans carry it."""
    group = root.groups.get(group_id, Group(root.version))
    return {
        "id": group_id,
        "apps": [app_json(app, persona) for app in root.apps.values() if ids.parent(app.id) == group_id],
        "pods": [],
        "groups": [group_json(root, persona, each) for each in root.groups if ids.parent(each) == group_id],
        "dependencies": list(group.dependencies),
        "version": group.version,
    }


def queued_json(app: App, persona: Persona) -> dict[str, Any]:
    """Return an app as the launch queue carries it: in the form of later releases, even before 1.5."""
    if not persona.old_form:
        return app_json(app, persona)
    rendered = {**app.definition, "version": app.version, "versionInfo": _version_info(app)}
    definitions = [_without_empty(each) for each in rendered["portDefinitions"]]
    return {**rendered, "portDefinitions": definitions}


def _without_empty(definition: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in definition.items() if value != {}}


def _version_info(app: App) -> dict[str, str]:
    return {"lastScalingAt": app.last_scaling, "lastConfigChangeAt": app.last_config_change}


def _old_form(definition: dict[str, Any]) -> dict[str, Any]:
    """Return a definition with the nulls and mirrors of the releases before 1.5."""
    rendered = {**_OLD_EMPTY, **definition}
    rendered["uris"] = [each["uri"] for each in rendered["fetch"]]
    container = rendered["container"]
    if container and container["type"] == "DOCKER" and "docker" in container:
        rendered["container"] = {**container, "docker": {**_OLD_DOCKER_EMPTY, **container["docker"]}}
    if rendered["ipAddress"] is None:
        ports = slots(definition)
        rendered["ports"] = [slot.service_port for slot in ports]
        # Each of its own definitions with the port of the mapping in its place, however many of either there are.
        pairs = zip_longest(rendered["portDefinitions"], rendered["ports"], fillvalue=None)
        rendered["portDefinitions"] = [{**(each or _NO_DEFINITION), "port": port or 0} for each, port in pairs]
    else:
        del rendered["requirePorts"], rendered["portDefinitions"]
    return rendered
