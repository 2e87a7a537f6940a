# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who answered the load, second by second, as the tasks themselves counted it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from tests.lab.journal import Journal
from tests.lab.taskserver import Count


class Answers:
    """Notes each second's answers by app in the journal."""

    def __init__(self, journal: Journal, counts: Mapping[str, Count]) -> None:
        self._journal = journal
        self._counts = counts
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to watch the counts."""
        self._running = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Stop watching."""
        if self._running:
            self._running.cancel()

    async def _watch(self) -> None:
        before: dict[str, int] = {}
        while True:
            await asyncio.sleep(1)
            now = {app_id: count.traffic for app_id, count in self._counts.items()}
            by_app = {app_id: count - before.get(app_id, 0) for app_id, count in now.items()}
            before = now
            if any(by_app.values()):
                self._journal.add("answers", by_app={app_id: count for app_id, count in by_app.items() if count})
