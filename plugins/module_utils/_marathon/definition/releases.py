# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which release of Marathon came with which field of an app. Older ones drop it without a word. Pure.

A field inside others is written with dots; lists between them are passed through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# ``networks`` apart, which is rewritten for older ones.
FIRST_RELEASE = {
    "tty": (1, 5),
    "container.docker.pullConfig": (1, 5),
    "container.portMappings.networkNames": (1, 5),
    "executorResources": (1, 6),
    "container.volumes.persistent.profileName": (1, 6),
    "check": (1, 8),
    "container.linuxInfo": (1, 8),
    "container.volumes.external.shared": (1, 8),
    "container.linuxInfo.ipcInfo": (1, 9),
    "role": (1, 9),
    "resourceLimits": (1, 10),
}


def newer_fields(definition: Mapping[str, Any]) -> set[str]:
    """Return the fields that not every release from 1.4 on knows, in whatever form they are written."""
    return {name for name in FIRST_RELEASE if _holds(definition, name.split("."))}


def too_new_fields(definition: Mapping[str, Any], release: tuple[int, int] | None) -> set[str]:
    """Return the fields that a release does not know yet; none where it does not matter which it is."""
    return {name for name in newer_fields(definition) if release and release < FIRST_RELEASE[name]}


def without_fields(definition: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return a definition without some of its fields."""
    left: Any = dict(definition)
    for name in names:
        left = _without(left, name.split("."))
    result: dict[str, Any] = left
    return result


def _holds(value: Any, path: list[str]) -> bool:
    if not path:
        return True
    if isinstance(value, list):
        return any(_holds(item, path) for item in value)
    return isinstance(value, Mapping) and value.get(path[0]) is not None and _holds(value[path[0]], path[1:])


def _without(value: Any, path: list[str]) -> Any:
    if isinstance(value, list):
        return [_without(item, path) for item in value]
    if not isinstance(value, Mapping) or path[0] not in value:
        return value
    name, *rest = path
    return {key: _without(item, rest) if key == name else item for key, item in value.items() if rest or key != name}
