# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells how a wait goes while it lasts, to whoever watches.

A module has nobody to tell before it ends. What does the work of one without a process of its own gives a way to tell, and each wait uses it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Optional

Tell = Callable[[str], None]

# A wait that ends so soon is told of by its result alone.
FIRST_AFTER = 2.0
# Between two lines there are so many seconds, however often it changes what is seen.
AT_MOST_EVERY = 5.0
# Where nothing changes, a line still shows that the wait goes on.
AT_LEAST_EVERY = 30.0

_tell: list[Tell] = []


@contextlib.contextmanager
def told_by(tell: Tell) -> Iterator[None]:
    """Have the waits within tell each line by this function."""
    _tell.append(tell)
    try:
        yield
    finally:
        _tell.remove(tell)


def tell(line: str) -> None:
    """Tell a line of what is under way, where somebody watches."""
    if _tell:
        _tell[-1](line)


class Live:
    """What is told of one wait: a line when what is seen changes, and one now and then where it does not."""

    def __init__(self, who: str, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin now.

        :param who: what is waited for, or for whom: the line begins with it.
        :param seconds: how long the wait may take.
        """
        self._who, self._seconds, self._clock = who, seconds, clock
        self._began = clock()
        self._told, self._told_at = "", float("-inf")
        self._last: tuple[str, Optional[Callable[[], str]]] = ("", None)

    def seen(self, sentence: str, more: Optional[Callable[[], str]] = None) -> None:
        """Take what a look saw, and tell it where a line is due.

        :param more: says the same with more effort, such as another request. It is only called for a line that is told.
        """
        self._last = sentence, more
        if self._due_in() <= 0:
            self._tell()

    def pause(self, seconds: float, sleep: Callable[[float], None]) -> None:
        """Let time pass until the next look, and tell each line that is due meanwhile: two looks may be further apart than two lines.

        :param sleep: may return sooner, where something happened; so does this.
        """
        while (due := max(self._due_in(AT_LEAST_EVERY), 0.0)) < seconds:
            before = self._clock()
            sleep(due)
            if self._clock() - before < due:
                return
            self._tell()
            seconds -= due
        sleep(seconds)

    def _due_in(self, first: float = FIRST_AFTER) -> float:
        """Return the seconds until a line is due, the ``first`` one so long after the beginning."""
        if not _tell:
            return float("inf")
        pause = AT_LEAST_EVERY if self._last[0] == self._told else AT_MOST_EVERY
        return max(self._began + first, self._told_at + pause) - self._clock()

    def _tell(self) -> None:
        sentence, more = self._last
        self._told, self._told_at = sentence, self._clock()
        said = (more() if more else sentence).rstrip(".")
        spent = min(self._told_at - self._began, self._seconds)
        who = f"{self._who}: {said}" if said else self._who
        _tell[-1](f"{who} · {_minutes(spent)} of {_minutes(self._seconds)}")


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
