# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health checks: what Marathon fills in, and what of them it does not give back. In the canonical (new) form."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.rules import (
    Rule,
    default,
    equal,
    kept,
    plain,
    record,
)


def _ip_protocol(desired: Any, current: Any) -> Any:
    """Releases before 1.6 neither know it nor show it."""
    return None if current is None else default("IPv4")(desired, current)


_TIMES: dict[str, Rule] = {
    "protocol": default("HTTP"),
    "gracePeriodSeconds": default(300),
    "intervalSeconds": default(60),
    "timeoutSeconds": default(20),
    "maxConsecutiveFailures": default(3),
    # Not given back as set.
    "ignoreHttp1xx": kept,
}
_BY_PORT: dict[str, Rule] = {"port": plain, "portIndex": plain, "command": kept}
# Releases up to 1.4 fill in the path.
_HTTP: dict[str, Rule] = {**_TIMES, **_BY_PORT, "path": default(None, "/")}
_TCP: dict[str, Rule] = {**_TIMES, **_BY_PORT, "path": kept}
# Checks that Marathon itself makes have neither a delay nor a choice of IP version, whatever they are given.
_BY_MARATHON: dict[str, Rule] = {"delaySeconds": kept, "ipProtocol": kept}
_BY_MESOS: dict[str, Rule] = {"delaySeconds": default(15), "ipProtocol": _ip_protocol}
HEALTH_CHECKS: dict[str, dict[str, Rule]] = {
    "HTTP": {**_HTTP, **_BY_MARATHON},
    "HTTPS": {**_HTTP, **_BY_MARATHON},
    "TCP": {**_TCP, **_BY_MARATHON},
    "MESOS_HTTP": {**_HTTP, **_BY_MESOS},
    "MESOS_HTTPS": {**_HTTP, **_BY_MESOS},
    "MESOS_TCP": {**_TCP, **_BY_MESOS},
    "COMMAND": {
        **_TIMES,
        "command": plain,
        "delaySeconds": default(15),
        "path": kept,
        "port": kept,
        "portIndex": kept,
        "ipProtocol": kept,
    },
}


def health_check(*, old_server: bool) -> Rule:
    """Return the rule of one health check: which of its fields count depends on who checks, and how."""
    # From 1.5 on it is read, and lost.
    ignored_codes: dict[str, Rule] = {"ignoreHttp1xx": default(False)} if old_server else {}

    def rule(desired: Any, current: Any) -> Any:
        protocol = desired.get("protocol", "HTTP")
        if current is not None and current.get("protocol", "HTTP") != protocol:
            return desired
        wanted, present = with_port_index(desired), current and with_port_index(current)
        fields = HEALTH_CHECKS.get(protocol, {})
        if protocol in ("HTTP", "HTTPS"):
            fields = {**fields, **ignored_codes}
        after = record(fields)(wanted, present)
        return current if equal(after, present) else after

    return rule


def with_port_index(check: dict[str, Any]) -> dict[str, Any]:
    """Write out the port that Marathon checks where none is said: the first.

    Without it a release may add it at the next update, even a scale, and that would restart the app.
    """
    if check.get("protocol") == "COMMAND" or {"port", "portIndex"} & set(check):
        return check
    return {**check, "portIndex": 0}
