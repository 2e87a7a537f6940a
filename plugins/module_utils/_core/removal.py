# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removes secrets from a module's result, with the same outcome on each ansible-core. Pure.

ansible-core deprecates its own function for this in 2.22. What it offers instead hides only what was registered for the whole
process, with another placeholder.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.hidden_env import HIDDEN
from ansible_collections.dcos.avi.plugins.module_utils._core.hiding import STARS


def without_secrets(value: Any, secrets: Iterable[str]) -> Any:
    """Return a copy of JSON-like data without these secrets: stars in texts, a placeholder for whole values. Keys stay.

    It does not call itself, because an answer may be nested more deeply than Python lets a function call itself.
    """
    # The longest first: one may be a part of another.
    wanted = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
    top = [value]
    unfinished: list[dict[Any, Any] | list[Any]] = [top]
    while unfinished:
        container = unfinished.pop()
        for key, item in container.items() if isinstance(container, dict) else enumerate(container):
            copy = _copied(item, wanted)
            container[key] = copy
            if isinstance(copy, (dict, list)):
                unfinished.append(copy)
    return top[0]


def _copied(item: Any, wanted: list[str]) -> Any:
    """Return a container with the items still to be gone through, or a value without secrets."""
    if isinstance(item, Mapping):
        return dict(item)
    if isinstance(item, (list, tuple, set, frozenset)):
        return list(item)
    if isinstance(item, datetime.date):  # of a definition in YAML
        item = item.isoformat()
    if isinstance(item, str):
        return _text_without(item, wanted)
    if item is None or isinstance(item, bool):
        return item
    return HIDDEN if any(secret in str(item) for secret in wanted) else item


def _text_without(text: str, wanted: list[str]) -> str:
    if text in wanted:
        return HIDDEN
    for secret in wanted:
        text = text.replace(secret, STARS)
    return text
