# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deployment plans: which steps lead from one root to another, and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.lab.marathon.root import App, Definitions, Group, Root, is_upgrade, needed_by

START, SCALE, RESTART, STOP = "StartApplication", "ScaleApplication", "RestartApplication", "StopApplication"


@dataclass(frozen=True)
class Action:
    """One thing to do to one app; `app` is the version to get to, or to stop."""

    kind: str
    app: App

    def as_json(self) -> dict[str, Any]:
        return {"action": self.kind, "app": self.app.id}


Step = tuple[Action, ...]


@dataclass(frozen=True)
class Plan:
    """A deployment on paper."""

    id: str
    original: Root
    target: Root
    steps: tuple[Step, ...]

    @property
    def version(self) -> str:
        return self.target.version

    @property
    def affected(self) -> list[str]:
        """The ids of the apps that change."""
        return sorted({action.app.id for step in self.steps for action in step})

    def steps_json(self) -> list[dict[str, Any]]:
        return [step_json(step) for step in self.steps]


def step_json(step: Step) -> dict[str, Any]:
    """Return a step as clients see it."""
    return {"actions": [action.as_json() for action in step]}


def steps(original: Root, target: Root) -> tuple[Step, ...]:
    """Return what has to be done: stop what goes, start what comes, then scale and restart, dependencies first."""
    gone = [app for app_id, app in original.apps.items() if app_id not in target.apps]
    new = [app for app_id, app in target.apps.items() if app_id not in original.apps]
    changing = {app_id: app for app_id, app in target.apps.items() if _differs(original.apps.get(app_id), app)}
    result: list[Step] = []
    if gone:
        result.append(tuple(Action(STOP, app) for app in gone))
    if new:
        result.append(tuple(Action(START, app) for app in new))
    for layer in _layers(changing, needed_by(target)):
        result.append(tuple(Action(_kind(original, app), app) for app in layer))
    return tuple(result)


def _differs(before: App | None, app: App) -> bool:
    return before != app  # two versions can have one timestamp


def _kind(original: Root, app: App) -> str:
    before = original.apps.get(app.id)
    # Without instances there is nothing to restart, whatever changed.
    if before is None or app.instances == 0:
        return SCALE
    is_same = before.last_config_change == app.last_config_change and not is_upgrade(before.definition, app.definition)
    return SCALE if is_same and before.instances != app.instances else RESTART


def _layers(apps: Mapping[str, App], needed: Mapping[str, Collection[str]]) -> list[list[App]]:
    """Return apps in layers, by the longest chain of apps that they need, whether those change or not."""

    @cache
    def depth(app_id: str) -> int:
        return 1 + max(map(depth, needed[app_id]), default=0)

    layers: dict[int, list[App]] = {}
    for app in apps.values():
        layers.setdefault(depth(app.id), []).append(app)
    return [layers[each] for each in sorted(layers)]


def reverted(plan: Plan, now: Root) -> Definitions:
    """Return the definitions that undo a plan in what is there now: its apps as they were, the new ones gone."""
    undone: dict[str, dict[str, Any] | None] = {}
    for app_id in plan.affected:
        before = plan.original.apps.get(app_id)
        if before is not None:
            undone[app_id] = before.definition
        elif app_id in now.apps:
            undone[app_id] = None
    return undone


def groups_before(plan: Plan, now: Root) -> dict[str, Group]:
    """Return the groups there are now without those that the plan made."""
    made = plan.target.groups.keys() - plan.original.groups.keys()
    return {group_id: group for group_id, group in now.groups.items() if group_id not in made}
