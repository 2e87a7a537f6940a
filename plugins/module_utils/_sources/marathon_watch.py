# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listens to Marathon's events, again after each cut, and finds by asking what happened meanwhile."""

from __future__ import annotations

import threading
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import ApiError, DcosAviError, NotJson, Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.hidden_env import without_env_values
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import may_pass
from ansible_collections.dcos.avi.plugins.module_utils._marathon.events import SILENCE
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import MARATHON_OPTIONS, client_from
from ansible_collections.dcos.avi.plugins.module_utils._service.fleet import wanted_services
from ansible_collections.dcos.avi.plugins.module_utils._sources.marathon_event import (
    DEFAULT_TYPES,
    FAILED,
    INFO,
    SUCCESS,
    Garbage,
    events_of,
    is_asked_for,
    normalised,
)
from ansible_collections.dcos.avi.plugins.module_utils._sources.missed import Known, missed, seen_in
from ansible_collections.dcos.avi.plugins.module_utils._sources.queueing import Put, Tell, checked

SOURCE = "dcos.avi.marathon"
MARATHON_SOURCE_OPTIONS: dict[str, Any] = {
    "event_types": {"type": "list", "elements": "str", "default": list(DEFAULT_TYPES)},
    "apps": {"type": "list", "elements": "str", "default": []},
    "no_log_env": {"type": "bool", "default": True},
    **MARATHON_OPTIONS,
}
# Seconds before the stream is opened again, which double while that fails.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


class MarathonWatch:
    """The events that the arguments of the source ask for.

    :param tell: is told in a sentence of each failure that does not end it.
    :raises Refused: the arguments cannot be used; nothing was sent.
    """

    def __init__(self, args: dict[str, Any], tell: Tell, first_pause: float = FIRST_PAUSE) -> None:
        params = checked(MARATHON_SOURCE_OPTIONS, args, SOURCE)
        self._types = tuple(each.strip() for each in params["event_types"] if each.strip())
        if not self._types:
            raise Refused("event_types names no type of event, so no event could ever come.")
        self._apps = wanted_services(params["apps"])
        self._hides_env = params["no_log_env"]
        self._client = client_from(params)
        self._tell = tell
        self._first_pause = first_pause
        self._known: Known | None = None
        self._stopping = threading.Event()
        self._session: HttpSession | None = None
        self._garbage = 0

    def stop(self) -> None:
        """Listen no more."""
        self._stopping.set()
        if self._session:
            self._session.close()

    def run(self, put: Put) -> None:
        """Hand on each event until ``stop``.

        :raises DcosAviError: a failure that does not pass by itself, such as a token that is not accepted.
        """
        pause, last = self._first_pause, ""
        while not self._stopping.is_set():
            self._session = self._client.session.sibling()
            attached = False
            try:
                for event in self._events(self._session):
                    attached = True
                    if event is not None:
                        put(event)
                    if self._stopping.is_set():
                        return
                sentence = f"The stream of events of Marathon at {self._session.url} ended"
            except DcosAviError as error:
                if self._stopping.is_set():
                    return
                if not self._passes(error):
                    raise
                sentence = error.sentence
            finally:
                self._session.close()
            if attached:
                pause, last = self._first_pause, ""
            if sentence != last:
                self._tell(f"{sentence.rstrip('.')}. It is opened again; what is missed meanwhile is asked for then.")
                last = sentence
            self._stopping.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _passes(self, error: DcosAviError) -> bool:
        # What has never been Marathon will hardly become it. Afterwards it is what stands before it, while it is away.
        is_no_marathon = self._known is None and (isinstance(error, NotJson) or error.status == 404)
        # One event that is too large, which the next stream does not have.
        is_of_one_event = self._known is not None and isinstance(error, ApiError) and error.status is None
        return (may_pass(error) and not is_no_marathon) or is_of_one_event

    def _events(self, session: HttpSession) -> Any:
        """Yield what is asked for of one stream, from its beginning to its end; None once it is open."""
        if self._known is None:
            # This tells in better words than the stream what is wrong with an address or a login.
            self._known = self._seen()[0]
        params = [("event_type", each) for each in self._subscribed]
        params.append(("plan-format", "light"))
        with session.lines("/v2/events", params=params, accept="text/event-stream", silence=SILENCE) as lines:
            yield None
            # Opened first, so that nothing is lost between the answer and the stream. It may be told twice.
            yield from self._missed()
            for event in events_of(lines, session.connection.most_bytes):
                if isinstance(event, Garbage):
                    self._tell_of(event)
                    continue
                shape = normalised(event)
                self._known.learn(shape)
                if is_asked_for(shape, self._types, self._apps):
                    # An app that was changed is in it whole, with the passwords in its environment.
                    yield {**shape, "event": without_env_values(shape["event"])} if self._hides_env else shape

    @property
    def _subscribed(self) -> list[str]:
        """The types to subscribe to. Without the begin of a deployment, nobody would know of one that ended during a cut."""
        more = [INFO] if {SUCCESS, FAILED}.intersection(self._types) else []
        return list(dict.fromkeys([*self._types, *more]))

    def _missed(self) -> list[dict[str, Any]]:
        now, apps = self._seen()
        before = self._known or now
        found = [event for event in missed(before, now, apps) if is_asked_for(event, self._types, self._apps)]
        self._known = now
        return found

    def _seen(self) -> tuple[Known, list[dict[str, Any]]]:
        deployments = self._client.deployments()
        apps = self._client.apps(embed=("apps.tasks", "apps.lastTaskFailure"))
        return seen_in(apps, deployments, self._apps), apps

    def _tell_of(self, garbage: Garbage) -> None:
        self._garbage += 1
        # Each power of two: a stream of nothing else does not fill a log.
        if self._garbage & (self._garbage - 1) == 0:
            self._tell(
                f"Marathon at {self._client.session.url} sent what is no event, {self._garbage} times so far, and it is passed over: {garbage.text!r}."
            )
