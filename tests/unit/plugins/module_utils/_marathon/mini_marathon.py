# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Just enough of Marathon for tests of what the modules do when things go wrong.

It keeps apps as they are sent, deploys them at once, and fails as told. What it shows of an app's shape is not the
point here: the lab has a Marathon that is true in this.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply, Request

APPS = "/v2/apps"
READ_ONLY = ("version", "versionInfo", "tasks", "deployments", "tasksRunning", "tasksHealthy")
DEFAULTS: dict[str, Any] = {
    "labels": {},
    "instances": 1,
    "networks": [{"mode": "host"}],
    "portDefinitions": [{"port": 10000, "name": "default"}],
}

SLEEP = {"cmd": "sleep 1000", "instances": 2}


@dataclass
class Fault:
    """What happens to one request of a method: ``reply`` instead of the true answer, after it was applied or not."""

    method: str
    reply: Reply
    applied: bool = False


class FailsAsTold:
    """What answers a request truly, unless one of its ``faults`` is for it. They are used up in order."""

    faults: list[Fault]
    before_answer: Callable[[Request], None]

    def answer(self, request: Request) -> Reply:
        self.before_answer(request)
        fault = next((fault for fault in self.faults if fault.method == request.method), None)
        if fault is None:
            return self._true_answer(request)
        self.faults.remove(fault)
        if fault.applied:
            self._true_answer(request)
        return fault.reply

    def _true_answer(self, request: Request) -> Reply:
        raise NotImplementedError


