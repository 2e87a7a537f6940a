# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait until nothing of an app that is scaled to zero runs, or can come back, and end what does.

Before 1.8, Marathon keeps the relaunches of tasks that died in its launch queue when the app is scaled to zero. It starts them
later, although the app has no instances, and leaves them running until it checks the scale of the app: for up to 5 minutes.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional

from ansible_collections.dcos.avi.plugins.module_utils._core.clock import elapsed
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    Conflict,
    NotNow,
    Refused,
    TooLate,
    WaitTimeout,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.run import run_or_none
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import wait_until
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import AppJson, Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.bodies import update
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import deployment_ids, live_tasks, progress
from ansible_collections.dcos.avi.plugins.module_utils._marathon.two_looks import look_twice
from ansible_collections.dcos.avi.plugins.module_utils._marathon.writes import refuse_for_a_run_that_ended

OVER, WAIT, KILL, EMPTY_QUEUE, LOWER = "over", "wait", "kill", "empty_queue", "lower"
# From this release on a scale to zero ends what waits for its launch, too. Before, only a cancelled deployment does.
FIRST_RELEASE_THAT_EMPTIES_THE_QUEUE = (1, 8)
# Marathon queues the relaunch a moment after a task has died, and launches it one backoff later at the earliest.
QUEUED_AFTER = 1.0
# What is due later than this is in the queue, where a look finds it.
LONGEST_WATCH = 10.0
# So long nothing may be seen after the last thing that was ended.
QUIET_SECONDS = 2.0
# Between two requests that should end the same.
REPEAT_SECONDS = 5.0
PAUSE = 0.5
# So long what waits in the queue is left there while the state of the service speaks against it. It takes no traffic meanwhile.
PATIENCE = 30.0
# So long after the app was raised for a moment, or was seen so, it is lowered without another look. A process may be stopped in between.
LOWER_WITHIN = 10.0

# Called right before a request that ends something; returns by when it is to be sent, by the monotonic clock, None where that is open.
# Raises NotNow where the service may need what is to be ended, by what is seen then.
MayEnd = Callable[[], Optional[float]]


@dataclass(frozen=True)
class Remainder:
    """What one look showed of an app that should have no instances: the app, None where it is gone, and how many launches wait."""

    app: AppJson | None
    queued: int = 0

    @property
    def running(self) -> list[str]:
        """The ids of the tasks that have not ended; those on a lost agent cannot be ended from here."""
        return [str(task.get("id")) for task in live_tasks(self.app)] if self.app else []

    @property
    def is_left(self) -> bool:
        """Whether something runs or waits that no deployment ends."""
        return bool((self.running or self.queued) and not deployment_ids(self.app or {}))

    @property
    def shows_nothing(self) -> bool:
        """Whether it has no instances, and nothing of it runs, waits, or is being deployed."""
        app = self.app or {}
        return not (app.get("instances") or self.running or self.queued or deployment_ids(app))

    def __str__(self) -> str:
        if self.app is None:
            return "it is gone"
        if deployment_ids(self.app):
            return progress(self.app)
        waiting = f", and {self.queued} launches of it wait in Marathon's queue" if self.queued else ""
        return (
            f"{len(self.running)} tasks of it run although it has {self.app.get('instances') or 0} instances{waiting}"
        )


def remainder(client: Marathon, app_id: str) -> Remainder:
    """Look at an app and at the launch queue."""
    app = client.app(app_id)
    if app is None:
        return Remainder(None)
    return Remainder(app, queued_launches(client.queue(), app_id))


def queued_launches(queue: Iterable[Mapping[str, Any]], app_id: str) -> int:
    """Return how many launches of an app wait, by the answer of GET /v2/queue."""
    entries = [entry for entry in queue if (entry.get("app") or {}).get("id") == app_id]
    # An entry without a count waits all the same.
    return sum(entry["count"] if isinstance(entry.get("count"), int) else 1 for entry in entries)


