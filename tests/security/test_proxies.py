# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A variable of the environment that names no usable proxy is named, and nothing of its value."""

from __future__ import annotations

import os

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.session import Connection, HttpSession
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

PASSWORD = "of-the-proxy"
WRONG = {
    "http://": "without a host",
    "http:///": "without a host",
    "http://:8080": "without a host",
    f"http://me:{PASSWORD}@": "without a host",
    f"http://me:{PASSWORD}@:8080": "without a host",
    f"me:{PASSWORD}@": "without a host",
    "://x": "without a host",
    " ": "without a host",
    "http://[": "with an address that cannot be read",
    "http://h:port": "with an address that cannot be read",
    "http://h:99999": "with an address that cannot be read",
    "http://a b:1": "with an address that cannot be read",
    "ftp://h": "by a scheme that is not supported",
}
VARIABLES = ("http_proxy", "HTTPS_PROXY", "all_proxy")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


def session(url):
    return HttpSession(Connection(base_url=url, what="Marathon", timeout=1), sleep=lambda seconds: None)


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize("value", WRONG)
def test_the_sentence_names_the_variable(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    to = session(f"{'https' if 'S' in variable else 'http'}://marathon.invalid:8080")
    opened = to.lines("/v2/events", params=None, accept="text/event-stream", silence=1)
    for ask in (lambda: to.request("GET", "/v2/info"), lambda: to.request("PUT", "/v2/apps/a"), opened.__enter__):
        with pytest.raises(Refused) as raised:
            ask()
        assert f"the environment variable {variable} names a proxy {WRONG[value]}" in raised.value.sentence
        assert PASSWORD not in str(raised.value.as_result())


def test_a_host_that_is_asked_without_a_proxy_is_asked(monkeypatch, server):
    monkeypatch.setenv("http_proxy", "http://")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server.answer = lambda request: Reply(200, {})
    session(server.url).request("GET", "/v2/info")


def test_one_that_only_cannot_be_reached_is_used(monkeypatch):
    monkeypatch.setenv("http_proxy", "127.0.0.1:1")
    with pytest.raises(DcosAviError, match="the proxy does not let it through"):
        session("http://marathon.invalid").request("GET", "/v2/info")
