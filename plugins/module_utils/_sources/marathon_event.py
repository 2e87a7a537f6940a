# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marathon's events in one shape, whatever the release: which apps, which deployment and which task each is about. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.bounded import TooLarge
from ansible_collections.dcos.avi.plugins.module_utils._core.error_bodies import read_json
from ansible_collections.dcos.avi.plugins.module_utils._core.outside import clean
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id

SUCCESS, FAILED, INFO = "deployment_success", "deployment_failed", "deployment_info"
STATUS, TERMINATED, CHANGED = "status_update_event", "app_terminated_event", "api_post_event"
# Of a deployment that was over when Marathon was asked, and of which it was not told how it ended.
ENDED = "deployment_ended"
DEFAULT_TYPES = (
    *(SUCCESS, FAILED, STATUS, TERMINATED, CHANGED),
    *("failed_health_check_event", "health_status_changed_event", "unhealthy_instance_kill_event"),
)
# What of an event is shown of garbage.
LONGEST_EXCERPT = 80
# Up to 1.4 each event of a deployment holds all apps twice.
WHOLE_GROUPS = ("original", "target")


@dataclass(frozen=True)
class Garbage:
    """What came as an event, and is none."""

    text: str


def events_of(lines: Iterable[str], most: int) -> Iterator[dict[str, Any] | Garbage]:
    """Yield the events of a stream, each once its last line has come; a comment, or a name of an event, is none.

    :param most: the characters that all lines of an event may have.
    :raises TooLarge: one has more. It may have any number of lines.
    """
    data: list[str] = []
    length = 0
    for line in lines:
        if line.startswith("data:"):
            data.append(line[5:])
            length += len(line)
            if length > most:
                raise TooLarge
        elif line == "" and data:
            yield _read("\n".join(data))
            data, length = [], 0
        elif line and not line.startswith((":", "event:", "id:", "retry:")):
            yield Garbage(clean(line.strip()[:LONGEST_EXCERPT]))


def normalised(event: Mapping[str, Any], *, read_back: bool = False) -> dict[str, Any]:
    """Return an event of Marathon in one shape.

    ``type`` is Marathon's own. ``apps`` are ids without the leading slash, ``deployment`` its id, ``task`` what is known of the task, ``reason``
    the words that Marathon has for it. ``read_back``: it was not told, but found by asking after a cut.
    """
    shape = {
        "type": event.get("eventType"),
        "at": event.get("timestamp"),
        "apps": apps_of(event),
        "deployment": deployment_of(event),
        "task": _task(event),
        "reason": _text(event.get("reason")) or _text(event.get("message")),
        "read_back": read_back,
        "event": {} if read_back else _without_groups(event),
    }
    return {key: value for key, value in shape.items() if value is not None}


def is_asked_for(shape: Mapping[str, Any], types: Collection[str], apps: Collection[str]) -> bool:
    """Whether an event is of a type that is asked for, and about an app that is.

    :param apps: ids without the leading slash, or patterns such as "shop/*"; every event is asked for where there are none.
    """
    kind = shape["type"]
    is_of_type = kind in types or (kind == ENDED and not {SUCCESS, FAILED}.isdisjoint(types))
    return is_of_type and (not apps or any(is_among(app, apps) for app in shape["apps"]))


def is_among(app_id: str, patterns: Collection[str]) -> bool:
    """Whether an id is one of these, or matches one."""
    return not patterns or any(fnmatchcase(app_id, pattern) for pattern in patterns)


def apps_of(event: Mapping[str, Any]) -> list[str]:
    """Return the ids of the apps that an event is about, without the leading slash."""
    definition, plan = event.get("appDefinition"), event.get("plan")
    found = [event.get("appId"), event.get("runSpecId")]
    found.append(definition.get("id") if isinstance(definition, Mapping) else None)
    if isinstance(plan, Mapping):
        found += apps_of_steps(plan.get("steps"))
    return list(dict.fromkeys(short_id(item) for item in found if isinstance(item, str) and short_id(item)))


def apps_of_steps(steps: object) -> list[str]:
    """Return the ids of the apps that the steps of a deployment change, as Marathon writes them."""
    actions = [step.get("actions") for step in _objects(steps)]
    found = [action.get("app") for each in actions for action in _objects(each)]
    return [app for app in found if isinstance(app, str)]


def deployment_of(event: Mapping[str, Any]) -> str | None:
    """Return the id of the deployment that an event is about."""
    plan = event.get("plan")
    if not isinstance(plan, Mapping):
        return None
    return _text(plan.get("id")) or _text(event.get("id"))


def _task(event: Mapping[str, Any]) -> dict[str, Any] | None:
    task = {
        "id": _text(event.get("taskId")) or _text(event.get("instanceId")),
        "state": _text(event.get("taskStatus")) or _text(event.get("condition")),
        "host": _text(event.get("host")),
        "version": _text(event.get("version")) or _text(event.get("runSpecVersion")),
        "healthy": event.get("alive", event.get("healthy")),
    }
    return {key: value for key, value in task.items() if value is not None} if task["id"] else None


def _without_groups(event: Mapping[str, Any]) -> dict[str, Any]:
    plan = event.get("plan")
    if not isinstance(plan, Mapping):
        return dict(event)
    return {**event, "plan": {key: value for key, value in plan.items() if key not in WHOLE_GROUPS}}


def _read(text: str) -> dict[str, Any] | Garbage:
    try:
        event = read_json(text)
    except ValueError:
        event = None
    if isinstance(event, dict) and isinstance(event.get("eventType"), str):
        return event
    return Garbage(clean(text.strip()[:LONGEST_EXCERPT]))


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
