# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for a condition by looking again and again, and always end."""

from __future__ import annotations

import contextlib
import functools
import math
import time
from collections.abc import Iterator, Mapping
from typing import Any, Callable, TypeVar

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    ApiError,
    Away,
    DcosAviError,
    Refused,
    UnknownOutcome,
    Unreachable,
    WaitTimeout,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.live import Live

T = TypeVar("T")
# Seconds between two looks while a server does not answer.
AWAY_INTERVAL = 2.0

# What is to be done between two looks of any wait, beside what the wait is about.
_ATTENDED: list[Callable[[], None]] = []

WAIT_OPTIONS: dict[str, Any] = {
    "wait_timeout": {"type": "int", "default": 300},
    "wait_interval": {"type": "float", "default": 1.0},
}


def refuse_unusable_times(params: Mapping[str, Any]) -> None:
    """Refuse what is no time to wait.

    :param params: the options of a module; one without WAIT_OPTIONS has nothing to be refused.
    :raises Refused: nothing was sent.
    """
    timeout, interval = params.get("wait_timeout"), params.get("wait_interval")
    if timeout is not None and timeout < 0:
        raise Refused(f"wait_timeout must be 0 or more (seconds), not {timeout}.")
    if interval is not None and not (interval > 0 and math.isfinite(interval)):
        raise Refused(f"wait_interval must be above 0 (seconds), not {interval}.")


@contextlib.contextmanager
def attended(attend: Callable[[], None]) -> Iterator[None]:
    """Have something done between two looks of all waits in a ``with`` block. What it raises ends the wait."""
    _ATTENDED.append(attend)
    try:
        yield
    finally:
        _ATTENDED.remove(attend)


def attend_between_looks() -> None:
    """Do what is to be done between two looks of any wait."""
    for attend in tuple(_ATTENDED):
        attend()


def wait_until(
    look: Callable[[], T],
    done: Callable[[T], bool],
    *,
    timeout: float,
    interval: float,
    describe: Callable[[T], str],
    what: str,
    who: str = "",
    live: Callable[[T], str] | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """Call ``look`` every ``interval`` seconds until ``done`` accepts what it saw, and return that.

    A look that fails in a way that may pass (a leader change, a restart, a lost answer) does not end the wait. The next one follows after
    two seconds at least, for whatever does not answer gets no better by being asked more often.
    There is always one look, and always a last one when the time is up.

    :param timeout: seconds.
    :param describe: says in words what a look saw, for the error.
    :param what: completes "waited 300 s for ...".
    :param who: what the lines begin with that tell how the wait goes; by default "waiting for" and ``what``.
    :param live: says for these lines what a look saw, where that takes more effort than ``describe`` may.
    :raises WaitTimeout: with ``details`` {waited_for, seconds, last_seen, last_error}.
    :raises DcosAviError: what ``look`` raised, if waiting cannot mend it (refused login, unknown object).
    """
    deadline = clock() + timeout
    news = Live(who or f"waiting for {what}", timeout, clock)
    last_seen: str | None = None
    last_error: str | None = None
    while True:
        # A look that began before the time was up may show an older state, so one more follows.
        is_last = clock() >= deadline
        try:
            seen = look()
        except DcosAviError as error:
            if not may_pass(error):
                raise
            last_error = error.sentence
            news.seen(last_error)
        else:
            if done(seen):
                return seen
            last_seen, last_error = describe(seen), None
            news.seen(last_seen, functools.partial(live, seen) if live else None)
        if is_last:
            raise _timeout(what, timeout, last_seen, last_error)
        attend_between_looks()
        pause = max(interval, AWAY_INTERVAL) if last_error else interval
        news.pause(max(0.0, min(pause, deadline - clock())), sleep)


def may_pass(error: DcosAviError) -> bool:
    """Tell whether a later request may succeed although this one failed: a matter of time, not of the request."""
    if isinstance(error, (Away, Unreachable, UnknownOutcome)):
        return True
    return isinstance(error, ApiError) and error.status is not None and error.status >= 500


def _timeout(what: str, timeout: float, last_seen: str | None, last_error: str | None) -> WaitTimeout:
    # What is left of a shared time limit is no round number.
    timeout = round(timeout, 1)
    sentence = f"waited {timeout:g} s for {what}; last seen: {last_seen or 'nothing'}"
    if last_error:
        sentence += f"; the last look failed: {last_error}"
    details = {"waited_for": what, "seconds": timeout, "last_seen": last_seen, "last_error": last_error}
    error = WaitTimeout(sentence, details=details)
    error.unseen = last_seen is None
    return error
