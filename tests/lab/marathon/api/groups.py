# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/v2/groups: trees of apps, changed as a whole."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from aiohttp import web

from tests.lab.marathon import ids
from tests.lab.marathon.api.requests import answer, body, deployed, flag
from tests.lab.marathon.definitions import checked_replacement, read
from tests.lab.marathon.embed import app_info, wanted
from tests.lab.marathon.errors import Invalid, Problem, Refusal, bad_moment, unknown_group
from tests.lab.marathon.groupshape import check_group, read_group, with_definitions
from tests.lab.marathon.marathon import Marathon
from tests.lab.marathon.moments import is_moment
from tests.lab.marathon.negotiation import location
from tests.lab.marathon.plan import step_json, steps
from tests.lab.marathon.render import app_json
from tests.lab.marathon.root import App, Definitions, Group, Root, changed
from tests.lab.marathon.shapes import Boolean, Structure

#: What is embedded in a group where nothing is asked for.
_EMBEDDED = ["group.groups", "group.apps", "group.pods"]
_NOT_WITH_SERVICES = "enforceRole cannot be modified in a request that adds, removes or modifies services; please make these changes in separate requests."


class Groups:
    """The handlers of /v2/groups."""

    def __init__(self, marathon: Marathon) -> None:
        self._marathon = marathon

    def routes(self) -> list[web.RouteDef]:
        every, one = "/v2/groups", "/v2/groups/{id:.+}"
        return [
            web.get(every + "/versions", self.versions),
            web.get(one + "/versions", self.versions),
            web.get(every + "/versions/{version}", self.version),
            web.get(one + "/versions/{version}", self.version),
            web.get(one + "/apps", self.apps),
            web.get(every, self.show),
            web.get(one, self.show),
            web.post(every, self.create),
            web.post(one, self.create),
            web.put(every, self.update),
            web.put(one, self.update),
            web.delete(every, self.delete),
            web.delete(one, self.delete),
            *([web.patch(one, self.patch)] if self._marathon.persona.roles else []),
        ]

    async def show(self, request: web.Request) -> web.Response:
        group_id = _id(request)
        self._marathon.group(group_id)
        return answer(self._json(self._marathon.root, group_id, request))

    def _json(self, root: Root, group_id: str, request: web.Request, *, past: bool = False) -> dict[str, Any]:
        """Return a group with what is to be embedded; of the past there are only the definitions."""
        asked = request.query.getall("embed", []) or _EMBEDDED
        of_apps = wanted(each for each in asked if each.startswith("group.apps."))
        persona = self._marathon.persona

        def shown(app: App) -> dict[str, Any]:
            return app_json(app, persona) if past else app_info(app, of_apps, self._marathon)

        def render(below: str) -> dict[str, Any]:
            group = root.groups.get(below, Group(root.version))
            held = {
                "apps": [shown(app) for app in root.apps.values() if ids.parent(app.id) == below],
                "groups": [render(each) for each in root.groups if ids.parent(each) == below],
                "pods": [],
            }
            # The newest release has all of these keys, whatever is asked for.
            parts = {name: part if f"group.{name}" in asked else [] for name, part in held.items()}
            if not persona.roles:
                parts = {name: part for name, part in parts.items() if f"group.{name}" in asked}
            is_top = below != "/" and ids.parent(below) == "/"
            role = {"enforceRole": group.enforce_role} if persona.roles and is_top else {}
            return {
                "id": below,
                "version": group.version,
                "dependencies": list(group.dependencies),
                **parts,
                **role,
            }

        return render(group_id)

    async def apps(self, request: web.Request) -> web.Response:
        """The apps of a group; one that is not there has none."""
        embed = wanted(each for each in request.query.getall("embed", []) if each.startswith("group.apps."))
        apps = self._marathon.root.apps_in(_id(request))
        return answer([app_info(app, embed, self._marathon) for app in apps])

    async def versions(self, request: web.Request) -> web.Response:
        """The versions of all groups are those of the root."""
        self._marathon.group(_id(request))
        return answer(sorted(self._marathon.roots, key=lambda each: zlib.crc32(each.encode())))

    async def version(self, request: web.Request) -> web.Response:
        version, group_id = request.match_info["version"], _id(request)
        if not is_moment(version, self._marathon.persona):
            raise bad_moment(version, self._marathon.persona)
        root = self._marathon.roots.get(version)
        if root is None or (group_id != "/" and group_id not in root.groups):
            raise unknown_group(group_id)
        return answer(self._json(root, group_id, request, past=True))

    async def create(self, request: web.Request) -> web.Response:
        group_id, sent = await self._read(request)
        if group_id == "/" or group_id in self._marathon.root.groups:
            raise Refusal(409, f"Group {group_id} is already created. Use PUT to change this group.")
        if group_id in self._marathon.root.apps:
            raise Refusal(409, f"An app with the path {group_id} already exists.")
        response = self._apply(request, group_id, sent, 201)
        response.headers["Location"] = location(request, group_id, self._marathon.persona)
        return response

    async def update(self, request: web.Request) -> web.Response:
        return self._apply(request, *(await self._read(request)), 200)

    async def _read(self, request: web.Request) -> tuple[str, dict[str, Any]]:
        """Return the id of the group that a request is about, and what it says of it. Raises Invalid or Refusal."""
        config = self._marathon.config
        sent = read_group(await body(request, config.persona), config)
        group = with_definitions(sent, _id(request), config)
        check_group(group, _id(request), config.persona)
        return ids.absolute(sent.get("id", "."), _id(request)), group

    def _apply(self, request: web.Request, group_id: str, sent: dict[str, Any], status: int) -> web.Response:
        groups = dict(self._marathon.root.groups)
        if "scaleBy" in sent:
            if group_id != "/":
                groups.setdefault(group_id, Group(self._marathon.root.version))
            scaled: Definitions = {
                app.id: {**app.definition, "instances": math.ceil(app.instances * sent["scaleBy"])}
                for app in self._marathon.root.apps_in(group_id)
            }
            return self._change(request, scaled, groups, status)
        if "version" in sent:
            past = self._marathon.roots.get(sent["version"])
            if past is None or (group_id != "/" and group_id not in past.groups):
                raise Refusal(422, f"Group {group_id} not available in version {sent['version']}")
            before: Definitions = {
                **{app.id: None for app in self._marathon.root.apps_in(group_id)},
                **{app.id: app.definition for app in past.apps_in(group_id)},
            }
            groups.update({each: group for each, group in past.groups.items() if ids.within(each, group_id)})
            return self._change(request, before, groups, status)
        return self._deploy(request, group_id, sent, status)

    async def patch(self, request: web.Request) -> web.Response:
        """Say whether the apps of a top-level group take its role, or nothing of it. It is no deployment."""
        config, group_id = self._marathon.config, _id(request)
        sent = read(await body(request, config.persona), Structure({"enforceRole": Boolean()}), config)
        if ids.parent(group_id) != "/" or group_id == "/":
            raise Invalid([("/", "Path needs to be top-level")])
        group = replace(self._marathon.group(group_id), enforce_role=sent.get("enforceRole", False))
        root = self._marathon.root
        self._marathon.root = replace(root, groups={**root.groups, group_id: group})
        return web.Response()

    async def delete(self, request: web.Request) -> web.Response:
        group_id = _id(request)
        if group_id != "/" and group_id not in self._marathon.root.groups:
            raise unknown_group(group_id, thrown=True)
        definitions: dict[str, None] = {app.id: None for app in self._marathon.root.apps_in(group_id)}
        left = {
            each: group
            for each, group in self._marathon.root.groups.items()
            if each != group_id and not ids.within(each, group_id)
        }
        return deployed(self._marathon.change(definitions, force=flag(request, "force"), groups=left))

    def _deploy(self, request: web.Request, group_id: str, sent: dict[str, Any], status: int) -> web.Response:
        groups = dict(self._marathon.root.groups)
        definitions: dict[str, dict[str, Any] | None] = {}
        self._collect(group_id, sent, definitions, groups)
        if self._marathon.persona.roles and self._changes_apps(definitions):
            problems = list(self._role_problems(group_id, sent, ""))
            if problems:
                raise Invalid(problems)
        return self._change(request, definitions, groups, status)

    def _changes_apps(self, definitions: Definitions) -> bool:
        known = self._marathon.root.apps
        return any(
            definition != (known[app_id].definition if app_id in known else None)
            for app_id, definition in definitions.items()
        )

    def _role_problems(self, group_id: str, sent: dict[str, Any], path: str) -> Iterator[Problem]:
        """Yield which groups that are there would lose what they say of roles, as what is sent says nothing of it."""
        for index, each in enumerate(sent.get("groups", [])):
            below, at = ids.absolute(each["id"], group_id), f"{path}/groups({index})"
            known = self._marathon.root.groups.get(below)
            if known is not None and each.get("enforceRole") != known.enforce_role:
                yield f"{at}/enforceRole", _NOT_WITH_SERVICES
            yield from self._role_problems(below, each, at)

    def _change(
        self, request: web.Request, definitions: Definitions, groups: dict[str, Group], status: int
    ) -> web.Response:
        if flag(request, "dryRun"):
            root = self._marathon.root
            now, config = self._marathon.clock.version(), self._marathon.config
            target = changed(root, definitions, now, config, groups=groups, assigns_ports=False)
            return answer({"steps": [step_json(step) for step in steps(root, target)]})
        return deployed(self._marathon.change(definitions, force=flag(request, "force"), groups=groups), status)

    def _collect(
        self,
        group_id: str,
        sent: dict[str, Any],
        definitions: dict[str, dict[str, Any] | None],
        groups: dict[str, Group],
    ) -> None:
        """Add what a group is to become to `definitions` and `groups`: lists that are given replace what there is."""
        root = self._marathon.root
        if group_id != "/":
            groups.setdefault(group_id, Group(root.version))
            if "dependencies" in sent:
                needed = tuple(ids.absolute(each, group_id) for each in sent["dependencies"])
                groups[group_id] = replace(groups[group_id], dependencies=needed)
            if "enforceRole" in sent:
                groups[group_id] = replace(groups[group_id], enforce_role=sent["enforceRole"])
        if "apps" in sent:
            for app in root.apps.values():
                if ids.parent(app.id) == group_id:
                    definitions[app.id] = None
            for definition in sent["apps"]:
                current = root.apps.get(definition["id"])
                kept = checked_replacement(definition, current.definition) if current else definition
                definitions[definition["id"]] = kept
        if "groups" in sent:
            listed = {ids.absolute(each["id"], group_id): each for each in sent["groups"]}
            for other in [each for each in groups if ids.within(each, group_id)]:
                if not any(other == each or ids.within(other, each) for each in listed):
                    del groups[other]
                    definitions.update({app.id: None for app in root.apps_in(other)})
            for each, content in listed.items():
                self._collect(each, content, definitions, groups)


def _id(request: web.Request) -> str:
    return ids.absolute(request.match_info.get("id", "/"))
