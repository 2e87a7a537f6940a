# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running deployments: locks, progress, cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from typing import Any

from tests.lab.marathon import errors
from tests.lab.marathon.actions import perform
from tests.lab.marathon.cluster import Cluster
from tests.lab.marathon.events import Events
from tests.lab.marathon.persona import Persona
from tests.lab.marathon.plan import RESTART, STOP, Plan, Step, step_json
from tests.lab.marathon.render import group_json
from tests.lab.marathon.tasks import Task

CANCELLED = "The upgrade has been cancelled"


class Deployment:
    """A plan that is being carried out."""

    def __init__(self, plan: Plan, doomed: Collection[Task] = ()) -> None:
        self.plan = plan
        self.doomed = doomed
        """The tasks to kill first, before it looks for others."""
        self.step = 0
        """The number of the step it is at; 0 is before the first."""
        self.work: asyncio.Task[None] | None = None

    @property
    def actions(self) -> Step:
        """What it does now."""
        return self.plan.steps[self.step - 1] if self.step else ()

    def as_json(self, readiness: Callable[[str], list[dict[str, Any]]]) -> dict[str, Any]:
        """Return it as /v2/deployments tells it. `readiness` gives an app's readiness check results."""
        return {
            "id": self.plan.id,
            "version": self.plan.version,
            "affectedApps": self.plan.affected,
            "affectedPods": [],
            "steps": self.plan.steps_json(),
            "currentActions": [
                {**action.as_json(), "readinessCheckResults": readiness(action.app.id)} for action in self.actions
            ],
            "currentStep": self.step,
            "totalSteps": len(self.plan.steps),
        }


