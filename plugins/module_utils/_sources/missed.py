# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of Marathon is remembered while its events are listened to, so that what happened during a cut is found by asking. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import last_failure, live_tasks
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id
from ansible_collections.dcos.avi.plugins.module_utils._sources.marathon_event import (
    CHANGED,
    ENDED,
    FAILED,
    INFO,
    STATUS,
    SUCCESS,
    TERMINATED,
    apps_of_steps,
    is_among,
    normalised,
)

# Of an app that an event told to have changed, and that was not asked for since.
UNKNOWN = ""
RUNNING = "TASK_RUNNING"


@dataclass
class Known:
    """What Marathon was seen to have: the version of each app, its tasks that run, the last one that failed, and the deployments.

    Of a deployment: the version that it leads to, and the apps that it changes.
    """

    apps: dict[str, str] = field(default_factory=dict)
    running: dict[str, set[str]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    deployments: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def learn(self, event: Mapping[str, Any]) -> None:
        """Take note of what an event told, in the shape of ``normalised``: it is not to be found missing later."""
        kind, task = event.get("type"), event.get("task") or {}
        if kind == INFO and event.get("deployment"):
            plan = event["event"].get("plan") or {}
            self.deployments[event["deployment"]] = (str(plan.get("version", UNKNOWN)), tuple(event["apps"]))
        elif kind in (SUCCESS, FAILED):
            self.deployments.pop(event.get("deployment") or "", None)
            self.apps.update(dict.fromkeys(event["apps"], UNKNOWN))
        elif kind == CHANGED:
            self.apps.update(dict.fromkeys(event["apps"], UNKNOWN))
        elif kind == TERMINATED:
            for app in event["apps"]:
                self._forget(app)
        elif kind == STATUS:
            for app in event["apps"]:
                self._learn_status(app, str(task.get("id", "")), task.get("state"))

    def _learn_status(self, app: str, task: str, state: object) -> None:
        running = self.running.setdefault(app, set())
        if state == RUNNING:
            running.add(task)
        else:
            running.discard(task)
        if state in FAILURES:
            self.failed[app] = task

    def _forget(self, app: str) -> None:
        for each in (self.apps, self.running, self.failed):
            each.pop(app, None)


FAILURES = ("TASK_FAILED", "TASK_ERROR", "TASK_LOST", "TASK_GONE", "TASK_DROPPED", "TASK_UNREACHABLE")


def seen_in(
    apps: Iterable[Mapping[str, Any]], deployments: Iterable[Mapping[str, Any]], wanted: Collection[str]
) -> Known:
    """Return what Marathon shows of the apps that are wanted."""
    known = Known()
    for app in apps:
        app_id = short_id(str(app.get("id", "")))
        if not is_among(app_id, wanted):
            continue
        known.apps[app_id] = str(app.get("version", UNKNOWN))
        known.running[app_id] = {str(task.get("id")) for task in live_tasks(app) if task.get("state") == RUNNING}
        failure = last_failure(app)
        if failure:
            known.failed[app_id] = str(failure.get("taskId", ""))
    for each in deployments:
        known.deployments[str(each["id"])] = _deployment(each)
    return known


def missed(known: Known, now: Known, apps: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield what happened between, as far as it can be seen afterwards, in the shape of ``normalised``.

    :param apps: as Marathon returned them for ``now``.
    """
    shown = {short_id(str(app.get("id", ""))): app for app in apps}
    for id_, (version, ids) in now.deployments.items():
        if id_ not in known.deployments:
            yield _found(INFO, ids, deployment=id_, version=version)
    for app_id in now.apps:
        yield from _of_app(app_id, known, now, shown[app_id])
    for app_id in known.apps.keys() - now.apps.keys():
        yield _found(TERMINATED, [app_id])
    for id_, (version, ids) in known.deployments.items():
        if id_ not in now.deployments:
            is_reached = bool(ids) and all(_is_reached(shown.get(app), version) for app in ids)
            yield _found(SUCCESS if is_reached else ENDED, ids, deployment=id_, version=version)


def _of_app(app_id: str, known: Known, now: Known, app: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    failure = last_failure(app) or {}
    if now.failed.get(app_id) not in (None, known.failed.get(app_id)):
        yield normalised(
            {
                "eventType": STATUS,
                "appId": app_id,
                "taskId": failure.get("taskId"),
                "taskStatus": failure.get("state"),
                "host": failure.get("host"),
                "version": failure.get("version"),
                "message": failure.get("message"),
                "timestamp": failure.get("timestamp"),
            },
            read_back=True,
        )
    if known.apps.get(app_id) not in (UNKNOWN, now.apps[app_id]):
        yield _found(CHANGED, [app_id], version=now.apps[app_id])
    for task in live_tasks(app):
        if task.get("state") == RUNNING and str(task.get("id")) not in known.running.get(app_id, ()):
            told = {key: task.get(key) for key in ("host", "version")}
            yield normalised(
                {
                    **told,
                    "eventType": STATUS,
                    "appId": app_id,
                    "taskId": task.get("id"),
                    "taskStatus": RUNNING,
                    "timestamp": task.get("startedAt"),
                },
                read_back=True,
            )


def _found(
    kind: str, apps: Iterable[str], *, deployment: str | None = None, version: str | None = None
) -> dict[str, Any]:
    steps = [{"actions": [{"app": app} for app in apps]}]
    shape = normalised({"eventType": kind, "plan": {"id": deployment, "steps": steps}}, read_back=True)
    return {**shape, **({"version": version} if version else {})}


def _is_reached(app: Mapping[str, Any] | None, version: str) -> bool:
    """Whether an app is what a deployment was to make of it: has its version, and as many tasks as it should."""
    if app is None or app.get("version") != version:
        return False
    return len([task for task in live_tasks(app) if task.get("state") == RUNNING]) == app.get("instances")


def _deployment(found: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    affected = found.get("affectedApps")
    ids = affected if isinstance(affected, list) else apps_of_steps(found.get("steps"))
    return str(found.get("version", UNKNOWN)), tuple(short_id(app) for app in ids if isinstance(app, str))
