# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event bus: who listens gets what happens, in order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from typing import Any

from tests.lab.marathon.clock import Clock

#: A listener that lets so many events pile up is cut off.
BACKLOG = 1024


class Stream:
    """The events for one listener, as text of the SSE format; None ends them."""

    def __init__(self, types: Collection[str], *, light: bool) -> None:
        self._types = types
        self.light = light
        self.frames: asyncio.Queue[bytes | None] = asyncio.Queue()

    def wants(self, event_type: str) -> bool:
        """Whether the listener asked for events of this type; without a filter it gets all."""
        return not self._types or event_type in self._types

    def put(self, event: dict[str, Any]) -> None:
        """Append an event."""
        if self.frames.qsize() >= BACKLOG:
            self.end()
            return
        frame = f"event: {event['eventType']}\r\ndata: {json.dumps(event)}\r\n\r\n"
        self.frames.put_nowait(frame.encode())

    def end(self) -> None:
        """Close the stream."""
        self.frames.put_nowait(None)


class Events:
    """All listeners."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._streams: set[Stream] = set()
        self.muted = False
        """Events are lost; the streams stay open."""

    def attach(self, stream: Stream, address: str) -> None:
        """Begin to feed a listener."""
        self._streams.add(stream)
        self.send("event_stream_attached", remoteAddress=address)

    def detach(self, stream: Stream, address: str) -> None:
        """Feed a listener no more."""
        self._streams.discard(stream)
        self.send("event_stream_detached", remoteAddress=address)

    def cut(self) -> None:
        """End every stream, as a change of leader does."""
        for stream in self._streams:
            stream.end()

    def send(self, event_type: str, *, heavy: dict[str, Any] | None = None, **what: Any) -> None:
        """Send an event. `heavy` replaces some of it for those who did not ask for light plans."""
        if self.muted:
            return
        light = {**what, "eventType": event_type, "timestamp": self._clock.now()}
        full = {**light, **(heavy or {})}
        for stream in self._streams:
            if stream.wants(event_type):
                stream.put(light if stream.light else full)
