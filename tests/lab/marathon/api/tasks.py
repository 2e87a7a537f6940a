# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/v2/tasks and /v2/apps/{id}/tasks: list and kill tasks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from tests.lab.marathon import ids
from tests.lab.marathon.api.requests import answer, body, deployed, flag
from tests.lab.marathon.errors import Invalid, Refusal, unknown_task
from tests.lab.marathon.marathon import Marathon
from tests.lab.marathon.negotiation import not_acceptable
from tests.lab.marathon.persona import Persona
from tests.lab.marathon.ports import service_ports
from tests.lab.marathon.shapes import Array, Structure, Text
from tests.lab.marathon.taskjson import killed_json, task_json
from tests.lab.marathon.tasks import RUNNING, Task

#: "staging" is what Mesos says, which says so of no task here: one that Marathon shows as staged is not yet known to it.
_STATUSES = {"running": {RUNNING}, "staging": set[str]()}


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
        states = set[str]().union(*(_STATUSES.get(status, set()) for status in asked))
        tasks = [task for task in self._marathon.cluster.all_tasks() if not asked or task.shown_state in states]
        return self._list(request, tasks, listed=True)

    async def of_app(self, request: web.Request) -> web.Response:
        app_id = ids.absolute(request.match_info["id"])
        if app_id.endswith("/*"):
            group = app_id.removesuffix("/*") or "/"
            self._marathon.group(group)
            apps = self._marathon.root.apps_in(group)
        else:
            apps = [self._marathon.app(app_id)]
        return self._list(request, [task for app in apps for task in self._marathon.cluster.tasks_of(app.id)])

    def _list(self, request: web.Request, tasks: Iterable[Task], *, listed: bool = False) -> web.Response:
        """Answer with tasks; as text where the client wants text and no JSON, one line for each service port."""
        accept = request.headers.get("Accept", "")
        if "text/plain" in accept and "json" not in accept:
            if not self._marathon.persona.text_tasks:
                raise not_acceptable()
            return web.Response(body="".join(_lines(tasks, self._marathon.persona)).encode(), content_type="text/plain")
        return answer({"tasks": [task_json(task, self._marathon.persona, listed=listed) for task in tasks]})

    async def kill_all(self, request: web.Request) -> web.Response:
        _refuse_both(request)
        app = self._marathon.app(ids.absolute(request.match_info["id"]))
        host = request.query.get("host")
        tasks = [task for task in self._marathon.cluster.tasks_of(app.id) if host in (None, "*", task.agent.name)]
        killed = [killed_json(task, self._marathon.persona) for task in tasks]
        return self._kill(request, tasks, app.id) or answer({"tasks": killed})

    async def kill_one(self, request: web.Request) -> web.Response:
        _refuse_both(request)
        app = self._marathon.app(ids.absolute(request.match_info["id"]))
        wanted = request.match_info["task"]
        tasks = [task for task in self._marathon.cluster.tasks_of(app.id) if task.is_named(wanted)]
        killed = [killed_json(task, self._marathon.persona) for task in tasks]
        scaled = self._kill(request, tasks, app.id)
        if scaled is None and not tasks:
            raise unknown_task(wanted)
        return scaled or answer({"task": killed[0]})

    async def kill_listed(self, request: web.Request) -> web.Response:
        _refuse_both(request)
        persona = self._marathon.persona
        wanted = _ids(await body(request, persona), persona)
        tasks = [task for task in self._marathon.cluster.all_tasks() if any(map(task.is_named, wanted))]
        killed = [task_json(task, self._marathon.persona) for task in tasks]
        return self._kill(request, tasks) or answer({"tasks": killed})

    def _kill(self, request: web.Request, tasks: list[Task], app_id: str = "") -> web.Response | None:
        """Kill tasks; return the answer where that is a deployment because their apps, `app_id` at least, shrink."""
        if not flag(request, "scale"):
            for task in tasks:
                self._marathon.cluster.kill(task, for_good=False)
            return None
        nothing = app_id and not self._marathon.cluster.tasks_of(app_id)
        if nothing and self._marathon.persona.internal_instances:
            raise Refusal(404, f"Path '{app_id}' does not exist", thrown=True)
        smaller = {}
        for each in {task.app.id for task in tasks} | ({app_id} if app_id else set()):
            definition = self._marathon.app(each).definition
            gone = sum(task.app.id == each and task.active for task in tasks)
            smaller[each] = {**definition, "instances": max(0, definition["instances"] - gone)}
        return deployed(self._marathon.change(smaller, force=flag(request, "force"), doomed=tasks))


def _refuse_both(request: web.Request) -> None:
    if flag(request, "scale") and flag(request, "wipe"):
        raise Refusal(400, "You cannot use scale and wipe at the same time.")


def _ids(sent: Any, persona: Persona) -> list[str]:
    """Return the ids of tasks that are to be killed. Raises Invalid or Refusal where they are none."""
    problems = list(_LISTED.problems(sent, ""))
    if problems:
        # The path is that within the list.
        said = [(path.removeprefix("/ids"), text) for path, text in problems]
        raise Invalid(said, persona.type_error_status, "Invalid JSON", thrown=True)
    for task_id in sent["ids"]:
        parts = next((found for form in _TASK_IDS if (found := form.fullmatch(task_id))), None)
        if parts is None:
            wrong = f"taskId {task_id} {'is ' if persona.internal_instances else ''}no valid identifier"
            raise Refusal(400, f"Invalid task id '{task_id}'. [{wrong} (of class java.lang.String)]")
        if not persona.internal_instances and not _UUID.fullmatch(parts["uuid"]):
            raise Refusal(422, f"Invalid UUID string: {parts['uuid']}")
    return [str(each) for each in sent["ids"]]


_LISTED = Structure({"ids": Array(Text())}, required=("ids",))
#: The forms of a task's id, the newest first.
_TASK_IDS = tuple(
    map(
        re.compile,
        (
            r".+\.(?:instance-|marathon-)(?P<uuid>[^_.]+)[._][^.]+\.\d+",
            r".+\.(?:instance-|marathon-)(?P<uuid>[^_.]+)[._][^.]+",
            r".+[._](?P<uuid>[^_.]+)\.\d+",
            r".+[._](?P<uuid>[^_.]+)",
        ),
    )
)
_UUID = re.compile(r"[0-9a-fA-F]+(-[0-9a-fA-F]+){4}")


def _lines(tasks: Iterable[Task], persona: Persona) -> list[str]:
    """Return the endpoints of running tasks, as load balancer scripts of old read them. Lines end in a tab."""
    endpoints: dict[tuple[str, str], list[str]] = {}
    for task in tasks:
        name, ports = ids.task_prefix(task.app.id), service_ports(task.app.definition)
        for service_port, port in zip(ports, task.ports or [0] * len(ports), strict=False):
            hosts = endpoints.setdefault((name, str(service_port)), [])
            hosts += [f"{task.agent.name}:{port}"] if task.shown_state == RUNNING else []
        if not ports and task.shown_state == RUNNING:
            endpoints.setdefault((name, " "), []).append(task.agent.name)
    portless = " \n" if persona.old_form else "\t\n"
    return [
        "\t".join([name, port, *hosts]) + (portless if port == " " else "\t\n")
        for (name, port), hosts in endpoints.items()
    ]
