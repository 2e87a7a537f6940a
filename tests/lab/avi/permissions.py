# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which privilege of a role a read of the Controller needs."""

from __future__ import annotations

_METRICS = "/api/analytics/metrics"


def permission_of(path: str) -> str:
    """Return the resource of the privilege for a path below /api: what is measured of an object goes with the object."""
    kind = path.removeprefix(_METRICS).removeprefix("/api").split("/")[1].removesuffix("-inventory")
    return f"PERMISSION_{kind.upper()}"
