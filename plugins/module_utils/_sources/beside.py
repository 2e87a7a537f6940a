# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks for metrics beside the checks of a service: a source that does not answer must not hold up what Marathon and Avi tell."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from datetime import datetime
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture
from ansible_collections.dcos.avi.plugins.module_utils._sources.warm_metrics import WarmMetrics


class MetricsBeside:
    """The metrics of one service. They are asked for in a thread of their own, and what came of it is told by a later check."""

    def __init__(self, metrics: WarmMetrics) -> None:
        self._metrics = metrics
        self._asked: Future[list[dict[str, Any]]] | None = None

    def events(self, seen: Picture, locked: bool, now: datetime) -> list[dict[str, Any]]:
        """Return what came of the last questions, if they are answered, and ask the next ones.

        What is not so any more by this check is left out: another version has the traffic by now, or a run migrates the service.
        """
        if self._asked and not self._asked.done():
            return []
        found = self._asked.result() if self._asked else []
        self._asked = self._ask(seen, locked, now)
        return [event for event in found if not locked and seen.active and seen.active.id == event["app"]]

    def _ask(self, seen: Picture, locked: bool, now: datetime) -> Future[list[dict[str, Any]]]:
        asked: Future[list[dict[str, Any]]] = Future()

        def ask() -> None:
            try:
                asked.set_result(list(self._metrics.failures(seen, locked, now)))
            except BaseException as error:
                asked.set_exception(error)

        # A daemon, as it may wait for a server when everything else has ended.
        threading.Thread(target=ask, daemon=True).start()
        return asked
