# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hides the values of environment variables in what is printed: their names stay. Pure.

Whoever deploys by what was shown so finds the values again where they came from, see _env_from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# The same word as Ansible's.
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
# Of a value that differs, where both are hidden.
HIDDEN_CHANGE = f"{HIDDEN} (changed)"
ENV = "env"
# A label may have any name, and is shown.
_NAMED_BY_USERS = "labels"


def without_env_values(value: Any) -> Any:
    """Return JSON-like data with the values hidden of each ``env`` in it, at any depth."""
    if isinstance(value, list):
        return [without_env_values(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    if value.keys() >= {"before", "after"}:
        return {**value, **dict(zip(("before", "after"), _difference(value["before"], value["after"])))}
    return {
        key: _hidden(item) if key == ENV else item if key == _NAMED_BY_USERS else without_env_values(item)
        for key, item in value.items()
    }


def env_values(value: Any) -> Iterator[str]:
    """Yield the values, as text, that ``without_env_values`` hides."""
    if isinstance(value, list):
        for item in value:
            yield from env_values(item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key == ENV:
                yield from _texts(item)
            elif key != _NAMED_BY_USERS:
                yield from env_values(item)


def _hidden(env: Any) -> Any:
    if isinstance(env, Mapping):
        return dict.fromkeys(env, HIDDEN)
    return HIDDEN if env else env


def _difference(before: Any, after: Any) -> tuple[Any, Any]:
    """Return both sides of a difference, which names the variables that differ: else two hidden values would look the same."""
    hidden = without_env_values(before), without_env_values(after)
    if all(isinstance(side, dict) and isinstance(side.get(ENV), dict) for side in hidden):
        old, new = before[ENV], after[ENV]
        hidden[1][ENV] = {name: HIDDEN_CHANGE if name in old and old[name] != new[name] else HIDDEN for name in new}
    return hidden


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None and value != "":
        yield str(value)
