# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._errors import (
    AuthenticationError,
    Conflict,
    DcosAviError,
    PermissionRefused,
    Refused,
    UnknownOutcome,
    Unreachable,
    WaitTimeout,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app import ensure_app
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import Fault, MiniMarathon
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

SLEEP = {"cmd": "sleep 1000", "instances": 2}
LOST_ANSWERS = [
    Reply(drop=True),
    Reply(503, text="<html><title>Error 503</title></html>"),
    Reply(502, text="<html><title>Error 502</title></html>"),
    Reply(200, text="<html><title>Sign in</title></html>"),
    Reply(201, text="<html><title>Sign in</title></html>"),
    Reply(201, {"id": "/a"}, cut_short=True),
    Reply(200, text='{"version": "20'),
    Reply(200, {}, delay=0.5),
]


@pytest.fixture
def marathon(server):
    """A Marathon at the other end of the test's server."""
    mini = MiniMarathon()
    server.answer = mini.answer
    return mini


@pytest.fixture
def ensure(server, marathon):
    """Call ensure_app with the module's defaults, against that Marathon."""

    def call(check_mode=False, **params):
        defaults = {
            "id": None,
            "definition": None,
            "src": None,
            "update": "merge",
            "avi": None,
            "instances": None,
            "state": "present",
            "exclusive": False,
            "expected_version": None,
            "delete_listener": False,
            "force": False,
            "wait": True,
            "on_failure": "keep",
            "wait_timeout": 2,
            "wait_interval": 0.02,
            "marathon_url": [server.url],
            "marathon_username": None,
            "marathon_password": None,
            "marathon_token": None,
            "marathon_service_account": None,
            "marathon_service_account_key": None,
            "marathon_client_cert": None,
            "marathon_client_key": None,
            "marathon_validate_certs": True,
            "marathon_ca_path": None,
            "marathon_timeout": 0.3,
        }
        return ensure_app({**defaults, **copy.deepcopy(params)}, check_mode)

    return call


@pytest.fixture
def writes(server):
    """Return the requests so far that could change something, as "METHOD /path"."""
    return lambda: [line for line in server.lines if not line.startswith("GET")]


# The common life of an app


def test_check_create_again_change_remove(ensure, writes, marathon):
    predicted = ensure(check_mode=True, id="a", definition=SLEEP)
    assert predicted["changed"] and not writes() and not marathon.apps
    created = ensure(id="a", definition=SLEEP)
    assert created["changed"] and created["deployment_id"] == "d-create"
    assert created["diff"]["before"] == {} and created["diff"]["after"]["instances"] == 2
    assert predicted["app"]["cmd"] == created["app"]["cmd"]
    again = ensure(id="a", definition=SLEEP)
    assert not again["changed"] and again["deployment_id"] is None and writes() == ["POST /v2/apps"]
    would_change = ensure(check_mode=True, id="/a", definition={**SLEEP, "cmd": "sleep 2"})
    changed = ensure(id="/a", definition={**SLEEP, "cmd": "sleep 2"})
    assert would_change["diff"] == changed["diff"]
    assert (changed["diff"]["before"], changed["diff"]["after"]) == ({"cmd": "sleep 1000"}, {"cmd": "sleep 2"})
    assert would_change["app"]["cmd"] == changed["app"]["cmd"] == "sleep 2"
    assert ensure(check_mode=True, id="a", state="absent")["changed"] and "/a" in marathon.apps
    removed = ensure(id="a", state="absent")
    assert removed["changed"] and removed["app"] is None and removed["diff"]["after"] == {} and not marathon.apps
    assert not ensure(id="a", state="absent")["changed"]
    assert writes() == ["POST /v2/apps", "PUT /v2/apps/a", "DELETE /v2/apps/a"]


def test_a_scale_sends_instances_alone(ensure, server, marathon):
    marathon.add("/a", **SLEEP, labels={"ab": '{"a": 1}'})
    assert ensure(id="a", definition={**SLEEP, "labels": {"ab": '{"a":1}'}}, instances=5)["changed"]
    assert server.requests[-2].body == {"instances": 5}
    assert marathon.apps["/a"]["labels"] == {"ab": '{"a": 1}'}


def test_instances_not_given_are_left_alone(ensure, writes, marathon):
    marathon.add("/a", cmd="sleep 1000", instances=7)
    assert not ensure(id="a", definition={"cmd": "sleep 1000"})["changed"]
    assert not writes()


