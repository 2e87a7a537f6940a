# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that put what M(dcos.avi.migration_info) returns into lines a person can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.dcos.avi.plugins.module_utils._core.outside import clean, cleaned
from ansible_collections.dcos.avi.plugins.module_utils._core.table import aligned
from ansible_collections.dcos.avi.plugins.module_utils._plan.outcome import (
    retired_versions,
    rollout_result,
    rollout_stats,
)

SERVICE_COLUMNS = ("service", "active", "pool", "ratio", "virtual service", "waiting", "problems")
COLUMNS = ("app", "version", "priority", "instances", "healthy", "role", "pool")


def migration_table(observed: Sequence[Mapping[str, Any]], own_lock: str = "") -> list[str]:
    """Return the lines of a table, one block for each service; where there are several, they are first shown side by side.

    Takes a list of results of M(dcos.avi.migration_info). The lock whose owner is ``own_lock`` is that of the run that shows the table,
    which gives it back when it ends: it is not shown.
    Raises AnsibleFilterError where an element is not one.
    """
    if isinstance(observed, Mapping):
        raise AnsibleFilterError(
            "dcos.avi.migration_table takes a list of results of dcos.avi.migration_info; put the one result in brackets"
        )
    blocks = [clean(line) for service in observed for line in _service_lines(service, own_lock)]
    if len(observed) < 2:
        return blocks
    side_by_side = aligned(SERVICE_COLUMNS, [_service_row(service) for service in observed])
    return [*map(clean, side_by_side), "", *blocks]


def migration_steps(plan: Mapping[str, Any]) -> list[str]:
    """Return the steps of a plan, one line each, numbered and with the reason; why it is refused, where it is.

    Takes the plan of a rollout, a listener or a rollback.
    Raises AnsibleFilterError where it is not one.
    """
    if not isinstance(plan, Mapping) or "steps" not in plan:
        raise AnsibleFilterError("dcos.avi.migration_steps takes the plan that dcos.avi.migration_info returns")
    if plan.get("action") == "refuse":
        return [clean(f"refused: {refusal['sentence']}") for refusal in plan["refusals"]]
    if not plan["steps"]:
        return ["nothing to do"]
    steps = enumerate(plan["steps"], 1)
    return [clean(f"{number}. {step['step']} {step['app']}: {step['reason']}") for number, step in steps]


def printed_result(*args: Any, **kwargs: Any) -> Any:
    """Return the result of a rollout, which is shown and handed on, and never written back."""
    return cleaned(rollout_result(*args, **kwargs))


def _service_lines(observed: Mapping[str, Any], own_lock: str) -> list[str]:
    if not isinstance(observed, Mapping) or "service" not in observed:
        raise AnsibleFilterError("dcos.avi.migration_table takes results of dcos.avi.migration_info")
    lines = [_headline(observed, own_lock)]
    rows = [_row(version) for version in observed.get("versions") or []]
    if rows:
        lines += [f"  {line}" for line in aligned(COLUMNS, rows)]
    lines += [f"  problem: {problem['sentence']}" for problem in observed.get("problems") or []]
    lines += [f"  drift: {problem['sentence']}" for problem in observed.get("drift") or []]
    return lines


def _service_row(observed: Mapping[str, Any]) -> list[str]:
    active, virtualservice = observed.get("active") or {}, observed.get("virtualservice") or {}
    waiting = [
        version["app"] for version in observed.get("versions") or [] if version["role"] in ("waiting", "preview")
    ]
    cells = (
        observed["service"],
        active.get("app"),
        active.get("pool"),
        virtualservice.get("ratio"),
        virtualservice.get("oper_state"),
        ", ".join(waiting) or None,
        len(observed.get("problems") or []),
    )
    return ["-" if cell is None else str(cell) for cell in cells]


def _headline(observed: Mapping[str, Any], own_lock: str) -> str:
    virtualservice = observed.get("virtualservice") or {}
    parts = [_traffic(observed.get("active"), virtualservice.get("ratio"))]
    if virtualservice:
        parts.append(f"virtual service {virtualservice['name']} is {virtualservice['oper_state']}")
    lock = observed.get("lock")
    if lock and lock["owner"] != own_lock:
        parts.append(f"locked by {lock['owner']} since {lock['since']} for {lock['purpose']}")
    freeze = observed.get("freeze")
    if freeze:
        end = f"until {freeze['until']}" if freeze["until"] else "until it is lifted"
        parts.append(f"frozen by {freeze['by']} {end} ({freeze['reason']})")
    return f"{observed['service']}: " + "; ".join(parts)


def _traffic(active: Mapping[str, Any] | None, ratio: int | None) -> str:
    if not active:
        return "no version is proven to take the traffic"
    place = f" in pool {active['side'].upper()}" if active.get("side") else ""
    share = f", ratio {ratio}" if ratio is not None else ""
    return f"the traffic goes to {active['app']}{place}{share}"


def _row(version: Mapping[str, Any]) -> list[str]:
    return ["-" if version.get(column) is None else str(version[column]) for column in COLUMNS]


class FilterModule:
    """The filters about migrations."""

    def filters(self) -> dict[str, Any]:
        return {
            "migration_table": migration_table,
            "migration_steps": migration_steps,
            "rollout_result": printed_result,
            "rollout_stats": rollout_stats,
            "retired": retired_versions,
        }
