# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The label of a preview that awaits its approval, and until when it does. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.clock import moment_after

AWAITS_APPROVAL = "dcos_avi_awaits_approval"
FOR_EVER = "yes"
_TIME = "%Y-%m-%dT%H:%M:%SZ"


def approval_label(timeout: int, now: datetime) -> str:
    """Return the value of the label for an approval that may come within so many seconds from now; at any time with 0."""
    return moment_after(now, timeout).astimezone(timezone.utc).strftime(_TIME) if timeout > 0 else FOR_EVER


def awaits_approval(preview: Mapping[str, Any]) -> bool:
    """Tell whether a preview, as Marathon returns it, was left to be approved."""
    return AWAITS_APPROVAL in (preview.get("labels") or {})


def approval_is_late(preview: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether the time is over in which a preview could be approved. One whose end cannot be read has none."""
    try:
        end = datetime.strptime((preview.get("labels") or {}).get(AWAITS_APPROVAL, ""), _TIME)
    except ValueError:
        return False
    return now >= end.replace(tzinfo=timezone.utc)
