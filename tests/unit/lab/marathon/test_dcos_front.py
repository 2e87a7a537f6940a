# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to Marathon through the front of a DC/OS cluster, as its clients go it."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hosted import PATIENCE, HostedMarathon

from tests.lab.dcos.front import DcosFront

APP = {"id": "/front", "cmd": "sleep 1000", "cpus": 0.1, "mem": 16, "instances": 1}
USER = {"uid": "bootstrapuser", "password": "dcos-lab"}


class Cluster:
    """A front, and short ways to use it."""

    def __init__(self, marathon: HostedMarathon, front: DcosFront) -> None:
        self.marathon = marathon
        self.front = front
        self.trust: Any = str(front.ca_file) if front.ca_file else None

    def ask(self, method: str, path: str, token: str | None = None, **more: Any) -> requests.Response:
        headers = {"Authorization": f"token={token}"} if token else {}
        given = {"headers": headers, "verify": self.trust, "timeout": 10, **more}
        return requests.request(method, self.front.url + path, **given)

    def login(self, **given: Any) -> requests.Response:
        return self.ask("POST", "/acs/api/v1/auth/login", json=given)

    def token(self, **given: Any) -> str:
        answer = self.login(**(given or USER))
        assert answer.status_code == 200, answer.text
        return answer.json()["token"]

    def exists(self) -> bool:
        return "/front" in self.marathon.server.marathon.root.apps

    def account(self) -> dict[str, str]:
        return json.loads(self.front.service_account_file.read_text())


@contextmanager
def cluster_of(dcos: str, **settings: Any) -> Iterator[Cluster]:
    with HostedMarathon(dcos=dcos, **settings) as marathon:

        async def start() -> DcosFront:
            server = marathon.server
            made = DcosFront(marathon.settings, marathon.journal, marathon.faults, lambda: server.leader_address)
            await made.start()
            return made

        front = marathon.within(start())
        try:
            yield Cluster(marathon, front)
        finally:
            marathon.within(front.stop())


@pytest.fixture(scope="module")
def shared() -> Iterator[Cluster]:
    with cluster_of("http", marathon_nodes=2) as made:
        yield made


@pytest.fixture
def cluster(shared: Cluster) -> Iterator[Cluster]:
    yield shared
    shared.marathon.within(shared.marathon.faults.clear())
    shared.marathon.within(shared.marathon.server.disturb())
    shared.marathon.settings.dcos_token_seconds = 432000.0
    shared.marathon.clear()


def login_token(key: Any, claims: dict[str, Any], algorithm: str = "RS256") -> str:
    """Sign what a service account says of itself, as its clients do."""

    def text(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).decode().rstrip("=")

    said = ".".join(text(json.dumps(part).encode()) for part in ({"alg": algorithm, "typ": "JWT"}, claims))
    return f"{said}.{text(key.sign(said.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def test_a_user_reaches_all_of_marathon_below_the_base_path(cluster: Cluster) -> None:
    token = cluster.token()
    created = cluster.ask("POST", "/service/marathon/v2/apps", token, json=APP)
    assert (created.status_code, created.json()["id"]) == (201, "/front")
    assert created.headers["Marathon-Deployment-Id"] == created.json()["deployments"][0]["id"]
    cluster.marathon.settle()
    found = cluster.ask("GET", "/service/marathon/v2/apps?id=front&embed=apps.tasks", token).json()["apps"]
    assert [(app["id"], len(app["tasks"])) for app in found] == [("/front", 1)]
    assert cluster.ask("GET", "/service/marathon/v2/apps/missing", token).status_code == 404
    assert cluster.ask("GET", "/service/marathon/v2/apps/%2Ffront", token).json()["app"]["id"] == "/front"


def lines_of(stream: requests.Response) -> Iterator[bytes]:
    """Yield the lines of an event stream, empty ones among them, but not for ever."""
    deadline = time.monotonic() + PATIENCE
    for line in stream.iter_lines(chunk_size=1):
        assert time.monotonic() < deadline, "what was waited for does not come"
        yield line


