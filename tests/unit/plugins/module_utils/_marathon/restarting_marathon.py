# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Marathon with one app that restarts and scales as running ones do: by number, and without asking a task for its health.

What it launches with the command "bad" never gets healthy, and with "waiting" never runs. All else happens at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import FailsAsTold, Fault
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply, Request

APP = "/a"
CHECKS = [{"protocol": "HTTP", "path": "/"}]
RUNNING, STAGING = "TASK_RUNNING", "TASK_STAGING"
WRITTEN_BY_MARATHON = {"version", "versionInfo"}
Definition = dict[str, Any]


@dataclass
class RestartingMarathon(FailsAsTold):
    """``lowest`` is how few healthy tasks there were at any time. ``faults`` are those of a PUT or DELETE, used up in order."""

    instances: int = 2
    strategy: tuple[float, float] = (1.0, 1.0)
    selection: str = "YOUNGEST_FIRST"
    release: str = "1.8.222"
    faults: list[Fault] = field(default_factory=list)
    before_answer: Callable[[Request], None] = lambda request: None
    versions: dict[str, Definition] = field(default_factory=dict)
    tasks: list[Definition] = field(default_factory=list)
    deployment: str | None = None
    affected: tuple[str, ...] = (APP,)
    exists: bool = True
    _clock: int = 0

    def __post_init__(self) -> None:
        minimum, over = self.strategy
        self.definition: Definition = {
            "id": APP,
            "cmd": "good",
            "instances": self.instances,
            "labels": {},
            "networks": [{"mode": "host"}],
            "portDefinitions": [{"port": 10000, "name": "default"}],
            "healthChecks": CHECKS,
            "killSelection": self.selection,
            "upgradeStrategy": {"minimumHealthCapacity": minimum, "maximumOverCapacity": over},
        }
        self._store(self.definition)
        self._launch(self.instances)
        self.lowest = self.instances

    @property
    def healthy(self) -> int:
        return sum(map(self._serves, self.tasks))

    def get_stuck(self, **change: Any) -> None:
        """Change the app to what never gets healthy."""
        self._change({"cmd": "bad", **change})
        self.lowest = self.healthy

    def _true_answer(self, request: Request) -> Reply:
        if request.path.startswith("/v2/deployments"):
            return self._roll_back() if request.method == "DELETE" else Reply(200, self._deployments())
        if request.path.startswith(f"/v2/apps{APP}/versions"):
            _path, _sep, version = request.path.partition("/versions")
            return Reply(200, self.versions[version[1:]] if version else {"versions": list(self.versions)})
        if request.path == f"/v2/apps{APP}":
            return self._put(request) if request.method == "PUT" else self._get()
        waiting = sum(task["state"] == STAGING for task in self.tasks)
        queue = [{"app": {"id": APP}, "count": waiting}] if waiting else []
        answers = {"/v2/queue": {"queue": queue}, "/v2/info": {"version": self.release}}
        return Reply(200, answers[request.path]) if request.path in answers else Reply(403, {"message": "no"})

    def _get(self) -> Reply:
        if not self.exists:
            return Reply(404, {"message": f"App '{APP}' does not exist"})
        deployments = [{"id": each["id"]} for each in self._deployments()]
        running = sum(task["state"] == RUNNING for task in self.tasks)
        counts = {"tasksRunning": running, "tasksHealthy": self.healthy, "deployments": deployments}
        return Reply(200, {"app": {**self.definition, **counts, "tasks": [self._shown(task) for task in self.tasks]}})

    def _shown(self, task: Definition) -> Definition:
        result = {"alive": True, "lastSuccess": self._stamp(self._clock + 1)}
        failing = {"alive": False, "lastFailure": self._stamp(self._clock + 1)}
        return {**task, "healthCheckResults": [result if self._serves(task) else failing] if task["startedAt"] else []}

    def _serves(self, task: Definition) -> bool:
        return bool(task["state"] == RUNNING and self.versions[task["version"]]["cmd"].startswith("good"))

    def _deployments(self) -> list[Definition]:
        actions = [{"action": self.deployment, "app": APP}]
        shown = {"id": "d-stuck", "affectedApps": list(self.affected), "steps": [{"actions": actions}]}
        return [shown] if self.deployment else []

    def _put(self, request: Request) -> Reply:
        if self.deployment and request.query.get("force") != ["true"]:
            return Reply(409, {"message": "App is locked", "deployments": self._deployments()})
        self._change(request.body)
        return Reply(200, {"version": self.definition["version"], "deploymentId": "d-stuck"})

    def _roll_back(self) -> Reply:
        if not self.deployment:
            return Reply(404, {"message": "DeploymentPlan does not exist"})
        if self.deployment == "StartApplication":
            self.exists, self.deployment = False, None
        else:
            self._change(list(self.versions.values())[-2])
        return Reply(200, {"version": "v", "deploymentId": "d-undo"})

    def _change(self, definition: Definition) -> None:
        """Have these fields of the app, and begin what that asks for; without a difference nothing happens."""
        changed = {key for key in definition if self.definition.get(key) != definition[key]} - WRITTEN_BY_MARATHON
        if not changed:
            return
        self._store({**self.definition, **definition}, restarts=changed != {"instances"})
        if changed == {"instances"}:
            self._scale()
        else:
            self._restart()

    def _scale(self) -> None:
        surplus = len(self.tasks) - self.definition["instances"]
        ranked = self.tasks[::-1] if self.definition["killSelection"] == "YOUNGEST_FIRST" else self.tasks[:]
        first = self.release >= "1.6" or self.release.startswith("1.11")
        ranked.sort(key=lambda task: (task["state"] != RUNNING) == first)
        self._kill(ranked[: max(0, surplus)])
        self._launch(-surplus)
        self._finish("ScaleApplication", self.tasks)

    def _restart(self) -> None:
        minimum, over = self.definition["upgradeStrategy"].values()
        wanted = self.definition["instances"]
        least, most = math.ceil(wanted * minimum), math.floor(wanted * (1 + over))
        old = self.tasks[:]
        most += least == most <= len(old)
        self._kill(old[: max(0, len(old) - least)])
        while self._of_now() < wanted and len(self.tasks) < most:
            self._launch(1)
            if self._serves(self.tasks[-1]):
                self._kill([task for task in self.tasks if task in old][:1])
        self._finish("RestartApplication", [task for task in self.tasks if task not in old])
        if not self.deployment:
            self._kill([task for task in self.tasks if task in old])

    def _of_now(self) -> int:
        return sum(task["version"] == self.definition["version"] for task in self.tasks)

    def _finish(self, action: str, awaited: list[Definition]) -> None:
        is_over = all(task["version"] != self.definition["version"] or self._serves(task) for task in awaited)
        self.deployment = None if is_over else action

    def _launch(self, count: int) -> None:
        for _each in range(count):
            runs = self.definition["cmd"] != "waiting"
            now = self._now()
            self.tasks.append(
                {
                    "id": f"a.{now}",
                    "state": RUNNING if runs else STAGING,
                    "stagedAt": now,
                    "startedAt": now if runs else None,
                    "version": self.definition["version"],
                }
            )

    def _kill(self, tasks: list[Definition]) -> None:
        self.tasks = [task for task in self.tasks if task not in tasks]
        self.lowest = min(getattr(self, "lowest", self.instances), self.healthy)

    def _store(self, definition: Definition, *, restarts: bool = True) -> None:
        version = self._now()
        info = {**self.definition.get("versionInfo", {}), "lastScalingAt": version}
        if restarts:
            info["lastConfigChangeAt"] = version
        self.definition = {**definition, "version": version, "versionInfo": info}
        self.versions[version] = self.definition

    def _now(self) -> str:
        self._clock += 1
        return self._stamp(self._clock)

    @staticmethod
    def _stamp(second: int) -> str:
        return f"2026-01-01T00:{second // 60:02d}:{second % 60:02d}.000Z"
