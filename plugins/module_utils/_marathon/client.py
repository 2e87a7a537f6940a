# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marathon's REST endpoints."""

from __future__ import annotations

import copy
import math
import re
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from ansible_collections.dcos.avi.plugins.module_utils._core.clock import elapsed
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import Answer
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    Away,
    DcosAviError,
    NotFound,
    PermissionRefused,
    Refused,
    UnknownOutcome,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.live import Live
from ansible_collections.dcos.avi.plugins.module_utils._core.segments import one_segment
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import AWAY_INTERVAL, may_pass
from ansible_collections.dcos.avi.plugins.module_utils._marathon.events import News, listening
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import RESERVED, absolute_id
from ansible_collections.dcos.avi.plugins.module_utils._marathon.shape import wrong_field

# An app as Marathon returns it, or takes it.
AppJson = dict[str, Any]
# Seconds in which a change is sent: it follows from a look, and what was seen may not hold for longer.
SEND_WITHIN = 5.0
# What Marathon says with 403, too, when it has as many as it takes.
TOO_MANY_DEPLOYMENTS = "running deployments"


@dataclass(frozen=True)
class Accepted:
    """A change that Marathon accepted: the deployment that carries it out, and the version it leads to.

    Marathon answers so to a change that changes nothing, too; then the version is never the app's.
    """

    deployment_id: str
    version: str


