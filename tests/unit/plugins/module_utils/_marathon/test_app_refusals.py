# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bad input and what is unsafe is never sent; what Marathon refuses ends it."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    AuthenticationError,
    DcosAviError,
    PermissionRefused,
    Refused,
    Unreachable,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import (
    SLEEP,
    Fault,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

RATIO = '{"service": "there", "priority": 30, "ratio": 10}'


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"definition": SLEEP}, "needs an id"),
        ({"id": "my_app", "definition": SLEEP}, "Underscores"),
        ({"id": "App", "definition": SLEEP}, "lower-case"),
        ({"id": "a/restart", "definition": SLEEP}, "must not end in"),
        ({"id": "a", "definition": {**SLEEP, "id": "b"}}, "said twice"),
        ({"id": "a", "definition": ["a"]}, "must be an object"),
        ({"id": "a", "definition": {"labels": "x"}}, "labels must be an object"),
        ({"id": "a", "definition": {**SLEEP, "labels": {"x": None}}}, "'x' in labels has no value"),
        ({"id": "a", "instances": 2}, "no definition to create it from"),
        ({"id": "there", "definition": SLEEP, "exclusive": True}, "exists already"),
        ({"id": "a", "definition": {**SLEEP, "labels": {"ab_config": "x"}}}, "not valid JSON"),
        (
            {"id": "a", "definition": {**SLEEP, "labels": {"ab_config": RATIO}}},
            "ab_config.ratio is not known; there are service, priority",
        ),
        (
            {"id": "a", "definition": {**SLEEP, "labels": {"avi_proxy": '{"pools": {}}'}}},
            "avi_proxy.pools is not known",
        ),
        ({"id": "there", "definition": {"labels": {"FE-Proxy-VIP": "x"}}}, "FE-Proxy-VIP must be an IP address"),
        (
            {"id": "a", "definition": {**SLEEP, "labels": {"FE-Proxy": "no"}}, "avi": {"frontend": True}},
            "FE-Proxy of /a is said twice",
        ),
        (
            {"id": "a", "definition": {**SLEEP, "labels": {"FE-Proxy": "yes"}}, "avi": {"frontend": False}},
            "FE-Proxy of /a is said twice",
        ),
        ({"id": "listener", "avi": {"frontend": False}}, "because the ab_config of /listener-100 names it"),
        ({"id": "listener", "definition": {"labels": {}}}, "because the ab_config of /listener-100 names it"),
        ({"id": "front", "state": "restarted", "avi": {"frontend": False}}, "give its id alone"),
        (
            {"id": "a", "definition": SLEEP, "avi": {"ab_config": {"service": "nowhere", "priority": 10}}},
            "there is no other app /nowhere",
        ),
        (
            {"id": "a", "definition": SLEEP, "avi": {"ab_config": {"service": "there", "priority": 20}}},
            "priority 20 of /a is not above the others of /there: /there-100 has 20",
        ),
        ({"id": "there-100", "definition": {**SLEEP, "cmd": "x"}}, "carries an ab_config"),
        ({"id": "was-100", "definition": {**SLEEP, "cmd": "x"}}, "once carried an ab_config"),
        ({"id": "a", "state": "restarted"}, "does not exist"),
        ({"id": "there", "state": "restarted", "instances": 2}, "give its id alone"),
        ({"id": "there", "instances": 2, "update": "replace"}, "give its whole definition"),
        ({"id": "a", "src": "/nowhere/a.json"}, "cannot be read"),
        ({"id": "there", "state": "absent"}, "the ab_config of /there-100 names it"),
        ({"id": "front", "state": "absent"}, "FE-Proxy"),
        ({"id": "there-100", "state": "absent"}, "it may take the traffic"),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_refusals_write_nothing(ensure, writes, marathon, params, sentence, check_mode):
    version = {"ab_config": '{"service": "there", "priority": 20}'}
    marathon.add("/there", **SLEEP)
    marathon.add("/there-100", **SLEEP, labels=version)
    marathon.add("/was-100", **SLEEP, labels=version)
    marathon.add("/was-100", **SLEEP)
    marathon.add("/front", **SLEEP, labels={"FE-Proxy": "yes"})
    marathon.add("/listener", **SLEEP, labels={"FE-Proxy": "yes"})
    marathon.add("/listener-100", **SLEEP, labels={"ab_config": '{"service": "listener", "priority": 20}'})
    with pytest.raises(Refused) as raised:
        ensure(check_mode=check_mode, **params)
    assert sentence in raised.value.sentence
    assert not writes()