def next_act(seen: Remainder, raised: int | None, empties_queue: bool) -> str:
    """Return what is to be done next for nothing of the app to run, or come back.

    :param raised: how many instances a request of ours gave it for a moment, None where none did.
    :param empties_queue: this release ends what waits with the scale itself.
    :raises Refused: somebody else scaled the app up.
    """
    if seen.app is None:
        return OVER
    instances = seen.app.get("instances") or 0
    if instances and instances == raised:
        return LOWER
    if instances:
        raise Refused(
            f"{seen.app.get('id')} was to have no instances, but has {instances} now: somebody scaled it up meanwhile."
        )
    if deployment_ids(seen.app):
        return WAIT
    if seen.running:
        return KILL
    if seen.queued:
        return WAIT if empties_queue else EMPTY_QUEUE
    return OVER


def raised_to_empty(seen: Remainder) -> int:
    """Return how many instances an app must have for a moment for its deployment to still run when it is cancelled: one more than wait."""
    return seen.queued + 1


def watch_seconds(app: AppJson | None, now: datetime) -> float:
    """Return for how long the app must be watched, though nothing of it is seen: a relaunch may not be in the queue yet.

    :param now: the time by Marathon's clock, which wrote that of the failure.
    """
    failure = (app or {}).get("lastTaskFailure") or {}
    if app is None or not failure.get("timestamp"):
        return 0.0
    died = datetime.fromisoformat(str(failure["timestamp"]).replace("Z", "+00:00"))
    backoff = (_number(app, "backoffSeconds", 1)) * (_number(app, "backoffFactor", 1.15))
    longest = min(backoff, _number(app, "maxLaunchDelaySeconds", LONGEST_WATCH), LONGEST_WATCH)
    return max(0.0, QUEUED_AFTER + longest - max(0.0, (now - died).total_seconds()))


def _number(app: AppJson, field: str, otherwise: float) -> float:
    value = app.get(field)
    return float(value) if isinstance(value, (int, float)) else otherwise


def wait_until_at_zero(
    client: Marathon, app_id: str, deadline: Deadline, may_end: MayEnd = lambda: None
) -> tuple[AppJson | None, bool]:
    """Wait until nothing of the app runs, is being ended, or waits for its launch, and end what comes back.

    :param may_end: called right before each request that ends something; raises where the service may need it. What it returns is by
        when that request is to be sent; after that, it is asked again.
    :returns: the app as it was seen last, None where it is gone; and whether anything had to be ended.
    :raises WaitTimeout: says what is left.
    :raises Refused: somebody scaled the app up, or ``may_end`` refuses.
    """
    ending = _Ending(client, app_id, deadline, may_end)
    try:
        seen = wait_until(
            ending.look,
            ending.is_over,
            timeout=deadline.left,
            interval=deadline.interval,
            describe=str,
            what=f"nothing of {app_id} to run, or to come back",
            sleep=ending.sleep,
        )
    except WaitTimeout as timeout:
        timeout.changed = ending.has_ended_something
        sentence = (
            f"{timeout.sentence}. Marathon starts what waits in its queue later, although the app has no instances. "
            "Run this again to end it"
        )
        raise (WaitTimeout(sentence, details=timeout.details) if ending.seen.queued else timeout) from None
    return seen.app, ending.has_ended_something