class Marathon:
    """The endpoints the collection uses. Ids may be relative ("app1"). Errors are those of HttpSession.request.

    What changes something is sent within seconds, and by ``not_after`` (of the clock ``elapsed``) where that is given: TooLate
    says that it was not. Then look again before you repeat it. Reads are tried again for ``patience`` seconds in all, as long as they fail
    in a way that may pass: a restart of Marathon takes half a minute.

    ``before_writes`` is asked right before each change, where it is set: it raises where nothing may be changed any more, and returns by
    when the change must be sent.
    """

    def __init__(self, session: HttpSession, patience: float = 0.0) -> None:
        self.session = session
        self._patience = patience
        self.before_writes: Callable[[], float] | None = None

    def unguarded(self) -> Marathon:
        """Return the same client without ``before_writes``: for the lock itself, and for what undoes a change."""
        other = copy.copy(self)
        other.before_writes = None
        return other

    def info(self) -> dict[str, Any]:
        """Return GET /v2/info: version, leader, marathon_config."""
        return self._object(self._get("/v2/info"), "GET /v2/info")

    def now(self) -> datetime:
        """Return the time by Marathon's clock at its last answer, by this machine's where Marathon did not tell."""
        return self.own_time or datetime.now(timezone.utc)

    @property
    def own_time(self) -> datetime | None:
        """The time by Marathon's clock at its last answer; None where Marathon did not tell."""
        try:
            return parsedate_to_datetime(self.session.date or "").astimezone(timezone.utc)
        except (TypeError, ValueError, OverflowError):
            return None

    @property
    def leader(self) -> str | None:
        """Which Marathon led at the last answer; None before the first, and where something in between drops the header."""
        return self.session.answered.get("X-Marathon-Leader")

    def release(self) -> tuple[int, int]:
        """Return Marathon's major and minor release number, such as (1, 8)."""
        return release_in(self.info())

    def apps(
        self, *, label: str = "", id_contains: str = "", cmd_contains: str = "", embed: Iterable[str] = ()
    ) -> list[dict[str, Any]]:
        """Return the apps that match, each with counts and deployments.

        :param label: a selector in Marathon's grammar, such as "ab_config" or "env==prod,tier!=db".
        :param id_contains: a part of the id, in upper or lower case; ``cmd_contains`` of the command.
        :param embed: what else to include, such as "apps.tasks", "apps.lastTaskFailure", "apps.taskStats".
        """
        filters = {"label": label, "id": id_contains, "cmd": cmd_contains}
        params = [*((name, value) for name, value in filters.items() if value), *(("embed", value) for value in embed)]
        found = self._list("/v2/apps", "apps", dict, params=params)
        return [self._app(app, "GET /v2/apps") for app in found]

    def app(self, app_id: str, *, embed: Iterable[str] = ()) -> dict[str, Any] | None:
        """Return an app with counts, tasks, deployments and lastTaskFailure, or None where there is none."""
        path = _path(app_id)
        try:
            found = self._get(path, params=[("embed", value) for value in embed])
        except NotFound as error:
            if _is_about_the_app(error):
                return None
            raise
        return self._app(self._of(found, "app", dict, f"GET {path}"), f"GET {path}")

    def app_versions(self, app_id: str) -> list[str]:
        """Return the timestamps of the versions Marathon keeps of an app, in no order.

        A change that was refused left one, too, and so did an earlier app of this id: none needs to have run.
        """
        return self._list(f"{_path(app_id)}/versions", "versions", str)

    def app_version(self, app_id: str, version: str) -> dict[str, Any]:
        """Return the definition an app had at a version."""
        path = f"{_path(app_id)}/versions/{one_segment(version, 'a version')}"
        return self._object(self._get(path), f"GET {path}")

    def create_app(self, definition: dict[str, Any], *, not_after: float | None = None) -> Accepted:
        """Create an app; Conflict where it exists."""
        answer = self._write("POST", "/v2/apps", not_after, json=definition, expect=(201,))
        app = self._object(answer.body, "POST /v2/apps")
        deployment_id = answer.headers.get("Marathon-Deployment-Id") or next(iter(ids_of(app.get("deployments"))), "")
        return Accepted(deployment_id, app.get("version", ""))

    def update_app(
        self,
        app_id: str,
        body: dict[str, Any],
        *,
        complete: bool = False,
        force: bool = False,
        not_after: float | None = None,
    ) -> Accepted:
        """Change the given fields of an app, each as a whole; Conflict where a deployment locks it.

        :param complete: all other fields, ``instances`` too, go back to their defaults.
        """
        params = {"partialUpdate": "false" if complete else "true", **_force(force)}
        return self._change("PUT", _path(app_id), params, not_after, json=body, expect=(200, 201))

    def delete_app(self, app_id: str, *, force: bool = False, not_after: float | None = None) -> Accepted:
        """Delete an app with all its tasks."""
        return self._change("DELETE", _path(app_id), _force(force), not_after)

    def restart_app(self, app_id: str, *, force: bool = False, not_after: float | None = None) -> Accepted:
        """Replace all tasks of an app; Conflict where a deployment locks it."""
        return self._change("POST", f"{_path(app_id)}/restart", _force(force), not_after)

    def kill_tasks(self, app_id: str, *, not_after: float | None = None) -> None:
        """Kill all tasks of an app. Its instances stay, so that Marathon starts others where it has any."""
        self._write("DELETE", f"{_path(app_id)}/tasks", not_after, params={"scale": "false"})

    def roll_back_deployment(self, deployment_id: str) -> Accepted:
        """Stop a deployment, and start another that undoes it; NotFound where it is over."""
        return self._change("DELETE", f"/v2/deployments/{one_segment(deployment_id, 'a deployment')}", _force(False))

    def abandon_deployment(self, deployment_id: str) -> None:
        """Stop a deployment, and leave the apps half done; NotFound where it is over."""
        self._write(
            "DELETE",
            f"/v2/deployments/{one_segment(deployment_id, 'a deployment')}",
            params=_force(True),
            expect=(200, 202),
        )

    def deployments(self) -> list[dict[str, Any]]:
        """Return the deployments under way."""
        found = self._get("/v2/deployments")
        if not isinstance(found, list):
            raise self._unusable("GET /v2/deployments", "is no list")
        if len(ids_of(found)) < len(found):
            raise self._unusable("GET /v2/deployments", "lists what is no deployment")
        return found

    def listening(self, mentions: Iterable[str], interval: float) -> AbstractContextManager[News]:
        """Return a context in which events are listened to; see ``News``."""
        return listening(self.session.sibling(), mentions, interval)

    def queue(self, *, embed: Iterable[str] = ()) -> list[dict[str, Any]]:
        """Return the apps that wait for offers, with the reasons why offers were declined.

        :param embed: what else to include: "lastUnusedOffers", those that were declined last.
        """
        return self._list("/v2/queue", "queue", dict, params=[("embed", value) for value in embed])

    def _request(self, method: str, path: str, **kwargs: Any) -> Answer:
        try:
            return self.session.request(method, path, **kwargs)
        except PermissionRefused as error:
            if TOO_MANY_DEPLOYMENTS in str(error.details):
                raise
            sentence = f"{error.sentence.rstrip('.')}. docs/permissions.md names the permission that this request needs"
            raise PermissionRefused(sentence, status=error.status, details=error.details) from error
        except (Away, NotFound, UnknownOutcome) as error:
            if error.status != 404 or is_said_by_marathon(error.details):
                raise
            sentence = (
                f"{error.sentence}. Is this Marathon? In DC/OS its address ends in /service/marathon, without /v2"
            )
            raise type(error)(sentence, status=error.status, details=error.details) from error

    def _get(self, path: str, **kwargs: Any) -> Any:
        news = Live("waiting for Marathon", self._patience, time.monotonic)
        begin = math.inf
        while True:
            try:
                return self._request("GET", path, **kwargs).body
            except DcosAviError as error:
                if not may_pass(error) or self._patience - _since(begin) < AWAY_INTERVAL:
                    raise
                news.seen(error.sentence)
            finally:
                # With what the request took: one that is never answered takes as long as the pauses of all others.
                self._patience -= _since(begin)
            begin = time.monotonic()
            time.sleep(AWAY_INTERVAL)

    def _list(self, path: str, key: str, kind: type, **kwargs: Any) -> list[Any]:
        """Return the list that is read by ``key``, each item of a kind."""
        found = self._of(self._get(path, **kwargs), key, list, f"GET {path}")
        if not all(isinstance(item, kind) for item in found):
            raise self._unusable(f"GET {path}", f"holds something else among its {key}")
        return found

    def _of(self, body: Any, key: str, kind: type, request: str) -> Any:
        """Return what an answer holds by ``key``."""
        if not isinstance(body, dict) or not isinstance(body.get(key), kind):
            raise self._unusable(request, f"has no {key}")
        return body[key]

    def _app(self, app: dict[str, Any], request: str) -> dict[str, Any]:
        """Return an app that has the shape of one, as far as it is relied on."""
        wrong = wrong_field(app)
        if wrong:
            raise self._unusable(request, f"holds an app whose {wrong} is missing or something else")
        return app

    def _write(self, method: str, path: str, not_after: float | None = None, **kwargs: Any) -> Answer:
        """Send a change. It follows from what was seen before, so that it is sent within seconds, or not at all."""
        moments = [elapsed() + SEND_WITHIN]
        if not_after is not None:
            moments.append(not_after)
        if self.before_writes is not None:
            moments.append(self.before_writes())
        return self._request(method, path, not_after=min(moments), **kwargs)

    def _change(
        self, method: str, path: str, params: dict[str, str], not_after: float | None = None, **kwargs: Any
    ) -> Accepted:
        answer = self._write(method, path, not_after, params=params, **kwargs)
        body = self._object(answer.body, f"{method} {path}")
        return Accepted(body.get("deploymentId", ""), body.get("version", ""))

    def _object(self, body: Any, request: str) -> dict[str, Any]:
        if not isinstance(body, dict):
            raise self._unusable(request, "is no object")
        return body

    def _unusable(self, request: str, what: str) -> UnknownOutcome:
        return UnknownOutcome(f"Marathon at {self.session.url} answered {request} with JSON that {what}")


