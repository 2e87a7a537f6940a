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
from tests.lab.marathon.definitions import checked_replacement, new_definition, read
from tests.lab.marathon.embed import app_info, wanted
from tests.lab.marathon.errors import Invalid, Problem, Refusal, bad_moment, unknown_group
from tests.lab.marathon.marathon import Marathon
from tests.lab.marathon.plan import step_json, steps
from tests.lab.marathon.render import group_json
from tests.lab.marathon.root import Definitions, Group, Root, changed
from tests.lab.marathon.shapes import Array, Boolean, Number, Shape, Structure, Text, is_moment

#: What a group can be asked to do goes with nothing else.
_ALONE = {"scaleBy", "version"}
_NOT_WITH_SERVICES = "enforceRole cannot be modified in a request that adds, removes or modifies services; please make these changes in separate requests."
_GROUP = {
    "id": Text(least=1),
    "apps": Array(Shape()),
    "groups": Array(Shape()),
    "dependencies": Array(Text(least=1)),
    "scaleBy": Number(least=0),
    "version": Text(),
    "enforceRole": Boolean(),
}


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
        ]

    async def show(self, request: web.Request) -> web.Response:
        group_id = _id(request)
        self._marathon.group(group_id)
        return answer(self._json(group_id, wanted(request.query.getall("embed", []))))

    def _json(self, group_id: str, embed: set[str]) -> dict[str, Any]:
        group = self._marathon.group(group_id)
        root = self._marathon.root
        apps = [app for app in root.apps.values() if ids.parent(app.id) == group_id]
        rendered = {
            "id": group_id,
            "version": group.version,
            "dependencies": list(group.dependencies),
            "apps": [app_info(app, embed, self._marathon) for app in apps],
            "groups": [self._json(each, embed) for each in root.groups if ids.parent(each) == group_id],
            "pods": [],
        }
        is_top = group_id != "/" and ids.parent(group_id) == "/"
        return {**rendered, "enforceRole": group.enforce_role} if self._marathon.persona.roles and is_top else rendered

    async def apps(self, request: web.Request) -> web.Response:
        group_id = _id(request)
        self._marathon.group(group_id)
        embed = wanted(request.query.getall("embed", []))
        return answer([app_info(app, embed, self._marathon) for app in self._marathon.root.apps_in(group_id)])

    async def versions(self, request: web.Request) -> web.Response:
        """The versions of all groups are those of the root."""
        self._marathon.group(_id(request))
        return answer(sorted(self._marathon.roots, key=lambda each: zlib.crc32(each.encode())))

    async def version(self, request: web.Request) -> web.Response:
        root, group_id = self._past(request.match_info["version"]), _id(request)
        if group_id != "/" and group_id not in root.groups:
            raise unknown_group(group_id)
        return answer(group_json(root, self._marathon.persona, group_id))

    def _past(self, version: str) -> Root:
        if not is_moment(version):
            raise bad_moment(version, self._marathon.persona)
        if version not in self._marathon.roots:
            raise Refusal(422, f"Group version {version} not found")
        return self._marathon.roots[version]

    async def create(self, request: web.Request) -> web.Response:
        sent = await body(request, self._marathon.persona)
        sent = self._read(sent if sent != [] else {})
        if sent.keys() & _ALONE:
            raise Invalid([("/", "'scaleBy' and 'version' are not allowed in conjunction with other properties.")])
        group_id = ids.absolute(sent.get("id", "/"), _id(request))
        if group_id == "/" or group_id in self._marathon.root.groups:
            raise Refusal(409, f"Group {group_id} is already created. Use PUT to change this group.")
        if group_id in self._marathon.root.apps:
            raise Refusal(409, f"An app with the path {group_id} already exists.")
        return self._deploy(request, group_id, sent, 201)

    async def update(self, request: web.Request) -> web.Response:
        group_id = _id(request)
        sent = self._read(await body(request, self._marathon.persona))
        if sent.keys() & _ALONE and len(sent.keys() - {"id"}) > 1:
            raise Invalid([("/", "'scaleBy' and 'version' are not allowed in conjunction with other properties.")])
        groups = dict(self._marathon.root.groups)
        if "scaleBy" in sent:
            if group_id != "/":
                groups.setdefault(group_id, Group(self._marathon.root.version))
            scaled: Definitions = {
                app.id: {**app.definition, "instances": math.ceil(app.instances * sent["scaleBy"])}
                for app in self._marathon.root.apps_in(group_id)
            }
            return self._change(request, scaled, groups, 200)
        if "version" in sent:
            past = self._past(sent["version"])
            before: Definitions = {
                **{app.id: None for app in self._marathon.root.apps_in(group_id)},
                **{app.id: app.definition for app in past.apps_in(group_id)},
            }
            groups.update({each: group for each, group in past.groups.items() if ids.within(each, group_id)})
            return self._change(request, before, groups, 200)
        return self._deploy(request, group_id, sent, 200)

    async def delete(self, request: web.Request) -> web.Response:
        group_id = _id(request)
        self._marathon.group(group_id)
        definitions: dict[str, None] = {app.id: None for app in self._marathon.root.apps_in(group_id)}
        left = {
            each: group
            for each, group in self._marathon.root.groups.items()
            if each != group_id and not ids.within(each, group_id)
        }
        return deployed(self._marathon.change(definitions, force=flag(request, "force"), groups=left))

    def _read(self, sent: Any, required: tuple[str, ...] = ()) -> dict[str, Any]:
        return read(sent, Structure(_GROUP, required), self._marathon.config)

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
            target = changed(root, definitions, self._marathon.clock.version(), self._marathon.config, groups=groups)
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
            problem = ids.problem(group_id, self._marathon.persona)
            if problem:
                raise Invalid([("/id", problem)])
            groups.setdefault(group_id, Group(root.version))
            if "dependencies" in sent:
                needed = tuple(ids.absolute(each, group_id) for each in sent["dependencies"])
                groups[group_id] = replace(groups[group_id], dependencies=needed)
        if "apps" in sent:
            for app in root.apps.values():
                if ids.parent(app.id) == group_id:
                    definitions[app.id] = None
            for each in sent["apps"]:
                definition = self._definition(each, group_id)
                definitions[definition["id"]] = definition
        if "groups" in sent:
            listed = {ids.absolute(self._read(each, ("id",))["id"], group_id): each for each in sent["groups"]}
            for other in [each for each in groups if ids.within(each, group_id)]:
                if not any(other == each or ids.within(other, each) for each in listed):
                    del groups[other]
                    definitions.update({app.id: None for app in root.apps_in(other)})
            for each, content in listed.items():
                self._collect(each, self._read(content), definitions, groups)

    def _definition(self, sent: Any, group_id: str) -> dict[str, Any]:
        if isinstance(sent, dict) and isinstance(sent.get("id"), str):
            sent = {**sent, "id": ids.absolute(sent["id"], group_id)}
            if not ids.within(sent["id"], group_id):
                raise Invalid(
                    [("/id", f"identifier {sent['id']} is not child of {group_id}. Hint: use relative paths.")]
                )
        definition = new_definition(sent, self._marathon.config, group_id)
        current = self._marathon.root.apps.get(definition["id"])
        return checked_replacement(definition, current.definition) if current else definition


def _id(request: web.Request) -> str:
    return ids.absolute(request.match_info.get("id", "/"))
