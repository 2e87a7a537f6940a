# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules through the front of a DC/OS cluster: every way to log in, tokens that expire, TLS both ways."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    AuthenticationError,
    DcosAviError,
    PermissionRefused,
)

from tests.demo.playbook import run_playbook
from tests.lab.process import LabProcess
from tests.marathon.administrator import Administrator
from tests.marathon.deeds import EVERY_DEED, SLEEP, SLOW_START, Deed

LOGIN = "/acs/api/v1/auth/login"
PASSWORD = "dcos-lab"
PLAYBOOK = str(Path(__file__).parent / "playbooks" / "app.yml")


def service_account(lab: LabProcess, **connection: Any) -> Administrator:
    return Administrator(lab, marathon_service_account_key=lab.env["LAB_DCOS_SERVICE_ACCOUNT"], **connection)


def token_of(lab: LabProcess, uid: str) -> str:
    """Log in by password, as `dcos auth login` does, and return the token."""
    answer = requests.post(lab.env["LAB_DCOS_URL"] + LOGIN, json={"uid": uid, "password": PASSWORD}, timeout=10)
    return str(answer.json()["token"])


@pytest.fixture(scope="module", name="shared")
def fixture_shared() -> Iterator[Administrator]:
    """An administrator by way of a cluster's front, who logs in as a service account."""
    with LabProcess(dcos="http", marathon_nodes=2) as lab:
        yield service_account(lab)


@pytest.fixture(name="lab")
def fixture_lab(admin: Administrator) -> Iterator[LabProcess]:
    yield admin.lab
    admin.lab.set(dcos_token_seconds=432000)


def logins(lab: LabProcess, since: int = 0) -> int:
    return len(lab.journal(since=since, kind="request", api="dcos", path=LOGIN, status=200))


def last(lab: LabProcess) -> int:
    return len(lab.journal())


@EVERY_DEED
def test_a_service_account_does_all_below_the_prefix(admin: Administrator, deed: Deed) -> None:
    app_id = deed.prepared(admin)
    since = last(admin.lab)
    assert deed.do(admin, app_id)["changed"]
    asked = admin.lab.journal(since=since, kind="request", api="dcos")
    assert {entry["path"].split("/v2/")[0] for entry in asked} == {LOGIN, "/service/marathon"}
    assert logins(admin.lab, since) == 1
    assert admin.versions(app_id) == deed.after


@EVERY_DEED
def test_a_token_that_has_expired_when_something_is_written(admin: Administrator, deed: Deed) -> None:
    app_id = deed.prepared(admin)
    since = last(admin.lab)
    admin.lab.fault(api="dcos", method=deed.method, path="^/service", action="html", status=401, times=1)
    assert deed.do(admin, app_id)["changed"]
    assert logins(admin.lab, since) == 2
    assert admin.versions(app_id) == deed.after


def test_tokens_that_expire_during_a_wait(admin: Administrator, lab: LabProcess) -> None:
    lab.set(dcos_token_seconds=0.4)
    app_id, since = admin.new_id(), last(lab)
    result = admin.ensure(id=app_id, definition=SLOW_START)
    assert result["app"]["tasksHealthy"] == 1
    assert admin.lab.journal(since=since, kind="request", api="dcos", status=401), "no token expired"
    assert logins(lab, since) >= 2
    assert admin.versions(app_id) == 1


def test_events_come_through(admin: Administrator) -> None:
    """So few looks at an app that takes two seconds and more can only be if somebody says when it is there."""
    app_id, since = admin.new_id(), last(admin.lab)
    admin.ensure(id=app_id, definition=SLOW_START)
    looks = admin.lab.journal(since=since, kind="request", api="dcos", path=f"/service/marathon/v2/apps{app_id}")
    assert len(looks) < 10


def test_a_change_of_leader_behind_the_front(admin: Administrator) -> None:
    app_id = admin.new_id()
    admin.ensure(id=app_id, definition=SLOW_START, wait=False)
    admin.lab.post("/marathon", {"leader": 1, "down": [0]})
    assert admin.ensure(id=app_id, definition=SLOW_START)["app"]["tasksHealthy"] == 1
    assert admin.versions(app_id) == 1


def test_a_write_whose_answer_is_lost_behind_the_front_is_done_once(admin: Administrator) -> None:
    app_id = admin.new_id()
    admin.lab.fault(api="marathon", method="POST", path="^/v2/apps$", action="drop_after", times=1)
    assert admin.ensure(id=app_id, definition=SLEEP)["changed"]
    assert admin.versions(app_id) == 1


