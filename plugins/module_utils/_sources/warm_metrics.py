# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Goes on asking for the user's own metrics of a version while the version before it is warm."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import may_pass
from ansible_collections.dcos.avi.plugins.module_utils._gates.metric_source import OwnMetrics, Source, sources
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture
from ansible_collections.dcos.avi.plugins.module_utils._sources.queueing import Tell
from ansible_collections.dcos.avi.plugins.module_utils._sources.service_news import named, told_of, warm_before

METRIC_FAILED = "metric_failed"
# Seconds until a source that failed is asked again. One that does not answer holds up the checks of all services.
AGAIN_SECONDS = 30.0
# Seconds after which it is told that there is still nothing to judge by.
NO_VALUE_SECONDS = 60.0


@dataclass
class _Asked:
    """A metric of the version with the traffic, and when it is asked for again."""

    source: Source
    own: OwnMetrics
    since: float
    again: float = 0.0
    told: str = ""


class WarmMetrics:
    """The metrics of one service. What was seen counts for one version with the traffic, and not while a run migrates the service.

    :param stated: the metrics, as METRICS_OPTION has them.
    :param tell: is told in a sentence of what keeps a metric from being judged, once for the same.
    :raises Refused: one cannot be asked for.
    """

    def __init__(
        self, stated: list[dict[str, Any]], interval: float, tell: Tell, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stated = stated
        self._interval = interval
        self._tell = tell
        self._clock = clock
        self._app_id: str | None = None
        self._asked: list[_Asked] = []
        sources(stated, interval)

    def try_out(self, app_id: str) -> None:
        """Ask for each once, so that a wrong address, token or query is found at the beginning.

        :raises DcosAviError: a failure that does not pass by itself.
        """
        for source in sources(self._stated, self._interval):
            try:
                source.value(app_id)
            except DcosAviError as error:
                if not may_pass(error):
                    raise
                self._tell(error.sentence)

    def failures(self, seen: Picture, locked: bool, now: datetime) -> Iterator[dict[str, Any]]:
        """Ask for those that are due, and yield an event for each that fails.

        :param locked: whether a run migrates the service: it judges the version by its own gates.
        :param now: the time by Marathon's clock.
        """
        if locked:
            self._app_id = None
        warm = warm_before(seen, seen.active) if seen.active else None
        if locked or seen.active is None or warm is None:
            return
        if seen.active.id != self._app_id:
            self._begin(seen.active)
        for asked in self._asked:
            self._ask(asked, seen, seen.active)
            metric = asked.source.metric
            why = metric.broken()
            if why:
                metric.begin_anew()
                event = {
                    **named(seen, seen.active.id),
                    "metric": metric.name,
                    "why": why,
                    "values": metric.recent(),
                    "measures": metric.as_result(),
                    "warm": named(seen, warm.id),
                }
                yield told_of(seen, now, METRIC_FAILED, event)

    def _begin(self, active: App) -> None:
        self._app_id = active.id
        self._asked = [
            _Asked(source, OwnMetrics([source], active.id, self._clock), self._clock())
            for source in sources(self._stated, self._interval)
        ]

    def _ask(self, asked: _Asked, seen: Picture, active: App) -> None:
        now = self._clock()
        if now < asked.again:
            return
        try:
            asked.own.ask(seen)
        except DcosAviError as error:
            asked.again = self._clock() + AGAIN_SECONDS
            self._tell_once(asked, f"{active.id} is not judged by it: {error.sentence}")
            return
        missing = asked.source.metric.missing()
        if missing and now - asked.since >= NO_VALUE_SECONDS:
            self._tell_once(asked, f"{active.id} is not judged by it: {missing}.")
        elif not missing:
            asked.told = ""

    def _tell_once(self, asked: _Asked, sentence: str) -> None:
        if asked.told != sentence:
            self._tell(f"The metric {asked.source.metric.name}: {sentence}")
        asked.told = sentence