class _Ending:
    """The looks at an app that goes to zero, and the requests that they lead to."""

    def __init__(self, client: Marathon, app_id: str, deadline: Deadline, may_end: MayEnd) -> None:
        self._client = client
        self._app_id = app_id
        self._deadline = deadline
        self._may_end = may_end
        self._asked_by = run_or_none()
        self._raised: int | None = None
        self._raised_to = ""
        self._last_act: tuple[str, list[str]] = ("", [])
        self._acted_at = float("-inf")
        self._quiet_since: float | None = None
        self._refused_since: float | None = None
        self._empties_queue: bool | None = None
        self.seen = Remainder(None)
        self.has_ended_something = False

    def look(self) -> Remainder:
        begun = elapsed()
        self.seen = look_twice(
            self._client, lambda: remainder(self._client, self._app_id), lambda seen: seen.shows_nothing
        )
        if self._raised_to and (self.seen.app or {}).get("version") != self._raised_to:
            # Somebody else has changed it since, so that it is not ours to lower.
            self._raised, self._raised_to = None, ""
        act = next_act(self.seen, self._raised, not self.seen.queued or self._release_empties_queue())
        if act != OVER:
            self._quiet_since = None
        elif self._quiet_since is None:
            self._quiet_since = time.monotonic()
        if act == LOWER:
            self._lower(self.seen, begun)
        elif act in (KILL, EMPTY_QUEUE) and self._is_new(act):
            self._act(act, self.seen)
        return self.seen

    def is_over(self, seen: Remainder) -> bool:
        if self._quiet_since is None:
            return False
        quiet = time.monotonic() - self._quiet_since
        wanted = QUIET_SECONDS if self.has_ended_something else 0.0
        # What is left of the time after a failure gets less with each look.
        return quiet >= wanted and watch_seconds(seen.app, self._client.now()) <= 0

    def sleep(self, seconds: float) -> None:
        # No event tells that something came back, or was ended so.
        self._deadline.sleep(min(seconds, PAUSE) if not deployment_ids(self.seen.app or {}) else seconds)

    def _release_empties_queue(self) -> bool:
        if self._empties_queue is None:
            self._empties_queue = self._client.release() >= FIRST_RELEASE_THAT_EMPTIES_THE_QUEUE
        return self._empties_queue

    def _is_new(self, act: str) -> bool:
        """Whether this was not just asked for: what was killed may take its grace period to end."""
        is_same = self._last_act == (act, self.seen.running)
        return not is_same or time.monotonic() - self._acted_at >= REPEAT_SECONDS

    def _act(self, act: str, seen: Remainder) -> None:
        refuse_for_a_run_that_ended(self._asked_by, self._app_id)
        try:
            not_after = self._may_end()
        except NotNow:
            if act == KILL or self._is_refused_for_long():
                raise
            return
        self._refused_since = None
        before = self._last_act, self._acted_at, self.has_ended_something
        self._last_act, self._acted_at, self.has_ended_something = (act, seen.running), time.monotonic(), True
        try:
            if act == KILL:
                self._client.kill_tasks(self._app_id, not_after=not_after)
            else:
                self._empty_queue(seen, not_after)
        except TooLate:
            # Nothing was sent, and what was seen may not hold any more: the next look decides anew.
            self._last_act, self._acted_at, self.has_ended_something = before

    def _is_refused_for_long(self) -> bool:
        now = time.monotonic()
        if self._refused_since is None:
            self._refused_since = now
        return now - self._refused_since >= PATIENCE or self._deadline.left == 0

    def _empty_queue(self, seen: Remainder, not_after: float | None) -> None:
        # Only a deployment that is cancelled takes out of the queue what waits there. Raised to as many as wait, nothing would be missing: it
        # would be over before the next request, which then cancels nothing.
        raised = raised_to_empty(seen)
        body = update({"instances": raised}, seen.app or {})
        self._raised, self._raised_to, begun = raised, "", elapsed()
        try:
            self._raised_to = self._client.update_app(self._app_id, body, not_after=not_after).version
        except Conflict:  # A deployment locks it, which the next look shows.
            self._raised = None
            return
        except TooLate:
            self._raised = None
            raise
        self._lower(seen, begun)

    def _lower(self, seen: Remainder, since: float) -> None:
        """Have no instances again. ``since`` is when the app was raised, or seen so."""
        body = update({"instances": 0}, {**(seen.app or {}), "instances": 1})
        # What is known to be raised by this run is lowered though the lock was lost in between: nobody else would, and it may take the traffic.
        client = self._client.unguarded() if self._raised_to else self._client
        with contextlib.suppress(TooLate):  # The next look finds it raised still, or changed by somebody else.
            client.update_app(self._app_id, body, force=True, not_after=since + LOWER_WITHIN)
            self._raised, self._raised_to = None, ""
