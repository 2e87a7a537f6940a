# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marathon's events: news that a deployment has ended, so that a wait looks at once instead of at its next turn.

News only wakes. What counts is what a look then shows: events can be late, doubled, or lost with a change of leader.
Where there are none (an old proxy in between, no permission), waits poll as if this did not exist. So they do where events are heavy: up to 1.4
each of a deployment holds the whole root group twice, of which a wait for one app would read a megabyte for each change of anybody.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import may_pass

EVENT_TYPES = ("deployment_success", "deployment_failed")
# Seconds between two looks while events arrive: often enough for what no event tells.
UNHURRIED = 5.0
# An event may come before what it tells can be read. So for a while after one, looks are close to each other, each pause twice as long as the
# last. Many events in a row, as where a stream is late, do not bring them closer.
EAGER_TIME, EAGER_PAUSE = 2.0, 0.1
# Characters of an event above which looks cost less than the stream: 1.4 sends as many for a dozen apps with long labels, later releases 320.
HEAVY = 262144
# Seconds to wait for the stream before something is written; without it, waiting still works.
ATTACH_TIME = 2.0
# Marathon sends an empty line every few seconds; a stream that is silent for longer is dead.
SILENCE = 60.0
# Seconds before the stream is opened again. They double while that fails: looks go on meanwhile, and who is away is not to be asked twice as often.
RECONNECT_PAUSE, LONGEST_RECONNECT_PAUSE = 1.0, 16.0


class News:
    """A stream of events in the background, from ``start`` to ``stop``.

    :param session: a session of its own for the stream.
    :param mentions: ids of apps or deployments; only events that mention one of them are news.
    :param interval: the pause between two looks, in seconds, while no events arrive.
    """

    def __init__(self, session: HttpSession, mentions: Iterable[str], interval: float) -> None:
        self._session = session
        self._mentions = [f'"{mention}"' for mention in mentions]
        self._interval = interval
        self._attached = threading.Event()
        self._settled = threading.Event()  # attached, or given up
        self._woken = threading.Event()
        self._stopped = False
        self._has_missed = False
        self._is_heavy = False
        self._eager_until = 0.0
        self._eager_pause = EAGER_PAUSE

    def start(self) -> None:
        """Subscribe, and return once events arrive or it is clear that they will not do so soon."""
        # A daemon, because nothing can be done about a read that has begun: it must not keep the process alive.
        threading.Thread(target=self._listen, daemon=True).start()
        self._settled.wait(ATTACH_TIME)

    def stop(self) -> None:
        """Listen no more."""
        self._stopped = True
        self._session.close()

    @property
    def interval(self) -> float:
        """The pause between two looks in seconds."""
        return max(self._interval, UNHURRIED) if self._attached.is_set() else self._interval

    def sleep(self, seconds: float) -> None:
        """Sleep until there is news, but no longer than ``seconds``."""
        is_eager = time.monotonic() < self._eager_until
        if is_eager:
            seconds = min(seconds, self._eager_pause)
            self._eager_pause *= 2
        elif not self._attached.is_set():
            seconds = min(seconds, self._interval)
        if self._woken.wait(seconds):
            if is_eager:
                time.sleep(EAGER_PAUSE)
            else:
                self._eager_pause = EAGER_PAUSE
            self._woken.clear()
            self._eager_until = time.monotonic() + EAGER_TIME

    def _listen(self) -> None:
        pause = RECONNECT_PAUSE
        while not self._stopped and not self._is_heavy:
            try:
                self._read()
            except DcosAviError as error:
                if not may_pass(error):
                    break
                if error.status == 404:
                    # What stands before Marathon answers so while Marathon restarts. An old proxy without events always does: nobody waits for it.
                    self._settled.set()
            finally:
                pause = RECONNECT_PAUSE if self._attached.is_set() else pause
                self._detach()
            self._has_missed = True
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_RECONNECT_PAUSE)
        self._settled.set()

    def _attach(self) -> None:
        self._attached.set()
        self._settled.set()
        if self._has_missed:
            # What was told while nobody listened is found by a look.
            self._woken.set()

    def _detach(self) -> None:
        if self._attached.is_set():
            self._attached.clear()
            self._woken.set()

    def _read(self) -> None:
        params: list[tuple[str, Any]] = [("event_type", event_type) for event_type in EVENT_TYPES]
        params.append(("plan-format", "light"))
        with self._session.lines("/v2/events", params=params, accept="text/event-stream", silence=SILENCE) as lines:
            self._attach()
            for line in lines:
                if any(mention in line for mention in self._mentions):
                    self._woken.set()
                self._is_heavy = len(line) > HEAVY
                if self._stopped or self._is_heavy:
                    return


@contextmanager
def listening(session: HttpSession, mentions: Iterable[str], interval: float) -> Iterator[News]:
    """Listen to events in a ``with`` block; see ``News``."""
    news = News(session, mentions, interval)
    news.start()
    try:
        yield news
    finally:
        news.stop()
