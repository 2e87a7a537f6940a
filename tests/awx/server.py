# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of an AWX in memory, on a port of its own. It records what is written and what was refused."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.awx.awx import Awx, Refused
from tests.awx.endpoints import ENDPOINTS

TOKEN = "a-token-of-the-tests"


class AwxServer:
    """An AWX that answers at `url` within a `with` block."""

    def __init__(self, awx: Awx) -> None:
        self.awx = awx
        self.writes: list[tuple[str, str, dict[str, Any]]] = []
        """The method, the path and the body of each request that may write, in order."""
        self.refusals: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, method: str, path: str, body: bytes, token: str | None) -> tuple[int, Any]:
        """Return the status and the answer to a request."""
        given = json.loads(body) if body else {}
        if method != "GET":
            self.writes.append((method, path, given))
        try:
            if token != f"Bearer {TOKEN}":
                raise Refused(401, "no token")
            return self._answer(method, path, given)
        except Refused as refused:
            self.refusals.append(f"{method} {path}: {refused}")
            return refused.status, {"__all__": [str(refused)]}

    def _answer(self, method: str, path: str, given: dict[str, Any]) -> tuple[int, Any]:
        address = urlsplit(path)
        endpoint, *rest = address.path.removeprefix("/api/v2/").strip("/").split("/")
        if endpoint == "project_updates":
            return 200, self.awx.project_update(int(rest[0]))
        match method, rest:
            case "GET", []:
                return 200, page(self.awx.found(endpoint, dict(parse_qsl(address.query))))
            case "POST", [] if endpoint in ENDPOINTS:
                return 201, self.awx.create(endpoint, given)
            case _, [number, *what]:
                return self._of_object(method, endpoint, int(number), what, given)
        raise Refused(405, "there is no such endpoint")

    def _of_object(
        self, method: str, endpoint: str, number: int, what: list[str], given: dict[str, Any]
    ) -> tuple[int, Any]:
        stored = self.awx.stored(endpoint, number)
        match method, what:
            case "GET", []:
                return 200, self.awx.shown(number)
            case "PATCH", []:
                return 200, self.awx.change(endpoint, number, given)
            case "GET", ["survey_spec"]:
                return 200, stored.survey
            case "POST", ["survey_spec"]:
                self.awx.ask(endpoint, number, given)
                return 200, {}
            case "POST", ["create_approval_template"]:
                return 201, self.awx.approve_at(number, given)
            case "GET", [name] if name in ENDPOINTS[endpoint].lists:
                return 200, page([self.awx.shown(member) for member in stored.lists.get(name, [])])
            case "POST", [name] if name in ENDPOINTS[endpoint].lists:
                self.awx.associate(endpoint, number, name, given)
                return 204, None
        raise Refused(405, "there is no such endpoint")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, answer = server.answer(self.command, self.path, body, self.headers.get("Authorization"))
                text = b"" if answer is None else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.send_header("X-API-Product-Name", "AWX")
                self.send_header("X-API-Product-Version", "24.6.1")
                self.end_headers()
                self.wfile.write(text)

            do_POST = do_PATCH = do_DELETE = do_PUT = do_GET

            def log_message(self, *_: Any) -> None:
                """Nothing: the tests look at what was recorded."""

        return Handler


def page(results: list[dict[str, Any]]) -> dict[str, Any]:
    return {"count": len(results), "next": None, "previous": None, "results": results}