def test_a_locked_app_behind_the_front(admin: Administrator) -> None:
    app_id = admin.new_id()
    admin.ensure(id=app_id, definition={**SLEEP, "cpus": 1000}, wait=False)
    with pytest.raises(DcosAviError, match="is locked by deployment"):
        admin.ensure(id=app_id, definition={"env": {"A": "1"}}, wait_timeout=1)
    assert admin.ensure(id=app_id, definition={"cpus": 0.1}, force=True)["changed"]


def test_a_token_from_a_login_by_password(lab: LabProcess) -> None:
    admin = Administrator(lab, marathon_token=token_of(lab, "bootstrapuser"))
    app_id = "/by-password"
    assert admin.ensure(id=app_id, definition=SLEEP)["changed"]
    assert not admin.ensure(id=app_id, definition=SLEEP)["changed"]


def test_a_token_that_nobody_can_renew(lab: LabProcess) -> None:
    lab.set(dcos_token_seconds=0.01)
    token = token_of(lab, "bootstrapuser")
    with pytest.raises(AuthenticationError, match="does not accept the credentials") as raised:
        Administrator(lab, marathon_token=token).ensure(id="/nothing", definition=SLEEP)
    assert token not in raised.value.sentence


def test_no_credential_is_printed(lab: LabProcess) -> None:
    token, account = token_of(lab, "bootstrapuser"), lab.env["LAB_DCOS_SERVICE_ACCOUNT"]
    secrets = [token, *json.loads(Path(account).read_text())["private_key"].splitlines()[1:-1]]
    for way in ({"MARATHON_TOKEN": token}, {"MARATHON_TOKEN": f"{token}x"}, {"MARATHON_SERVICE_ACCOUNT_KEY": account}):
        env = {**lab.env, **way, "ANSIBLE_INJECT_INVOCATION": "1"}
        outcome = run_playbook(
            PLAYBOOK, {"id": "/printed", "definition": SLEEP, "wait_timeout": 20}, env, None, "-vvvv", "--diff"
        )
        assert "module_args" in outcome.output, "the parameters were not printed"
        assert not [secret for secret in secrets if secret in outcome.output]
        assert bool(outcome.returncode) == (f"{token}x" in way.values())


def test_a_user_without_rights(lab: LabProcess) -> None:
    guest, since = Administrator(lab, marathon_token=token_of(lab, "guest")), last(lab)
    with pytest.raises(PermissionRefused, match="does not permit"):
        guest.ensure(id="/nothing", definition=SLEEP)
    assert not lab.journal(since=since, kind="request", write=True)


def test_a_login_that_is_refused(lab: LabProcess) -> None:
    admin, since = service_account(lab), last(lab)
    lab.fault(api="dcos", path="auth/login", action="error", status=401)
    with pytest.raises(AuthenticationError, match=r"DC/OS at .* does not accept the credentials for POST /acs"):
        admin.info()
    assert len(lab.journal(since=since, kind="request", api="dcos")) == 1


@pytest.fixture(scope="module", name="strict")
def fixture_strict() -> Iterator[LabProcess]:
    """A lab whose front has an authority of its own, and asks for a client's certificate."""
    with LabProcess(dcos="client_certificate") as lab:
        yield lab


def certified(lab: LabProcess, **connection: Any) -> Administrator:
    trusting = {
        "marathon_ca_path": lab.env["MARATHON_CA_PATH"],
        "marathon_client_cert": lab.env["LAB_DCOS_CLIENT_CERT"],
    }
    return service_account(lab, **{**trusting, **connection})


def test_tls_with_an_authority_of_its_own_and_a_client_certificate(strict: LabProcess) -> None:
    """The login and the events go the same way."""
    admin = certified(strict)
    assert admin.ensure(id="/app1", definition=SLEEP)["changed"]
    assert strict.journal(kind="request", api="dcos", path="/service/marathon/v2/events")
    assert logins(strict) == 1


def test_the_authority_must_be_known(strict: LabProcess) -> None:
    with pytest.raises(
        DcosAviError, match=r"certificate is not trusted .* give the file of its CA as marathon_ca_path"
    ):
        certified(strict, marathon_ca_path=None).info()


def test_verifying_can_be_switched_off(strict: LabProcess) -> None:
    certified(strict, marathon_ca_path=None, marathon_validate_certs=False).info()


def test_without_its_certificate_a_client_gets_no_answer(strict: LabProcess) -> None:
    since = last(strict)
    with pytest.raises(DcosAviError, match=r"DC/OS at https://\S+ (gave no usable answer|cannot be reached)"):
        certified(strict, marathon_client_cert=None).info()
    assert not strict.journal(since=since, kind="request", api="dcos")
