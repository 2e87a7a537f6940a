# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Watches the connections of a requests session, so that what became of a request is known and not guessed.

Whether anything was sent cannot be read off an exception: urllib3 wraps what happens before and after the request in the same
ones, behind a proxy in others again, and each of its releases differently. A connection knows it: before it is connected,
through the proxy and with TLS, nothing of the request has been sent.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass
from threading import Thread, Timer
from typing import Any, Callable, TypeVar

from ansible_collections.dcos.avi.plugins.module_utils._core.clock import elapsed

# That they are missing is told by _module.run, before anything of them is used.
with contextlib.suppress(ImportError):
    import requests
    from urllib3 import exceptions as transport

T = TypeVar("T")
# Seconds after which a connection is cut whose own time limit should have ended it before: nothing came at all.
GRACE = 0.5


class TooLateToSend(Exception):
    """The moment by which a request had to be sent has passed, and nothing was sent."""


class NotWhole(OSError):
    """An answer had not come to its end in time. It may have begun: a limit of a socket is that of each read."""


@dataclass
class Trip:
    """The request under way: its time limits, and whether its connection is still being made."""

    timeout: float
    """Seconds that connecting may take."""
    not_after: float | None = None
    """The moment of the clock ``elapsed`` after which nothing is sent."""
    connecting: bool = False
    _answer_in: float | None = None
    _end: Timer | None = None
    _is_cut: bool = False

    @contextlib.contextmanager
    def whole_answer_in(self, seconds: float) -> Iterator[None]:
        """Cut the connection in a ``with`` block where an answer is not whole so many seconds after its request went out.

        :raises NotWhole: so it was.
        """
        self._answer_in, self._is_cut = seconds, False
        try:
            yield
        except Exception as error:
            if self._is_cut:
                raise NotWhole from error
            raise
        finally:
            self._answer_in = None
            if self._end is not None:
                self._end.cancel()
                self._end = None
        if self._is_cut:
            # It may have no length, so that its end is that of the connection.
            raise NotWhole

    def goes_out(self, connection: Any) -> None:
        """Have the time of an answer begin, as its request goes out on a connection; without effect where that is not made yet."""
        sock = getattr(connection, "sock", None)
        if self._answer_in is not None and self._end is None and sock is not None:
            # TLS inside of that of a proxy has the socket in it.
            self._end = Timer(self._answer_in + GRACE, self._cut, [getattr(sock, "socket", sock)])
            self._end.daemon = True
            self._end.start()

    def _cut(self, sock: socket.socket) -> None:
        self._is_cut = True
        # Not by the method of a TLS socket, which would change it under whoever reads from it.
        with contextlib.suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    @property
    def seconds_to_connect(self) -> float:
        """The seconds that connecting may take from now on.

        :raises TooLateToSend: there are none left.
        """
        left = self.timeout if self.not_after is None else min(self.timeout, self.not_after - elapsed())
        if left <= 0:
            raise TooLateToSend
        return left

    def refuse_if_too_late(self) -> None:
        """Raise TooLateToSend if the moment has passed after which nothing is sent."""
        _seconds = self.seconds_to_connect


def watch(session: requests.Session, trip: Trip) -> None:
    """Have the connections of a session report to ``trip``, and keep to its time limit. It follows no redirects."""

    class Watched(requests.adapters.HTTPAdapter):
        """The adapter of requests, with connections that are watched: direct ones, and those of each proxy."""

        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            _watch_pools(self.poolmanager, trip)

        def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
            is_new = proxy not in self.proxy_manager
            manager = super().proxy_manager_for(proxy, **kwargs)
            if is_new:
                _watch_pools(manager, trip)
            return manager

    # Where it does not follow a redirect, requests still reads its body whole, and looks into .netrc for where it leads to.
    session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]
    session.mount("http://", Watched())
    session.mount("https://", Watched())


def begun(do: Callable[[], T]) -> Future[T]:
    """Begin to do something beside what goes on. It ends by itself, or with this process."""
    done: Future[T] = Future()

    def run() -> None:
        try:
            result = do()
        except BaseException as error:
            done.set_exception(error)
        else:
            done.set_result(result)

    Thread(target=run, daemon=True).start()
    return done


def within(seconds: float, do: Callable[[], T], afterwards: Callable[[], object] = lambda: None) -> T:
    """Return what ``do`` returns, or raise what it raises. It has so many seconds.

    Some calls have no time limit that holds: a name is resolved for as long as the resolver likes, and a limit of a socket is
    that of each read.

    :param afterwards: called when ``do`` has ended at last, where that was too late.
    :raises TimeoutError: it took longer. It ends by itself, or with this process.
    """
    done = begun(do)
    if not wait([done], seconds).done:
        done.add_done_callback(lambda _done: afterwards())
        raise TimeoutError
    return done.result()


def _watch_pools(manager: Any, trip: Trip) -> None:
    classes = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _watched_pool(kind, trip) for scheme, kind in classes.items()}


def _watched_pool(pool: Any, trip: Trip) -> Any:
    """Return a kind of connection pool whose connections report to ``trip``."""
    kind = pool.ConnectionCls

    def connect(connection: Any) -> None:
        trip.connecting = True
        seconds = trip.seconds_to_connect
        try:
            within(seconds, lambda: kind.connect(connection), connection.close)
        except TimeoutError:
            sentence = f"no connection within {seconds:.3g} s"
            raise transport.ConnectTimeoutError(connection, sentence) from None
        # It is the next thing to be sent: nothing comes in between that could take long.
        trip.refuse_if_too_late()
        trip.connecting = False
        trip.goes_out(connection)

    def putrequest(connection: Any, *args: Any, **kwargs: Any) -> None:
        # Where it is not connected yet, it does so with the first thing that is sent.
        trip.goes_out(connection)
        kind.putrequest(connection, *args, **kwargs)

    watched = type(kind.__name__, (kind,), {"connect": connect, "putrequest": putrequest})
    return type(pool.__name__, (pool,), {"ConnectionCls": watched})
