# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules that say what a field of an app holds after an update.

A rule takes what the user wants and what the app has, either may be None for absent, and returns what the app will
have: the current value itself where both mean the same, else the wanted one. So a change is where the result differs
from the current value, and the result is what a read would then show.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

Rule = Callable[[Any, Any], Any]


def same(rule: Rule, desired: Any, current: Any) -> bool:
    """Tell whether a rule finds that nothing would change."""
    return equal(rule(desired, current), current)


def equal(one: Any, other: Any) -> bool:
    """Compare JSON values: absent, null and empty collections are one, 1 and 1.0 are one, true and 1 are not."""
    if _empty(one) and _empty(other):
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return all(equal(one.get(key), other.get(key)) for key in {**one, **other})
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _empty(value: Any) -> bool:
    return value is None or value == {} or value == []


def plain(desired: Any, current: Any) -> Any:
    """A value that Marathon stores as it is given."""
    return current if equal(desired, current) else desired


def kept(desired: Any, current: Any) -> Any:
    """A value that Marathon does not take from the user, or does not give back."""
    return current


def filled(desired: Any, current: Any) -> Any:
    """A value that Marathon chooses where the user does not."""
    return current if desired is None else plain(desired, current)


def dropped(desired: Any, current: Any) -> Any:
    """A value that has no place in an app of this kind: Marathon drops it, a flag becomes false."""
    return False if isinstance(current, bool) else None


def port(desired: Any, current: Any) -> Any:
    """A port that Marathon assigns where the user gives none or 0, and then does not change."""
    return filled(desired or None, current)


def default(*values: Any) -> Rule:
    """A value that is the first of ``values`` where the user gives none; releases that fill in another are listed too."""

    def rule(desired: Any, current: Any) -> Any:
        if desired is None and (current is None or current in values):
            return current
        wanted = values[0] if desired is None else desired
        return current if current is None and equal(wanted, values[0]) else plain(wanted, current)

    return rule


def optional(rule: Rule) -> Rule:
    """Something that is absent where the user does not give it."""
    return lambda desired, current: None if desired is None else rule(desired, current)


def record(fields: Mapping[str, Rule]) -> Rule:
    """An object with known fields. Marathon drops fields it does not know, so those it does not show are no change."""

    def rule(desired: Any, current: Any) -> Any:
        if not isinstance(current, dict) or not isinstance(desired or {}, dict):
            return desired
        wanted = desired or {}
        names = [*current, *(name for name in {**fields, **wanted} if name not in current)]
        unknown = {name: plain if name in current else kept for name in names if name not in fields}
        after = {name: {**fields, **unknown}[name](wanted.get(name), current.get(name)) for name in names}
        return {name: value for name, value in after.items() if value is not None}

    return rule


def mapping(rule: Rule) -> Rule:
    """A map from the user's own keys to values of one kind, replaced as a whole."""

    def of_map(desired: Any, current: Any) -> Any:
        current = current or {}
        return {key: rule(value, current.get(key)) for key, value in (desired or {}).items()}

    return of_map


def sequence(rule: Rule) -> Rule:
    """A list whose order matters, replaced as a whole."""

    def of_list(desired: Any, current: Any) -> Any:
        current = current or []
        return [rule(item, current[at] if at < len(current) else None) for at, item in enumerate(desired or [])]

    return of_list


def collection(rule: Rule) -> Rule:
    """A set that JSON shows as a list: order and repetition mean nothing."""

    def of_set(desired: Any, current: Any) -> Any:
        wanted, present = desired or [], current or []
        kept_items = [item for item in present if any(same(rule, want, item) for want in wanted)]
        added: list[Any] = []
        for want in wanted:
            if not any(same(rule, want, item) for item in [*present, *added]):
                added.append(want)
        return [*kept_items, *added]

    return of_set


def json_text(desired: Any, current: Any) -> Any:
    """A string. Where both hold a JSON object or list, spacing and the order of keys mean nothing."""
    if isinstance(desired, str) and isinstance(current, str):
        wanted, present = _structure(desired), _structure(current)
        if wanted is not None and wanted == present:
            return current
    return plain(desired, current)


def _structure(text: str) -> str | None:
    """Return the JSON object or list in a text, in one spelling; a bare number or string is text, not structure."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return json.dumps(value, sort_keys=True) if isinstance(value, (dict, list)) else None
