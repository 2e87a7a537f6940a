# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shape of an app as Marathon returns it, as far as anything relies on it. Pure.

It is checked where answers come in, so that nothing behind has to expect a list where Marathon has objects. What is absent, or null, may be so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.task_health import moment

Fits = Callable[[Any], bool]


def wrong_field(app: Mapping[str, Any]) -> str | None:
    """Return the first field of an app that is missing or something else than it should be; None where there is none."""
    return next((key for key, fits in APP_SHAPE.items() if not fits(app.get(key))), None)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _may_be_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_time(value: Any) -> bool:
    return not value or (isinstance(value, str) and moment(value) is not None)


def _is_list(value: Any) -> bool:
    return value is None or isinstance(value, list)


def _is_count(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31)


def _texts(value: Any) -> bool:
    return value is None or (isinstance(value, dict) and all(isinstance(item, str) for item in value.values()))


def _object(**fields: Fits) -> Fits:
    """An object with such fields, among others."""
    return lambda value: (
        value is None or (isinstance(value, dict) and all(fits(value.get(name)) for name, fits in fields.items()))
    )


def _objects(**fields: Fits) -> Fits:
    """A list of such objects."""
    fits = _object(**fields)
    return lambda value: (
        value is None or (isinstance(value, list) and all(item is not None and fits(item) for item in value))
    )


def _results(value: Any) -> bool:
    """Results of health checks, among which a null is one that there is not yet."""
    return value is None or (isinstance(value, list) and all(item is None or isinstance(item, dict) for item in value))


def _deployments(value: Any) -> bool:
    return value is None or (
        isinstance(value, list) and all(isinstance(item, dict) and _is_text(item.get("id")) for item in value)
    )


_TEXTS_OF_A_TASK = ("id", "appId", "version", "state", "host", "slaveId", "stagedAt", "startedAt")
APP_SHAPE: Mapping[str, Fits] = {
    "id": _is_text,
    "version": _is_text,
    "labels": _texts,
    "deployments": _deployments,
    "instances": _is_count,
    "tasks": _objects(
        ports=_is_list,
        ipAddresses=_objects(),
        healthCheckResults=_results,
        servicePorts=_is_list,
        **dict.fromkeys(_TEXTS_OF_A_TASK, _may_be_text),
    ),
    "env": _object(),
    "container": _object(
        docker=_object(portMappings=_objects(), parameters=_objects()),
        portMappings=_objects(),
        volumes=_objects(external=_object(options=_object())),
    ),
    "healthChecks": _objects(),
    "readinessChecks": _objects(),
    "portDefinitions": _objects(),
    "ports": _is_list,
    "networks": _objects(),
    "ipAddress": _object(discovery=_object(ports=_objects())),
    "upgradeStrategy": _object(),
    "versionInfo": _object(lastConfigChangeAt=_is_time, lastScalingAt=_is_time),
    "lastTaskFailure": _object(timestamp=_is_time),
    "constraints": _is_list,
    "fetch": _objects(),
}
