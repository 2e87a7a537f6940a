# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Avi's objects refer to one another. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def uuid_of(ref: object) -> str | None:
    """Return the uuid an object reference points to: "https://controller/api/pool/pool-1#name" gives "pool-1"."""
    if not isinstance(ref, str):
        return None
    return ref.split("#")[0].split("?")[0].rstrip("/").rpartition("/")[2] or None


def name_in(ref: object) -> str | None:
    """Return the name that a reference tells: "https://controller/api/pool/pool-1#name" gives "name"."""
    return (ref.partition("#")[2] or None) if isinstance(ref, str) else None


def mappings(value: object) -> list[Mapping[str, Any]]:
    """Return the objects in a list of an answer; none where it is no list."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