def test_a_change_marathon_sees_none_in_is_none(ensure, marathon):
    """Marathon accepts a PUT that changes nothing, and keeps the app's version."""
    marathon.add("/a", **SLEEP)
    marathon._store = lambda app_id, app: None
    result = ensure(id="a", definition={**SLEEP, "cmd": "sleep 2"})
    assert (result["changed"], result["deployment_id"]) == (False, None)


def test_the_option_avi_sets_its_labels_beside_the_others(ensure, marathon):
    marathon.add("/a", **SLEEP, labels={"team": "shop"})
    ensure(id="a", avi={"frontend": True, "proxy": {"pool": {"a": 1}}, "proxy_listener": None, "ab_config": None})
    assert marathon.apps["/a"]["labels"] == {"team": "shop", "FE-Proxy": "yes", "avi_proxy": '{"pool":{"a":1}}'}
    again = ensure(id="a", definition={"labels": {"team": "shop"}}, avi={"frontend": True, "proxy": {"pool": {"a": 1}}})
    assert not again["changed"]


def test_fields_marathon_ignores_are_warned_about(ensure, marathon, writes):
    marathon.add("/a", **SLEEP)
    result = ensure(id="a", definition={"instnaces": 3, "role": "*", **SLEEP})
    assert not result["changed"] and not writes()
    assert result["warnings"] == ["This Marathon has no field instnaces, role in an app, and ignores it."]


def test_the_new_form_is_rewritten_for_an_old_marathon(ensure, server, marathon):
    marathon.release = "1.4.13"
    container = {"docker": {"image": "a"}, "portMappings": [{"containerPort": 80}]}
    ensure(id="a", definition={"networks": [{"mode": "container/bridge"}], "container": container})
    (post,) = [request for request in server.requests if request.method == "POST"]
    assert post.body["container"]["docker"]["network"] == "BRIDGE" and "networks" not in post.body


def test_the_definition_can_come_from_a_file(ensure, marathon, tmp_path):
    (tmp_path / "a.yml").write_text("id: a\ncmd: sleep 1000\nlabels: {port: 80}\n")
    assert ensure(src=str(tmp_path / "a.yml"))["app"]["labels"] == {"port": "80"}


def test_replacing_an_app(ensure, marathon, server, writes):
    marathon.add("/a", **SLEEP, env={"A": "1"}, labels={"team": "shop"})
    definition = {"cmd": "sleep 1000", "labels": {"team": "shop"}}
    assert not ensure(id="a", definition=definition)["changed"]
    predicted = ensure(check_mode=True, id="a", definition=definition, update="replace")
    assert predicted["diff"]["before"] == {"env": {"A": "1"}} and not predicted["app"]["env"] and not writes()
    assert ensure(id="a", definition=definition, update="replace")["diff"] == predicted["diff"]
    (put,) = [request for request in server.requests if request.method == "PUT"]
    assert put.query["partialUpdate"] == ["false"]
    assert put.body == {**definition, "instances": 2}


def test_requests_are_few(ensure, server, marathon):
    ensure(id="a", definition=SLEEP)
    assert server.lines == ["GET /v2/apps/a", "GET /v2/events", "POST /v2/apps", "GET /v2/apps/a"]
    server.requests.clear()
    ensure(id="a", definition=SLEEP)
    assert server.lines == ["GET /v2/apps/a"]


# Waiting


def test_a_rollout_that_does_not_finish_says_why(ensure, marathon):
    marathon.unhealthy = True
    marathon.queue = [{"app": {"id": "/a"}, "delay": {"timeLeftSeconds": 0, "overdue": True}, "processedOffersSummary": {
        "processedOffersCount": 3, "rejectSummaryLastOffers": [{"reason": "InsufficientCpus", "declined": 3, "processed": 3}]}}]  # fmt: skip
    with pytest.raises(WaitTimeout) as raised:
        ensure(id="a", definition={**SLEEP, "healthChecks": [{"path": "/"}]}, wait_timeout=0)
    assert "/a to be rolled out by deployment d-create" in raised.value.sentence
    assert "0 of 2 tasks healthy (2 running)" in raised.value.sentence
    assert "insufficient cpus (3)" in raised.value.sentence
    assert raised.value.details["declined_offers"] == [{"reason": "insufficient cpus", "declined": 3}]