def test_events_come_through_as_they_happen(cluster: Cluster) -> None:
    token = cluster.token()
    headers = {"Authorization": f"token={token}", "Accept": "text/event-stream"}
    with cluster.ask("GET", "/service/marathon/v2/events", headers=headers, stream=True) as stream:
        lines = lines_of(stream)
        assert next(lines) == b"event: event_stream_attached"
        cluster.ask("POST", "/service/marathon/v2/apps", token, json=APP)
        assert any(line == b"event: deployment_success" for line in lines)
        cluster.marathon.within(cluster.marathon.server.disturb(events="cut"))
        assert not any(line.startswith(b"event: deployment") for line in lines), "the stream has ended"


@pytest.mark.parametrize("authorization", [None, "token=", "token=no.such.token", "token=x", "Bearer {}", "Basic {}"])
def test_without_a_token_of_the_cluster_nobody_gets_in(cluster: Cluster, authorization: str | None) -> None:
    headers = {"Authorization": authorization.format(cluster.token())} if authorization else {}
    refused = cluster.ask("GET", "/service/marathon/v2/apps", headers=headers)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "acsjwt")
    assert refused.headers["Content-Type"].startswith("text/html")
    assert "<title>401 Authorization Required</title>" in refused.text


def test_a_token_expires_and_another_login_helps(cluster: Cluster) -> None:
    cluster.marathon.settings.dcos_token_seconds = 0
    assert cluster.ask("GET", "/service/marathon/v2/info", cluster.token()).status_code == 401
    cluster.marathon.settings.dcos_token_seconds = 60
    assert cluster.ask("GET", "/service/marathon/v2/info", cluster.token()).status_code == 200


def test_a_token_that_was_changed_is_worth_nothing(cluster: Cluster) -> None:
    header, claims, signature = cluster.token().split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    later = base64.urlsafe_b64encode(json.dumps({**said, "exp": said["exp"] + 1}).encode()).decode().rstrip("=")
    assert cluster.ask("GET", "/service/marathon/v2/info", f"{header}.{later}.{signature}").status_code == 401


def test_a_user_without_rights_is_told_so(cluster: Cluster) -> None:
    token = cluster.token(uid="guest", password="dcos-lab")
    refused = cluster.ask("POST", "/service/marathon/v2/apps", token, json=APP)
    assert (refused.status_code, refused.headers["Content-Type"][:9]) == (403, "text/html")
    assert not cluster.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"uid": "bootstrapuser", "password": "wrong"},
        {"uid": "nobody", "password": "dcos-lab"},
        {"uid": "ansible", "password": "dcos-lab"},
        {"uid": "ansible", "token": "no.such.token"},
        {"uid": "ansible", "token": 5},
        {"password": "dcos-lab"},
        {},
    ],
)
def test_a_login_that_does_not_convince(cluster: Cluster, given: dict[str, Any]) -> None:
    refused = cluster.login(**given)
    assert (refused.status_code, refused.json()["code"]) == (401, "ERR_INVALID_CREDENTIALS")


def test_a_login_that_is_no_json(cluster: Cluster) -> None:
    assert cluster.ask("POST", "/acs/api/v1/auth/login", data="uid=bootstrapuser").status_code == 400


def test_a_service_account_logs_in_with_its_key(cluster: Cluster) -> None:
    account = cluster.account()
    assert (account["scheme"], account["uid"]) == ("RS256", "ansible")
    assert account["login_endpoint"] == cluster.front.url + "/acs/api/v1/auth/login"
    assert cluster.front.service_account_file.stat().st_mode & 0o077 == 0
    key = serialization.load_pem_private_key(account["private_key"].encode(), None)
    token = cluster.token(uid="ansible", token=login_token(key, {"uid": "ansible", "exp": int(time.time()) + 60}))
    assert cluster.ask("GET", "/service/marathon/v2/info", token).status_code == 200


