# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says which apps run although they are scaled to zero, and whether the service can do without them. Pure.

Before 1.8 Marathon starts what waited in its launch queue when an app was scaled to zero. In a pool group such an app takes all
traffic when it has the highest priority. So it is ended before anything else is done, as soon as another version is ready.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TypeVar

from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import Pool
from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import ROLLED_BACK_TO
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import REFUSE, Plan, Step
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import Retirement, retirement, why_not_withdraw
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import given_up_labels
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture, picture, recent_failure

END = "end"
AnyPlan = TypeVar("AnyPlan", bound=Plan)


def leftovers(seen: Picture) -> list[App]:
    """Return the apps of the service that run although they have no instances, the lowest priority first."""
    return [app for app in seen.apps if app.runs_at_zero]


def picture_without_leftovers(seen: Picture) -> Picture:
    """Return the picture that follows once they have ended. It proves what is ready to serve then, and nothing of what serves now."""
    left = leftovers(seen)
    if not left:
        return seen
    observed, gone = seen.observed, {name for app in left for task in app.tasks for name in task.endpoints}
    pools = {uuid: _without(pool, gone) for uuid, pool in observed.avi.pools.items()}

    def once_ended(noted: Mapping[str, Mapping[str, str]]) -> Picture:
        return picture(
            dataclasses.replace(
                observed,
                avi=dataclasses.replace(observed.avi, pools=pools),
                listener=observed.listener and _ended(observed.listener, noted),
                versions=tuple(_ended(app, noted) for app in observed.versions),
            )
        )

    after = once_ended({})
    return once_ended({app.id: _note(seen, app, after.active) for app in left})


def _without(pool: Pool, gone: set[str]) -> Pool:
    return dataclasses.replace(pool, servers=tuple(each for each in pool.servers if each.endpoint not in gone))


def _ended(app: App, noted: Mapping[str, Mapping[str, str]]) -> App:
    if not app.runs_at_zero:
        return app
    labels = given_up_labels(app.definition.get("labels") or {}, noted.get(app.id, {}))
    return dataclasses.replace(
        app, tasks=(), definition={**app.definition, "labels": labels} if noted.get(app.id) else app.definition
    )


def _note(seen: Picture, app: App, heir: App | None) -> dict[str, str]:
    """Return the note of the version that gets the traffic back, where this one has it: else a rollback would go one further."""
    return {ROLLED_BACK_TO: heir.id} if heir and seen.serving is app else {}


def plan_leftovers(seen: Picture) -> list[Retirement]:
    """Return the apps that run although they have no instances, if they may be ended now, see why_not_end."""
    left = leftovers(seen)
    if not left or why_not_end(seen):
        return []
    heir = picture_without_leftovers(seen).active
    ready = f"{heir.id} is ready to take all traffic with its {counted(heir.instances, 'instance')}" if heir else ""
    why = f"it runs although it has no instances, and {ready}"
    return [retirement(app, why, _note(seen, app, heir)) for app in left]


def why_not_end(seen: Picture) -> str | None:
    """Say why what runs although it has no instances may not be ended now, None where nothing speaks against it.

    What remains must be proven ready to take the traffic: the active version, or, where one of them takes it, the next pool of
    the pool group.
    """
    left = leftovers(seen)
    if not left:
        return None
    after = picture_without_leftovers(seen)
    blocked = why_not_withdraw(after)
    heir = after.active
    if not blocked and heir and heir is not seen.active and (failure := recent_failure(heir)):
        blocked = f"{heir.id} would take the traffic, but {failure}."
    names = " and ".join(app.id for app in left)
    return (
        f"Without {names}, which runs although it has no instances, nothing is ready to serve. {blocked}"
        if blocked
        else None
    )


def to_plan_by(seen: Picture) -> Picture:
    """Return the picture to plan by: where such apps may be ended, that is the first step, and the next ones follow from what is then."""
    return picture_without_leftovers(seen) if plan_leftovers(seen) else seen


def ended_first(plan: AnyPlan, seen: Picture) -> AnyPlan:
    """Return the plan with the steps that end what runs although it has no instances; a plan that is refused has no steps."""
    ends = [Step(END, item.app, item.reason) for item in plan_leftovers(seen)]
    if not ends or plan.action == REFUSE:
        return plan
    begun = 1 if plan.steps and plan.steps[0].step == "lock" else 0
    return dataclasses.replace(plan, steps=(*plan.steps[:begun], *ends, *plan.steps[begun:]))