def test_an_unfinished_rollout_is_waited_for_when_nothing_changes(ensure, marathon):
    app = marathon.add("/a", **SLEEP)
    app["deployments"] = [{"id": "d1"}]
    with pytest.raises(WaitTimeout, match="deployment d1 under way"):
        ensure(id="a", definition=SLEEP, wait_timeout=0)
    assert not ensure(id="a", definition=SLEEP, wait=False)["changed"]
    assert not ensure(id="a", definition=SLEEP, check_mode=True, wait_timeout=0)["changed"]


def test_without_wait_the_app_is_returned_as_it_is(ensure, marathon):
    marathon.unhealthy = True
    assert ensure(id="a", definition={**SLEEP, "healthChecks": [{}]}, wait=False)["app"]["tasksHealthy"] == 0


def test_an_app_that_vanishes_ends_the_wait(ensure, marathon, server):
    marathon.unhealthy = True
    marathon.before_answer = lambda request: marathon.apps.clear() if len(server.requests) > 4 else None
    with pytest.raises(DcosAviError, match="/a is gone"):
        ensure(id="a", definition={**SLEEP, "healthChecks": [{}]})


@pytest.mark.parametrize("exists", [False, True])
def test_a_rollout_that_does_not_finish_is_rolled_back(ensure, marathon, exists):
    if exists:
        marathon.add("/a", **SLEEP)
    marathon.stuck = True
    with pytest.raises(WaitTimeout) as raised:
        ensure(id="a", definition={**SLEEP, "cmd": "bad"}, wait_timeout=0, on_failure="rollback")
    state = "is as it was before" if exists else "is gone again"
    assert raised.value.sentence.endswith(f"under way. It was rolled back: /a {state}")
    assert raised.value.as_result()["changed"]
    assert [app["cmd"] for app in marathon.apps.values()] == (["sleep 1000"] if exists else [])


@pytest.mark.parametrize("reply", [Reply(drop=True), Reply(503)])
def test_a_rollback_with_a_lost_answer_is_looked_after(ensure, marathon, server, reply):
    marathon.stuck = True
    marathon.faults = [Fault("DELETE", reply, applied=False)]
    with pytest.raises(WaitTimeout) as raised:
        ensure(id="a", definition=SLEEP, wait_timeout=0, on_failure="rollback")
    assert "Rolling it back did not end either" in raised.value.sentence
    assert "Whether it was applied is not known" in raised.value.sentence


@pytest.mark.parametrize("reply", [Reply(drop=True), Reply(503)])
def test_a_rollback_that_was_applied_with_a_lost_answer_is_found_out(ensure, marathon, reply):
    marathon.stuck = True
    marathon.faults = [Fault("DELETE", reply, applied=True)]
    with pytest.raises(WaitTimeout, match="is gone again"):
        ensure(id="a", definition=SLEEP, wait_timeout=0, on_failure="rollback")


def test_a_rollout_that_is_over_and_not_healthy_cannot_be_rolled_back(ensure, marathon):
    marathon.unhealthy = True
    with pytest.raises(WaitTimeout, match="Its deployment was over, so that it could not be rolled back"):
        ensure(id="a", definition={**SLEEP, "healthChecks": [{}]}, wait_timeout=0, on_failure="rollback")


def test_a_rollout_that_does_not_finish_is_left_to_marathon(ensure, marathon, writes):
    marathon.stuck = True
    with pytest.raises(WaitTimeout, match="Marathon goes on trying") as raised:
        ensure(id="a", definition=SLEEP, wait_timeout=0)
    assert raised.value.as_result()["changed"]
    assert writes() == ["POST /v2/apps"]


# Restarts


def test_a_restart_is_a_change_each_time(ensure, marathon, writes):
    marathon.add("/a", **SLEEP)
    assert ensure(check_mode=True, id="a", state="restarted")["changed"] and not writes()
    first = ensure(id="a", state="restarted")
    second = ensure(id="a", state="restarted")
    assert first["changed"] and second["changed"] and first["version"] < second["version"]
    assert writes() == ["POST /v2/apps/a/restart"] * 2


@pytest.mark.parametrize("reply", LOST_ANSWERS)
@pytest.mark.parametrize("applied", [True, False])
def test_a_restart_with_a_lost_answer_happens_once(ensure, marathon, writes, reply, applied):
    marathon.add("/a", **SLEEP)
    marathon.faults = [Fault("POST", reply, applied)]
    assert ensure(id="a", state="restarted", wait_timeout=5)["changed"]
    assert len(marathon.history["/a"]) == 2
    assert writes() == ["POST /v2/apps/a/restart"] * (1 if applied else 2)


