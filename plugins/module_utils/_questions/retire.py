# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which versions may be scaled to zero, withdrawn or deleted now?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._plan.leftover import plan_leftovers, to_plan_by
from ansible_collections.dcos.avi.plugins.module_utils._plan.retention import what_may_leave, what_may_retire
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import why_not_retire
from ansible_collections.dcos.avi.plugins.module_utils._questions.basis import Basis
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

RETIRE_OPTIONS: dict[str, Any] = {
    "keep_warm": {"type": "int", "default": 0},
    "by": {"type": "str"},
    "at_least": {"type": "int"},
}
NOTHING_KEPT: dict[str, Any] = {"keep_warm": 0, "keep": None, "by": None, "at_least": None}


def what_is_kept(retire: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return what of superseded versions is to be kept, by RETIRE_OPTIONS and ``keep``; nothing where nothing is asked for.

    :raises Refused: a number is negative.
    """
    kept = retire or NOTHING_KEPT
    for name, what in (("keep", "versions"), ("keep_warm", "seconds"), ("at_least", "instances")):
        if (kept[name] or 0) < 0:
            raise Refused(f"{name} must be 0 or more ({what}), not {kept[name]}.")
    return kept


def what_may_go(basis: Basis, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the result about what may be scaled to zero, withdrawn, deleted or ended now, and what speaks against it."""
    leaving = what_may_leave(basis.planned_by, **kept, now=basis.client.now())
    return {**leaving, "leftover": [item.as_result() for item in plan_leftovers(basis.seen)]}


def why_not_retirable(seen: Picture, kept: Mapping[str, Any], client: Marathon) -> str | None:
    """Say what speaks against scaling superseded versions down, and may pass: that another version takes the traffic does not."""
    planned_by = to_plan_by(seen)
    if why_not_retire(planned_by) is None:
        return None
    return what_may_retire(planned_by, kept["keep_warm"], kept["by"], kept["at_least"], client.now())[1]