@dataclass
class MiniMarathon(FailsAsTold):
    """Answers requests as Marathon would. ``faults`` are used up in order; ``locks`` are deployments in the way.

    When ``stuck``, what is changed has an unfinished deployment "d-stuck" until that is rolled back or abandoned. What a DELETE begins
    is listed ``listed_late`` seconds later, as by releases before 1.8, and is over ``takes`` seconds after it began.
    """

    apps: dict[str, dict[str, Any]] = field(default_factory=dict)
    history: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    locks: list[str] = field(default_factory=list)
    deployments: list[dict[str, Any]] = field(default_factory=list)
    queue: list[dict[str, Any]] = field(default_factory=list)
    release: str = "1.8.222"
    unhealthy: bool = False
    stuck: bool = False
    listed_late: float = 0
    takes: float = 1
    before_answer: Callable[[Request], None] = lambda request: None
    _writes: int = 0
    _begun: tuple[float, dict[str, Any]] = (float("-inf"), {})

    def add(self, app_id: str, **definition: Any) -> dict[str, Any]:
        """Put an app there, rolled out."""
        self._store(app_id, {**DEFAULTS, **definition})
        return self.apps[app_id]

    def _true_answer(self, request: Request) -> Reply:
        if request.path == "/v2/info":
            return Reply(200, {"version": self.release})
        if request.path == "/v2/deployments":
            shown, self.locks = [{"id": lock, "affectedApps": []} for lock in self.locks], []
            if self.listed_late < time.monotonic() - self._begun[0] < self.takes:
                shown.append(self._begun[1])
            shown += self.deployments
            return Reply(200, shown + [{"id": "d-stuck", "affectedApps": [app_id]} for app_id in self._unfinished()])
        if request.path.startswith("/v2/deployments/"):
            return self._end_deployment(request)
        if request.path == "/v2/events":
            return Reply(403, {"message": "no events here"})
        if request.path == "/v2/queue":
            return Reply(200, {"queue": self.queue})
        app_id, _sep, version = request.path[len(APPS) :].removesuffix("/restart").partition("/versions")
        if not app_id:
            return self._post(request.body) if request.method == "POST" else self._list(request)
        if app_id not in self.apps and request.method != "PUT":
            return Reply(404, {"message": f"App '{app_id}' does not exist"})
        if "/versions" in request.path:
            versions = self.history[app_id]
            if version and version.strip("/") not in versions:
                return Reply(404, {"message": f"App '{app_id}' does not exist"})
            return Reply(200, versions[version.strip("/")] if version else {"versions": list(versions)})
        if request.method == "POST":
            self._store(app_id, self.apps[app_id])
            return Reply(200, {"version": self.apps[app_id]["version"], "deploymentId": "d-restart"})
        return {"GET": self._get, "PUT": self._put, "DELETE": self._delete}[request.method](app_id, request)

    def _unfinished(self) -> list[str]:
        return [app_id for app_id, app in self.apps.items() if app["deployments"]]

    def _end_deployment(self, request: Request) -> Reply:
        unfinished = self._unfinished() if request.path.endswith("/d-stuck") else []
        if not unfinished:
            return Reply(404, {"message": "DeploymentPlan does not exist"})
        for app_id in unfinished:
            self.apps[app_id]["deployments"] = []
            if request.query.get("force") != ["true"]:
                self._begin("d-undo", app_id)
                *_older, before, _now = [None, *self.history[app_id].values()]
                self.stuck = False
                self._store(app_id, before) if before else self.apps.pop(app_id)
        return (
            Reply(202)
            if request.query.get("force") == ["true"]
            else Reply(200, {"version": "v", "deploymentId": "d-undo"})
        )

    def _begin(self, deployment_id: str, app_id: str) -> None:
        if self.listed_late:
            self._begun = (time.monotonic(), {"id": deployment_id, "affectedApps": [app_id]})

    def _list(self, request: Request) -> Reply:
        label = request.query.get("label", [""])[0]
        return Reply(200, {"apps": [app for app in self.apps.values() if not label or label in app["labels"]]})

    def _get(self, app_id: str, request: Request) -> Reply:
        return Reply(200, {"app": self.apps[app_id]})

    def _post(self, definition: dict[str, Any]) -> Reply:
        if self.locks:
            return self._locked()
        app_id = "/" + definition["id"].strip("/")
        if app_id in self.apps:
            return Reply(409, {"message": f"An app with id [{app_id}] already exists."})
        app = self.add(app_id, **definition)
        return Reply(201, {**app, "deployments": [{"id": self._deployment("d-create")}]})

    def _put(self, app_id: str, request: Request) -> Reply:
        if self.locks and request.query.get("force") != ["true"]:
            return self._locked()
        kept = DEFAULTS if request.query.get("partialUpdate") == ["false"] else self.apps[app_id]
        self._store(app_id, {**kept, **request.body})
        return Reply(200, {"version": self.apps[app_id]["version"], "deploymentId": self._deployment("d-update")})

    def _delete(self, app_id: str, request: Request) -> Reply:
        if self.locks and request.query.get("force") != ["true"]:
            return self._locked()
        del self.apps[app_id]
        self._begin("d-delete", app_id)
        return Reply(200, {"version": self._now(), "deploymentId": "d-delete"})

    def _locked(self) -> Reply:
        return Reply(409, {"message": "App is locked", "deployments": [{"id": lock} for lock in self.locks]})

    def _store(self, app_id: str, app: dict[str, Any]) -> None:
        version = self._now()
        definition = {key: value for key, value in app.items() if key not in READ_ONLY}
        self.history.setdefault(app_id, {})[version] = {**definition, "id": app_id}
        self.apps[app_id] = {
            **definition,
            "id": app_id,
            "version": version,
            "versionInfo": {"lastConfigChangeAt": version, "lastScalingAt": version},
            "tasksRunning": app["instances"],
            "tasksHealthy": 0 if self.unhealthy else app["instances"],
            "tasks": [self._task(app_id, version, number) for number in range(app["instances"])],
            "deployments": [{"id": "d-stuck"}] if self.stuck else [],
        }

    def _task(self, app_id: str, version: str, number: int) -> dict[str, Any]:
        passed = {"alive": True, "lastSuccess": version.replace(".000Z", ".500Z")}
        return {
            "id": f"{app_id.strip('/').replace('/', '_')}.{version}.{number}",
            "state": "TASK_RUNNING",
            "host": "agent1",
            "startedAt": version,
            "version": version,
            "healthCheckResults": [] if self.unhealthy else [passed],
        }

    def _deployment(self, name: str) -> str:
        return "d-stuck" if self.stuck else name

    def _now(self) -> str:
        self._writes += 1
        minutes, seconds = divmod(self._writes, 60)
        return f"2026-01-01T00:{minutes:02d}:{seconds:02d}.000Z"
