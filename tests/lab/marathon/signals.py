# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wake who waits for something about an app."""

from __future__ import annotations

import asyncio


class Signals:
    """One bell for each app. Look first, then wait: nothing is missed as long as no await comes between."""

    def __init__(self) -> None:
        self._bells: dict[str, asyncio.Event] = {}

    def ring(self, app_id: str) -> None:
        """Wake all who wait for this app."""
        bell = self._bells.pop(app_id, None)
        if bell:
            bell.set()

    async def wait(self, app_id: str) -> None:
        """Return when the app's bell rings next."""
        await self._bells.setdefault(app_id, asyncio.Event()).wait()
