# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits at the end of a run until what serves is no state of a moment, which the look then shows.

``look`` is a function that returns a fresh picture of the service, ``unnoticed`` one that says of each version that was given up why the
cloud connector may still move the traffic to it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import wait_until
from ansible_collections.dcos.avi.plugins.module_utils._gates.active import is_active, why_not_active
from ansible_collections.dcos.avi.plugins.module_utils._gates.waited import Waited
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

# Seconds for which the state at the end of a run may be momentary.
LAST_SECONDS = 10.0
Unnoticed = Callable[[Picture], Sequence[str]]


def until_settled(
    look: Callable[[], Picture],
    app_id: str | None,
    *,
    timeout: float,
    interval: float,
    unnoticed: Unnoticed = lambda picture: (),
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[Picture, Waited]:
    """Give the app some seconds to be proven to take the traffic, any app where it is None. That it is not is no error.

    A single look may fall into the second in which a server is not seen up. Where another version is proven, that is the end. But while
    a late cloud connector may still move the traffic to a version that was given up, it is watched.

    :param timeout: seconds in all; those for the proof are few.
    :raises WaitTimeout: not even the last look succeeded.
    """
    watch = _Watch(look, unnoticed, timeout, interval, clock, sleep)
    watched = watch.until_over()
    seen = watch.seen
    wanted = app_id or (seen.active.id if seen.active else None)
    complete = wanted is not None and is_active(seen, wanted)
    last = why_not_active(seen, wanted) if wanted else seen.doubts
    if complete:
        last = f"{wanted} takes all traffic with {counted(len(seen.proof.tasks), 'task')}."
    words = _in_words(watched, watch.late, watch.spent, is_lost=seen.has_lost_a_version)
    return seen, Waited("settled", watch.spent, complete, last, words, not watch.late)


class _Watch:
    """The looks of such a wait. ``late`` is what the last one says of the connector; nothing where no version is proven."""

    def __init__(
        self,
        look: Callable[[], Picture],
        unnoticed: Unnoticed,
        timeout: float,
        interval: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._look = look
        self._unnoticed = unnoticed
        self._timeout = timeout
        self._interval = interval
        self._clock = clock
        self._sleep = sleep
        self._start = clock()
        self._looks: list[Picture] = []
        self.late: Sequence[str] = ()

    @property
    def seen(self) -> Picture:
        return self._looks[-1]

    @property
    def spent(self) -> float:
        return self._clock() - self._start

    def until_over(self) -> Sequence[str]:
        """Wait for the proof, and then while the connector may be late. Returns what it was watched for."""
        self._wait(LAST_SECONDS, _is_settled, _why_not_settled, "a version to be proven to take the traffic")
        watched = self.late
        while self.late and self.spent < self._timeout:
            what = "the cloud connector to notice the end of what was given up"
            self._wait(self._timeout, lambda picture: not self.late, self._late, what)
            if not _is_settled(self.seen):
                what = "a version to be proven to take the traffic again"
                self._wait(LAST_SECONDS, _is_settled_or_lost, _why_not_settled, what)
        return watched

    def _late(self, picture: Picture) -> str:
        return "; ".join(self.late)

    def _wait(
        self, seconds: float, is_over: Callable[[Picture], bool], describe: Callable[[Picture], str], what: str
    ) -> None:
        try:
            wait_until(
                self._look_once_more,
                is_over,
                timeout=max(min(seconds, self._timeout - self.spent), 0.0),
                interval=self._interval,
                describe=describe,
                what=what,
                clock=self._clock,
                sleep=self._sleep,
            )
        except WaitTimeout:
            if not self._looks:
                raise

    def _look_once_more(self) -> Picture:
        self._looks.clear()
        seen = self._look()
        self.late = self._unnoticed(seen) if _is_settled(seen) else ()
        self._looks.append(seen)
        return seen


def _is_settled(picture: Picture) -> bool:
    return picture.active is not None and is_active(picture, picture.active.id)


def _why_not_settled(picture: Picture) -> str:
    return why_not_active(picture, picture.active.id) if picture.active else picture.doubts


def _is_settled_or_lost(picture: Picture) -> bool:
    """What is seen may be momentary; not where the connector has moved the traffic to what was given up."""
    return _is_settled(picture) or picture.has_lost_a_version


def _in_words(watched: Sequence[str], late: Sequence[str], seconds: float, is_lost: bool) -> str:
    """Say what the connector was watched for, and that this is not over where the time was up before."""
    for_what = f"The cloud connector was watched for {seconds:.0f} s"
    if late:
        may_move = f"and may still move the traffic to a version that was given up: {'; '.join(late)}"
        return f"{for_what}, {may_move}. Look again later with the playbook dcos.avi.status."
    if watched and is_lost:
        return f"{for_what}, and has moved the traffic to where no task of any version is."
    if watched:
        might_move = "because it might have moved the traffic to a version that was given up"
        return f"{for_what}, {might_move}: {'; '.join(watched)}."
    return ""