def _since(moment: float) -> float:
    return max(0.0, time.monotonic() - moment)


def release_in(info: Mapping[str, Any]) -> tuple[int, int]:
    """Return the major and minor release number that the answer of GET /v2/info holds."""
    found = re.match(r"(\d+)\.(\d+)", str(info.get("version")))
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _path(app_id: str) -> str:
    """Return the path of an app.

    :raises Refused: Marathon would take it for that of a group, of several apps, or of something else of another app.
    """
    segments = absolute_id(app_id).split("/")
    if segments[-1] in ("", *RESERVED) or "*" in app_id or not app_id.isprintable():
        raise Refused(f"{app_id[:80]!r} cannot be the id of an app: it would lead to another path. Nothing was sent.")
    return "/v2/apps" + quote("/".join(segments))


def _force(force: bool) -> dict[str, str]:
    # Always said, because Marathon's own default is true for a DELETE and false elsewhere.
    return {"force": "true" if force else "false"}


def ids_of(deployments: Any) -> list[str]:
    """Return the ids of what an answer lists as deployments, without what is none."""
    listed = deployments if isinstance(deployments, list) else []
    return [item["id"] for item in listed if isinstance(item, dict) and isinstance(item.get("id"), str)]


def _message(details: Any) -> str:
    return str(details.get("message")) if isinstance(details, dict) else ""


def is_said_by_marathon(details: Any) -> bool:
    """Tell whether the JSON value of a 404 is Marathon's: it says so what does not exist.

    A wrong path answers 404 in other words, and so does an Admin Router, while Marathon is restarted.
    """
    return "does not exist" in _message(details)


def _is_about_the_app(error: NotFound) -> bool:
    return _message(error.details).startswith("App ")
