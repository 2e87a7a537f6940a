# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a rollout may not begin at this time: a freeze, or no window that is open. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import DEPLOY, PREVIEW, Plan, Refusal, refuse
from ansible_collections.dcos.avi.plugins.module_utils._plan.windows import Window, may_begin, next_opening
from ansible_collections.dcos.avi.plugins.module_utils._service.freeze import Freeze

# What goes on with a version that is there already is never held up.
BEGINNINGS = (DEPLOY, PREVIEW)
ALL_THE_SAME = "To roll out all the same, say rollout_override_freeze: true, and why in rollout_reason (in a release: release_reason)."


@dataclass(frozen=True)
class Timing:
    """When rollouts may begin: in any of the ``windows``, or at any time where there are none. ``overrides`` passes over these and a freeze."""

    windows: tuple[Window, ...] = ()
    overrides: bool = False
    reason: str = ""


def held_up(plan: Plan, service: str, freeze: Freeze | None, timing: Timing, now: datetime) -> Plan:
    """Return the plan, refused where it begins a rollout at a time when none may begin."""
    if plan.action not in BEGINNINGS:
        return plan
    refusals = list(_why_not_now(service, freeze, timing, now))
    return refuse(plan.app, refusals) if refusals else plan


def _why_not_now(service: str, freeze: Freeze | None, timing: Timing, now: datetime) -> Iterable[Refusal]:
    is_shut = bool(timing.windows) and not may_begin(timing.windows, now)
    if timing.overrides:
        if (freeze or is_shut) and not timing.reason.strip():
            sentence = "rollout_override_freeze needs a reason, which the history keeps: say it in rollout_reason (in a release: release_reason)."
            yield Refusal("override_without_reason", sentence)
        return
    if freeze:
        yield Refusal(
            "frozen",
            f"{service} is {freeze}. Wait, or have it lifted: the playbook dcos.avi.freeze with freeze_service: {service} and "
            f"freeze_state: absent. {ALL_THE_SAME}",
        )
    if is_shut:
        yield Refusal("outside_windows", f"{_shut(timing.windows, now)} {ALL_THE_SAME}")


def _shut(windows: tuple[Window, ...], now: datetime) -> str:
    zone, name = windows[0].zone, windows[0].zone_name
    opening = next_opening(windows, now)
    following = f"opens on {_told(opening[0], opening[1].zone_name)}" if opening else "does not open within two weeks"
    listed = "; ".join(str(window) for window in windows)
    return f"It is {_told(now.astimezone(zone), name)}, outside rollout_windows ({listed}). The next one {following}."


def _told(moment: datetime, zone: str) -> str:
    return f"{moment:%a %Y-%m-%d %H:%M} {zone}"
