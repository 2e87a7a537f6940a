# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each error that a module can fail with, provoked by a server that answers as told, or by a state of a service."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._core.session import Connection, HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import wait_until
from ansible_collections.dcos.avi.plugins.module_utils._core.work import DEFECT, Work
from ansible_collections.dcos.avi.plugins.module_utils._ending.aftermath import Aftermath
from ansible_collections.dcos.avi.plugins.module_utils._ending.leftover import Leftover
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon, is_said_by_marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deployment import wait_until_rolled_out
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import Retirement
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Run
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._modules import test_migration_soak as soak
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import listener, upgraded
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply, ScriptedServer

from tests.codes.problems import STATES

ADDRESS = "http://marathon.example:8080"
APP = "/v2/apps/app1-200"
PAGE = Reply(200, text="<html><head><title>Sign in</title></head></html>")


def failures() -> dict[str, str]:
    """What each error says, by its code."""
    said = {}
    for code, deed in _DEEDS.items():
        try:
            deed()
        except DcosAviError as error:
            assert error.code == code, f"{error.code}, and not {code}: {error.sentence}"
            said[code] = error.sentence
        else:
            raise AssertionError(f"{code} was not provoked")
    return {**said, DEFECT: _defect()}


def _asked(*replies: Reply, method: str = "GET", path: str = APP, **request: Any) -> Callable[[], object]:
    """Have a server answer so, the last reply again and again; its address is masked."""

    def ask() -> None:
        server, left = ScriptedServer(), list(replies)
        server.answer = lambda _request: left.pop(0) if left[1:] else left[0]
        try:
            _session(server.url).request(method, path, **request)
        except DcosAviError as error:
            raise type(error)(error.sentence.replace(server.url, ADDRESS)) from None
        finally:
            server.close()

    return ask


def _session(url: str) -> HttpSession:
    connection = Connection(base_url=url, what="Marathon", timeout=30, is_own_404=is_said_by_marathon)
    return HttpSession(connection, sleep=lambda _seconds: None)


def _unreachable() -> None:
    nobody = "http://127.0.0.1:1"
    try:
        _session(nobody).request("GET", "/v2/apps")
    except DcosAviError as error:
        raise type(error)(error.sentence.replace(nobody, ADDRESS)) from None


def _too_late() -> None:
    _session(ADDRESS).request("PUT", APP, json={"instances": 0}, not_after=time.monotonic() - 1)


def _timed_out() -> None:
    wait_until(
        lambda: "1 of 2 tasks healthy",
        lambda _seen: False,
        timeout=0,
        interval=1,
        describe=str,
        what="/app1-200 to be rolled out",
    )


def _deleted() -> None:
    client = mock.create_autospec(Marathon, instance=True)
    client.app.return_value = None
    wait_until_rolled_out(client, "/app1-200", None, Deadline(0, 1))


def _lost_the_lock() -> None:
    """The listener is scaled to zero, and in that moment somebody breaks the lock."""
    before = picture(upgraded())
    service = mock.Mock()
    service.look_again.return_value = picture(dataclasses.replace(upgraded(), listener=listener((), 0)))
    leaving = Retirement("app1", 2, "app1-100 takes all traffic with its 2 instances")
    Aftermath(service, mock.Mock(), leaving, Run("me@host", "nonce"), 0, 1).check(before)


def _overtaken() -> None:
    """The active version lacks a task since it was decided."""
    service = mock.Mock()
    seen = picture(STATES["active_incomplete"])
    Leftover(service, mock.Mock(), "app1-200", None)._judge(seen)  # noqa: SLF001


def _defect() -> str:
    def fail(_params: dict[str, Any], _check_mode: bool) -> dict[str, Any]:
        raise KeyError("x")

    found = Work(fail, {}).result({}, module="dcos.avi.migration_info", check_mode=False, diff_mode=False)
    assert found["code"] == DEFECT
    return str(found["msg"])


_DEEDS: dict[str, Callable[[], object]] = {
    "api_error": _asked(
        Reply(422, {"message": "Object is not valid", "details": [{"path": "/cpus", "errors": ["error.min"]}]}),
        method="PUT",
    ),
    "away": _asked(
        Reply(503, text="<html><head><title>503 Service Unavailable</title></head></html>"), path="/v2/apps"
    ),
    "breakdown": _asked(Reply(500, {"message": "Internal Server Error"}), method="PUT"),
    "conflict": _asked(
        Reply(409, {"message": "An app with id [/app1-200] already exists."}), method="POST", path="/v2/apps"
    ),
    "failed": _deleted,
    "gate_failed": lambda: soak.watch(soak.back_to_the_listener()),
    "interfered": _lost_the_lock,
    "not_authenticated": _asked(Reply(401, {"message": "Invalid username or password."}), path="/v2/apps"),
    "not_found": _asked(Reply(404, {"message": "App '/app1-200' does not exist"})),
    "not_json": _asked(PAGE, path="/v2/apps"),
    "not_now": _overtaken,
    "not_permitted": _asked(Reply(403, {"message": "Not Authorized to perform this action!"}), method="PUT"),
    "refused": lambda: validate_id("App_1"),
    "timeout": _timed_out,
    "too_late": _too_late,
    "unknown_outcome": _asked(
        Reply(502, text="<html><head><title>502 Bad Gateway</title></head></html>"), method="PUT"
    ),
    "unreachable": _unreachable,
}
