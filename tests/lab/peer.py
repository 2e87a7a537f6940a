# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another service that a task needs for each of its answers: the two must be of the same version."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

Address = tuple[str, int]
#: Who asks so is another task, which is answered without asking further.
FIELD = b"\r\nx-lab-peer:"
PATIENCE = 5.0
_REQUEST = b"GET / HTTP/1.1\r\nHost: peer\r\nX-Lab-Peer: yes\r\nConnection: close\r\n\r\n"
_VERSION = re.compile(rb"\r\nx-lab-version: (.*)\r\n", re.IGNORECASE)


class Peer:
    """Who is asked: whatever answers at a URL, or a task of the version wanted, wherever Marathon has one.

    :param find: returns the addresses of the tasks of a service that are of a version.
    """

    def __init__(
        self, url: str, service: str, version: str, find: Callable[[str, str], Sequence[Address]] = lambda *_which: ()
    ) -> None:
        self._url, self._service, self._version, self._find = url, service, version, find

    async def agrees(self) -> bool:
        """Whether it answers, and names the same version."""
        for host, port in self._addresses():
            try:
                async with asyncio.timeout(PATIENCE):
                    answer = await _asked(host, port)
            except OSError:
                continue  # this one is just ending
            found = _VERSION.search(answer)
            names_it = found is not None and found[1].decode() == self._version
            return names_it and answer.startswith(b"HTTP/1.1 200 ")
        return False

    def _addresses(self) -> Sequence[Address]:
        if not self._url:
            return self._find(self._service, self._version)
        parts = urlsplit(self._url)
        return [(str(parts.hostname), parts.port or 80)]


async def _asked(host: str, port: int) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(_REQUEST)
        return await reader.read()
    finally:
        writer.close()
