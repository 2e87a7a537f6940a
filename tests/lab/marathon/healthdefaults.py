# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Health, readiness and Mesos checks in their complete form."""

from __future__ import annotations

from typing import Any

from tests.lab.marathon.persona import Persona

_DEFAULTS = {
    "protocol": "HTTP",
    "gracePeriodSeconds": 300,
    "intervalSeconds": 60,
    "timeoutSeconds": 20,
    "maxConsecutiveFailures": 3,
}
_READINESS_DEFAULTS = {
    "name": "readinessCheck",
    "protocol": "HTTP",
    "path": "/",
    "portName": "http-api",
    "intervalSeconds": 30,
    "timeoutSeconds": 10,
    "httpStatusCodesForReady": [200],
    "preserveLastResponse": False,
}
_CHECK_DEFAULTS = {"intervalSeconds": 60, "timeoutSeconds": 20, "delaySeconds": 15}


def complete_health_check(given: dict[str, Any], *, has_ports: bool, persona: Persona) -> dict[str, Any]:
    """Return a health check as Marathon stores and returns it; some of what was given does not survive.

    `has_ports`: whether the app names ports, so that a check that names none is about the first.
    """
    check = {**_DEFAULTS, **given}
    protocol: str = check["protocol"]
    by_mesos = protocol == "COMMAND" or protocol.startswith("MESOS")
    if protocol == "COMMAND":
        for unused in ("path", "port", "portIndex"):
            check.pop(unused, None)
    else:
        check.pop("command", None)
        if has_ports and "port" not in check and "portIndex" not in check:
            check["portIndex"] = 0
    if protocol in ("TCP", "MESOS_TCP"):
        check.pop("path", None)
    ignored = check.pop("ignoreHttp1xx", False)
    if protocol in ("HTTP", "HTTPS"):
        check["ignoreHttp1xx"] = ignored and persona.old_form  # from 1.5 on it is read, and lost
    if persona.ip_protocol:
        check["ipProtocol"] = check.get("ipProtocol", "IPv4")
    else:
        check.pop("ipProtocol", None)
    delay = check.pop("delaySeconds", 15)
    if by_mesos:
        check["delaySeconds"] = delay
    elif not persona.old_form:
        check["delaySeconds"] = 15  # Marathon's own checks know no delay
    return check


def complete_readiness_check(given: dict[str, Any]) -> dict[str, Any]:
    """Return a readiness check with its defaults."""
    return {**_READINESS_DEFAULTS, **given}


def complete_check(given: dict[str, Any]) -> dict[str, Any]:
    """Return a Mesos check with its defaults."""
    http = {"http": {"scheme": "HTTP", **given["http"]}} if "http" in given else {}
    return {**_CHECK_DEFAULTS, **given, **http}
