# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids of apps and groups: paths such as /shop/cart."""

from __future__ import annotations

import re

from tests.lab.marathon.persona import Persona

_NAME = r"(([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9])\.)*([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9])"
_SEGMENT = rf"{_NAME}|(\.|\.\.)"
_ID = re.compile(_SEGMENT)
#: What an id is as a whole, where releases since 1.5 look at its shape already.
PATTERN = rf"(/?(\.\.|{_NAME})?(/|$))+"


def absolute(path: str, base: str = "/") -> str:
    """Return `path` as an absolute id; a relative one starts at `base`, and ".." climbs."""
    start = [] if path.startswith("/") else base.split("/")
    result: list[str] = []
    for part in [*start, *path.split("/")]:
        if part == "..":
            result[-1:] = []
        elif part not in ("", "."):
            result.append(part)
    return "/" + "/".join(result)


def parent(path: str) -> str:
    """Return the group an id belongs to."""
    return path.rpartition("/")[0] or "/"


def ancestors(path: str) -> list[str]:
    """Return the groups above an id, the nearest first, the root left out."""
    above = parent(path)
    return [] if above == "/" else [above, *ancestors(above)]


def within(path: str, group: str) -> bool:
    """Whether an id is in a group, however deep."""
    return group == "/" or path.startswith(group + "/")


def problem(path: str, persona: Persona) -> str | None:
    """Return what is wrong with the id of an app or a group, or None."""
    parts = [part for part in path.split("/") if part]
    if not parts:
        return "Path must contain at least one path element"
    wrong = wrong_characters(path)
    if wrong:
        return wrong
    if parts[-1] in persona.reserved_ids:
        return f"must not end with any of the following reserved keywords: {', '.join(persona.reserved_ids)}"
    return None


def wrong_characters(path: str) -> str | None:
    """Return what is wrong with the characters of an id, or None."""
    fits = all(_ID.fullmatch(part) for part in path.split("/") if part)
    return None if fits else f"must fully match regular expression '^{_SEGMENT}$'"


def task_prefix(path: str) -> str:
    """Return the beginning of the ids of an app's tasks."""
    return path.strip("/").replace("/", "_")
