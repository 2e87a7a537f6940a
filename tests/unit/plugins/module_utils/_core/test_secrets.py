# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.options import AVI_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._core import secrets as module
from ansible_collections.dcos.avi.plugins.module_utils._core.secrets import HIDDEN, SECRET_VARIABLES


@pytest.fixture(autouse=True)
def fixture_environment(monkeypatch):
    for variable in SECRET_VARIABLES:
        monkeypatch.setenv(variable, f"of {variable}")


def secrets(options, **params):
    return module.secrets(options, params)


def test_a_password_in_a_url_is_a_secret_wherever_it_was_given():
    nested = {"controller": "https://u:inner@avi.example.com"}
    found = secrets({}, url="http://u:outer@x", urls=["http://u:listed@x", "http://u@x", "x"], nested=nested, number=5)
    assert found == {"outer", "listed", "inner"}


def test_a_password_in_an_address_is_a_secret_also_where_the_address_cannot_be_read():
    found = secrets({}, marathon_url=["http://u:a/b@h", " http://u:spaced@h", "u:without@h", "u:1/2@h"], cmd="x:y@z")
    assert found == {"a/b", "spaced", "without", "1/2"}
    assert secrets({}, avi_credentials={"controller": "u:inner@h"}) == {"inner"}


def test_what_the_environment_holds_for_the_controller_is_a_secret_to_whom_it_is_given():
    assert secrets(AVI_OPTIONS) == {"of AVI_PASSWORD", "of AVI_TOKEN"}
    assert secrets({}) == set()


MIXED = {
    "headers": {"type": "dict", "no_log": True},
    "body": {"type": "jsonarg", "no_log": True},
    "api_context": {"type": "dict", "no_log": True},
    "password": {"type": "str", "no_log": True},
}


@pytest.mark.parametrize(
    ("headers", "hidden"),
    [
        ({"X-Debug": "1", "Content-Length": 0, "X-Bypass-Cache": "1", "X-Flag": True, "X-None": None}, set()),
        ({"Host": "app1.example.com", "Content-Type": "application/json"}, set()),
        ({"X-Trace": "8 signs!"}, {"8 signs!"}),
        ({"Authorization": "abc", "Proxy-Authorization": "def", "Cookie": "a=1"}, {"abc", "def", "a=1"}),
        (
            {"X-Auth-Token": "t", "x-api-key": 5, "X-Session-Id": "s", "apiKey": "k", "X-Empty-Token": ""},
            {"t", "5", "s", "k"},
        ),
    ],
)
def test_of_headers_those_are_secret_that_carry_credentials_and_those_that_may(headers, hidden):
    assert secrets(MIXED, headers=headers) == hidden


@pytest.mark.parametrize(
    ("body", "hidden"),
    [
        ("1", set()),
        ("a long body", {"a long body"}),
        ('{"n": 1, "password": "abc"}', {'{"n": 1, "password": "abc"}', "abc"}),
        ('{"keys": [{"a": "b"}]}', {'{"keys": [{"a": "b"}]}', "b"}),
    ],
)
def test_of_a_body_it_is_the_same(body, hidden):
    assert secrets(MIXED, body=body) == hidden


def test_of_a_session_it_is_the_same():
    context = {"session_id": "sid", "csrftoken": "csrf", "tenant": "production"}
    assert secrets(MIXED, api_context=context) == {"sid", "csrf"}
    assert secrets(MIXED, api_context={"10.0.0.1:admin:443": context}) == {"sid", "csrf"}


def test_what_an_option_of_one_secret_holds_is_one():
    assert secrets(MIXED, password="a") == {"a"}
    assert secrets(AVI_OPTIONS, avi_credentials={"password": "b", "port": 443}) == {
        "b",
        *(f"of {variable}" for variable in SECRET_VARIABLES),
    }


def test_what_is_shown_holds_no_parameter_that_may_be_secret_and_always_what_was_spent():
    result = {"targets": [{"status": 200}], "msg": "a 1 b abc", "spent": {"seconds": 1.1, "requests": 1}}
    params = {"headers": {"X-Debug": "7", "X-Token": "abc"}, "body": None, "password": "1", "api_context": {}}
    shown = module.printable(MIXED, params, result)
    assert shown["spent"] == result["spent"]
    assert (shown["targets"], shown["msg"]) == ([{"status": 200}], "a ******** b ********")
    assert shown["invocation"]["module_args"] == {
        "headers": HIDDEN,
        "body": None,
        "password": HIDDEN,
        "api_context": {},
    }
