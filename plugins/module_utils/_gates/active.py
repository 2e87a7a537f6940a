# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits until an app of a service takes its traffic.

``look`` is a function that returns a fresh picture of the service, ``is_unchanged`` one that tells whether Avi shows still what a
picture does of the setting that decides where the traffic goes, and of the servers of some pools.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import UP, Pool
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import wait_until
from ansible_collections.dcos.avi.plugins.module_utils._gates.patience import look_until_settled
from ansible_collections.dcos.avi.plugins.module_utils._gates.waited import Waited
from ansible_collections.dcos.avi.plugins.module_utils._service.foreign import FOREIGN_TRAFFIC, NO_DOUBT
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture, is_complete, recent_failure

# Seconds between two looks, at least, while glances show no change.
LOOK_SECONDS = 5.0
IsUnchanged = Callable[[Picture, Sequence[Pool]], bool]


def until_active(
    look: Callable[[], Picture],
    is_unchanged: IsUnchanged,
    app_id: str,
    *,
    timeout: float,
    interval: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[Picture, Waited]:
    """Wait until the app is proven to take the traffic, with every instance it should have healthy; then, until it is steady.

    :param timeout: seconds, for the proof; a task that has failed just before is given its own time.
    :raises WaitTimeout: says what was seen last, which is why the app is not active, or not steady.
    """
    start = clock()
    seen = wait_until(
        _Looks(look, is_unchanged, app_id, clock, start + timeout).next,
        lambda picture: is_active(picture, app_id),
        timeout=timeout,
        interval=interval,
        describe=lambda picture: why_not_active(picture, app_id),
        what=f"Avi to send all traffic to exactly the tasks of {app_id}",
        who=app_id,
        clock=clock,
        sleep=sleep,
    )
    if not _is_steadily_active(seen, app_id):
        seen = look_until_settled(
            look,
            seen,
            lambda picture: None if _is_steadily_active(picture, app_id) else why_not_active(picture, app_id),
            interval=interval,
            clock=clock,
            sleep=sleep,
        )
    if not _is_steadily_active(seen, app_id):
        raise WaitTimeout(f"{app_id} took the traffic, but does not hold up. {why_not_active(seen, app_id)}")
    last = f"{app_id} takes all traffic with {counted(len(seen.proof.tasks), 'task')}."
    return seen, Waited("active", clock() - start, True, last)


def is_active(picture: Picture, app_id: str) -> bool:
    """Whether the app takes the traffic with all its instances; a listener, behind a virtual service that is up.

    Of a virtual service whose pool A is empty while pool B takes the traffic it is not documented which state it shows,
    so a version's proof are its servers alone.
    """
    if picture.active is None or picture.active.id != app_id or not is_complete(picture.active):
        return False
    return app_id != picture.service or _is_up(picture)


def _is_steadily_active(picture: Picture, app_id: str) -> bool:
    return is_active(picture, app_id) and picture.active is not None and not recent_failure(picture.active)


def _is_up(picture: Picture) -> bool:
    found = picture.observed.avi.virtual_service
    return found is not None and found.oper_state == UP


def why_not_active(picture: Picture, app_id: str) -> str:
    """Say what is missing, from the app's tasks over its pool to the traffic."""
    app = picture.app(app_id)
    if app is None:
        return f"Marathon shows no app {app_id} that belongs to {picture.service}."
    if app.instances == 0:
        parts = [f"{app_id} has no instances."]
    elif app.healthy < app.instances:
        parts = [f"{app.healthy} of the {app.instances} instances of {app_id} are healthy."]
    else:
        parts = []
    taker, places = picture.traffic.taker, picture.places(app)
    if taker is None or taker in places:
        parts += [
            problem.sentence for problem in picture.problems if problem.code not in (*NO_DOUBT, "active_incomplete")
        ]
        found = picture.observed.avi.virtual_service
        if found and not _is_up(picture):
            parts.append(f"Virtual service {found.name} is {found.oper_state or 'in an unknown state'}, not {UP}.")
        return " ".join(parts)
    if places:
        parts.append(f"Its tasks are in pool {places[0].pool.name}, which takes no traffic.")
    elif app.tasks:
        parts.append("Its tasks are in no pool of the virtual service: the cloud connector has not put them there.")
    holder = f", with the tasks of {picture.serving.id}" if picture.serving else ""
    parts.append(f"The traffic goes to pool {taker.pool.name}{holder}.")
    parts += [problem.sentence for problem in picture.problems if problem.code == FOREIGN_TRAFFIC]
    return " ".join(parts)


class _Looks:
    """The looks of a wait for an app to become active.

    A look takes a dozen requests, and a cloud connector that does not listen to events takes a minute to notice a version: while all
    that is missing is to be seen in Avi, a look is only taken where a glance shows a change, and every few seconds.
    """

    def __init__(
        self,
        look: Callable[[], Picture],
        is_unchanged: IsUnchanged,
        app_id: str,
        clock: Callable[[], float],
        deadline: float,
    ) -> None:
        self._look = look
        self._is_unchanged = is_unchanged
        self._app_id = app_id
        self._clock = clock
        self._deadline = deadline
        self._looked_at = 0.0
        self._seen: Picture | None = None

    def next(self) -> Picture:
        """Return what is to be seen now, which is not active if it was only glanced at."""
        if self._seen and self._may_glance(self._seen) and self._is_unchanged(self._seen, self._watched(self._seen)):
            return self._seen
        self._seen = None
        self._looked_at = self._clock()
        self._seen = self._look()
        return self._seen

    def _may_glance(self, seen: Picture) -> bool:
        now = self._clock()
        if now >= self._deadline or now - self._looked_at >= LOOK_SECONDS:
            return False
        app = seen.app(self._app_id)
        # Of a listener, the state of the virtual service counts as well.
        return app is not None and is_complete(app) and app.id != seen.service

    def _watched(self, seen: Picture) -> list[Pool]:
        """The pools whose servers' states matter: those that hold the app's tasks, before that the one that takes the traffic."""
        app, taker = seen.app(self._app_id), seen.traffic.taker
        places = seen.places(app) if app else []
        return [place.pool for place in places or filter(None, [taker])]
