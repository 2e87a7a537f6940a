# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads data for a page that somebody else may have written or edited: any type anywhere, of any size. Pure.

What is not of the type that belongs there counts as not given. No text comes out longer than a page can show, or with characters that do
something instead of being seen.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.outside import clean

# Characters of a text, and elements of a list, that are shown.
LONGEST_TEXT, MOST_ELEMENTS = 1500, 500
NOTHING: Mapping[str, Any] = {}
# A text longer than this is none of a time.
_LONGEST_TIME = 40
_CUT = "…"


def text_in(data: Mapping[str, Any], key: str, longest: int = LONGEST_TEXT) -> str:
    """Return what stands there as one line of text; empty where nothing does. Data is shown as JSON."""
    return as_line(data.get(key), longest)


def as_line(value: object, longest: int = LONGEST_TEXT) -> str:
    """Return any value as one line of text."""
    if value is None:
        return ""
    written = value if isinstance(value, str) else _as_json(value)
    # Cut first: to clean a text of megabytes takes long.
    line = clean(written[: longest + 1]).strip()
    return line if len(line) <= longest else line[: longest - 1] + _CUT


def number_in(data: Mapping[str, Any], key: str) -> float | None:
    """Return a number that is not negative."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # Of an integer that is no float's, too.
    return float(value) if 0 <= value <= 1e15 and math.isfinite(value) else None


def count_in(data: Mapping[str, Any], key: str) -> int | None:
    """Return a whole number that is not negative."""
    value = number_in(data, key)
    return None if value is None else int(value)


def part_of(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the data that stands there; empty where none does."""
    value = data.get(key)
    return value if isinstance(value, Mapping) else NOTHING


def parts_of(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the elements of the list that stands there; those that are no data are left out, and so are the last of very many."""
    return parts_among(data.get(key))


def parts_among(value: object) -> list[Mapping[str, Any]]:
    """Return the elements of a list that are data."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return []
    return [each for each in value[:MOST_ELEMENTS] if isinstance(each, Mapping)]


def time_in(data: Mapping[str, Any], key: str) -> datetime | None:
    """Return the time that stands there, in UTC."""
    value = data.get(key)
    if not isinstance(value, str) or len(value) > _LONGEST_TIME:
        return None
    try:
        # Python before 3.11 does not know Z.
        found = datetime.fromisoformat(value.replace("Z", "+00:00"))
        return found.replace(tzinfo=timezone.utc) if found.tzinfo is None else found.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def texts_among(value: object) -> list[str]:
    """Return the elements of a list as lines."""
    if isinstance(value, str) or not isinstance(value, Iterable) or isinstance(value, Mapping):
        return []
    return [as_line(each) for each in list(value)[:MOST_ELEMENTS]]


def _as_json(value: object) -> str:
    try:
        return json.dumps(value, sort_keys=True, default=str)
    except (ValueError, TypeError, RecursionError):
        return "data that cannot be shown"
