# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/v2/deployments and /v2/queue: what Marathon is doing, and what it cannot do yet."""

from __future__ import annotations

import json

from aiohttp import web

from tests.lab.marathon import ids
from tests.lab.marathon.api.requests import answer, deployed, flag
from tests.lab.marathon.launcher import delay_json, summary, unused
from tests.lab.marathon.marathon import Marathon
from tests.lab.marathon.readiness import results_json
from tests.lab.marathon.render import queued_json


class Deploying:
    """The handlers of deployments and of the launch queue."""

    def __init__(self, marathon: Marathon) -> None:
        self._marathon = marathon

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v2/deployments", self.deployments),
            web.delete("/v2/deployments/{id}", self.cancel),
            web.get("/v2/queue", self.queue),
            web.delete("/v2/queue/{id:.+}/delay", self.forgive),
        ]

    async def deployments(self, request: web.Request) -> web.Response:
        cluster = self._marathon.cluster

        def readiness(app_id: str) -> list[dict[str, object]]:
            return results_json(cluster.tasks_of(app_id), self._marathon.persona)

        return answer([each.as_json(readiness) for each in self._marathon.deployments.all()])

    async def cancel(self, request: web.Request) -> web.Response:
        deployment = self._marathon.deployments.get(request.match_info["id"])
        if flag(request, "force"):
            self._marathon.deployments.abandon(deployment)
            headers = {"Content-Type": "application/json"} if self._marathon.persona.jersey_1 else {}
            return web.Response(status=202, headers=headers)
        return deployed(self._marathon.roll_back(deployment))

    async def queue(self, request: web.Request) -> web.Response:
        launcher = self._marathon.cluster.launcher
        persona = self._marathon.persona
        queue = []
        for app_id, entry in launcher.entries.items():
            item = {
                "app": queued_json(entry.app, persona),
                "count": entry.count,
                "delay": delay_json(launcher.delay_left(app_id)),
                "since": entry.since,
                "processedOffersSummary": summary(entry, persona),
            }
            if persona.roles:
                item["role"] = entry.app.definition["role"]
            if "lastUnusedOffers" in request.query.getall("embed", []):
                item["lastUnusedOffers"] = unused(entry)
            queue.append(item)
        return answer({"queue": queue})

    async def forgive(self, request: web.Request) -> web.Response:
        app_id = ids.absolute(request.match_info["id"])
        launcher, persona = self._marathon.cluster.launcher, self._marathon.persona
        if app_id not in launcher.entries:
            missing = {"message": f"Application {app_id} not found in tasks queue.", **persona.no_details}
            kind = "application/octet-stream" if persona.no_details else "text/plain"
            return web.Response(status=404, body=json.dumps(missing).encode(), content_type=kind)
        launcher.forgive(app_id)
        return web.Response(status=204)