def test_what_the_listener_holds_already_is_adopted_by_its_versions(ensure, marathon):
    later = {"avi_proxy": '{"pool": {"later": 1}}'}
    marathon.add("/there", **SLEEP, labels=later)
    ab_config = '{"service": "there", "priority": 30}'
    ensure(id="there-300", definition={**SLEEP, "labels": {**later, "ab_config": ab_config}})
    ensure(id="there-300-preview", definition={**SLEEP, "labels": {**later, "dcos_avi_service": "there"}})
    assert {"/there-300", "/there-300-preview"} <= marathon.apps.keys()
    # It may be changed elsewhere, and what it holds stays.
    ensure(id="there", definition={"labels": {**later, "team": "shop"}})


def test_what_guards_allow(ensure, marathon):
    marathon.add("/s", **SLEEP, labels={"FE-Proxy": "yes"})
    marathon.add("/s-100", **SLEEP, labels={"ab_config": '{"service": "s", "priority": 10}'})
    assert ensure(id="s-200", definition=SLEEP, avi={"ab_config": {"service": "s", "priority": 11}})["changed"]
    assert ensure(id="s-100", instances=0)["changed"]
    assert not ensure(id="s-100", definition=SLEEP, instances=0)["changed"]
    assert ensure(id="s", state="absent", delete_listener=True)["changed"]
    assert ensure(id="s-100", state="absent")["changed"]


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply(401, text="<title>Error 401 Unauthorized</title>"), AuthenticationError, "credentials"),
        (Reply(403, {"message": "Not Authorized to perform this action!"}), PermissionRefused, "Not Authorized"),
        (Reply(422, {"message": "Object is not valid", "details": [{"path": "/cpus", "errors": ["got -1"]}]}),
         DcosAviError, "/cpus: got -1"),
        (Reply(200, text="<title>Welcome</title>"), DcosAviError, "not JSON"),
    ],
)  # fmt: skip
def test_failures_say_what_came_back(ensure, marathon, server, reply, kind, words):
    server.answer = lambda request: reply
    with pytest.raises(kind) as raised:
        ensure(id="a", definition=SLEEP)
    assert words in raised.value.sentence and server.url in raised.value.sentence


def test_an_invalid_definition_is_explained(ensure, marathon):
    body = {"message": "Object is not valid", "details": [{"path": "/cpus", "errors": ["got -1"]}]}
    marathon.faults = [Fault("POST", Reply(422, body))]
    with pytest.raises(DcosAviError) as raised:
        ensure(id="a", definition={"cmd": "x", "cpus": -1})
    assert "422" in raised.value.sentence and "/cpus: got -1" in raised.value.sentence
    assert raised.value.as_result()["details"] == body


def test_a_404_that_is_not_about_the_app_is_no_absence(ensure, server):
    server.answer = lambda request: Reply(404, text="<title>404 Not Found</title>")
    with pytest.raises(DcosAviError, match=r"404 Not Found.*Is this Marathon.*/service/marathon"):
        ensure(id="a", state="absent")


def test_unreachable(ensure, server):
    server.close()
    with pytest.raises(Unreachable):
        ensure(id="a", definition=SLEEP)


def test_the_next_url_is_tried(ensure, server, marathon):
    assert ensure(id="a", definition=SLEEP, marathon_url=["http://127.0.0.1:1", server.url])["changed"]
