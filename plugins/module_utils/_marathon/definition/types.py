# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The types Marathon insists on, from what YAML and Jinja make of them.

A label 80, an env value true or instances "2" are what people write, and what Marathon refuses.
"""

from __future__ import annotations

import json
import math
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import YES_NO_LABELS
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import is_unsaid, number

NUMBERS = frozenset(
    """
    cpus mem disk gpus instances backoffSeconds backoffFactor maxLaunchDelaySeconds taskKillGracePeriodSeconds
    port ports portIndex containerPort hostPort servicePort number size maxSize shmSize
    gracePeriodSeconds intervalSeconds timeoutSeconds delaySeconds maxConsecutiveFailures httpStatusCodesForReady
    maximumOverCapacity minimumHealthCapacity inactiveAfterSeconds expungeAfterSeconds
    """.split()
)
FLAGS = frozenset(
    """
    forcePullImage privileged requirePorts tty extract executable cache ignoreHttp1xx preserveLastResponse shared
    unconfined
    """.split()
)
SINGLE_STRINGS = frozenset("cmd user network mode protocol".split())
LISTS_OF_STRINGS = frozenset("args acceptedResourceRoles dependencies uris".split())
STRINGS = SINGLE_STRINGS | LISTS_OF_STRINGS | frozenset("constraints key value".split())
# Maps whose keys are the user's own words, not field names.
STRING_MAPS = frozenset("labels env options".split())
USER_MAPS = STRING_MAPS | {"secrets"}
OBJECTS = USER_MAPS | frozenset(
    """
    container docker check command ipAddress discovery persistent external upgradeStrategy residency resourceLimits
    executorResources
    """.split()
)
LISTS_OF_OBJECTS = frozenset(
    "healthChecks readinessChecks portDefinitions portMappings networks volumes fetch parameters".split()
)
LISTS = LISTS_OF_OBJECTS | LISTS_OF_STRINGS | frozenset("constraints ports".split())


# Words that releases since 1.5 take in letters of either case, and give back as they are here; 1.4 takes only these.
_WORDS = {
    "killSelection": ("YOUNGEST_FIRST", "OLDEST_FIRST"),
    "taskLostBehavior": ("WAIT_FOREVER", "RELAUNCH_AFTER_TIMEOUT"),
    "network": ("BRIDGE", "HOST", "NONE", "USER"),
    "mode": ("RO", "RW", "host", "container", "container/bridge"),
    "type": ("DOCKER", "MESOS", "root", "path", "mount"),
    "scheme": ("HTTP", "HTTPS"),
    "ipProtocol": ("IPv4", "IPv6"),
}
# A protocol is one of these, by the list that holds it.
_CHECKED_BY = ("HTTP", "HTTPS", "TCP", "COMMAND", "MESOS_HTTP", "MESOS_HTTPS", "MESOS_TCP")
_TRANSPORTS = ("tcp", "udp", "udp,tcp")
_PROTOCOLS = {
    "healthChecks": _CHECKED_BY,
    "readinessChecks": _CHECKED_BY,
    "portDefinitions": _TRANSPORTS,
    "portMappings": _TRANSPORTS,
    "ports": _TRANSPORTS,
}

# What YAML takes for a boolean. Where a file is read as text, "yes" comes here as a word.
_FLAG_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
# No app is nested deeper. JSON that is cannot even be written again.
DEEPEST = 60


def typed(definition: dict[str, Any]) -> dict[str, Any]:
    """Return the definition with values of the types Marathon wants, and without what is null.

    Values of labels and env become strings (true is "true", a list or an object is JSON), numbers and booleans that
    came as strings become what they say. Words such as oldest_first get the letters in which Marathon gives them back.
    What cannot be converted stays, for Marathon to name.

    :raises Refused: an object or a list is something else, or a label, an env variable or an item of a list has no value.
    """
    if not isinstance(definition, dict):
        raise Refused(f"An app's definition must be an object (in YAML a mapping), not {kind_of(definition)}.")
    return {key: _value(key, value) for key, value in definition.items() if not _says_nothing(key, value)}


def _says_nothing(key: str, value: Any) -> bool:
    """A number that was left empty, as in a survey, is not given."""
    return value is None or (key in NUMBERS and is_unsaid(value))


def refuse_unwritable(value: Any, depth: int = 0) -> None:
    """Refuse what is no JSON that Marathon could read.

    :raises Refused: it is nested too deeply, or holds a number that is none.
    """
    if depth > DEEPEST:
        raise Refused(f"The definition is nested more than {DEEPEST} levels deep, which no app is.")
    if isinstance(value, float) and not math.isfinite(value):
        raise Refused(f"The definition holds {value}, which is no number that Marathon knows.")
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        refuse_unwritable(item, depth + 1)


def _value(key: str, value: Any) -> Any:
    _check_kind(key, value)
    if key in USER_MAPS:
        return {name: _map_value(key, name, item) for name, item in value.items()}
    if isinstance(value, dict):
        return typed(value)
    if isinstance(value, list):
        return [_with_protocol(key, typed(item)) if isinstance(item, dict) else _item(key, item) for item in value]
    return _item(key, value)


def _item(key: str, value: Any) -> Any:
    """Convert a scalar, or what is inside a list of this name."""
    if isinstance(value, list):
        return [_item(key, item) for item in value]
    if value is None and key in LISTS:
        raise Refused(f"In the definition, the list {key} holds null (in YAML an empty item), which says nothing.")
    if key in NUMBERS:
        return _number(value)
    if key in FLAGS:
        return _FLAG_WORDS.get(str(value).lower(), value)
    if key == "protocol":
        return _transport(_string(value))
    if key in _WORDS:
        return _word(_string(value) if key in STRINGS else value, _WORDS[key])
    return _string(value) if key in STRINGS else value


def _check_kind(key: str, value: Any) -> None:
    if key in OBJECTS and not isinstance(value, dict):
        raise Refused(f"In the definition, {key} must be an object (in YAML a mapping), not {kind_of(value)}.")
    if key in LISTS and not isinstance(value, list):
        raise Refused(f"In the definition, {key} must be a list, not {kind_of(value)}.")
    if key in SINGLE_STRINGS and isinstance(value, (dict, list)):
        raise Refused(f"In the definition, {key} must be a string, not {kind_of(value)}.")
    if key in LISTS_OF_STRINGS and any(isinstance(item, (dict, list)) for item in value):
        raise Refused(f"In the definition, {key} must be a list of strings.")
    if key == "discovery" and value.get("ports") is not None and not _is_list_of_objects(value["ports"]):
        raise Refused("In the definition, the ports of discovery must be a list of objects (in YAML mappings).")
    if key in LISTS_OF_OBJECTS and not _is_list_of_objects(value):
        raise Refused(f"In the definition, {key} must be a list of objects (in YAML mappings).")


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def kind_of(value: Any) -> str:
    """Name the kind of a value in JSON's words."""
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return kinds.get(type(value), type(value).__name__)