class Deployments:
    """All deployments that run. One that is done, or cancelled, is gone."""

    def __init__(self, cluster: Cluster, events: Events, persona: Persona) -> None:
        self._cluster = cluster
        self._events = events
        self._persona = persona
        self._running: dict[str, Deployment] = {}
        self._hidden = False
        self._works: set[asyncio.Task[None]] = set()
        self._over_at_once: set[asyncio.Task[None]] = set()

    def all(self) -> list[Deployment]:
        """Return those that run."""
        return list(self._running.values())

    def shown(self, app_ids: Iterable[str]) -> list[Deployment]:
        """Return those of some apps that clients are told of."""
        return [] if self._hidden else self.of(app_ids)

    def show(self) -> None:
        """Tell clients of all that run."""
        self._hidden = False

    def resume(self, *, hidden: bool) -> None:
        """Begin each anew, under the id it has, as a new leader does. `hidden`: clients are not told of them at first."""
        self._hidden = hidden
        for deployment in self.all():
            if deployment.work:
                deployment.work.cancel()
            self._begin(deployment)

    def get(self, deployment_id: str) -> Deployment:
        """Return one that runs. Raises Refusal(404)."""
        if deployment_id not in self._running:
            raise errors.unknown_deployment(deployment_id)
        return self._running[deployment_id]

    def of(self, app_ids: Iterable[str]) -> list[Deployment]:
        """Return those that change any of these apps."""
        wanted = set(app_ids)
        return [each for each in self._running.values() if wanted.intersection(each.plan.affected)]

    def replaces(self, task: Task) -> bool:
        """Whether a restart that runs now does away with a task's version."""
        return any(
            action.kind == RESTART and action.app.id == task.app.id and action.app.version != task.app.version
            for each in self._running.values()
            for action in each.actions
        )

    def check(self, plan: Plan, *, force: bool) -> None:
        """Raise Refusal where the plan may not run now: 409 for locked apps, 403 for too many deployments."""
        if force:
            return
        conflicts = self.of(plan.affected)
        if conflicts:
            raise errors.locked(each.plan.id for each in conflicts)
        limit = self._persona.max_deployments
        if limit is not None and len(self._running) >= limit:
            raise errors.too_many_deployments(limit)

    def start(self, plan: Plan, doomed: Collection[Task] = ()) -> None:
        """Carry a plan out, in the place of all that change the same apps. It kills the `doomed` tasks, if any."""
        for conflict in self.of(plan.affected):
            self.cancel(conflict, CANCELLED)
        deployment = Deployment(plan, doomed)
        is_over_at_once = self._is_over_at_once(plan)
        if not is_over_at_once:
            self._running[plan.id] = deployment
        work = self._begin(deployment)
        if is_over_at_once:
            self._over_at_once.add(work)
            work.add_done_callback(self._over_at_once.discard)

    async def over(self) -> None:
        """Wait for the end of what is over at once."""
        while self._over_at_once:
            await asyncio.wait(self._over_at_once)

    def _is_over_at_once(self, plan: Plan) -> bool:
        """Whether there is nothing to start, and nothing that has to end: such a deployment locks nothing, and nobody sees it."""
        return all(
            action.kind != STOP
            and action.app.instances == 0
            and not self._cluster.tasks_of(action.app.id)
            and action.app.id not in self._cluster.launcher.entries
            for step in plan.steps
            for action in step
        )

    def _begin(self, deployment: Deployment) -> asyncio.Task[None]:
        deployment.work = work = asyncio.create_task(self._run(deployment))
        self._works.add(work)
        work.add_done_callback(self._done)
        return work

    def cancel(self, deployment: Deployment, reason: str) -> None:
        """Stop a deployment where it stands."""
        self._running.pop(deployment.plan.id, None)
        if deployment.work:
            deployment.work.cancel()
        for app_id in deployment.plan.affected:
            self._cluster.launcher.cancelled(app_id)
        why = {"reason": reason} if self._persona.failure_reason else {}
        self._tell("deployment_failed", deployment.plan, id=deployment.plan.id, **why)

    def refused(self, plan: Plan, reason: str) -> None:
        """Tell that a plan may not run now: from 1.5 on as one that failed, by an id that nobody has seen."""
        if not self._persona.old_form:
            why = {"reason": reason} if self._persona.failure_reason else {}
            self._tell("deployment_failed", plan, id=plan.id, **why)

    def abandon(self, deployment: Deployment) -> None:
        """Cancel a deployment because somebody asks for just that; one release calls it a success as well."""
        self.cancel(deployment, CANCELLED)
        if self._persona.cancelled_is_success:
            self._tell("deployment_success", deployment.plan, id=deployment.plan.id)

    def stop(self) -> None:
        """Stop all, quietly."""
        for work in self._works:
            work.cancel()

    def _done(self, work: asyncio.Task[None]) -> None:
        self._works.discard(work)
        if not work.cancelled():
            work.result()  # a bug in the lab shows at once

    async def _run(self, deployment: Deployment) -> None:
        plan = deployment.plan
        checked: set[str] = set()
        stopped = []
        async with asyncio.TaskGroup() as ending:
            for number, step in enumerate(plan.steps, 1):
                deployment.step = number
                self._tell_step("deployment_info", plan, step)
                checked |= self._tell_checks(step, checked)
                for task in deployment.doomed:
                    self._cluster.kill(task)
                async with asyncio.TaskGroup() as group:
                    for action in step:
                        decommissions = action.kind == STOP and not self._persona.internal_instances
                        (ending if decommissions else group).create_task(perform(action, self._cluster))
                stopped = [action.app.id for action in step if action.kind == STOP]
                if not self._persona.internal_instances:
                    # What is to end has been told so; that is all this release waits for, but for the lock.
                    await asyncio.sleep(0)
                    self._tell_terminated(stopped)
                self._tell_step("deployment_step_success", plan, step)
            if not self._persona.internal_instances:
                self._tell("deployment_success", plan, id=plan.id)
        self._running.pop(plan.id, None)
        if self._persona.internal_instances:
            self._tell("deployment_success", plan, id=plan.id)
            self._tell_terminated(stopped)

    def _tell_terminated(self, app_ids: Iterable[str]) -> None:
        for app_id in app_ids:
            self._events.send("app_terminated_event", appId=app_id)

    def _tell_checks(self, step: Step, known: Collection[str]) -> set[str]:
        """Tell of the health checks that a step begins or ends; return the apps of those that it begins."""
        for action in step:
            checks = action.app.definition.get("healthChecks", [])
            if action.kind == STOP and checks:
                self._events.send("remove_health_check_event", appId=action.app.id)
            elif action.app.id not in known:
                for check in checks:
                    version = action.app.version
                    self._events.send("add_health_check_event", appId=action.app.id, version=version, healthCheck=check)
        return {action.app.id for action in step}

    def _tell_step(self, event: str, plan: Plan, step: Step) -> None:
        self._tell(event, plan, currentStep=step_json(step))

    def _tell(self, event: str, plan: Plan, **more: Any) -> None:
        light = {"id": plan.id, "version": plan.version, "steps": plan.steps_json()}
        heavy = None
        if self._persona.heavy_plans:
            roots = {
                "original": group_json(plan.original, self._persona),
                "target": group_json(plan.target, self._persona),
            }
            heavy = {"plan": {**light, **roots}}
        self._events.send(event, heavy=heavy, **more, plan=light)
