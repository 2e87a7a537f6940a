# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marathon itself: what there is, and the one way to change it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any

from tests.lab.agents import Agent, Resources
from tests.lab.journal import Journal
from tests.lab.marathon import errors
from tests.lab.marathon.clock import Clock
from tests.lab.marathon.cluster import Cluster
from tests.lab.marathon.config import Config
from tests.lab.marathon.deployments import Deployment, Deployments
from tests.lab.marathon.events import Events
from tests.lab.marathon.lost import LostAgents
from tests.lab.marathon.persona import PERSONAS
from tests.lab.marathon.plan import Plan, groups_before, reverted, steps
from tests.lab.marathon.root import App, Definitions, Group, Root, changed
from tests.lab.marathon.scaling import fit
from tests.lab.marathon.tasks import Task, counts
from tests.lab.settings import Settings

#: So many versions of an app are kept; the releases since 1.6 take their time to forget the others.
MAX_VERSIONS = 50
#: The status of a change that other deployments stand in the way of.
LOCKED = 409


class Marathon:
    """All apps, groups, tasks and deployments, behind whatever API."""

    def __init__(self, settings: Settings, journal: Journal) -> None:
        self._settings = settings
        self.config = Config(PERSONAS[settings.marathon])
        self.persona = self.config.persona
        self.clock = Clock(settings)
        self.events = Events(self.clock)
        resources = Resources(settings.agent_cpus, settings.agent_mem)
        self.agents = [Agent(number, resources) for number in range(settings.agents)]
        self.cluster = Cluster(settings, journal, self.clock, self.events, self.persona, self.agents, self._task_ended)
        self.deployments = Deployments(self.cluster, self.events, self.persona)
        self.lost_agents = LostAgents(self, journal)
        self._began = self.clock.version()
        self.root = Root(self._began)
        self.roots: dict[str, Root] = {self.root.version: self.root}
        """All versions of the root group, in no order."""
        self._history: dict[str, dict[str, App]] = {}
        self._background: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to launch what waits and to look after what runs."""
        self._background = [asyncio.create_task(self.cluster.launcher.run()), asyncio.create_task(self._look_after())]

    async def stop(self) -> None:
        """End all tasks at once."""
        for loop in self._background:
            loop.cancel()
        self.lost_agents.stop()
        self.deployments.stop()
        self.events.cut()
        await self.cluster.stop()

    def state(self) -> dict[str, Any]:
        """Return the apps with their tasks, and the deployments, in a few words."""
        return {
            "apps": {
                app.id: {
                    "instances": app.instances,
                    "version": app.version,
                    **counts(self.cluster.tasks_of(app.id)),
                    "tasks": [
                        {"id": task.id, "state": task.state, "host": task.agent.name, "ports": task.ports}
                        for task in self.cluster.tasks_of(app.id)
                    ],
                }
                for app in self.root.apps.values()
            },
            "deployments": [deployment.plan.id for deployment in self.deployments.all()],
            "queue": {entry.app.id: entry.count for entry in self.cluster.launcher.entries.values()},
        }

    def app(self, app_id: str) -> App:
        """Return an app. Raises Refusal(404)."""
        if app_id not in self.root.apps:
            raise errors.unknown_app(app_id)
        return self.root.apps[app_id]

    def past(self, app_id: str) -> Mapping[str, App]:
        """Return all versions of an app by their timestamps, in no order; from 1.5 on they outlive it."""
        return self._history.get(app_id, {})

    def group(self, group_id: str) -> Group:
        """Return a group. Raises Refusal(404)."""
        if group_id == "/":
            return Group(self.root.version)
        if group_id not in self.root.groups:
            raise errors.unknown_group(group_id)
        return self.root.groups[group_id]

    def change(
        self,
        definitions: Definitions,
        *,
        force: bool,
        restart: Iterable[str] = (),
        groups: Mapping[str, Group] | None = None,
        version: str | None = None,
        doomed: Collection[Task] = (),
    ) -> Plan:
        """Change apps and groups, and deploy that: see root.changed. Raises Refusal where it cannot be, or not now.

        The change has a new version, unless it is to have another. Tasks that are `doomed` are those that a smaller app loses.
        """
        target = changed(self.root, definitions, version or self.clock.version(), self.config, restart, groups)
        plan = Plan(str(uuid.uuid4()), self.root, target, steps(self.root, target))
        try:
            self.deployments.check(plan, force=force)
        except errors.Refusal as refusal:
            self.events.send("group_change_failed", groupId="/", version=target.version, reason=str(refusal))
            self.deployments.refused(plan, str(refusal))
            if refusal.status == LOCKED:  # it is stored first
                self._store(target, {*definitions, *restart})
            raise
        self.root = target
        self.roots[target.version] = target
        if len(self.roots) > MAX_VERSIONS:
            del self.roots[min(self.roots)]
        for app_id in definitions.keys() - target.apps.keys():
            if self.persona.old_form:
                self._history.pop(app_id, None)
            self.cluster.forget(app_id)
        self._store(target, {*definitions, *restart})
        for app_id in {*definitions, *restart} & target.apps.keys():
            app = target.apps[app_id]
            waits_at_zero = app.instances == 0 and app_id in self.cluster.launcher.entries
            # Its failures were those of another configuration; but what a scale to zero leaves in the queue is still of that one.
            if app.last_config_change == target.version and not waits_at_zero:
                self.cluster.launcher.forgive(app_id)
        self.deployments.start(plan, doomed)
        # The deployment has begun before anybody tells of the change that brought it.
        tell = partial(self.events.send, "group_change_success", groupId="/", version=target.version)
        asyncio.get_running_loop().call_soon(tell)
        return plan

    def _store(self, root: Root, app_ids: Iterable[str]) -> None:
        for app in (root.apps[app_id] for app_id in app_ids if app_id in root.apps):
            past = self._history.setdefault(app.id, {})
            past[app.version] = app
            if self.persona.internal_instances and len(past) > MAX_VERSIONS:
                del past[min(past)]

    def roll_back(self, deployment: Deployment) -> Plan:
        """Deploy the opposite of a running deployment, in its place."""
        plan = deployment.plan
        before = {app_id: self.past(app_id) for app_id in plan.affected}
        version = self._began if self.persona.old_rollback_version else None
        groups = groups_before(plan, self.root)
        undone = self.change(reverted(plan, self.root), force=True, groups=groups, version=version)
        for app_id, past in before.items():  # even where a deletion would forget them
            self._history[app_id] = {**past, **self.past(app_id)}
        return undone

    def change_leader(self) -> None:
        """Go on as a new leader does.

        Event streams end, health has to be found out again, and so have backoffs. Deployments begin anew: a restart counts
        what its first half has launched, and takes down only what is old.
        """
        self.events.cut()
        self.cluster.forget_health()
        self.cluster.launcher.begin_again()
        measured = self._settings.election_answers == "measured"
        self.deployments.resume(hidden=measured and self.persona.hides_deployments)

    def _task_ended(self, task: Task) -> None:
        """Check an app's scale when one of its tasks has ended; deployments see to their own apps."""
        app = self.root.apps.get(task.app.id)
        again = task.comes_back and not self.persona.separate_queue
        if app and again and not self.deployments.replaces(task):
            self.cluster.launcher.again(app, task)
        self.settle(task.app.id)

    async def _look_after(self) -> None:
        while True:
            await asyncio.sleep(self.clock.real(self._settings.scale_interval))
            self.lost_agents.give_up_overdue()
            for app_id in list(self.root.apps):
                self.settle(app_id)

    def settle(self, app_id: str) -> None:
        """Bring an app to the tasks it should have, unless a deployment sees to it. Too many: nothing waits to be launched any more, either."""
        app = self.root.apps.get(app_id)
        if app is None or self.deployments.of([app_id]):
            return
        if fit(app, app.instances, self.cluster) and self.persona.separate_queue:
            self.cluster.launcher.forget(app_id)
