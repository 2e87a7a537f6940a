# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Retire all superseded versions of a service, one after another.

A part of the work of the module migration_scale_down. Which ones there are is checked first. Each of them is then proven superseded once
more, right before it is scaled to zero.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._core.work import MORE_SHOWN
from ansible_collections.dcos.avi.plugins.module_utils._plan.leftover import plan_leftovers, to_plan_by
from ansible_collections.dcos.avi.plugins.module_utils._plan.retention import kept_warm, what_may_retire
from ansible_collections.dcos.avi.plugins.module_utils._plan.shown import warm_line
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

# Does the work on one app, and returns the module's result of it.
OnOne = Callable[[str], dict[str, Any]]


def retire_all(seen: Picture, retire: Mapping[str, Any], now: datetime, end: OnOne, leave: OnOne) -> dict[str, Any]:
    """Retire each superseded version, after what runs although it has no instances was ended.

    :param seen: the service, as a check shows it.
    :param retire: what is kept warm, by whom they are superseded, and how many instances that one must have at least.
    :param end: ends what runs of an app that has no instances.
    :param leave: drains an app, and scales it to zero.
    :returns: the module's result.
    :raises Refused: no version is proven to take the traffic, or something else speaks against it. Nothing was scaled down.
    :raises DcosAviError: what went wrong with one of them; those before it are retired.
    """
    planned_by = to_plan_by(seen)
    found, blocked = what_may_retire(planned_by, retire["keep_warm"], retire["by"], retire["at_least"], now)
    if blocked:
        raise Refused(f"Nothing of {seen.service} is scaled down. {blocked}")
    ended: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    try:
        for item in plan_leftovers(seen):
            ended.append(_with_its_cost(end, item.app))
        for item in found:
            left.append(_with_its_cost(leave, item.app))
    except DcosAviError as error:
        error.changed = error.changed or any(result["changed"] for result in ended + left)
        error.done = _done(ended, left)
        raise
    warm = [item.as_result() for item in kept_warm(planned_by, retire["keep_warm"], now)]
    return {
        **_done(ended, left),
        "changed": any(result["changed"] for result in ended + left),
        "warm": warm,
        # Before the version took the traffic, nobody could tell. Where none is named, the run has said so as it began.
        MORE_SHOWN: [warm_line(each) for each in warm] if retire["by"] else [],
        "warnings": [warning for result in ended + left for warning in result.get("warnings") or []],
        "diff": [result["diff"] for result in ended + left],
    }


def _with_its_cost(act: OnOne, app: str) -> dict[str, Any]:
    begun, before = time.monotonic(), HttpSession.requests_of_all
    result = act(app)
    spent = {"seconds": round(time.monotonic() - begun, 2), "requests": HttpSession.requests_of_all - before}
    return {**result, "spent": spent}


def _done(ended: list[dict[str, Any]], left: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what was done, which a failure tells, too."""
    return {
        "retired": [_as_retired(result) for result in left],
        "ended": [{name: result[name] for name in ("app", "changed", "reason", "spent")} for result in ended],
    }


def _as_retired(result: Mapping[str, Any]) -> dict[str, Any]:
    return {"app": result["app"], "drained": result.get("waited"), "spent": result["spent"]}
