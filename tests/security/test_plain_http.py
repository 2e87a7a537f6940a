# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Without TLS no credential leaves this machine, unless that is wanted: not to a second address and not to log in either."""

from __future__ import annotations

import json

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.options import controller_from as avi_from
from ansible_collections.dcos.avi.plugins.module_utils._core.address import is_open
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import client_from

OPEN, CLOSED = "http://marathon.example.com:8080", "https://marathon.example.com:8443"
BY_PASSWORD = {"marathon_username": "deployer", "marathon_password": "secret"}
BY_TOKEN = {"marathon_token": "secret"}


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")
    serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    pem = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

    def written(endpoint=None):
        path = tmp_path_factory.mktemp("account") / "account.json"
        secret = {"uid": "deployer", "private_key": pem.decode(), **({"login_endpoint": endpoint} if endpoint else {})}
        path.write_text(json.dumps(secret))
        return {"marathon_service_account_key": str(path)}

    return written


@pytest.mark.parametrize("login", [BY_PASSWORD, BY_TOKEN], ids=["password", "token"])
@pytest.mark.parametrize("urls", [[OPEN], [CLOSED, OPEN], ["http://127.0.0.1:8080", OPEN]])
def test_no_credential_goes_where_all_can_read_it(login, urls):
    given = {"marathon_url": urls, **login}
    with pytest.raises(Refused, match=f"would go to {OPEN} .*marathon_allow_http: true") as raised:
        client_from(given)
    assert "secret" not in raised.value.sentence
    assert client_from({**given, "marathon_allow_http": True})


@pytest.mark.parametrize("urls", [["http://deployer:secret@m:8080"], [CLOSED, "http://deployer:secret@m:8080"]])
def test_nor_one_inside_an_address(urls):
    with pytest.raises(Refused, match="would go to http://m:8080 ") as raised:
        client_from({"marathon_url": urls})
    assert "secret" not in raised.value.sentence


def test_nor_one_inside_an_address_to_another(account):
    with pytest.raises(Refused, match=f"would go to {OPEN} "):
        client_from({"marathon_url": ["https://deployer:secret@m", OPEN]})


def test_a_service_account_does_not_log_in_there(account):
    with pytest.raises(Refused, match=f"would go to {OPEN} "):
        client_from({"marathon_url": [OPEN], **account()})
    given = {"marathon_url": [CLOSED], **account("http://dcos.example.com/acs/api/v1/auth/login")}
    with pytest.raises(Refused, match=r"would go to http://dcos\.example\.com "):
        client_from(given)
    assert client_from({**given, "marathon_allow_http": True})
    assert client_from({"marathon_url": [CLOSED], **account("https://dcos.example.com/acs/api/v1/auth/login")})


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:8080", "http://127.8.9.1", CLOSED]
)
def test_this_machine_and_tls_need_no_leave(url):
    assert client_from({"marathon_url": [url], **BY_PASSWORD})


def test_without_credentials_nothing_is_refused():
    assert client_from({"marathon_url": [OPEN]})


@pytest.mark.parametrize("url", ["http://127.0.0.1.example.com", "http://localhost.example.com", "http://1127.0.0.1"])
def test_another_host_with_a_name_like_this_machine_is_another(url):
    assert is_open(url)


@pytest.mark.parametrize(
    "controller", ["http://avi.example.com", "HTTP://avi.example.com", "http://127.0.0.1.example.com"]
)
def test_avi_is_never_asked_without_tls(controller):
    with pytest.raises(Refused, match="over HTTPS only"):
        avi_from({"controller": controller, "username": "reader", "password": "secret"})
