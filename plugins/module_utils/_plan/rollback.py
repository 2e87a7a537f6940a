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
from collections.abc import Callable, Iterable

from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import fallback
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import (
    REFUSE,
    UNCONFIRMABLE,
    CannotPlan,
    Refusal,
    delete_steps,
    left_behind,
    refuse_if_any,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.preview import left_previews
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackPlan, RollbackRequest
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_target import (
    highest_running,
    one_before,
    version_named,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_ways import (
    deploy_once_more,
    give_up_what_waits,
    instances_to_go_back_with,
    keep_what_runs,
    switch_at_once,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import first_app
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture, is_complete, recent_failure

# With these nothing could be confirmed, or nothing is known to go back from.
CANNOT_CONFIRM = (*UNCONFIRMABLE, "no_listener", "not_a_listener")


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
            return give_up_what_waits(picture, active, current)
        if first_app(current) != first_app(wanted):
            raise CannotPlan([_unfinished(active, current)])
    if first_app(current) == first_app(wanted):
        return keep_what_runs(picture, request, current, is_taken)
    instances = instances_to_go_back_with(picture, request, current, wanted)
    warm = None if request.instant is False else _warm(picture, current, wanted, instances)
    if warm and (request.instant or not answers_rightly(picture, current)):
        return switch_at_once(picture, current, warm)
    plan = deploy_once_more(picture, current, wanted, instances, is_taken)
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
