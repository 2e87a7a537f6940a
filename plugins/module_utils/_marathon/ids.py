# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ids of Marathon apps."""

from __future__ import annotations

import re

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused

SEGMENT = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?")
# Marathon routes these last words to something else than an app.
RESERVED = ("restart", "tasks", "versions")


def absolute_id(app_id: str, base: str = "/") -> str:
    """Return an id as Marathon shows it: "app1" is "/app1", "../db" is relative to ``base``."""
    path: list[str] = []
    for segment in (app_id if app_id.startswith("/") else f"{base}/{app_id}").split("/"):
        if segment == "..":
            path = path[:-1]
        elif segment not in ("", "."):
            path.append(segment)
    return "/" + "/".join(path)


def validate_id(app_id: object) -> str:
    """Return the absolute form of an app's id.

    :raises Refused: Marathon (any release from 1.4 to 1.11) would not take it, or could not reach the app later.
    """
    if not isinstance(app_id, str) or not app_id.strip("/ "):
        raise Refused("An app needs an id, such as app1 or /shop/cart.")
    for segment in app_id.strip("/").split("/"):
        if not SEGMENT.fullmatch(segment):
            raise Refused(
                f"'{app_id}' cannot be the id of an app: in '{segment}' only lower-case letters, digits, '-' and '.' are "
                "allowed, and it must begin and end with a letter or a digit. Underscores and capitals are not allowed."
            )
    if app_id.strip("/").split("/")[-1] in RESERVED:
        raise Refused(
            f"'{app_id}' cannot be the id of an app: it must not end in {', '.join(RESERVED[:-1])} or {RESERVED[-1]}."
        )
    return absolute_id(app_id)
