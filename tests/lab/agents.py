# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agents of the lab's cluster: names, addresses, real ports, and how much fits on them."""

from __future__ import annotations

import contextlib
import random
import socket
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: The last of the ports that Mesos offers on an agent unless told otherwise, from 31000 on. Outgoing connections take none of these.
LAST_PORT = 32000
#: The first that an app gets which asks for any. Those before are for apps that ask for a certain one: labs run beside each other.
FIRST_OF_ANY = 31100


@dataclass(frozen=True)
class Resources:
    """What a task takes, or an agent has, to the third decimal, as Mesos counts."""

    cpus: float
    mem: float

    def __add__(self, other: Resources) -> Resources:
        return Resources(round(self.cpus + other.cpus, 3), round(self.mem + other.mem, 3))

    def __sub__(self, other: Resources) -> Resources:
        return Resources(round(self.cpus - other.cpus, 3), round(self.mem - other.mem, 3))


#: The Mesos master that named the agents.
_MASTER = uuid.uuid4()


class Agent:
    """A machine of the cluster.

    Its name is a short form of its address ("127.2" for 127.0.0.2), which the resolver turns into the address: as in
    many clusters the name Marathon knows is not the address a load balancer has.
    """

    def __init__(self, number: int, has: Resources) -> None:
        self.id = f"{_MASTER}-S{number}"
        self.name = f"127.{number + 2}"
        self.address = f"127.0.0.{number + 2}"
        self.has = has
        self.free = has
        self.lost = False
        """Whether Marathon has lost sight of it: what runs there goes on."""
        self.fixed_ports: set[int] = set()
        """Ports in use because an app asked for exactly these."""
        # Labs that run beside each other begin at different places, and a port comes up again as late as possible:
        # a stale server entry must not lead to another task by accident.
        self._next = random.randint(FIRST_OF_ANY, LAST_PORT)

    def reserve(self, ports: Iterable[int]) -> list[socket.socket]:
        """Return one socket for each port; 0 stands for any free one. They do not listen yet. Raises OSError where one is taken."""
        with contextlib.ExitStack() as undo:
            reserved = []
            for port in ports:
                one = _bound(self.address, port, again=True) if port else self._anywhere()
                undo.callback(one.close)
                reserved.append(one)
            undo.pop_all()
        return reserved

    def _anywhere(self) -> socket.socket:
        for port in self._candidates():
            with contextlib.suppress(OSError):
                return _bound(self.address, port, again=False)
        raise OSError(f"no free port on {self.address}")

    def _candidates(self) -> Iterator[int]:
        for _each in range(FIRST_OF_ANY, LAST_PORT + 1):
            self._next = self._next + 1 if self._next < LAST_PORT else FIRST_OF_ANY
            yield self._next


def _bound(address: str, port: int, *, again: bool) -> socket.socket:
    """Return a socket that has a port; `again` takes one whose last connections are not forgotten yet.

    Two that take a port again may share it until one of them listens: so only those do that ask for a certain one.
    """
    bound = socket.socket()
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(again))
        bound.bind((address, port))
    except OSError:
        bound.close()
        raise
    return bound
