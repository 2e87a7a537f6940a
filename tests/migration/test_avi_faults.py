# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Avi Controller can do wrong, and what a person reads then."""

from __future__ import annotations

import ssl
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, WaitTimeout
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from tests.lab.process import LabProcess
from tests.migration.user import QUICKLY, User

# What goes wrong, with which options, and what the sentence says; None where it succeeds all the same.
FAULTS: dict[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "an error that passes": ({"status": 503, "action": "error", "times": 2}, {}, None),
    "errors without end": ({"status": 502, "action": "error", "path": "/runtime"}, {}, "answered 502 to GET /api/pool/"),
    "a page of a proxy": ({"status": 200, "action": "html"}, {}, "with something that is not JSON: a page titled"),
    "an answer cut short": ({"action": "garbage", "path": "/api/pool/"}, {}, "with something that is not JSON"),
    "too slow": ({"action": "slow", "seconds": 3, "path": "/api/pool/"}, {"timeout": 1}, "no answer within 1 s"),
    "reset once": ({"action": "drop_before", "times": 1}, {}, None),
    # With the Python of Debian 12 the lab cannot reset a connection under TLS, but closes it.
    "reset without end": ({"action": "drop_before"}, {}, "the connection"),
    "no permission": ({"status": 403, "action": "error"}, {}, "admin needs a role that may read"),
    "initialising": (
        {"status": 503, "action": "error", "method": "POST", "path": "/login"},
        {},
        "is not ready (503 to the login). It answers so while it initialises",
    ),
    "a wrong password": ({}, {"password": "not-this-one"}, "refuses the login of admin (401)"),
    "a wrong token": ({}, {"token": "not-this-one"}, "refuses the login of admin (401)"),
    "basic authentication switched off": ({}, {"basic_auth": True}, "refuses basic authentication of admin (401)"),
    "a session that has ended, and a password": ({}, {"api_context": {"session_id": "x"}}, None),
    "no such tenant": ({}, {"tenant": "blue"}, "Check the tenant"),
    "a version it does not have": ({}, {"api_version": "30.2.1"}, "Give an api_version that this Controller has"),
    "a certificate nobody vouches for": ({}, {"ca_path": DEFAULT_CA_BUNDLE_PATH}, "give the file of its CA as ca_path (AVI_CA_PATH)"),
    "nobody there": ({}, {"controller": "127.0.0.1:1"}, "connection refused. Nothing was sent"),
}  # fmt: skip


@pytest.fixture(scope="module", name="shared")
def fixture_shared() -> Iterator[User]:
    """One lab with one service for all faults; each is taken back."""
    with pytest.MonkeyPatch.context() as patch, LabProcess() as lab:
        for name, value in lab.env.items():
            patch.setenv(name, value)
        user = User(lab)
        user.listen()
        yield user


@pytest.mark.parametrize(("fault", "options", "words"), FAULTS.values(), ids=FAULTS)
def test_the_right_sentence_each_time(
    shared: User, fault: dict[str, Any], options: dict[str, Any], words: str | None
) -> None:
    if fault:
        shared.lab.fault(api="avi", **{"method": "GET", **fault})
    try:
        if words is None:
            assert shared.info(**options)["active"]["app"] == "app1"
            return
        with pytest.raises(DcosAviError) as raised:
            shared.info(**options)
        assert words in raised.value.sentence
        assert "avi-lab" not in raised.value.sentence
        assert "not-this-one" not in raised.value.sentence
    finally:
        shared.lab.clear_faults()


def test_a_tenant_that_has_nothing_is_named(shared: User) -> None:
    found = shared.pools(name="nothing-of-that-name", tenant="admin")
    assert found["pools"] == []
    assert "in tenant admin" in found["warnings"][0]


@pytest.mark.parametrize("user", [{"avi_session_seconds": 1}], indirect=True)
def test_a_session_that_ends_in_the_middle_of_a_wait_is_renewed(user: User) -> None:
    user.listen()
    begun = time.monotonic()
    with pytest.raises(WaitTimeout, match="last seen: Marathon shows no app app1-100"):
        user.info(until="active", app="app1-100", wait_timeout=3, wait_interval=0.2)
    assert time.monotonic() - begun < 10
    assert len(user.lab.journal(kind="request", api="avi", path="/login")) >= 2


def test_a_controller_that_is_away_for_a_while_does_not_end_a_wait(user: User) -> None:
    user.listen()
    plan = user.info(rollout={"version": "100", "image": "x"})["plan"]
    user.app(definition=plan["definition"], exclusive=True)
    user.lab.fault(api="avi", action="error", status=503, method="GET", times=12)
    assert user.info(until="active", app="app1-100", **QUICKLY)["active"]["app"] == "app1-100"


@pytest.mark.parametrize("user", [{"avi_basic_auth": "on"}], indirect=True)
def test_every_way_in(user: User) -> None:
    user.listen()
    password = user.lab.env["AVI_PASSWORD"]
    credentials = {"controller": user.lab.env["AVI_CONTROLLER"], "username": "admin", "password": password}
    ways: dict[str, dict[str, Any]] = {
        "password": {},
        "token": {"token": "avi-lab-token"},
        "basic": {"basic_auth": True},
        "credentials": {"avi_credentials": credentials},
        "context": {"api_context": begun_session(user)},
    }
    for way, options in ways.items():
        last = user.lab.journal()[-1]["seq"]
        assert user.info(**options)["active"]["app"] == "app1", way
        logins = user.lab.journal(since=last, kind="request", api="avi", path="/login")
        assert len(logins) == (0 if way in ("basic", "context") else 1), way


def begun_session(user: User) -> dict[str, str]:
    """Log in by hand, as the vendor's modules would have done before."""
    context = ssl.create_default_context(cafile=user.lab.env["AVI_CA_PATH"])
    form = f"username=admin&password={user.lab.env['AVI_PASSWORD']}".encode()
    request = urllib.request.Request(f"https://{user.lab.env['AVI_CONTROLLER']}/login", form)
    with urllib.request.urlopen(request, context=context, timeout=10) as answer:
        cookies = dict(item.split(";")[0].split("=", 1) for item in answer.headers.get_all("Set-Cookie"))
    session = cookies.get("avi-sessionid") or cookies["sessionid"]
    return {"session_id": session, "csrftoken": cookies["csrftoken"]}