# Refusals: bad input and what is unsafe is never sent


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
            {"id": "a", "definition": {**SLEEP, "labels": {"FE-Proxy": "no"}}, "avi": {"frontend": True}},
            "FE-Proxy of /a is said twice",
        ),
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
    with pytest.raises(Refused) as raised:
        ensure(check_mode=check_mode, **params)
    assert sentence in raised.value.sentence
    assert not writes()


def test_what_guards_allow(ensure, marathon):
    marathon.add("/s", **SLEEP, labels={"FE-Proxy": "yes"})
    marathon.add("/s-100", **SLEEP, labels={"ab_config": '{"service": "s", "priority": 10}'})
    assert ensure(id="s-200", definition=SLEEP, avi={"ab_config": {"service": "s", "priority": 11}})["changed"]
    assert ensure(id="s-100", instances=0)["changed"]
    assert not ensure(id="s-100", definition=SLEEP, instances=0)["changed"]
    assert ensure(id="s", state="absent", delete_listener=True)["changed"]
    assert ensure(id="s-100", state="absent")["changed"]


# Locks


def test_a_locked_app_is_changed_when_the_other_deployment_is_over(ensure, marathon, writes):
    marathon.add("/a", **SLEEP)
    marathon.locks = ["d7"]
    assert ensure(id="a", instances=3)["changed"]
    assert writes() == ["PUT /v2/apps/a"] * 2


def test_a_lock_that_stays_is_named(ensure, marathon, server):
    marathon.add("/a", **SLEEP)
    marathon.locks = ["d7", "d8"]
    keep = list(marathon.locks)
    marathon.before_answer = lambda request: setattr(marathon, "locks", list(keep))
    for params in ({"instances": 3}, {"state": "absent"}):
        with pytest.raises(WaitTimeout) as raised:
            ensure(id="a", wait_timeout=0, **params)
        assert "/a is locked by deployment d7 and d8, and nothing was changed" in raised.value.sentence
    assert ensure(id="a", instances=3, force=True)["changed"]
    assert ensure(id="a", state="absent", force=True, wait=False)["changed"]
    assert {tuple(request.query.get("force", [])) for request in server.requests if request.method == "DELETE"} == {
        ("false",),
        ("true",),
    }


# Lost answers: read before repeating, so that nothing is done twice


@pytest.mark.parametrize("reply", LOST_ANSWERS)
@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("exclusive", [True, False])
def test_a_creation_with_a_lost_answer_happens_once(ensure, marathon, writes, reply, applied, exclusive):
    marathon.faults = [Fault("POST", reply, applied)]
    result = ensure(id="a", definition=SLEEP, exclusive=exclusive, wait_timeout=5)
    assert result["changed"] and result["app"]["instances"] == 2
    assert len(marathon.history["/a"]) == 1
    assert writes() == ["POST /v2/apps"] * (1 if applied else 2)


@pytest.mark.parametrize("reply", LOST_ANSWERS)
@pytest.mark.parametrize("applied", [True, False])
def test_a_change_with_a_lost_answer_happens_once(ensure, marathon, writes, reply, applied):
    marathon.add("/a", **SLEEP)
    marathon.faults = [Fault("PUT", reply, applied)]
    assert ensure(id="a", instances=3, wait_timeout=5)["changed"]
    assert len(marathon.history["/a"]) == 2
    assert writes() == ["PUT /v2/apps/a"] * (1 if applied else 2)


@pytest.mark.parametrize("reply", LOST_ANSWERS)
@pytest.mark.parametrize("applied", [True, False])
def test_a_deletion_with_a_lost_answer_happens_once(ensure, marathon, writes, reply, applied):
    marathon.add("/a", **SLEEP)
    marathon.faults = [Fault("DELETE", reply, applied)]
    assert ensure(id="a", state="absent", wait_timeout=5)["changed"]
    assert not marathon.apps
    assert writes() == ["DELETE /v2/apps/a"] * (1 if applied else 2)


def test_answers_that_stay_lost_end_with_what_is_known(ensure, marathon, writes):
    marathon.faults = [Fault("POST", Reply(503)) for _each in range(1000)]
    with pytest.raises(UnknownOutcome) as raised:
        ensure(id="a", definition=SLEEP, wait_timeout=0)
    assert "/a was read since, and the change is not there" in raised.value.sentence
    assert writes() == ["POST /v2/apps"]


