# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes answers of two Marathons comparable: what differs from run to run becomes a word. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_WORDS = (
    (TIME, "TIME"),
    (re.compile(UUID.pattern + r"-S\d+"), "AGENT"),
    (UUID, "UUID"),
    # Addresses, and the names that the lab's agents have.
    (re.compile(r"\b127(?:\.\d+){1,3}(?::\d+)?"), "HOST"),
    (re.compile(r"\[B@[0-9a-f]+"), "BYTES"),
)
_PORT_KEYS = {"hostPorts", "port", "ports", "servicePort", "servicePorts", "hostPort"}
_FIRST_RANDOM_PORT = 10000
_UNORDERED = {"apps", "groups", "versions", "tasks", "dependencies", "constraints", "pods"}
#: What depends on the moment of the request.
_BY_TIMING = {
    "overdue",
    "tasksRunning",
    "tasksStaged",
    "tasksHealthy",
    "tasksUnhealthy",
    "processedOffersCount",
    "unusedOffersCount",
    "declined",
    "processed",
    "timeLeftSeconds",
    "lifeTime",
}
#: What the agents of the recordings made up, see the README of the recordings.
_OF_THE_AGENTS = {"mesosStatus", "lastUnusedOffers", "ipAddresses", "slaveId", "host"}
#: How the recorded ones were built and started.
_OF_THE_SET_UP = {"buildref", "http_port", "ha", "zk"}
#: The lab's images take real seconds, whatever Marathon's are.
_OF_THE_IMAGES = {"SLOW_START_SECONDS", "CRASH_AFTER_SECONDS"}
_NEVER_COMPARED = _BY_TIMING | _OF_THE_AGENTS | _OF_THE_SET_UP | _OF_THE_IMAGES
ANY = "ANY"


def masked(value: Any, key: str = "") -> Any:
    """Return a JSON value, or text, with what differs from run to run replaced by words.

    :param value: the body of an answer, or an event.
    :param key: the key of the object that holds it.
    """
    if key in _NEVER_COMPARED or _is_of_running_deployments(key, value):
        return ANY
    if isinstance(value, dict):
        return {_text(name): masked(each, name) for name, each in value.items()}
    if isinstance(value, list):
        items = [masked(each, key) for each in value]
        return sorted(items, key=json.dumps) if key in _UNORDERED else items
    if isinstance(value, str):
        return _text(value)
    if key in _PORT_KEYS and isinstance(value, int) and value >= _FIRST_RANDOM_PORT:
        return "PORT"
    return value


def _is_of_running_deployments(key: str, value: Any) -> bool:
    """Whether this is how an app names its deployments: the one of a change may be over already."""
    return key == "deployments" and isinstance(value, list) and all(each.keys() == {"id"} for each in value)


def _text(text: str) -> str:
    for pattern, word in _WORDS:
        text = pattern.sub(word, text)
    return re.sub(r"\t\d{5}\t", "\tPORT\t", text)


def differences(recorded: Any, seen: Any, path: str = "") -> Iterator[str]:
    """Yield a line for each place in which two masked values differ.

    :returns: lines such as ``.app.executor: recorded "", seen nothing``.
    """
    if ANY in (recorded, seen) or recorded == seen:
        return
    if isinstance(recorded, dict) and isinstance(seen, dict):
        for key in sorted(recorded.keys() | seen.keys()):
            if key not in seen:
                yield f"{path}.{key}: recorded {_short(recorded[key])}, seen nothing"
            elif key not in recorded:
                yield f"{path}.{key}: recorded nothing, seen {_short(seen[key])}"
            else:
                yield from differences(recorded[key], seen[key], f"{path}.{key}")
    elif isinstance(recorded, list) and isinstance(seen, list) and len(recorded) == len(seen):
        for number, (one, other) in enumerate(zip(recorded, seen, strict=True)):
            yield from differences(one, other, f"{path}[{number}]")
    else:
        yield f"{path}: recorded {_short(recorded)}, seen {_short(seen)}"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 160 else text[:160] + "…"
