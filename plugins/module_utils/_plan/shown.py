# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines that people read of a service and of a plan. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.table import aligned

SERVICE_COLUMNS = ("service", "active", "pool", "ratio", "virtual service", "waiting", "problems")
COLUMNS = ("app", "version", "priority", "instances", "healthy", "role", "pool")
LISTENER, RETIRED = "listener", "retired"
MOST_NAMED = 3
"""So many retired versions are named in the table, each."""


def service_lines(observed: Mapping[str, Any], own_lock: str = "") -> list[str]:
    """Return where the traffic of a service goes, and its apps below it.

    :param observed: the state of the service, as migration_info returns it.
    :param own_lock: the owner of the lock that whoever shows it gives back in the end, so that it is not shown.
    """
    return [_headline(observed, own_lock), *_version_lines(observed)]


def _version_lines(observed: Mapping[str, Any]) -> list[str]:
    """Return a table of the apps of a service, its problems, and where what runs differs from what was rolled out."""
    lines = []
    versions = observed.get("versions") or []
    rows = [_row(version) for version in versions if not _is_at_rest(version)]
    if rows:
        lines += [f"  {line}" for line in aligned(COLUMNS, rows)]
    lines += [f"  {line}" for line in _at_rest_line([version for version in versions if _is_at_rest(version)])]
    lines += [f"  problem: {problem['sentence']}" for problem in observed.get("problems") or []]
    lines += [f"  drift: {problem['sentence']}" for problem in observed.get("drift") or []]
    return lines


def _is_at_rest(version: Mapping[str, Any]) -> bool:
    """Whether an app runs nothing and Avi sends nobody to it: a service that is rolled out often has many of these."""
    idle = not version.get("instances") and not version.get("healthy") and not version.get("pool")
    return idle and version.get("role") in (LISTENER, RETIRED)


def _at_rest_line(versions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the one line of the apps that are at rest; of many, the lowest and the highest by priority stand for all."""
    parts = [f"{LISTENER} {version['app']}" for version in versions if version["role"] == LISTENER]
    retired = [version["app"] for version in versions if version["role"] == RETIRED]
    if len(retired) > MOST_NAMED:
        parts.append(f"{len(retired)} {RETIRED}, {retired[0]} … {retired[-1]}")
    elif retired:
        parts.append(f"{RETIRED} {', '.join(retired)}")
    return [f"scaled to zero: {'; '.join(parts)}"] if parts else []


def step_lines(plan: Mapping[str, Any]) -> list[str]:
    """Return the steps of a plan, one line each, numbered and with the reason; why it is refused, where it is."""
    if plan.get("action") == "refuse":
        return [f"refused: {refusal['sentence']}" for refusal in plan["refusals"]]
    if not plan["steps"]:
        return ["nothing to do"]
    steps = enumerate(plan["steps"], 1)
    return [f"{number}. {step['step']} {step['app']}: {step['reason']}" for number, step in steps]


def plan_lines(service: str, plan: Mapping[str, Any], *, with_reasons: bool) -> list[str]:
    """Return what a role is about to do: each step with its reason, or all of them in one line."""
    why = [plan["reason"]] if plan.get("reason") else []
    if with_reasons or not plan["steps"]:
        return [*why, *step_lines(plan)]
    steps = (step["step"] if step["step"] == "lock" else f"{step['step']} {step['app']}" for step in plan["steps"])
    return [*why, f"{service}: {', '.join(steps)}"]


def leaving_lines(observed: Mapping[str, Any]) -> list[str]:
    """Return what is about to leave a service, in one line, and what stays for a while."""
    apps = {name: [each["app"] for each in observed[name]] for name in ("leftover", "retire", "prune")}
    steps = {"end": apps["leftover"], "retire": apps["retire"], "delete": [*apps["prune"], *observed["left_previews"]]}
    said = "; ".join(f"{step} {', '.join(found)}" for step, found in steps.items() if found) or "nothing to do"
    return [f"{observed['service']}: {said}", *map(warm_line, observed["warm"])]


def warm_line(warm: Mapping[str, Any]) -> str:
    """Return until when a superseded version keeps its instances."""
    return f"{warm['app']} keeps its instances until {warm['until']}, ready for a rollback. A run after that scales it to zero."


def service_row(observed: Mapping[str, Any]) -> list[str]:
    """Return a service as one row of a table, below SERVICE_COLUMNS."""
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
