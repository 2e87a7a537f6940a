# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of health checks, readiness checks and Mesos checks; and the accidents with those that keep them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.lab.marathon.errors import Problem, Refusal
from tests.lab.marathon.persona import Persona
from tests.lab.marathon.ports import slots

_MESOS = ("COMMAND", "MESOS_HTTP", "MESOS_HTTPS", "MESOS_TCP")
_INDICES = "Health check port indices must address an element of the ports array or container port mappings."
_IPV6 = "IPv6 can only be used for container type DOCKER and Mesos http/https/tcp health checks"


def check_problems(app: dict[str, Any], persona: Persona) -> Iterator[Problem]:
    """Yield what is wrong with the checks of a complete app."""
    yield from _health(app)
    yield from _readiness(app, persona)
    yield from _check(app)


def _health(app: dict[str, Any]) -> Iterator[Problem]:
    checks = app.get("healthChecks", [])
    count = len(slots(app))
    is_docker = app.get("container", {}).get("type") == "DOCKER"
    for index, check in enumerate(checks):
        path = f"/healthChecks({index})"
        if check.get("ipProtocol") == "IPv6" and not (is_docker and check["protocol"].startswith("MESOS_")):
            yield path, _IPV6
        if check["protocol"] != "COMMAND" and not _leads(check, count):
            yield path, _INDICES
    if sum(check["protocol"] in _MESOS[1:] for check in checks) > 1:
        yield "/", "AppDefinition can contain at most one Mesos health check"


def _leads(check: dict[str, Any], count: int) -> bool:
    """Whether a check's port is one that there is."""
    index = check.get("portIndex")
    if index is None:
        return "port" in check or count == 1
    return isinstance(index, int) and 0 <= index < count


def _readiness(app: dict[str, Any], persona: Persona) -> Iterator[Problem]:
    names = [slot.name for slot in slots(app)]
    checks = app.get("readinessChecks", [])
    if len(checks) > 1:
        yield "/" if persona.jersey_1 else "/readinessChecks/size", f"got {len(checks)}, expected 1 or less"
    for index, check in enumerate(checks):
        path = f"/value({index})" if persona.jersey_1 else f"/readinessChecks({index})"
        if check["portName"] not in names:
            yield f"{path}/portName", f"No port definition reference for portName {check['portName']}"
        timeout, interval = check["timeoutSeconds"], check["intervalSeconds"]
        wrong = [f"got {timeout}, expected less than {interval}"] if timeout >= interval else []
        if not persona.old_form:
            yield from ((f"{path}/timeoutSeconds", each) for each in wrong)
            continue
        wrong += [f"got {timeout}, expected more than 0"] if timeout <= 0 else []
        yield from ((f"{path}/timeout/toSeconds", each) for each in wrong)
        for name in ("name", "path", "portName", "httpStatusCodesForReady"):
            if not check[name]:
                yield f"{path}/{name}", "must not be empty"


def _check(app: dict[str, Any]) -> Iterator[Problem]:
    if "check" not in app:
        return
    if app.get("container", {}).get("type") == "DOCKER":
        yield "/", "AppDefinition must not use 'checks' if using docker"
    by_port = app["check"].get("http", app["check"].get("tcp"))
    if by_port is not None and not _leads(by_port, len(slots(app))):
        yield "/check/get", "check port index must address an element of the ports array or container port mappings."


#: The parts of a health check in the order in which an accident names them.
_PARTS = (
    ("command", None),
    ("gracePeriodSeconds", 300),
    ("ignoreHttp1xx", None),
    ("intervalSeconds", 60),
    ("maxConsecutiveFailures", 3),
    ("path", None),
    ("port", None),
    ("portIndex", None),
    ("protocol", "HTTP"),
    ("ipProtocol", "IPv4"),
    ("timeoutSeconds", 20),
    ("delaySeconds", 15),
)
_OPTIONAL = ("command", "ignoreHttp1xx", "path", "port", "portIndex")


def fail_on_nonsense(sent: dict[str, Any], persona: Persona) -> None:
    """Fail as Marathon does, from 1.5 on, on what keeps the rules and of which it can make nothing. Raises Refusal(500)."""
    if persona.old_form:
        return
    for constraint in sent.get("constraints", []):
        if constraint[1] not in persona.constraint_operators:  # in small letters
            raise Refusal(500, f"illegal constraint specification {','.join(constraint)}")
    for check in sent.get("healthChecks", []):
        protocol = check.get("protocol", "HTTP")
        if "command" not in check:
            if protocol == "COMMAND":
                raise Refusal(500, "illegal protocol COMMAND for non-command health check")
        elif "path" in check or "port" in check:
            raise Refusal(500, f"Invalid combination of HealthCheck parameters in {_written(check, persona)}")
        elif protocol != "COMMAND":
            raise Refusal(500, f"illegal protocol {protocol} specified with command")
    if "check" in sent and sum(kind in sent["check"] for kind in ("http", "tcp", "exec")) != 1:
        raise Refusal(500, "illegal RAML Check: expected one of http, tcp or exec checks")


def _written(check: dict[str, Any], persona: Persona) -> str:
    parts = []
    for name, default in _PARTS:
        if name == "ipProtocol" and not persona.ip_protocol:
            continue
        value: Any = check.get(name, default)
        if name == "command":
            value = f"{'App' if persona.checks else ''}CommandCheck({check['command']['value']})"
        text = str(value).lower() if isinstance(value, bool) else str(value)
        parts.append(text if name not in _OPTIONAL else f"Some({text})" if value is not None else "None")
    return f"AppHealthCheck({','.join(parts)})"