@pytest.mark.parametrize("wrong", ["another key", "expired", "no expiry", "another account", "another algorithm"])
def test_a_service_account_must_sign_for_itself_and_now(cluster: Cluster, wrong: str) -> None:
    key: Any = serialization.load_pem_private_key(cluster.account()["private_key"].encode(), None)
    claims: dict[str, Any] = {"uid": "ansible", "exp": time.time() + 60}
    if wrong == "another key":
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if wrong == "expired":
        claims["exp"] = time.time() - 1
    if wrong == "no expiry":
        del claims["exp"]
    if wrong == "another account":
        claims["uid"] = "bootstrapuser"
    token = login_token(key, claims, "HS256" if wrong == "another algorithm" else "RS256")
    assert cluster.login(uid="ansible", token=token).status_code == 401


def test_it_goes_to_the_leader_and_says_when_that_cannot_be_reached(cluster: Cluster) -> None:
    token = cluster.token()
    cluster.marathon.within(cluster.marathon.server.disturb(leader=1))
    answer = cluster.ask("GET", "/service/marathon/v2/info", token)
    assert (answer.status_code, answer.json()["elected"]) == (200, True)
    cluster.marathon.within(cluster.marathon.server.disturb(leader=1, down=[1]))
    refused = cluster.ask("GET", "/service/marathon/v2/info", token)
    assert (refused.status_code, refused.headers["Content-Type"][:9]) == (502, "text/html")


def test_an_answer_that_is_lost_behind_the_front_is_a_bad_gateway(cluster: Cluster) -> None:
    fault = {"api": "marathon", "method": "POST", "action": "drop_after", "times": 1}
    cluster.marathon.within(cluster.marathon.faults.add(fault))
    answer = cluster.ask("POST", "/service/marathon/v2/apps", cluster.token(), json=APP)
    assert (answer.status_code, cluster.exists()) == (502, True)


def test_the_front_has_faults_of_its_own(cluster: Cluster) -> None:
    fault = {"api": "dcos", "path": "auth/login", "action": "error", "status": 500, "times": 1}
    cluster.marathon.within(cluster.marathon.faults.add(fault))
    assert [cluster.login(**USER).status_code for _each in range(2)] == [500, 200]


def test_the_journal_knows_both_sides_and_no_password(cluster: Cluster) -> None:
    since = len(cluster.marathon.journal.entries())
    cluster.ask("POST", "/service/marathon/v2/apps", cluster.token(), json=APP)
    # What is passed on as it comes is noted when all of it has gone, and by then it may have arrived.
    deadline = time.monotonic() + PATIENCE
    while (
        cluster.marathon.journal.entries(since, {"kind": "request", "status": "None"}) and time.monotonic() < deadline
    ):
        time.sleep(0.01)
    entries = cluster.marathon.journal.entries(since, {"kind": "request"})
    assert [(each["api"], each["path"], each["write"], each["status"]) for each in entries] == [
        ("dcos", "/acs/api/v1/auth/login", False, 200),
        ("dcos", "/service/marathon/v2/apps", True, 201),
        ("marathon", "/v2/apps", True, 201),
    ]
    assert entries[2]["body"] == APP
    assert USER["password"] not in json.dumps(entries)


def test_elsewhere_there_is_nothing(cluster: Cluster) -> None:
    assert cluster.ask("GET", "/v2/apps").status_code == 401
    assert cluster.ask("GET", "/v2/apps", cluster.token()).status_code == 404


def test_tls_with_an_authority_of_its_own() -> None:
    with cluster_of("https") as cluster:
        assert cluster.ask("GET", "/service/marathon/v2/info", cluster.token()).status_code == 200
        assert cluster.front.env["MARATHON_URL"] == f"{cluster.front.url}/service/marathon"
        assert cluster.front.url.startswith("https://")
        cluster.trust = True
        with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            cluster.login(**USER)


def test_tls_that_asks_for_a_client_certificate() -> None:
    with cluster_of("client_certificate") as cluster:
        with pytest.raises(requests.exceptions.ConnectionError):
            cluster.login(**USER)
        certificate = cluster.front.env["LAB_DCOS_CLIENT_CERT"]
        answer = cluster.ask("POST", "/acs/api/v1/auth/login", json=USER, cert=certificate)
        token = answer.json()["token"]
        assert cluster.ask("GET", "/service/marathon/v2/info", token, cert=certificate).status_code == 200
