# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all parts of the API need: reading a request, writing an answer."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.lab.marathon.jsontext import parse
from tests.lab.marathon.leadership import PASSED_ON
from tests.lab.marathon.persona import Persona
from tests.lab.marathon.plan import Plan

DEPLOYMENT_HEADER = "Marathon-Deployment-Id"


async def body(request: web.Request, persona: Persona) -> Any:
    """Return the JSON that was sent. Raises Refusal(400) where there is none."""
    passage = PASSED_ON.get()
    return parse("" if passage and passage.body_lost else await request.text(), persona)


def flag(request: web.Request, name: str, *, default: bool = False) -> bool:
    """Return a query parameter that says true or false."""
    return request.query[name].lower() == "true" if name in request.query else default


def answer(content: Any, status: int = 200, plan: Plan | None = None) -> web.Response:
    """Return an answer with JSON, and with the id of the deployment it started, if any."""
    headers = {DEPLOYMENT_HEADER: plan.id} if plan else {}
    # As bytes: Marathon names no charset.
    return web.Response(
        body=json.dumps(content).encode(), status=status, content_type="application/json", headers=headers
    )


def deployed(plan: Plan, status: int = 200) -> web.Response:
    """Return the answer to a write that started a deployment."""
    return answer({"version": plan.version, "deploymentId": plan.id}, status, plan)
