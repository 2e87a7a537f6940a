# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's own API: what it knows, what happened, and what it should do next."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from tests.lab.lab import Lab

PLACES = {
    "GET /state": "everything the lab knows now, by part",
    "GET /journal": "what happened; ?since=N and any field of an entry, such as ?kind=request&api=marathon&write=true",
    "GET /counters": "requests as the proxy counted them by virtual service and by pool, and the tasks by app",
    "GET /settings": "the lab's choices",
    "POST /settings": 'change some: {"connector": "silent", "connector_delay": 5}',
    "POST /marathon": 'which node leads (or null), which are down, events on, mute or cut: {"leader": 1, "down": [0]}',
    "POST /kill_leader": "kill the process of Marathon's leader: an answer is cut short, and none leads for election_seconds: {}",
    "POST /crash": 'kill processes of an app\'s tasks behind Marathon\'s back: {"app": "/app1", "count": 1}',
    "POST /agent": 'lose sight of an agent, whose tasks go on serving, or have it back: {"agent": 0, "lost": true}',
    "GET /faults": "the faults set now",
    "POST /faults": 'set one: {"api": "marathon", "method": "POST", "path": "/v2/apps", "action": "error", "status": 503, "times": 1}',
    "DELETE /faults": "take them back",
}


def control(lab: Lab) -> web.Application:
    """Return the application behind LAB_URL."""

    async def index(request: web.Request) -> web.Response:
        return _json(PLACES)

    async def state(request: web.Request) -> web.Response:
        return _json(lab.state())

    async def journal(request: web.Request) -> web.Response:
        match = dict(request.query)
        since = match.pop("since", "0")
        if not since.isdigit():
            return _refusal(f"since takes the number of an entry, not {since!r}")
        return _json(lab.journal.entries(int(since), match))

    async def counters(request: web.Request) -> web.Response:
        return _json(await lab.counters())

    async def settings(request: web.Request) -> web.Response:
        return _json(lab.settings.as_dict())

    async def change_settings(request: web.Request) -> web.Response:
        try:
            for name, value in (await _object(request)).items():
                lab.settings.change(name, value)
        except ValueError as error:
            return _refusal(str(error))
        lab.journal.add("settings", settings=lab.settings.as_dict())
        return _json(lab.settings.as_dict())

    async def marathon(request: web.Request) -> web.Response:
        try:
            wanted = await _object(request)
            await lab.marathon.disturb(**wanted)
        except (TypeError, ValueError) as error:
            return _refusal(str(error))
        lab.journal.add("disturbance", **wanted)
        return _json(wanted)

    async def crash(request: web.Request) -> web.Response:
        try:
            return _json(lab.marathon.crash(**await _object(request)))
        except (TypeError, ValueError) as error:
            return _refusal(str(error))

    async def kill_leader(request: web.Request) -> web.Response:
        try:
            lab.marathon.kill_leader()
        except ValueError as error:
            return _refusal(str(error))
        lab.journal.add("disturbance", killed="leader")
        return _json({})

    async def agent(request: web.Request) -> web.Response:
        try:
            wanted = await _object(request)
            lab.marathon.set_agent(**wanted)
        except (TypeError, ValueError) as error:
            return _refusal(str(error))
        return _json(wanted)

    async def faults(request: web.Request) -> web.Response:
        return _json(lab.faults.as_list())

    async def add_fault(request: web.Request) -> web.Response:
        try:
            fault = await _object(request)
            await lab.faults.add(fault)
        except (TypeError, ValueError) as error:
            return _refusal(str(error))
        lab.journal.add("fault", fault=fault)
        return _json(lab.faults.as_list())

    async def clear_faults(request: web.Request) -> web.Response:
        await lab.faults.clear()
        lab.journal.add("fault", fault=None)
        return _json([])

    app = web.Application()
    app.router.add_get("/", index)
    app.router.add_get("/state", state)
    app.router.add_get("/journal", journal)
    app.router.add_get("/counters", counters)
    app.router.add_get("/settings", settings)
    app.router.add_post("/settings", change_settings)
    app.router.add_post("/marathon", marathon)
    app.router.add_post("/crash", crash)
    app.router.add_post("/kill_leader", kill_leader)
    app.router.add_post("/agent", agent)
    app.router.add_get("/faults", faults)
    app.router.add_post("/faults", add_fault)
    app.router.add_delete("/faults", clear_faults)
    return app


async def _object(request: web.Request) -> dict[str, Any]:
    """Return the JSON object that was sent. Raises ValueError where it is none."""
    sent = await request.json()
    if not isinstance(sent, dict):
        raise ValueError("Send a JSON object.")  # noqa: TRY004  one refusal for all that does not fit
    return sent


def _json(what: Any) -> web.Response:
    return web.Response(text=json.dumps(what, indent=1) + "\n", content_type="application/json")


def _refusal(sentence: str) -> web.Response:
    return web.json_response({"message": sentence}, status=422)
