# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/v2/tasks and /v2/apps/{id}/tasks: list and kill tasks."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from tests.lab.marathon import ids
from tests.lab.marathon.api.requests import answer, body, deployed, flag
from tests.lab.marathon.errors import Refusal, unknown_task
from tests.lab.marathon.marathon import Marathon
from tests.lab.marathon.ports import service_ports
from tests.lab.marathon.tasks import RUNNING, STAGING, Task, task_json

_STATUSES = {"running": RUNNING, "staging": STAGING}


class Tasks:
    """The handlers of tasks."""

    def __init__(self, marathon: Marathon) -> None:
        self._marathon = marathon

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v2/tasks", self.index),
            web.post("/v2/tasks/delete", self.kill_listed),
            web.get("/v2/apps/{id:.+}/tasks", self.of_app),
            web.delete("/v2/apps/{id:.+}/tasks", self.kill_all),
            web.delete("/v2/apps/{id:.+}/tasks/{task}", self.kill_one),
        ]

    async def index(self, request: web.Request) -> web.Response:
        asked = [*request.query.getall("status", []), *request.query.getall("status[]", [])]
        states = [_STATUSES[status] for status in asked if status in _STATUSES]
        tasks = [task for task in self._marathon.cluster.all_tasks() if not asked or task.state in states]
        return self._list(request, tasks)

    async def of_app(self, request: web.Request) -> web.Response:
        app_id = ids.absolute(request.match_info["id"])
        if app_id.endswith("/*"):
            group = app_id.removesuffix("/*") or "/"
            self._marathon.group(group)
            apps = self._marathon.root.apps_in(group)
        else:
            apps = [self._marathon.app(app_id)]
        return self._list(request, [task for app in apps for task in self._marathon.cluster.tasks_of(app.id)])

    def _list(self, request: web.Request, tasks: Iterable[Task]) -> web.Response:
        """Answer with tasks; as text where the client wants text and nothing else, one line for each service port."""
        if request.headers.get("Accept", "").startswith("text/plain"):
            if not self._marathon.persona.text_tasks:
                raise web.HTTPNotAcceptable
            return web.Response(text="".join(_lines(tasks)))
        return answer({"tasks": [task_json(task, self._marathon.persona) for task in tasks]})

    async def kill_all(self, request: web.Request) -> web.Response:
        app = self._marathon.app(ids.absolute(request.match_info["id"]))
        host = request.query.get("host")
        tasks = [task for task in self._marathon.cluster.tasks_of(app.id) if host in (None, "*", task.agent.name)]
        return self._kill(request, tasks) or answer(
            {"tasks": [task_json(task, self._marathon.persona) for task in tasks]}
        )

    async def kill_one(self, request: web.Request) -> web.Response:
        app = self._marathon.app(ids.absolute(request.match_info["id"]))
        wanted = request.match_info["task"]
        task = next((task for task in self._marathon.cluster.tasks_of(app.id) if task.id == wanted), None)
        if task is None:
            raise unknown_task(wanted)
        return self._kill(request, [task]) or answer({"task": task_json(task, self._marathon.persona)})

    async def kill_listed(self, request: web.Request) -> web.Response:
        sent = await body(request)
        wanted = sent.get("ids") if isinstance(sent, dict) else None
        if not isinstance(wanted, list):
            raise Refusal(422, "Invalid JSON", details=[{"path": "/ids", "errors": ["error.expected.jsarray"]}])
        for task_id in wanted:
            if "." not in str(task_id):
                raise Refusal(400, f"Invalid task id '{task_id}'. [unable to extract an app id]")
        tasks = [task for task in self._marathon.cluster.all_tasks() if task.id in wanted]
        return self._kill(request, tasks) or answer(
            {"tasks": [task_json(task, self._marathon.persona) for task in tasks]}
        )

    def _kill(self, request: web.Request, tasks: list[Task]) -> web.Response | None:
        """Kill tasks; return the answer where that is a deployment because their apps shrink."""
        scale = flag(request, "scale")
        if scale and flag(request, "wipe"):
            raise Refusal(400, "You cannot use scale and wipe at the same time.")
        if not scale:
            for task in tasks:
                self._marathon.cluster.kill(task)
            return None
        smaller = {}
        for app_id in {task.app.id for task in tasks}:
            definition = self._marathon.app(app_id).definition
            gone = sum(task.app.id == app_id and task.active for task in tasks)
            smaller[app_id] = {**definition, "instances": max(0, definition["instances"] - gone)}
        plan = self._marathon.change(smaller, force=flag(request, "force"))
        for task in tasks:
            self._marathon.cluster.kill(task)
        return deployed(plan)


def _lines(tasks: Iterable[Task]) -> list[str]:
    """Return the endpoints of tasks, as load balancer scripts of old read them."""
    endpoints: dict[tuple[str, int], list[str]] = {}
    for task in tasks:
        for service_port, port in zip(service_ports(task.app.definition), task.ports, strict=False):
            endpoints.setdefault((ids.task_prefix(task.app.id), service_port), []).append(f"{task.agent.name}:{port}")
    return ["\t".join([name, str(port), *hosts]) + "\n" for (name, port), hosts in sorted(endpoints.items())]