def _number(value: Any) -> Any:
    found = number(value)
    return value if found is None else found


def _with_protocol(key: str, item: dict[str, Any]) -> dict[str, Any]:
    """Return an item of a list of this name with its protocol, if any, as Marathon writes it."""
    if "protocol" not in item:
        return item
    return {**item, "protocol": _word(item["protocol"], _PROTOCOLS.get(key, ()))}


def _word(value: Any, words: tuple[str, ...]) -> Any:
    """Return the word that is meant, whatever the case of its letters; what is none of these stays, for Marathon to name."""
    meant = value.lower() if isinstance(value, str) else value
    return next((word for word in words if word.lower() == meant), value)


def _transport(value: Any) -> Any:
    """Both transports in the order that every release knows; up to 1.4 any order is right."""
    both = isinstance(value, str) and sorted(value.lower().replace(" ", "").split(",")) == ["tcp", "udp"]
    return "udp,tcp" if both else value


def _string(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, separators=(",", ":"))


def _map_value(field: str, name: str, value: Any) -> Any:
    if value is None:
        raise Refused(f"'{name}' in {field} has no value. Write '' for an empty one, or leave it out.")
    if field not in STRING_MAPS or (field == "env" and isinstance(value, dict) and set(value) == {"secret"}):
        return value
    if field == "labels" and isinstance(value, bool) and name in YES_NO_LABELS:
        # YAML makes a boolean of the word that Avi reads.
        return "yes" if value else "no"
    return _string(value)