def test_a_server_that_is_gone_after_the_write_leaves_doubt(ensure, marathon, server):
    marathon.faults = [Fault("POST", Reply(drop=True), applied=True)]
    answers = marathon.answer

    def answer(request):
        posted = any(line.startswith("POST") for line in server.lines[:-1])
        return Reply(401, text="who?") if posted else answers(request)

    server.answer = answer
    with pytest.raises(UnknownOutcome) as raised:
        ensure(id="a", definition=SLEEP)
    assert "It could not be found out either" in raised.value.sentence and "401" in raised.value.sentence


def test_somebody_else_creates_the_app_meanwhile(ensure, marathon, server):
    def intrude(request):
        if request.method == "POST" and "/a" not in marathon.apps:
            marathon.add("/a", **SLEEP)

    marathon.before_answer = intrude
    with pytest.raises(Refused, match="created by somebody else"):
        ensure(id="a", definition=SLEEP, exclusive=True)
    marathon.apps.clear()
    assert ensure(id="a", definition={**SLEEP, "instances": 3})["app"]["instances"] == 3


def test_a_look_that_no_longer_holds_changes_nothing(ensure, marathon, writes):
    marathon.add("/a", **SLEEP)
    seen = marathon.apps["/a"]["version"]
    with pytest.raises(Refused, match="only as version 2000"):
        ensure(id="a", instances=0, expected_version="2000-01-01T00:00:00.000Z")
    with pytest.raises(Refused, match="is gone"):
        ensure(id="b", definition=SLEEP, expected_version=seen)
    assert not writes()
    assert ensure(id="a", instances=0, expected_version=seen)["changed"]
    assert not ensure(id="a", instances=0, expected_version=marathon.apps["/a"]["version"])["changed"]


@pytest.mark.parametrize("state", ["absent", "restarted"])
@pytest.mark.parametrize("check_mode", [True, False])
def test_nothing_is_deleted_or_restarted_by_a_look_that_no_longer_holds(ensure, marathon, writes, state, check_mode):
    marathon.add("/a", **SLEEP)
    with pytest.raises(Refused, match="only as version 2000"):
        ensure(id="a", state=state, expected_version="2000-01-01T00:00:00.000Z", check_mode=check_mode)
    assert not writes()
    seen = marathon.apps["/a"]["version"]
    assert ensure(id="a", state=state, expected_version=seen, check_mode=check_mode)["changed"]
    assert len(writes()) == (0 if check_mode else 1)


def test_an_app_that_is_gone_already_is_no_other_version(ensure):
    assert not ensure(id="a", state="absent", expected_version="2000-01-01T00:00:00.000Z")["changed"]


def test_a_lock_by_somebody_who_needs_the_app_ends_it(ensure, marathon, writes):
    """It was seen superseded; while its scaling waited for a lock, somebody scaled it up to go back."""
    marathon.add("/a", **SLEEP)
    seen = marathon.apps["/a"]["version"]
    marathon.locks = ["d7"]

    def scale_up(request):
        if request.path.startswith("/v2/deployments"):
            marathon.apps["/a"] = {**marathon.apps["/a"], "instances": 5, "version": "2030-01-01T00:00:00.000Z"}

    marathon.before_answer = scale_up
    with pytest.raises(Refused, match="somebody changed it since"):
        ensure(id="a", instances=0, expected_version=seen)
    assert marathon.apps["/a"]["instances"] == 5
    assert writes() == ["PUT /v2/apps/a"]


def test_a_refusal_that_names_no_lock_is_not_asked_for_ever(ensure, marathon, writes):
    marathon.add("/a", **SLEEP)
    marathon.faults = [Fault("PUT", Reply(409, {"message": "not now"})) for _each in range(1000)]
    with pytest.raises(Conflict, match="not now"):
        ensure(id="a", instances=3)
    assert writes() == ["PUT /v2/apps/a"]


# Failures that end it


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
    with pytest.raises(DcosAviError, match="404 Not Found"):
        ensure(id="a", state="absent")


def test_unreachable(ensure, server):
    server.close()
    with pytest.raises(Unreachable):
        ensure(id="a", definition=SLEEP)


def test_the_next_url_is_tried(ensure, server, marathon):
    assert ensure(id="a", definition=SLEEP, marathon_url=["http://127.0.0.1:1", server.url])["changed"]
