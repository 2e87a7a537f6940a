# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records what a lab answers to each question, or to some: `python -m tests.fuzz.record [QUESTION...]`."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from typing import Any
from unittest import mock

import requests
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_lock import MIGRATION_LOCK
from urllib3 import HTTPResponse

from tests.fuzz.questions import JOB, LOCKED, NEW, OLD, QUESTIONS, SERVICE
from tests.fuzz.replay import ANSWERS, named
from tests.lab.process import LabProcess
from tests.marathon.deeds import SLEEP
from tests.migration.user import User
from tests.modules import call

OF_THE_HOLDER = ("unlock", "a scale-down")
KEPT = ("Content-Type", "Set-Cookie", "Marathon-Deployment-Id", "X-Marathon-Leader", "Date")


def main() -> None:
    """Each question is asked while both versions run; what it changes is undone by a lab of its own."""
    answers = json.loads(ANSWERS.read_text()) if ANSWERS.exists() else {}
    for name in sys.argv[1:] or QUESTIONS:
        answers[name] = _asked(name)
        ANSWERS.write_text(json.dumps(answers, separators=(",", ":")) + "\n")


def _asked(name: str) -> list[Any]:
    shape = "pool_group" if name in ("drained", "a rollback", "virtual services") else "ab_pool"
    with LabProcess(avi=shape) as lab, mock.patch.dict(os.environ, lab.env):
        user = User(lab)
        user.listen()
        for app in (OLD, NEW):
            user.roll_out(app.rpartition("-")[2])
        user.app(id=JOB, definition=SLEEP)
        if name in OF_THE_HOLDER:
            call(MIGRATION_LOCK, service=SERVICE, purpose="a test", **LOCKED)
        found: list[Any] = []
        with mock.patch.object(
            requests.adapters.HTTPAdapter, "send", _noting(requests.adapters.HTTPAdapter.send, found)
        ):
            print(name, str(QUESTIONS[name].result({}).get("msg", "well"))[:200], len(found), flush=True)
    return found


def _noting(send: Callable[..., requests.Response], found: list[Any]) -> Callable[..., requests.Response]:
    def noted(adapter: Any, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        response = send(adapter, request, **more)
        if "/v2/events" not in (request.url or ""):
            headers = {name: response.headers[name] for name in KEPT if name in response.headers}
            found.append((named(request), response.status_code, headers, _whole(response)))
        return response

    return noted


def _whole(response: requests.Response) -> Any:
    """Read the answer, and leave it to be read again."""
    body = response.raw.read(decode_content=True)
    headers = {name: value for name, value in response.headers.items() if name.lower() != "content-encoding"}
    headers["Content-Length"] = str(len(body))
    response.headers.clear()
    response.headers.update(headers)
    # Cookies are read from what http.client had.
    of_the_wire = response.raw._original_response
    response.raw = HTTPResponse(
        io.BytesIO(body),
        headers=headers,
        status=response.status_code,
        preload_content=False,
        original_response=of_the_wire,
    )
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode("utf-8", "replace")


if __name__ == "__main__":
    main()
