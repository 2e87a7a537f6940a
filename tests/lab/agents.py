# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agents of the lab's cluster: names, addresses, real ports, and how much fits on them."""

from __future__ import annotations

import contextlib
import random
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: The ports Mesos offers on an agent unless told otherwise. Outgoing connections never take one of these.
FIRST_PORT, LAST_PORT = 31000, 32000


@dataclass(frozen=True)
class Resources:
    """What a task takes, or an agent has."""

    cpus: float
    mem: float

    def __add__(self, other: Resources) -> Resources:
        return Resources(self.cpus + other.cpus, self.mem + other.mem)

    def __sub__(self, other: Resources) -> Resources:
        return Resources(self.cpus - other.cpus, self.mem - other.mem)


class Agent:
    """A machine of the cluster.

    Its name is a short form of its address ("127.2" for 127.0.0.2), which the resolver turns into the address: as in
    many clusters the name Marathon knows is not the address a load balancer has.
    """

    def __init__(self, number: int, has: Resources) -> None:
        self.id = f"lab-S{number}"
        self.name = f"127.{number + 2}"
        self.address = f"127.0.0.{number + 2}"
        self.has = has
        self.free = has
        self.fixed_ports: set[int] = set()
        """Ports in use because an app asked for exactly these."""
        # Labs that run beside each other begin at different places, and a port comes up again as late as possible:
        # a stale server entry must not lead to another task by accident.
        self._next = random.randint(FIRST_PORT, LAST_PORT)

    def listen(self, ports: Iterable[int]) -> list[socket.socket]:
        """Return one listening socket for each port; 0 stands for any free one. Raises OSError where a port is taken."""
        with contextlib.ExitStack() as undo:
            listeners = []
            for port in ports:
                listener = _listen(self.address, port) if port else self._listen_anywhere()
                undo.callback(listener.close)
                listeners.append(listener)
            undo.pop_all()
        return listeners

    def _listen_anywhere(self) -> socket.socket:
        for port in self._candidates():
            with contextlib.suppress(OSError):
                return _listen(self.address, port)
        raise OSError(f"no free port on {self.address}")

    def _candidates(self) -> Iterator[int]:
        for _each in range(FIRST_PORT, LAST_PORT + 1):
            self._next = self._next + 1 if self._next < LAST_PORT else FIRST_PORT
            yield self._next


def _listen(address: str, port: int) -> socket.socket:
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener
