# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges whether a version holds the traffic while it is watched, and when that has been watched for long enough. Pure."""

from __future__ import annotations

from ansible_collections.dcos.avi.plugins.module_utils._core.wait import AWAY_INTERVAL
from ansible_collections.dcos.avi.plugins.module_utils._gates.active import is_active, why_not_active
from ansible_collections.dcos.avi.plugins.module_utils._gates.patience import (
    SETTLE_SECONDS,
    UNCHECKED_SECONDS,
    is_hopeless,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.state import (
    Picture,
    picture_once_checked,
    recent_failure,
)

# Seconds in all for which a soak goes on because Marathon or Avi gave no answer meanwhile.
AWAY_SECONDS = 300.0


class SoakWatch:
    """The checks of a soak, in their order. Times are those of one clock.

    What is no failure at one check is one when it lasts: a server that is down, a task that is new to one side. The time in which nobody
    answered counts for nothing.
    """

    def __init__(self, app_id: str, seconds: float, begin: float) -> None:
        self._app_id = app_id
        self._end = begin + seconds
        self._away = 0.0
        self._away_since: float | None = None
        self._doubt_since: float | None = None
        self._states: list[Picture] = []
        self._last_answer = begin
        self.doubt = ""
        """Why the last check that got an answer did not see that the version holds the traffic."""

    @property
    def was_away(self) -> bool:
        """Whether a check got no answer."""
        return self._away > 0 or self._away_since is not None

    @property
    def is_away(self) -> bool:
        """Whether the last check got no answer."""
        return self._away_since is not None

    def unanswered(self, now: float) -> None:
        """Note that a check got no answer."""
        if self._away_since is None:
            self._away_since = self._last_answer
        if self._doubt_since is not None:
            self._doubt_since += now - self._last_answer
        self._last_answer = now

    def answered(self, now: float, seen: Picture) -> str | None:
        """Note what a check saw. Returns why the soak has failed; None where it has not."""
        if self._away_since is not None:
            self._away += now - self._away_since
            self._away_since = None
        self._last_answer = now
        # A change of Marathon's leader is no failure of the app, which Avi goes on checking.
        judged = picture_once_checked(seen)
        if is_active(judged, self._app_id):
            self._doubt_since, self._states, self.doubt = None, [judged], ""
            return None
        self._states.append(judged)
        self.doubt = why_not_active(judged, self._app_id)
        if self._doubt_since is None:
            self._doubt_since = now
        lasted = now - self._doubt_since
        if self._has_lost(judged):
            return f"{self._app_id} does not take the traffic. {self.doubt}"
        if lasted < (UNCHECKED_SECONDS if self._grows(judged) else SETTLE_SECONDS):
            return None
        return f"{self._app_id} has not held the traffic as it should for {lasted:.0f} s. {self.doubt}"

    def pause(self, now: float, interval: float) -> float:
        """Return the seconds until the next check, the last of which is that at the end."""
        if self.is_away:
            return max(interval, AWAY_INTERVAL)
        left = self._end - now
        return min(interval, left) if left > 0 else interval

    def is_over(self, now: float, has_samples: bool) -> bool:
        """Whether the app was watched for long enough, or can be watched no longer."""
        if now >= self._end + AWAY_SECONDS + UNCHECKED_SECONDS:
            return True
        if self._away_since is not None:
            return now >= self._end + AWAY_SECONDS
        if now < self._end + min(self._away, AWAY_SECONDS) or self._doubt_since is not None:
            return False
        return has_samples or not self.was_away or now >= self._end + AWAY_SECONDS

    def _has_lost(self, judged: Picture) -> bool:
        taker = judged.active or judged.serving
        return (taker is not None and taker.id != self._app_id) or is_hopeless(self._states)

    def _grows(self, judged: Picture) -> bool:
        """Whether all that is missing are the tasks of a deployment that is under way, as where somebody scales the app up."""
        active = judged.active
        return active is not None and bool(active.deployments) and not recent_failure(active)
