# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import json
import time

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import AuthenticationError, DcosAviError, Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import client_from
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

hashes = pytest.importorskip("cryptography.hazmat.primitives.hashes")
serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
padding = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.padding")
rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")
ec = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ec")


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def key_file(tmp_path, key):
    file = tmp_path / "key.pem"
    file.write_text(pem(key))
    return str(file)


class Cluster:
    """A DC/OS cluster that gives out tokens and serves Marathon below /service/marathon to who has the last of them."""

    def __init__(self, public_key):
        self.public_key = public_key
        self.tokens = 0
        self.logins = []
        self.refuses = False

    def answer(self, request):
        if request.path == "/acs/api/v1/auth/login":
            return self._login(request.body)
        assert request.path.startswith("/service/marathon/v2/")
        if self.refuses or request.headers.get("Authorization") != f"token=auth-{self.tokens}":
            return Reply(401, text="<html><title>401 Authorization Required</title></html>")
        return Reply(200, {"version": "1.8.222", "apps": []})

    def _login(self, body):
        header, claims, signature = body["token"].split(".")
        self.public_key.verify(decoded(signature), f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
        self.logins.append((body["uid"], json.loads(decoded(header)), json.loads(decoded(claims))))
        self.tokens += 1
        return Reply(200, {"token": f"auth-{self.tokens}"})


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@pytest.fixture
def cluster(server, key):
    cluster = Cluster(key.public_key())
    server.answer = cluster.answer
    return cluster


@pytest.fixture
def client(server):
    return lambda **params: client_from({"marathon_url": [server.url + "/service/marathon"], **params})


def test_a_service_account_logs_in_with_a_signed_proof(client, cluster, key_file):
    marathon = client(marathon_service_account="ansible", marathon_service_account_key=key_file)
    assert marathon.release() == (1, 8) and marathon.apps() == []
    ((uid, header, claims),) = cluster.logins
    assert (uid, header, claims["uid"]) == ("ansible", {"alg": "RS256", "typ": "JWT"}, "ansible")
    assert 0 < claims["exp"] - time.time() <= 300


def test_an_expired_login_is_renewed_once(client, cluster, key_file):
    marathon = client(marathon_service_account="ansible", marathon_service_account_key=key_file)
    assert marathon.apps() == []
    cluster.tokens += 10  # what was given out is no longer good
    assert marathon.apps() == []
    assert len(cluster.logins) == 2
    cluster.refuses = True
    with pytest.raises(AuthenticationError) as raised:
        marathon.apps()
    assert len(cluster.logins) == 3
    assert "auth-" not in raised.value.sentence


def test_a_login_that_gets_nowhere_is_not_repeated(client, cluster, key_file):
    cluster.refuses = True
    marathon = client(marathon_service_account="ansible", marathon_service_account_key=key_file)
    with pytest.raises(AuthenticationError):
        marathon.apps()
    assert len(cluster.logins) == 1


def test_a_refused_login_names_dcos(client, server, key_file):
    server.answer = lambda request: Reply(401, {"title": "Unauthorized", "description": "no such account"})
    with pytest.raises(AuthenticationError, match=r"DC/OS at .* does not accept the credentials .* no such account"):
        client(marathon_service_account="x", marathon_service_account_key=key_file).apps()


@pytest.mark.parametrize("answer", [None, {}, [], {"token": None}, {"token": 5}])
def test_a_login_that_gives_no_token_is_told(client, server, key_file, answer):
    server.answer = lambda request: Reply(200, answer)
    with pytest.raises(AuthenticationError, match=r"DC/OS at .* answered POST .* without a token"):
        client(marathon_service_account="x", marathon_service_account_key=key_file).apps()


@pytest.mark.parametrize("answer", [None, {}, "x", {"deployments": []}])
def test_an_answer_of_another_shape_is_told(client, server, answer):
    server.answer = lambda request: Reply(200, answer)
    with pytest.raises(DcosAviError, match="answered GET /v2/deployments with JSON that is no list"):
        client().deployments()
    server.answer = lambda request: Reply(200, [answer])
    with pytest.raises(DcosAviError, match="answered GET /v2/info with JSON that is no object"):
        client().info()


def test_a_token_that_expired_cannot_be_renewed(client, cluster):
    with pytest.raises(AuthenticationError):
        client(marathon_token="old").apps()
    assert not cluster.logins


def test_the_secret_of_the_account_says_all(client, cluster, server, key, tmp_path):
    file = tmp_path / "account.json"
    endpoint = server.url + "/acs/api/v1/auth/login"
    file.write_text(
        json.dumps({"scheme": "RS256", "uid": "robot", "private_key": pem(key), "login_endpoint": endpoint})
    )
    assert client(marathon_service_account_key=str(file)).apps() == []
    assert cluster.logins[0][0] == "robot"


@pytest.mark.parametrize(
    "endpoint", ["garbage", "/acs/api/v1/auth/login", "ftp://dcos/login", "https://", "https://[x", 5]
)
def test_an_endpoint_that_is_no_address_is_refused(client, key, tmp_path, endpoint):
    file = tmp_path / "account.json"
    file.write_text(json.dumps({"uid": "robot", "private_key": pem(key), "login_endpoint": endpoint}))
    with pytest.raises(Refused, match=f"The login_endpoint in {file} is no address"):
        client(marathon_service_account_key=str(file))


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_time_limit_of_nothing_is_refused(client, seconds):
    with pytest.raises(Refused, match=r"marathon_timeout \(MARATHON_TIMEOUT\) must be at least 1 second, not"):
        client(marathon_timeout=seconds)
    assert client(marathon_timeout=None).session.connection.timeout == 30


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read: No such file"),
        ("no key", "no unencrypted private key in PEM"),
        ('{"uid": "x"}', "no unencrypted private key in PEM"),
        ("EC", "no RSA key"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused(client, tmp_path, content, sentence):
    file = tmp_path / "key.pem"
    if content:
        file.write_text(pem(ec.generate_private_key(ec.SECP256R1())) if content == "EC" else content)
    with pytest.raises(Refused, match=sentence):
        client(marathon_service_account="x", marathon_service_account_key=str(file))


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"marathon_token": "t", "marathon_username": "u"}, "one way to log in"),
        ({"marathon_service_account": "x"}, "marathon_service_account_key is needed"),
        ({"marathon_password": "x"}, "marathon_username is needed"),
        ({"marathon_client_key": "x"}, "marathon_client_cert is needed"),
    ],
)
def test_options_that_do_not_fit_together(client, params, sentence):
    with pytest.raises(Refused, match=sentence):
        client(**params)


def test_whose_key_it_is_must_be_said(client, key_file):
    with pytest.raises(Refused, match="Give marathon_service_account"):
        client(marathon_service_account_key=key_file)


def test_a_client_certificate_is_shown(mutual_tls_server, certificate):
    params = {"marathon_url": [mutual_tls_server.url], "marathon_ca_path": certificate}
    assert client_from({**params, "marathon_client_cert": certificate}).info() == {}
    with pytest.raises(DcosAviError):
        client_from(params).info()


def test_an_address_without_a_scheme_is_refused():
    with pytest.raises(Refused, match=r"MARATHON_URL\) begins with http:// or https://, and 'm1:8080' does not"):
        client_from({"marathon_url": ["http://m0:8080", "m1:8080"]})


@pytest.mark.parametrize("given", [None, [], [""]])
def test_without_an_address_both_ways_to_give_it_are_named(given):
    with pytest.raises(Refused, match=r"marathon_url \(MARATHON_URL\) must be given"):
        client_from({"marathon_url": given})
