# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits until the open connections of an app have ended.

``look`` is a function that returns a fresh picture of the service, ``glance`` one that returns how many connections are open
to each of some pools, given by uuid.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import Pool
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import wait_until
from ansible_collections.dcos.avi.plugins.module_utils._gates.patience import look_until_settled
from ansible_collections.dcos.avi.plugins.module_utils._gates.waited import Waited
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import why_not_retire
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

# Seconds without open connections before they count as ended. One look may fall between two requests of a client, and
# what Avi shows is a sample: its service engines learn of a switch, and report their connections, a moment later.
QUIET_SECONDS = 5.0
# Seconds after a switch when neither can happen any more: every service engine knows of it and has reported since, so that no
# connection begins where none is open.
SETTLED_SECONDS = 2 * QUIET_SECONDS
Glance = Callable[[Sequence[str]], Sequence["int | None"]]


def until_drained(
    look: Callable[[], Picture],
    glance: Glance,
    app_id: str,
    *,
    timeout: float,
    interval: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[Picture, Waited]:
    """Wait until the app has had no open connections for some seconds, or is seen to take the traffic, which no wait can mend.

    Not to succeed is no error: the caller decides what open connections are worth. What is returned was looked at in the end.
    What speaks against scaling the app down then, such as a task of the active version that has just failed or is not checked yet, gets
    time to pass, unless another one fails meanwhile.

    :raises WaitTimeout: not even the last look succeeded.
    """
    start = clock()
    drain = _Drain(look, glance, app_id, clock, start + timeout)
    try:
        seen = wait_until(
            drain.look,
            lambda picture: drain.is_over(),
            timeout=timeout,
            interval=interval,
            describe=lambda picture: drain.sentence,
            what=f"the open connections of {app_id} to end",
            who=app_id,
            clock=clock,
            sleep=sleep,
        )
    except WaitTimeout:
        if drain.seen is None:
            raise
        seen = drain.seen
    if why_not_retire(seen):
        seen = look_until_settled(look, seen, why_not_retire, interval=interval, clock=clock, sleep=sleep)
    return seen, Waited("drained", clock() - start, drain.is_complete(), drain.sentence)


def not_waited_out(waited: Waited) -> list[str]:
    """Return a warning where the open connections had not ended when the time was up."""
    if waited.complete:
        return []
    return [f"Waited {waited.seconds:.0f} s for open connections to end: {waited.last}"]


class _Drain:
    """The looks at an app that drains. ``seen`` is the last one, None where it failed.

    A look takes a dozen requests, so that between two of them only the connections are glanced at. The traffic may come
    back meanwhile: no drain ends on a glance.
    """

    def __init__(
        self, look: Callable[[], Picture], glance: Glance, app_id: str, clock: Callable[[], float], deadline: float
    ) -> None:
        self._look = look
        self._glance = glance
        self._app_id = app_id
        self._clock = clock
        self._deadline = deadline
        self._looked_at = 0.0
        self._is_glance = False
        self._draining: list[Pool] = []
        self._quiet_since: float | None = None
        self.seen: Picture | None = None
        self.sentence = ""

    def look(self) -> Picture:
        self._is_glance = self._may_glance()
        if self.seen and self._is_glance:
            if self._draining:
                self._note_connections(self._glance([pool.uuid for pool in self._draining]))
            return self.seen
        self.seen = None
        self._looked_at = self._clock()
        self.seen = self._look()
        self._judge(self.seen)
        return self.seen

    def is_over(self) -> bool:
        return self.is_complete() or self._takes_traffic()

    def is_complete(self) -> bool:
        """Whether it has been quiet for long enough, up to a look; or is quiet at one, long after the last switch."""
        if self._quiet_since is None:
            return False
        return (self._is_settled() and not self._is_glance) or self._looked_at - self._quiet_since >= QUIET_SECONDS

    def _is_settled(self) -> bool:
        settled = self.seen.observed.avi.settled if self.seen else None
        return settled is not None and settled >= SETTLED_SECONDS

    def _may_glance(self) -> bool:
        now = self._clock()
        if now >= self._deadline or now - self._looked_at >= QUIET_SECONDS:
            return False
        if self._quiet_since is None:
            return bool(self._draining)
        return not self._is_settled() and now - self._quiet_since < QUIET_SECONDS

    def _takes_traffic(self) -> bool:
        active = self.seen.active if self.seen else None
        return active is not None and active.id == self._app_id

    def _judge(self, seen: Picture) -> None:
        app = seen.app(self._app_id)
        # Servers that are nobody's tasks may be this app's: replaced ones, or on an agent whose name did not resolve just now.
        places = (seen.places(app) if app else []) or seen.places_of_strangers()
        self._draining = []
        if seen.traffic.taker is None:
            self._note(False, seen.doubts)
        elif not places:
            self._note(True, f"{self._app_id} has no task in a pool of the virtual service.")
        elif seen.traffic.taker in places:
            self._note(False, f"{self._app_id} has tasks in pool {places[0].pool.name}, which takes the traffic.")
        else:
            self._draining = [member.pool for member in places]
            self._note_connections([pool.connections for pool in self._draining])

    def _note_connections(self, counts: Sequence[int | None]) -> None:
        names = " and ".join(pool.name for pool in self._draining)
        shown = " and ".join("an unknown number of" if count is None else str(count) for count in counts)
        self._note(all(count == 0 for count in counts), f"Pool {names} of {self._app_id} has {shown} open connections.")

    def _note(self, quiet: bool, sentence: str) -> None:
        if not quiet:
            self._quiet_since = None
        elif self._quiet_since is None:
            self._quiet_since = self._clock()
        self.sentence = sentence
