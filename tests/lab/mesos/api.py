# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP endpoints of Mesos agents, as Mesos documents them: /state, /files/browse and /files/read, and GET_TASKS of /api/v1."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from tests.lab.agents import Agent
from tests.lab.faults import Faults
from tests.lab.journal import Journal
from tests.lab.mesos.sandboxes import Sandbox, Sandboxes
from tests.lab.serving import Site, application

#: Bytes that one answer of /files/read has at most: sixteen pages.
MOST_READ = 16 * 4096
#: All agents of a cluster listen on the same port. Another lab may have it on one of them.
_TRIES = 20


class AgentApis:
    """Each agent behind its address, all on one port."""

    def __init__(self, agents: Sequence[Agent], sandboxes: Sandboxes, journal: Journal, faults: Faults) -> None:
        self._faults = faults
        self._apps = [(agent, _application(agent, sandboxes, journal, faults)) for agent in agents]
        self._sites: dict[str, Site] = {}

    @property
    def addresses(self) -> dict[str, str]:
        """Where each agent listens, as ``host:port``, by its id."""
        return {agent: site.address for agent, site in self._sites.items()}

    @property
    def env(self) -> dict[str, str]:
        """The address of any agent, as the option mesos_agents takes it."""
        port = next(iter(self._sites.values())).port
        return {"LAB_MESOS_AGENTS": f"http://{{host}}:{port}"}

    async def start(self) -> None:
        """Listen."""
        for _each in range(_TRIES):
            try:
                await self._listen()
            except OSError:
                await self.stop()
            else:
                break
        else:
            raise OSError("no port is free on all agents")
        for site in self._sites.values():
            self._faults.register("mesos", site)

    async def _listen(self) -> None:
        port = 0
        for agent, app in self._apps:
            site = self._sites[agent.id] = Site(app(), host=agent.address, port=port)
            await site.start()
            port = site.port

    async def stop(self) -> None:
        """Close."""
        for site in self._sites.values():
            await site.stop()
        self._sites.clear()


def _application(agent: Agent, sandboxes: Sandboxes, journal: Journal, faults: Faults) -> Any:
    """Return what makes the application of an agent."""

    async def state(_request: web.Request) -> web.Response:
        return web.json_response(_state(agent, sandboxes))

    async def browse(request: web.Request) -> web.Response:
        found = _in(request.query.get("path", ""), agent, sandboxes)
        if found is None or found[1]:
            raise web.HTTPNotFound
        box = found[0]
        return web.json_response(
            [
                {"gid": "root", "mode": "-rw-r--r--", "mtime": 0, "nlink": 1, "uid": "root"}
                | {"path": f"{box.directory}/{name}", "size": len(content)}
                for name, content in sorted(box.files.items())
            ]
        )

    async def read(request: web.Request) -> web.Response:
        path = request.query.get("path", "")
        if not path:
            return web.Response(status=400, text="Expecting 'path=value' in query.\n")
        found = _in(path, agent, sandboxes)
        content = found[0].files.get(found[1]) if found else None
        if content is None:
            raise web.HTTPNotFound
        try:
            offset, length = (int(request.query.get(name, -1)) for name in ("offset", "length"))
        except ValueError:
            return web.Response(status=400, text="Failed to parse offset or length.\n")
        if offset == -1:
            return web.json_response({"data": "", "offset": len(content)})
        length = min(length if length >= 0 else MOST_READ, MOST_READ)
        data = bytes(content[offset : offset + length]).decode("utf-8", "replace")
        return web.json_response({"data": data, "offset": offset})

    async def operate(request: web.Request) -> web.Response:
        try:
            call = await request.json()
        except ValueError:
            call = None
        if not isinstance(call, dict) or call.get("type") != "GET_TASKS":
            return web.Response(status=400, text="Failed to validate agent::Call\n")
        return web.json_response({"type": "GET_TASKS", "get_tasks": _tasks(agent, sandboxes)})

    def made() -> web.Application:
        app = application("mesos", journal, faults)
        for prefix in ("", "/slave(1)"):
            app.router.add_get(f"{prefix}/state", state)
        app.router.add_post("/api/v1", operate)
        app.router.add_get("/files/browse", browse)
        app.router.add_get("/files/read", read)
        return app

    return made


def _in(path: str, agent: Agent, sandboxes: Sandboxes) -> tuple[Sandbox, str] | None:
    """Return the sandbox that a path leads to, and the name of the file in it."""
    for box in sandboxes.on(agent):
        if path == box.directory:
            return box, ""
        if posixpath.dirname(path) == box.directory:
            return box, posixpath.basename(path)
    return None


def _state(agent: Agent, sandboxes: Sandboxes) -> dict[str, Any]:
    boxes = list(sandboxes.on(agent))
    return {
        "id": agent.id,
        "hostname": agent.name,
        "version": "1.5.0",
        "frameworks": [
            {
                "id": sandboxes.framework,
                "name": "marathon",
                "executors": [_executor(box, sandboxes) for box in boxes if not box.ended],
                "completed_executors": [_executor(box, sandboxes) for box in boxes if box.ended],
            }
        ],
        "completed_frameworks": [],
    }


def _executor(box: Sandbox, sandboxes: Sandboxes) -> dict[str, Any]:
    task = {
        "id": box.task,
        "name": box.task.partition(".")[0],
        "executor_id": "",
        "framework_id": sandboxes.framework,
        "slave_id": box.agent.id,
        "state": box.states[-1].state if box.states else "TASK_STAGING",
        "statuses": [{"state": each.state, "timestamp": each.at} for each in box.states],
    }
    return {
        "id": box.task,
        "name": f"Command Executor (Task: {box.task})",
        "source": box.task,
        "container": posixpath.basename(box.directory),
        "directory": box.directory,
        "tasks": [] if box.ended else [task],
        "queued_tasks": [],
        "completed_tasks": [task] if box.ended else [],
    }


def _tasks(agent: Agent, sandboxes: Sandboxes) -> dict[str, Any]:
    boxes = list(sandboxes.on(agent))
    return {
        "launched_tasks": [_task(box, sandboxes) for box in boxes if not box.ended],
        "completed_tasks": [_task(box, sandboxes) for box in boxes if box.ended],
    }


def _task(box: Sandbox, sandboxes: Sandboxes) -> dict[str, Any]:
    ids = {"task_id": {"value": box.task}, "agent_id": {"value": box.agent.id}}
    return {
        **ids,
        "name": box.task.partition(".")[0],
        "framework_id": {"value": sandboxes.framework},
        "state": box.states[-1].state if box.states else "TASK_STAGING",
        "statuses": [
            {
                **ids,
                "state": each.state,
                "timestamp": each.at,
                "source": "SOURCE_AGENT" if each.reason else "SOURCE_EXECUTOR",
                **({"message": each.message} if each.message else {}),
                **({"reason": each.reason} if each.reason else {}),
            }
            for each in box.states
        ],
    }
