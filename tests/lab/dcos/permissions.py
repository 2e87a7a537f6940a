# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an account of the cluster may do with Marathon: which permission a request needs, and whether it is granted.

Names and actions are those of DC/OS Enterprise, and which request needs which is as Marathon asks its authorizer. Unlike Marathon, this
refuses a request about an app outside the account's folders even where no such app exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

ADMIN_ROUTER = "dcos:adminrouter:service:marathon"
AGENTS = "dcos:adminrouter:ops:slave"
OPERATIONS = "dcos:adminrouter:ops:mesos"
_MARATHON = "dcos:service:marathon:marathon"
CONFIG = f"{_MARATHON}:admin:config"
EVENTS = f"{_MARATHON}:admin:events"
LEADER = f"{_MARATHON}:admin:leader"
SERVICES = f"{_MARATHON}:services:"
FULL = "full"
LISTS = ("/v2/apps", "/v2/deployments", "/v2/queue")
"""A GET of these needs nothing by itself: what the account may not read is left out."""
DEPLOYMENT = "/v2/deployments/"
AGENT = "/agent/"
"""Beside Marathon: what comes after the id is for that agent of Mesos."""
MASTER = "/mesos/"
"""And this is for the leading master of Mesos."""
_OF_METHOD = {"GET": "read", "HEAD": "read", "PUT": "update", "POST": "update", "PATCH": "update", "DELETE": "delete"}
_BELOW_AN_APP = ("tasks", "versions", "restart", "delay")


@dataclass(frozen=True, order=True)
class Permission:
    """An action on a resource."""

    resource: str
    action: str

    def __str__(self) -> str:
        return f"{self.resource} {self.action}"


class Grants:
    """What is granted, from lines such as ``dcos:service:marathon:marathon:services:/prod/app1 read,update``, with ``;`` between them."""

    def __init__(self, text: str) -> None:
        """Raises ValueError for what is no such line."""
        self._granted: list[tuple[str, frozenset[str]]] = []
        for line in filter(None, map(str.strip, text.split(";"))):
            resource, actions = line.split()
            self._granted.append((resource, frozenset(actions.split(","))))

    def allow(self, permission: Permission) -> bool:
        """Whether the action is granted on the resource, or on a folder above it."""
        return any(
            _covers(resource, permission.resource) and actions & {permission.action, FULL}
            for resource, actions in self._granted
        )

    def reads(self, app_id: str) -> bool:
        """Whether an app may be seen."""
        return self.allow(of_app(app_id, "read"))


def of_app(app_id: str, action: str) -> Permission:
    """Return the permission to do something to an app."""
    return Permission(f"{SERVICES}/{app_id.strip('/')}", action)


def needed(method: str, path: str, body: Any, affected: Iterable[str]) -> list[Permission] | None:
    """Return the permissions that a request needs; None where no client of the cluster may send it.

    :param path: below the address of Marathon.
    :param affected: the apps of the deployment that ``path`` names.
    """
    if path.startswith(AGENT):
        return [Permission(AGENTS, FULL)]
    if path.startswith(MASTER):
        return [Permission(OPERATIONS, FULL)]
    reads = method in ("GET", "HEAD")
    if reads and path in LISTS:
        return []
    if path == "/v2/apps" and method == "POST":
        app_id = body.get("id") if isinstance(body, dict) else None
        return [of_app(app_id, "create")] if isinstance(app_id, str) else []
    if path.startswith(DEPLOYMENT) and method == "DELETE":
        return [of_app(app_id, "update") for app_id in affected]
    if path.startswith(("/v2/apps/", "/v2/queue/")):
        return [_of_one_app(method, path)]
    simple = {"/v2/info": CONFIG, "/v2/events": EVENTS, "/v2/leader": LEADER}.get(path)
    return [Permission(simple, "read" if reads else "update")] if simple else None


def shown(path: str, answer: Any, grants: Grants) -> Any:
    """Return the answer of a list without what the account may not read."""
    if path == "/v2/deployments" and isinstance(answer, list):
        return [each for each in answer if any(map(grants.reads, each["affectedApps"]))]
    key = path.rpartition("/")[2]
    if not isinstance(answer, dict) or not isinstance(answer.get(key), list):
        return answer
    return {**answer, key: [each for each in answer[key] if grants.reads(_id_of(each))]}


def _of_one_app(method: str, path: str) -> Permission:
    segments = unquote(path).split("/")[3:]
    below = next((number for number, name in enumerate(segments) if number and name in _BELOW_AN_APP), None)
    app_id = "/".join(segments[:below])
    if below is None:
        return of_app(app_id, _OF_METHOD[method])
    # To kill tasks, to restart and to end a delay are changes of the app.
    return of_app(app_id, "read" if method in ("GET", "HEAD") else "update")


def _id_of(entry: Mapping[str, Any]) -> str:
    app: Mapping[str, Any] = entry.get("app") or entry.get("pod") or entry
    return str(app["id"])


def _covers(granted: str, resource: str) -> bool:
    if granted == resource:
        return True
    return granted.startswith(SERVICES) and resource.startswith(granted.rstrip("/") + "/")


def listed(permissions: Sequence[Permission]) -> str:
    """Write permissions as `Grants` reads them."""
    actions: dict[str, list[str]] = {}
    for each in permissions:
        actions.setdefault(each.resource, []).append(each.action)
    return "; ".join(f"{resource} {','.join(of_it)}" for resource, of_it in actions.items())
