# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""App definitions in their complete form: what Marathon stores, with every default filled in."""

from __future__ import annotations

import json
from typing import Any

from tests.lab.marathon import ids
from tests.lab.marathon.config import Config
from tests.lab.marathon.healthdefaults import complete_check, complete_health_check, complete_readiness_check
from tests.lab.marathon.networking import complete_networking, complete_old_networking

#: Fields that are not stored when empty. Before 1.5 they are not stored either; the old form writes its nulls and
#: empty collections when it is returned.
_OMITTED_WHEN_EMPTY = (
    "args",
    "env",
    "constraints",
    "fetch",
    "healthChecks",
    "readinessChecks",
    "dependencies",
    "secrets",
)
_FETCH_DEFAULTS = {"extract": True, "executable": False, "cache": False}
_EXECUTOR_DEFAULTS = {"cpus": 0.1, "mem": 32, "disk": 10}
_RESIDENCY = {"relaunchEscalationTimeoutSeconds": 3600, "taskLostBehavior": "WAIT_FOREVER"}


def complete(app: dict[str, Any], config: Config, base: str) -> dict[str, Any]:
    """Return the complete form of an app in today's fields (see appshape.py, migrate.py).

    Relative dependencies start at `base`. What Marathon keeps as a set loses its order and its duplicates. Service ports that are to be assigned are 0.
    """
    persona = config.persona
    result = {key: value for key, value in app.items() if key not in ("version", "versionInfo")}
    result["id"] = ids.absolute(app["id"])
    volumes = [
        each for each in result.get("container", {}).get("volumes", []) if "persistent" in each or "external" in each
    ]
    persistent = any("persistent" in volume for volume in volumes)
    inactive, expunge = persona.unreachable_after
    defaults: dict[str, Any] = {
        "labels": {},
        "instances": 1,
        "cpus": 1,
        "mem": 128,
        "disk": 0,
        "gpus": 0,
        "executor": "",
        "backoffSeconds": 1,
        "backoffFactor": 1.15,
        "maxLaunchDelaySeconds": persona.max_launch_delay,
        "killSelection": "YOUNGEST_FIRST",
        "upgradeStrategy": {},
        "unreachableStrategy": "disabled" if persistent else {},
    }
    result = {**defaults, **result}
    result["upgradeStrategy"] = {
        "maximumOverCapacity": 0 if volumes else 1,
        "minimumHealthCapacity": 0.5 if volumes else 1,
        **result["upgradeStrategy"],
    }
    if not isinstance(result["unreachableStrategy"], dict):
        result["unreachableStrategy"] = "disabled"  # whatever the word is
    else:
        after = {"inactiveAfterSeconds": inactive, "expungeAfterSeconds": expunge}
        result["unreachableStrategy"] = {**after, **result["unreachableStrategy"]}
    residency = result.pop("residency", None)
    if persistent or (persona.jersey_1 and residency is not None):
        # The later releases take nothing of what they are told.
        result["residency"] = {**_RESIDENCY, **(residency or {} if persona.jersey_1 else {})}
    _complete_collections(result, config, base)
    if persona.roles:
        result.setdefault("role", config.mesos_role)
    if persona.old_form:
        complete_old_networking(result)
    else:
        complete_networking(result, config)
    for name in _OMITTED_WHEN_EMPTY:
        if not result.get(name):
            result.pop(name, None)
    return result


def _complete_collections(app: dict[str, Any], config: Config, base: str) -> None:
    app["fetch"] = [{**_FETCH_DEFAULTS, **each} for each in app.get("fetch", [])]
    app["constraints"] = _as_set(app.get("constraints", []))
    app["dependencies"] = list(dict.fromkeys(ids.absolute(each, base) for each in app.get("dependencies", [])))
    has_ports = _names_ports(app, config)
    app["healthChecks"] = _as_set(
        [
            complete_health_check(each, has_ports=has_ports, persona=config.persona)
            for each in app.get("healthChecks", [])
        ]
    )
    app["readinessChecks"] = [complete_readiness_check(each) for each in app.get("readinessChecks", [])]
    if "check" in app:
        app["check"] = complete_check(app["check"])
    if "executorResources" in app:
        app["executorResources"] = {**_EXECUTOR_DEFAULTS, **app["executorResources"]}


def _names_ports(app: dict[str, Any], config: Config) -> bool:
    """Whether the app itself names ports, as far as Marathon looks when it completes health checks.

    From 1.5 on the port that every app gets by default does not count yet. It does at the next update: then the check
    gets its index, and the app is a changed one.
    """
    container = app.get("container", {})
    if config.persona.old_form:
        mappings = container.get("docker", {}).get("portMappings")
        return bool(mappings or app.get("portDefinitions", "ipAddress" not in app))
    return bool(container.get("portMappings") or app.get("portDefinitions"))


def _as_set(elements: list[Any]) -> list[Any]:
    return [json.loads(text) for text in sorted({json.dumps(element, sort_keys=True) for element in elements})]
