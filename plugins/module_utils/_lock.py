# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lock of a service: an app without instances, whose labels say who migrates the service, since when, and for what. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OWNER, PURPOSE, SINCE = "dcos_avi_lock_owner", "dcos_avi_lock_purpose", "dcos_avi_lock_since"


@dataclass(frozen=True)
class Lock:
    """Who holds a service, for what, and since when (in UTC, as "2026-01-15T10:20:30Z")."""

    owner: str
    purpose: str
    since: str


def lock_id(service: str) -> str:
    """Return the id of the app that is the lock of a service."""
    return f"{service}-migration-lock"


def lock_of(app: Mapping[str, Any]) -> Lock | None:
    """Return the lock that an app is, as Marathon returns it; None where it is something else."""
    labels = app.get("labels") or {}
    return Lock(labels[OWNER], labels.get(PURPOSE, ""), labels.get(SINCE, "")) if OWNER in labels else None
