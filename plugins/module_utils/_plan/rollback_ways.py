# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways in which an earlier version gets the traffic back: each gives its plan, or refuses it. Pure."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AbConfig
from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import written
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import (
    ROLLBACK_FROM,
    ROLLBACK_OF,
    ROLLED_BACK_TO,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.only_once import runs_only_once
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import (
    DEPLOY,
    NONE,
    RESUME,
    CannotPlan,
    EnvFrom,
    Refusal,
    Step,
    confirm_step,
    leaving_steps,
    never_confirmed,
    no_instances,
    refuse_if_any,
    superseded_by,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import (
    plan_withdraw,
    retirement,
    superseded,
    why_not_withdraw,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackPlan, RollbackRequest
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_target import came_back
from ansible_collections.dcos.avi.plugins.module_utils._plan.version import (
    as_stated,
    ports_to_free,
    version_labels,
    with_settings_repeated,
    without_fixed_ports,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import (
    first_app,
    first_id,
    rolled_back_from,
    taking_over_from,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture, is_complete

# The traffic is where it shall be, and what waits above it is given up.
WITHDRAW = "withdraw"
# The pool group has the earlier version at the ready: it takes over when the one above is given up.
INSTANT = "instant"


def give_up_what_waits(picture: Picture, active: App, current: App) -> RollbackPlan:
    """Return the plan where the active version stays, and what waits above it is given up."""
    leaving = tuple(
        dataclasses.replace(each, note={**each.note, ROLLED_BACK_TO: active.id}) for each in plan_withdraw(picture)
    )
    if not leaving:
        raise CannotPlan([Refusal("not_proven", f"{current.id} cannot be given up: {why_not_withdraw(picture)}")])
    steps = tuple(Step("withdraw", app.app, app.reason) for app in leaving)
    reason = f"{active.id} still takes the traffic; what waits above it is given up."
    return RollbackPlan(WITHDRAW, active.id, active.priority, None, steps, reason=reason, withdraw=leaving)


def keep_what_runs(
    picture: Picture, request: RollbackRequest, current: App, is_taken: Callable[[str], bool]
) -> RollbackPlan:
    """Return the plan where the highest version that runs is the one to roll back to."""
    why = (
        f"came back in place of {rolled_back_from(current)}"
        if rolled_back_from(current)
        else "is the version to roll back to"
    )
    further = "" if request.version else " To go further back, name the version."
    # Below a version that no rollback brought back is its own way back, and not what was rolled back from.
    is_back = came_back(picture, current)
    if current is picture.active and is_complete(current):
        return RollbackPlan(
            NONE,
            current.id,
            current.priority,
            written(dict(current.definition)),
            tuple(leaving_steps((item.app, item.reason) for item in superseded(picture) if is_back)),
            reason=f"{current.id} takes the traffic already, and {why}.{further}",
        )
    instances = max(current.instances, instances_to_go_back_with(picture, request, current, current))
    highest = max(picture.apps, key=lambda app: app.priority)
    is_below = highest is not current and picture.traffic.taker not in picture.places(current)
    if is_below or picture.has_lost_a_version:
        # Below that one, or one that was deleted, it may never get the traffic back, though nothing of that one runs.
        return deploy_once_more(picture, highest, current, instances, is_taken)
    refuse_if_any(never_confirmed(picture, current.id, instances, picture.next_priority, "rollback"))
    definition = {**written(dict(current.definition)), "instances": instances}
    reason = (
        f"{current.id} {why}, but is not proven to take the traffic with {counted(instances, 'instance')}.{further}"
    )
    steps = _forward(current.id, reason, picture.running if is_back else ())
    seen = current.definition.get("version")
    return RollbackPlan(
        RESUME,
        current.id,
        current.priority,
        definition,
        steps,
        reason=reason,
        version=seen,
        env_from=EnvFrom.of(current),
    )


def switch_at_once(picture: Picture, current: App, warm: App) -> RollbackPlan:
    """Return the plan where the next version of the pool group takes over, as the current one is given up."""
    reason = f"{warm.id} is next in the pool group, with all its {counted(warm.instances, 'instance')} up: it takes over at once"
    leaving = retirement(current, reason, {ROLLED_BACK_TO: warm.id})
    below = [app for app in picture.running if app.priority < warm.priority]
    steps = (
        Step("withdraw", current.id, reason),
        Step("confirm", warm.id, "Avi must send all traffic to exactly its tasks before anything else is scaled down"),
        *leaving_steps(superseded_by(warm.id, below)),
    )
    return RollbackPlan(INSTANT, warm.id, warm.priority, None, steps, reason=f"{reason}.", withdraw=(leaving,))


def deploy_once_more(
    picture: Picture, current: App, wanted: App, instances: int, is_taken: Callable[[str], bool]
) -> RollbackPlan:
    """Return the plan to create the wanted version once more, as it was but for what makes it the highest."""
    app_id, priority = _next_id(picture, wanted, is_taken), picture.next_priority
    refuse_if_any(never_confirmed(picture, app_id, instances, priority, "rollback"))
    stated = with_settings_repeated(as_stated(wanted))
    refuse_if_any(runs_only_once(stated, (*picture.apps, *picture.observed.previews)))
    # On an agent where such a port is held no task of it could start: what holds it only leaves when this one serves.
    held = ports_to_free(stated, picture.running)
    if held:
        stated = without_fixed_ports(stated)
    labels = {
        **version_labels(stated["labels"], wanted, AbConfig(picture.service, priority)),
        ROLLBACK_OF: first_app(wanted),
        ROLLBACK_FROM: current.id,
        **taking_over_from(picture.active or picture.serving or current),
    }
    definition = {**stated, "id": app_id, "instances": instances, "labels": labels}
    reason = (
        f"the definition of {wanted.id} once more, with {counted(instances, 'instance')} and priority {priority}, above all others"
        + (f", and with free ports, as host port {', '.join(map(str, sorted(held)))} is taken" if held else "")
    )
    steps = _forward(app_id, reason, picture.running)
    return RollbackPlan(
        DEPLOY, app_id, priority, definition, steps, reason=f"{app_id} is {reason}.", env_from=EnvFrom.of(wanted)
    )


def _next_id(picture: Picture, wanted: App, is_taken: Callable[[str], bool]) -> str:
    """Return the id under which the wanted version comes back, made of its own: what a label says makes none."""
    names = (f"{first_id(wanted, picture.service)}-r{number}" for number in itertools.count(2))
    return next(name for name in names if picture.app(name) is None and not is_taken(name))


def instances_to_go_back_with(picture: Picture, request: RollbackRequest, current: App, wanted: App) -> int:
    """As many as asked for, else as the larger of the version that serves and of what to go back to has, else as the nearest to it.

    What is gone back from may have been made smaller on purpose, and the one before runs still with what the traffic took.
    """
    if request.instances is not None and request.instances < 1:
        raise CannotPlan([no_instances(request.instances)])
    # Tasks may run of an app that is to have none: then the highest one that is to have some tells.
    sized = sorted((app for app in picture.running if app.instances), key=lambda app: -app.priority)
    serving = next((app for app in (picture.active, picture.serving, *sized) if app and app.instances), current)
    instances = request.instances or max(serving.instances, wanted.instances) or current.instances
    if not instances:
        sentence = (
            f"Nothing of {picture.service} runs that would tell how many instances to go back with: give their number."
        )
        raise CannotPlan([Refusal("no_instances", sentence)])
    return instances


def _forward(app_id: str, reason: str, leaving: Iterable[App]) -> tuple[Step, ...]:
    return (Step("deploy", app_id, reason), confirm_step(app_id), *leaving_steps(superseded_by(app_id, leaving)))
