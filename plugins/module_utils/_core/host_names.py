# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resolves the names of agents: each once in a look, all at the same time, and never for longer than there is patience."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, wait
from threading import Thread
from typing import Any

# Seconds that all waiting for names takes at most, however many looks there are: a resolver has no time limit of its own.
PATIENCE = 5.0

Resolve = Callable[[str], Sequence[str]]


def addresses_of(host: str) -> list[str]:
    """Return the addresses a host name resolves to; none for what is an address already, or does not resolve."""
    if _is_an_address(host):
        return []
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(address[0]) for _family, _type, _protocol, _name, address in found))


class Names:
    """The addresses of the agents of an app, look after look.

    A name that resolved is not asked for again. One that did not is, once in each look: the failure may pass, and without its
    addresses a task is known to no pool. An answer that comes late counts in the look that follows.
    """

    def __init__(self, resolve: Resolve = addresses_of, patience: float = PATIENCE) -> None:
        self._resolve = resolve
        self._patience = patience
        self._asked: dict[str, Future[Sequence[str]]] = {}

    def begin_look(self) -> None:
        """Have the names asked for again that did not resolve."""
        self._asked = {host: asked for host, asked in self._asked.items() if not asked.done() or asked.result()}

    def ask(self, hosts: Iterable[str]) -> None:
        """Begin to resolve names, without waiting for their addresses."""
        for host in hosts:
            if host not in self._asked and not _is_an_address(host):
                answer: Future[Sequence[str]] = Future()
                self._asked[host] = answer
                # A daemon, because nothing ends a lookup that has begun: it must not keep the process alive.
                Thread(target=self._look_up, args=(host, answer), daemon=True).start()

    def addresses(self, host: str) -> Sequence[str]:
        """Return the addresses of a name; none for what is an address, does not resolve, or takes too long to."""
        self.ask([host])
        asked = self._asked.get(host)
        if asked is None:
            return ()
        begin = time.monotonic()
        is_known = wait([asked], self._patience).done
        self._patience = max(0.0, self._patience - (time.monotonic() - begin))
        return asked.result() if is_known else ()

    def _look_up(self, host: str, answer: Future[Sequence[str]]) -> None:
        try:
            answer.set_result(self._resolve(host))
        except BaseException as error:
            answer.set_exception(error)


def hosts_of(apps: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the agents of the tasks of apps, as Marathon names them."""
    return {str(task.get("host", "")) for app in apps for task in app.get("tasks") or ()}


def _is_an_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
