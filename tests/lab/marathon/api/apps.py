# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/v2/apps: list, create, change, delete and restart apps; their versions."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

from aiohttp import web

from tests.lab.marathon import ids, selectors
from tests.lab.marathon.api.requests import answer, body, deployed, flag
from tests.lab.marathon.appshape import app_shape
from tests.lab.marathon.definitions import checked_replacement, new_definition, read, read_update, updated_definition
from tests.lab.marathon.embed import ALL_APPS, ONE_APP, app_info, wanted
from tests.lab.marathon.errors import Invalid, Refusal, bad_moment, unknown_app
from tests.lab.marathon.marathon import Marathon
from tests.lab.marathon.moments import is_moment
from tests.lab.marathon.negotiation import location, method_not_allowed
from tests.lab.marathon.plan import Plan
from tests.lab.marathon.render import app_json, definition_json, posted_json
from tests.lab.marathon.root import App, Definitions
from tests.lab.marathon.shapes import Array, Structure

#: What of a definition says which ports there are.
_SAYS_PORTS = {"ports", "portDefinitions", "ipAddress", "networks", "container"}


class Apps:
    """The handlers of /v2/apps."""

    def __init__(self, marathon: Marathon) -> None:
        self._marathon = marathon

    def routes(self) -> list[web.RouteDef]:
        one = "/v2/apps/{id:.+}"
        return [
            web.get("/v2/apps", self.index),
            web.post("/v2/apps", self.create),
            web.put("/v2/apps", self.update_many),
            web.patch("/v2/apps", self.patch_many),
            web.post(one + "/restart", self.restart),
            *(web.route(method, one + "/restart", self.no_restart) for method in ("GET", "PUT", "PATCH")),
            web.get(one + "/versions", self.versions),
            web.get(one + "/versions/{version}", self.version),
            web.get(one, self.show),
            web.put(one, self.update),
            web.patch(one, self.patch),
            web.delete(one, self.delete),
        ]

    async def index(self, request: web.Request) -> web.Response:
        fits = self._filter(request)
        embed = wanted(request.query.getall("embed", [])) | ALL_APPS
        apps = [app_info(app, embed, self._marathon) for app in self._marathon.root.apps.values() if fits(app)]
        return answer({"apps": apps})

    def _filter(self, request: web.Request) -> Callable[[App], bool]:
        fits_labels = selectors.parse(request.query.get("label", ""), self._marathon.persona)
        cmd, app_id = request.query.get("cmd", "").lower(), request.query.get("id", "").lower()

        def fits(app: App) -> bool:
            return (
                cmd in app.definition.get("cmd", "").lower()
                and app_id in app.id.lower()
                and fits_labels(app.definition["labels"])
            )

        return fits

    async def show(self, request: web.Request) -> web.Response:
        embed = wanted(request.query.getall("embed", [])) | ONE_APP
        app_id = _id(request)
        if app_id.endswith("/*"):
            group = app_id.removesuffix("/*") or "/"
            self._marathon.group(group)
            apps = self._marathon.root.apps_in(group)
            return answer({"*": [app_info(app, embed, self._marathon) for app in apps]})
        return answer({"app": app_info(self._marathon.app(app_id), embed, self._marathon)})

    async def create(self, request: web.Request) -> web.Response:
        sent = await body(request, self._marathon.persona)
        definition = new_definition(sent, self._marathon.config, self._base(sent))
        app_id = definition["id"]
        if app_id in self._marathon.root.apps:
            raise Refusal(409, f"An app with id [{app_id}] already exists.")
        plan = self._marathon.change({app_id: definition}, force=flag(request, "force"))
        # As it was before service ports were assigned: that is how Marathon answers.
        created = {
            **definition_json(definition, plan.version, self._marathon.persona),
            **{f"tasks{each}": 0 for each in ("Staged", "Running", "Healthy", "Unhealthy")},
            "deployments": [{"id": plan.id}],
            **({"tasks": []} if self._marathon.persona.tasks_in_created else {}),
        }
        self._tell(request, App(definition, plan.version, plan.version, plan.version), created=True)
        response = answer(created, 201, plan)
        response.headers["Location"] = location(request, app_id, self._marathon.persona)
        return response

    async def update(self, request: web.Request) -> web.Response:
        app_id = _id(request)
        is_new = app_id not in self._marathon.root.apps
        definition = self._wanted(app_id, await body(request, self._marathon.persona), request)
        plan = self._deploy({app_id: definition}, request)
        response = deployed(plan, 201 if is_new else 200)
        if is_new:
            response.headers["Location"] = location(request, app_id, self._marathon.persona)
        return response

    async def patch(self, request: web.Request) -> web.Response:
        app_id, sent = _id(request), await body(request, self._marathon.persona)
        given = read_update(sent, self._marathon.config)
        if app_id not in self._marathon.root.apps and not self._marathon.persona.old_form and "version" not in given:
            new_definition({**sent, "id": app_id}, self._marathon.config)  # what is wrong with it is said first
        return deployed(self._deploy({app_id: self._updated(self._marathon.app(app_id).id, sent)}, request))

    async def update_many(self, request: web.Request) -> web.Response:
        return await self._update_many(request, creates=True)

    async def patch_many(self, request: web.Request) -> web.Response:
        return await self._update_many(request, creates=False)

    async def _update_many(self, request: web.Request, *, creates: bool) -> web.Response:
        sent = await body(request, self._marathon.persona)
        if not isinstance(sent, list):
            raise self._no_json("error.expected.jsarray")
        partial = flag(request, "partialUpdate", default=True)
        shape = Array(app_shape(self._marathon.persona, update=partial or not creates))
        read({"": sent}, Structure({"": shape}), self._marathon.config, within="/")
        definitions = {}
        for index, each in enumerate(sent):
            if not isinstance(each, dict) or "id" not in each:
                if self._marathon.persona.passes_over_nameless:
                    continue
                raise Invalid([(f"/({index})/id", "not defined")])
            app_id = ids.absolute(each["id"])
            if not creates:
                self._marathon.app(app_id)
            if app_id not in self._marathon.root.apps and not _SAYS_PORTS & each.keys():
                each = {**each, "portDefinitions": []}  # noqa: PLW2901  one in a list gets no port by default
            definitions[app_id] = self._wanted(app_id, each, request)
        return deployed(self._deploy(definitions, request))

    async def delete(self, request: web.Request) -> web.Response:
        app = self._marathon.app(_id(request))
        return deployed(self._marathon.change({app.id: None}, force=flag(request, "force", default=True)))

    async def restart(self, request: web.Request) -> web.Response:
        app = self._marathon.app(_id(request))
        return deployed(self._marathon.change({}, force=flag(request, "force"), restart=[app.id]))

    async def no_restart(self, request: web.Request) -> web.Response:
        """A restart is not to be seen, or put."""
        raise method_not_allowed(self._marathon.persona)

    async def versions(self, request: web.Request) -> web.Response:
        self._marathon.app(_id(request))
        # In the order of the store, which is none.
        return answer(
            {"versions": sorted(self._marathon.past(_id(request)), key=lambda each: zlib.crc32(each.encode()))}
        )

    async def version(self, request: web.Request) -> web.Response:
        version = request.match_info["version"]
        if not is_moment(version, self._marathon.persona):
            raise bad_moment(version, self._marathon.persona)
        app = self._marathon.past(_id(request)).get(version)
        if app is None:
            raise unknown_app(_id(request), version if "T" in version else f"{version}T00:00:00.000Z")
        return answer(app_json(app, self._marathon.persona))

    def _wanted(self, app_id: str, sent: Any, request: web.Request) -> dict[str, Any]:
        """Return the definition that a PUT of one app asks for."""
        if flag(request, "partialUpdate", default=True) and app_id in self._marathon.root.apps:
            return self._updated(app_id, sent)
        if not isinstance(sent, dict):
            raise self._no_json("error.expected.jsobject")
        definition = new_definition({**sent, "id": app_id}, self._marathon.config)
        current = self._marathon.root.apps.get(app_id)
        return checked_replacement(definition, current.definition) if current else definition

    def _no_json(self, text: str) -> Invalid:
        """JSON of the wrong kind as a whole, which has no path."""
        return Invalid([("", text)], self._marathon.persona.type_error_status, "Invalid JSON")

    def _updated(self, app_id: str, sent: Any) -> dict[str, Any]:
        given = read_update(sent, self._marathon.config)
        if "version" in given:
            past = self._marathon.past(app_id).get(given["version"])
            if past is None:
                raise unknown_app(app_id)
            return past.definition
        return updated_definition(given, self._marathon.app(app_id).definition, self._marathon.config)

    def _base(self, sent: Any) -> str:
        """Return where relative dependencies of a new app start: before 1.5 at the app itself."""
        of_app = self._marathon.persona.old_form and isinstance(sent, dict) and isinstance(sent.get("id"), str)
        return ids.absolute(sent["id"]) if of_app else "/"

    def _deploy(self, definitions: Definitions, request: web.Request) -> Plan:
        plan = self._marathon.change(definitions, force=flag(request, "force"))
        for app_id in definitions:
            self._tell(request, plan.target.apps[app_id], created=False)
        return plan

    def _tell(self, request: web.Request, app: App, *, created: bool) -> None:
        definition = posted_json(app, self._marathon.persona, created=created)
        told = partial(self._marathon.events.send, clientIp=request.remote, uri=request.path, appDefinition=definition)
        # After the deployment has begun.
        asyncio.get_running_loop().call_soon(told, "api_post_event")


def _id(request: web.Request) -> str:
    return ids.absolute(request.match_info["id"])
