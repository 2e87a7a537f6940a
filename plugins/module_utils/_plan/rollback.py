# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans the way back to an earlier version of a service, with reasons. Pure.

Priorities only grow, so going back rolls forward: the earlier definition comes back under a new name and the highest
priority. What must not happen before it takes the traffic is left to proof, so a service of which nothing is proven can
go back too: nothing is scaled down on the way.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AbConfig
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import fallback
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
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
    REFUSE,
    RESUME,
    UNCONFIRMABLE,
    CannotPlan,
    EnvFrom,
    Plan,
    Refusal,
    Step,
    confirm_step,
    delete_steps,
    leaving_steps,
    left_behind,
    never_confirmed,
    no_instances,
    refuse_if_any,
    superseded_by,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.preview import left_previews
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import (
    Retirement,
    plan_withdraw,
    retirement,
    superseded,
    why_not_withdraw,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_target import (
    came_back,
    highest_running,
    one_before,
    version_named,
)
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
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture, is_complete, recent_failure

# The traffic is where it shall be, and what waits above it is given up.
WITHDRAW = "withdraw"
# The pool group has the earlier version at the ready: it takes over when the one above is given up.
INSTANT = "instant"
# With these nothing could be confirmed, or nothing is known to go back from.
CANNOT_CONFIRM = (*UNCONFIRMABLE, "no_listener", "not_a_listener")


@dataclass(frozen=True)
class RollbackRequest:
    """Where a user wants to go back to: a version's name, the service's for its listener, or None for the one before.

    ``instant``: in a pool group the version at the ready takes over by scaling the current one to zero. What is sent to that one is lost,
    until the cloud connector has noticed. None chooses what loses less.
    """

    version: str | None = None
    instances: int | None = None
    instant: bool | None = None


@dataclass(frozen=True)
class RollbackPlan(Plan):
    """A plan, why it is this one, and the apps to scale to zero before anything else."""

    reason: str = ""
    withdraw: tuple[Retirement, ...] = ()

    def as_result(self) -> dict[str, Any]:
        return {**super().as_result(), "withdraw": [leaving.as_result() for leaving in self.withdraw]}


def plan_rollback(
    picture: Picture, request: RollbackRequest, is_taken: Callable[[str], bool] = lambda app_id: False
) -> RollbackPlan:
    """Plan to have an earlier version's definition take the traffic again.

    deploy: it is to be created once more. resume: it exists, but is not proven to take the traffic. instant: it is ready
    to take over from the one above. withdraw: it takes the traffic still, below one that waits. none: it takes the
    traffic. refuse: with the reasons. Never raises.

    :param is_taken: tells of an app id whether an app of another kind has it.
    """
    leftovers = left_previews(picture)
    try:
        plan = _plan(picture, request, is_taken)
        return dataclasses.replace(plan, leftovers=leftovers, steps=(*plan.steps, *delete_steps(leftovers)))
    except CannotPlan as cannot:
        refusals = tuple(cannot.refusals)
    except Refused as refused:
        refusals = (Refusal("bad_definition", refused.sentence),)
    return RollbackPlan(REFUSE, picture.service, refusals=(*refusals, *left_behind(leftovers, picture.service)))


def _plan(picture: Picture, request: RollbackRequest, is_taken: Callable[[str], bool]) -> RollbackPlan:
    refuse_if_any(_cannot_confirm(picture))
    current = highest_running(picture)
    wanted = version_named(picture, request.version) if request.version else one_before(picture, current)
    active = picture.active
    if active and active is not current:
        if first_app(active) == first_app(wanted):
            return _withdrawn(picture, active, current)
        if first_app(current) != first_app(wanted):
            raise CannotPlan([_unfinished(active, current)])
    if first_app(current) == first_app(wanted):
        return _kept(picture, request, current, is_taken)
    instances = _instances(picture, request, current, wanted)
    warm = None if request.instant is False else _warm(picture, current, wanted, instances)
    if warm and (request.instant or not answers_rightly(picture, current)):
        return _switched(picture, current, warm)
    plan = _deployed(picture, current, wanted, instances, is_taken)
    return dataclasses.replace(plan, reason=f"{plan.reason} {_chosen(current, warm)}") if warm else plan


def answers_rightly(picture: Picture, app: App) -> bool:
    """Whether nothing that Marathon and Avi show speaks against the answers of the version that takes the traffic.

    It is proven, all its tasks are healthy and its servers up, none of them failed a moment ago, and no deployment of it is under way.
    Then each second until another version serves costs nothing. Errors that no health check finds are not seen: who knows of them asks for
    the way at once.
    """
    return app is picture.active and is_complete(app) and recent_failure(app) is None and not app.deployments


def _chosen(current: App, warm: App) -> str:
    return (
        f"{warm.id} could take over at once, but {current.id} is healthy, and requests to it would be lost until the cloud connector has noticed. "
        "If it answers with errors all the same, ask for the way at once (rollback_instant: true)."
    )


def _cannot_confirm(picture: Picture) -> Iterable[Refusal]:
    for problem in picture.problems:
        if problem.code in CANNOT_CONFIRM:
            yield Refusal(problem.code, f"{problem.sentence} So a rollback could not be confirmed.")


def _unfinished(active: App, current: App) -> Refusal:
    return Refusal(
        "unfinished",
        f"{active.id} takes the traffic, and {current.id} (priority {current.priority}) waits to take it over: give that up first, by a "
        f"rollback that names no version.",
    )


def _withdrawn(picture: Picture, active: App, current: App) -> RollbackPlan:
    leaving = tuple(
        dataclasses.replace(each, note={**each.note, ROLLED_BACK_TO: active.id}) for each in plan_withdraw(picture)
    )
    if not leaving:
        raise CannotPlan([Refusal("not_proven", f"{current.id} cannot be given up: {why_not_withdraw(picture)}")])
    steps = tuple(Step("withdraw", app.app, app.reason) for app in leaving)
    reason = f"{active.id} still takes the traffic; what waits above it is given up."
    return RollbackPlan(WITHDRAW, active.id, active.priority, None, steps, reason=reason, withdraw=leaving)


def _kept(picture: Picture, request: RollbackRequest, current: App, is_taken: Callable[[str], bool]) -> RollbackPlan:
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
    instances = max(current.instances, _instances(picture, request, current, current))
    highest = max(picture.apps, key=lambda app: app.priority)
    is_below = highest is not current and picture.traffic.taker not in picture.places(current)
    if is_below or picture.has_lost_a_version:
        # Below that one, or one that was deleted, it may never get the traffic back, though nothing of that one runs.
        return _deployed(picture, highest, current, instances, is_taken)
    refuse_if_any(never_confirmed(picture, current.id, instances, picture.next_priority, "rollback"))
    definition = {**written(dict(current.definition)), "instances": instances}
    reason = f"{current.id} {why}, but is not proven to take the traffic with {instances} instances.{further}"
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


def _switched(picture: Picture, current: App, warm: App) -> RollbackPlan:
    reason = f"{warm.id} is next in the pool group, with all its {warm.instances} instances up: it takes over at once"
    leaving = retirement(current, reason, {ROLLED_BACK_TO: warm.id})
    below = [app for app in picture.running if app.priority < warm.priority]
    steps = (
        Step("withdraw", current.id, reason),
        Step("confirm", warm.id, "Avi must send all traffic to exactly its tasks before anything else is scaled down"),
        *leaving_steps(superseded_by(warm.id, below)),
    )
    return RollbackPlan(INSTANT, warm.id, warm.priority, None, steps, reason=f"{reason}.", withdraw=(leaving,))


def _deployed(
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
        f"the definition of {wanted.id} once more, with {instances} instances and priority {priority}, above all others"
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


def _instances(picture: Picture, request: RollbackRequest, current: App, wanted: App) -> int:
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


def _warm(picture: Picture, current: App, wanted: App, instances: int) -> App | None:
    """Return the wanted version where a pool group is proven to send it all traffic as soon as the current one is gone."""
    heir = fallback(picture.traffic)
    group = picture.observed.avi.group
    # Below that number of servers, those of a still lower priority would share the traffic.
    shares = heir is None or (group is not None and heir.pool.servers_up < group.min_servers)
    warm = picture.proven_in(heir.pool) if heir and not shares else None
    if warm is None or first_app(warm) != first_app(wanted) or current is not picture.serving:
        return None
    ready = is_complete(warm) and not recent_failure(warm) and warm.instances >= instances and not warm.deployments
    return warm if ready else None


def _forward(app_id: str, reason: str, leaving: Iterable[App]) -> tuple[Step, ...]:
    return (Step("deploy", app_id, reason), confirm_step(app_id), *leaving_steps(superseded_by(app_id, leaving)))
