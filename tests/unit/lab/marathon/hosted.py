# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Marathon of the lab in a thread of its own, so that tests can talk to it as any client: over HTTP, synchronously."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import requests

from tests.lab.faults import Faults
from tests.lab.journal import Journal
from tests.lab.marathon.server import MarathonServer
from tests.lab.settings import Settings

T = TypeVar("T")
PATIENCE = 60.0


@dataclass(frozen=True)
class Answer:
    """What came back: `body` is JSON where it is JSON, else text."""

    status: int
    body: Any
    headers: Any


class HostedMarathon:
    """Runs for as long as the `with` block. Its seconds pass a hundred times faster unless a setting says otherwise.

    Nor does it check the scale of its apps every five minutes, which are three seconds here: where a test leaves an app with
    more tasks than it should have, that would kill some at a time nobody can foresee.
    """

    def __init__(self, **settings: Any) -> None:
        self.settings = Settings(**{"speed": 100.0, "kill_grace": 1.0, "scale_interval": 1e6, **settings})
        self.journal = Journal()
        self.faults = Faults()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._session = requests.Session()

    def __enter__(self) -> Self:
        self._thread.start()
        self.server = self.within(self._start())
        return self

    def __exit__(self, *_error: object) -> None:
        self.within(self.server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._session.close()

    async def _start(self) -> MarathonServer:
        server = MarathonServer(self.settings, self.journal, self.faults)
        await server.start()
        return server

    def within(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the event loop of this Marathon; return what it returns."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    @property
    def url(self) -> str:
        return self.server.url.split(",")[0]

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """Send a request; `body` is sent as JSON, or as it is if it is text."""
        data = body if isinstance(body, (str, type(None))) else json.dumps(body)
        answer = self._session.request(method, more.pop("url", self.url) + path, data=data, timeout=60, **more)
        try:
            return Answer(answer.status_code, answer.json(), answer.headers)
        except ValueError:
            return Answer(answer.status_code, answer.text, answer.headers)

    def until(self, path: str, fits: Callable[[Any], bool]) -> Any:
        """GET until the answer's body fits; return it. Fails with what was seen last."""
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.ask("GET", path)
            if answer.status == 200 and fits(answer.body):
                return answer.body
            assert time.monotonic() < deadline, f"GET {path} stays {answer}"
            time.sleep(0.02)

    def settle(self) -> None:
        """Wait until no deployment runs."""
        self.until("/v2/deployments", lambda deployments: not deployments)

    def clear(self) -> None:
        """Delete all apps and groups, and wait until nothing of them is left."""
        self.ask("DELETE", "/v2/groups?force=true")
        self.settle()
        self.until("/v2/tasks", lambda body: not body["tasks"])

    def app(self, app_id: str) -> Any:
        """Return an app as GET shows it."""
        return self.ask("GET", f"/v2/apps{app_id}").body["app"]


class Listener:
    """Listens to the events of a hosted Marathon from when it is made."""

    def __init__(self, marathon: HostedMarathon, query: str = "") -> None:
        self.heard: list[dict[str, Any]] = []
        self.ended = threading.Event()
        address = marathon.url.removeprefix("http://")
        self._connection = http.client.HTTPConnection(address, timeout=60)
        self._connection.request("GET", f"/v2/events{query}", headers={"Accept": "text/event-stream"})
        self._socket = self._connection.sock
        self._stream = self._connection.getresponse()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):  # closed from here
            for line in self._stream:
                if line.startswith(b"data: "):
                    self.heard.append(json.loads(line[6:]))
        self.ended.set()

    def names(self) -> list[str]:
        """Return the types of the events so far."""
        return [event["eventType"] for event in self.heard]

    def wait_for(self, event_type: str, **fields: Any) -> dict[str, Any]:
        """Return the first event of a type whose fields have these values, when it has come."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for event in list(self.heard):
                if event["eventType"] == event_type and fields.items() <= event.items():
                    return event
            assert time.monotonic() < deadline, f"no {event_type} in {self.names()}"
            time.sleep(0.01)

    def close(self) -> None:
        with contextlib.suppress(OSError):  # closed from there
            self._socket.shutdown(socket.SHUT_RDWR)
