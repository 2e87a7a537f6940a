# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a change of an app that is half done is undone without taking down the tasks that serve. Pure.

Marathon's own rollback, and every forced change, restarts the app once more. A restart takes down as many tasks as are too many, and asks
none of them for its health, so that the healthy ones go. Three steps lose nobody: scale the app down to what serves and one task more,
which ends the deployment and kills the youngest tasks; scale it down to what serves; change it back without force. The one task more is
for a task that ends between the look and the request: from 1.8 on, Marathon kills those that run before it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import number
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import canonical, differences
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.endless import (
    Release,
    refuse_endless_restart,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import LOST_STATES
from ansible_collections.dcos.avi.plugins.module_utils._marathon.task_health import (
    HEALTHY,
    UNCHECKED,
    health_of,
    is_running,
    moment,
)

AppJson = Mapping[str, Any]
# What is to be done next.
SCALE, CHANGE, OVER, FREE = "scale", "change", "over", "free"
RESTART = "RestartApplication"
OLDEST_FIRST = "OLDEST_FIRST"
LEFT_LYING = (
    "Do not leave it lying: when Marathon's leader changes, Marathon 1.8 to 1.11 take the healthy tasks down for good."
)


@dataclass(frozen=True)
class UndoStep:
    """What to do next: ``scale`` the app to so many ``instances``; ``change`` it to what is wanted; nothing, as it is ``over``.

    ``free``: no task serves, so that Marathon's own rollback, or a forced change, takes nobody down.
    """

    act: str
    instances: int = 0
    force: bool = False


@dataclass(frozen=True)
class Obstacle:
    """Why it cannot go on without an outage, as a clause; ``may_pass``: it may be otherwise in a moment."""

    why: str
    may_pass: bool = False


@dataclass(frozen=True)
class Seen:
    """One look: the app, what it waits for in the launch queue, its deployments, and the definitions that its tasks run.

    ``definitions`` holds None for a version that Marathon has dropped. ``restarted_as`` is the version of a restart that changes no
    definition, empty where there is none. ``returns``: the restart that is under way brings back what tasks run already, which is the
    last step of an undo that was interrupted.
    """

    app: AppJson
    queued: int = 0
    deployments: tuple[AppJson, ...] = ()
    definitions: Mapping[str, AppJson | None] = field(default_factory=dict)
    restarted_as: str = ""
    returns: bool = False

    @property
    def tasks(self) -> list[AppJson]:
        """The tasks that have not ended, those first that a scale-down with YOUNGEST_FIRST kills last."""
        return sorted(self.app.get("tasks") or [], key=self._at_rest_since)

    def is_old(self, task: AppJson) -> bool:
        """Tell whether a task runs what the app was before the change."""
        if self.restarted_as:
            return task.get("version") != self.restarted_as
        definition = self.definition_of(task)
        return definition is None or not is_same(definition, self.app)

    def is_as(self, target: AppJson) -> bool:
        """Tell whether the app is as wanted, and nothing of the change is left."""
        if self.deployments or not is_same(target, self.app):
            return False
        if self.restarted_as:
            return all(map(self.is_old, self.tasks)) and self.app.get("instances") == target.get("instances")
        return not any(map(self.is_old, self.tasks))

    def definition_of(self, task: AppJson) -> AppJson | None:
        """Return the definition that a task runs, None where it is not known."""
        version = str(task.get("version"))
        return self.app if version == self.app.get("version") else self.definitions.get(version)

    def health(self, task: AppJson) -> str | None:
        """Return the health of a task by the checks of its own definition."""
        return health_of(task, len((self.definition_of(task) or self.app).get("healthChecks") or ()))

    @property
    def kind(self) -> str | None:
        """What the one deployment that is under way does to the app; None where there is none, or it is not known."""
        actions = [
            action.get("action")
            for deployment in self.deployments
            for step in deployment.get("steps") or ()
            for action in step.get("actions") or ()
        ]
        return str(actions[0]) if len(set(actions)) == 1 and actions[0] else None

    @property
    def serves(self) -> bool:
        """Whether a task serves, or may do so unseen."""
        tasks = self.app.get("tasks") or []
        return any(
            self.health(task) == HEALTHY or task.get("state") in LOST_STATES or self.is_unchecked(task)
            for task in tasks
        )

    def is_unchecked(self, task: AppJson) -> bool:
        """Tell whether a task that served before the change has not been checked, as after a change of Marathon's leader."""
        return self.is_old(task) and self.health(task) == UNCHECKED

    def _at_rest_since(self, task: AppJson) -> float:
        """Marathon goes by the last change of a task's state, to which its health belongs; that of a sick task is not known."""
        moments = [moment(task.get("startedAt")) or moment(task.get("stagedAt"))]
        if self.health(task) == HEALTHY:
            moments += [moment(result.get("lastFailure")) for result in task.get("healthCheckResults") or () if result]
        return max((found.timestamp() for found in moments if found), default=math.inf)


def is_same(definition: AppJson, app: AppJson) -> bool:
    """Tell whether an app has a definition, whatever its number of instances."""
    return not differences(dict(definition), dict(app), complete=True).keys() - {"instances"}


def taken_down_at_once(total: int, target: AppJson) -> int:
    """Return how many of so many instances a restart to a definition takes down before it launches any."""
    return max(0, total - _least(target))


def _least(target: AppJson) -> int:
    wanted = canonical(dict(target))
    share = number((wanted.get("upgradeStrategy") or {}).get("minimumHealthCapacity"))
    return math.ceil((number(wanted.get("instances")) or 0) * (1 if share is None else share))


def next_step(seen: Seen, target: AppJson, release: Release) -> UndoStep | Obstacle:
    """Return what to do next for the app to be as ``target``, with its instances, while what serves goes on serving.

    The state alone decides, so that an answer that was lost, or a run that was interrupted, is no matter.
    """
    tasks, under_way = seen.tasks, bool(seen.deployments)
    if seen.is_as(target):
        return UndoStep(OVER)
    if not seen.serves:
        return UndoStep(FREE)
    obstacle = _of_the_deployments(seen) or _of_the_tasks(seen)
    if obstacle:
        return obstacle
    instances = int(number(target.get("instances")) or 0)
    healthy = [place for place, task in enumerate(tasks, 1) if seen.health(task) == HEALTHY]
    keep = min(instances, healthy[-1])
    obstacle = _of_the_scale(seen, keep) or _of_the_change(seen, target, keep, release)
    if obstacle:
        return obstacle
    if len(tasks) <= keep:
        return UndoStep(CHANGE, force=under_way)
    return UndoStep(SCALE, _scaled(len(tasks), keep, seen.app.get("instances"), under_way), force=under_way)


def _scaled(total: int, keep: int, instances: Any, under_way: bool) -> int:
    """Return the instances to have next: the number that the app has already would change nothing, and end no deployment."""
    if not under_way and total == keep + 1 and instances != keep:
        return keep
    if instances != keep + 1:
        return keep + 1
    return keep + 2 if total > keep + 1 else keep


def _of_the_deployments(seen: Seen) -> Obstacle | None:
    affected = {app for deployment in seen.deployments for app in deployment.get("affectedApps") or ()}
    if len(affected) > 1 or len(seen.deployments) > 1:
        return Obstacle(f"the deployment changes several apps at once: {', '.join(sorted(affected))}")
    if seen.returns:
        return Obstacle("the restart that brings back what serves is under way", may_pass=True)
    if seen.deployments and seen.kind != RESTART:
        # One of an undo that was interrupted is over within moments.
        is_mixed = any(map(seen.is_old, seen.tasks))
        return Obstacle(_WHY.get(seen.kind, "it is not known what the deployment does"), may_pass=is_mixed)
    if not any(map(seen.is_old, seen.tasks)):
        return Obstacle("no task runs the definition of before, so that there is nothing to go back to")
    return None


_WHY: dict[str | None, str] = {
    "StartApplication": "the deployment creates the app, so that there is nothing to go back to",
    "ScaleApplication": "the deployment scales the app, and from 1.8 on Marathon then kills the tasks that run before those that do not run yet",
    "StopApplication": "the deployment deletes the app",
}


_KILLS_OLDEST = "with killSelection OLDEST_FIRST Marathon kills the tasks that served before the change first"


def _of_the_tasks(seen: Seen) -> Obstacle | None:
    idle = [task for task in seen.tasks if not is_running(task)]
    if idle or seen.queued:
        number_of = max(len(idle), seen.queued)
        idle_ones = "1 instance does not run" if number_of == 1 else f"{number_of} instances do not run"
        return Obstacle(f"{idle_ones}, and Marathon kills those that run before these", may_pass=True)
    if any(map(seen.is_unchecked, seen.tasks)):
        return Obstacle("tasks that served before have not been checked yet", may_pass=True)
    if any(seen.definition_of(task) is None for task in seen.tasks):
        return Obstacle("Marathon has dropped the definition that its tasks run")
    return None


def _of_the_scale(seen: Seen, keep: int) -> Obstacle | None:
    if len(seen.tasks) <= keep:
        return None
    if seen.app.get("killSelection") == OLDEST_FIRST:
        return Obstacle(_KILLS_OLDEST)
    if any(seen.is_old(task) and seen.health(task) == HEALTHY for task in seen.tasks[keep:]):
        return Obstacle(
            "a healthy task of before is among the youngest, or its health failed since, and Marathon kills these first"
        )
    return None


def _of_the_change(seen: Seen, target: AppJson, keep: int, release: Release) -> Obstacle | None:
    serving = sum(seen.health(task) == HEALTHY for task in seen.tasks[:keep])
    at_once = taken_down_at_once(min(keep, len(seen.tasks)), target)
    if at_once >= serving:
        return Obstacle(
            f"with its upgradeStrategy Marathon takes down {at_once} of the {serving} healthy tasks at once when it is changed back"
        )
    try:
        refuse_endless_restart(target, release)
    except Refused as endless:
        return Obstacle(f"the change back would never end. {endless.sentence.rstrip('.')}")
    return None


def foreseen(before: AppJson, after: AppJson, release: Release) -> str | None:
    """Say as a clause why a change of an app that serves could not be undone without an outage, None where that cannot be foreseen.

    :param before: the app as it is; ``after`` as it is to be.
    """
    tasks = before.get("tasks") or []
    if not any(map(is_running, tasks)):
        return None
    if not differences(dict(after), dict(before)).keys() - {"instances"}:
        return _WHY["ScaleApplication"]
    if after.get("killSelection") == OLDEST_FIRST:
        return _KILLS_OLDEST
    if not all(map(is_running, tasks)) or len(tasks) < (before.get("instances") or 0):
        return f"{sum(map(is_running, tasks))} of its {before.get('instances')} tasks run"
    obstacle = _of_the_change(Seen(before), before, len(tasks), release)
    return obstacle.why if obstacle else None


def with_outage(app_id: str, why: str, what: str) -> str:
    """Say that something is not done because it would take down what serves, and what to choose from."""
    return (
        f"{app_id} is not {what}, because that would take down tasks that serve: {why}. It was left as it is. "
        f"To accept the outage, run it again with allow_outage: true. {LEFT_LYING}"
    )
