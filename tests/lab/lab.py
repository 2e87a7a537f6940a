# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab as a whole: which parts there are, in which order they start, and what they need from each other."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any, Protocol, Self

from tests.lab.control import control
from tests.lab.faults import Faults
from tests.lab.journal import Journal
from tests.lab.serving import Site
from tests.lab.settings import Settings


class Part(Protocol):
    """What the lab asks of a part."""

    async def start(self) -> None:
        """Begin; ports are known when this returns."""

    async def stop(self) -> None:
        """End, together with every child process and open socket."""

    def state(self) -> Any:
        """Return what it knows, as JSON."""


class Lab:
    """One lab in the running event loop: ``async with Lab(Settings()) as lab: ...``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.journal = Journal()
        self.faults = Faults()
        self.parts: dict[str, Part] = {}
        """In the order of their start; they stop in the opposite order."""
        self._control = Site(control(self))
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            for part in self.parts.values():
                self._stack.push_async_callback(part.stop)
                await part.start()
            self._stack.push_async_callback(self._control.stop)
            await self._control.start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._stack.aclose()

    @property
    def env(self) -> dict[str, str]:
        """The environment variables of a client of this lab."""
        return {
            "LAB_URL": f"http://{self._control.address}",
        }

    def state(self) -> dict[str, Any]:
        """Return what every part knows."""
        return {name: part.state() for name, part in self.parts.items()}

    async def counters(self) -> dict[str, Any]:
        """Return the requests each side counted."""
        return {}
