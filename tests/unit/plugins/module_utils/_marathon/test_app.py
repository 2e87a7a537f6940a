# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The common life of an app."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import (
    SLEEP,
)


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
    assert [request.body for request in server.requests if request.body] == [{"instances": 5}]
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


def test_a_change_marathon_does_not_make_is_warned_about(ensure, marathon):
    """Marathon takes executorResources of an app that is there only together with something else."""
    marathon.add("/a", **SLEEP)
    marathon._store = lambda app_id, app: None
    asked = {"id": "a", "definition": {**SLEEP, "executorResources": {"cpus": 0.1}, "instnaces": 3}}
    result = ensure(**asked)
    assert not result["changed"] and result["warnings"] == [
        "This Marathon has no field instnaces in an app, and ignores it.",
        "This Marathon accepted the change of executorResources, but did not make it: /a is as it was.",
    ]
    assert ensure(check_mode=True, **asked)["changed"]


def test_a_change_that_was_none_is_not_warned_about(ensure, marathon):
    app = marathon.add("/a", **SLEEP)
    marathon._store = lambda app_id, given: app.update({"cmd": given["cmd"]})
    result = ensure(id="a", definition={**SLEEP, "cmd": "sleep 2"})
    assert not result["changed"] and "warnings" not in result


def test_the_option_avi_sets_its_labels_beside_the_others(ensure, marathon):
    marathon.add("/a", **SLEEP, labels={"team": "shop"})
    ensure(id="a", avi={"frontend": True, "proxy": {"pool": {"name": "p"}}, "proxy_listener": None, "ab_config": None})
    assert marathon.apps["/a"]["labels"] == {"team": "shop", "FE-Proxy": "yes", "avi_proxy": '{"pool":{"name":"p"}}'}
    again = ensure(
        id="a", definition={"labels": {"team": "shop"}}, avi={"frontend": True, "proxy": {"pool": {"name": "p"}}}
    )
    assert not again["changed"]


FRONT_END = {"FE-Proxy": "Yes", "FE-Proxy-VIP": "10.0.0.1", "avi_proxy": '{"pool":{}}', "team": "shop"}


@pytest.mark.parametrize(
    ("avi", "taken"),
    [
        ({"frontend": False}, ["FE-Proxy"]),
        ({"frontend_vip": ""}, ["FE-Proxy-VIP"]),
        ({"proxy": {}}, ["avi_proxy"]),
        ({"frontend": False, "frontend_vip": "", "proxy": {"pool": None}}, ["FE-Proxy", "FE-Proxy-VIP", "avi_proxy"]),
    ],
)
@pytest.mark.parametrize("update", ["merge", "replace"])
def test_what_the_option_avi_denies_is_taken_away(ensure, marathon, avi, taken, update):
    marathon.add("/a", **SLEEP, labels=FRONT_END)
    left = {key: value for key, value in FRONT_END.items() if key not in taken}
    asked = {"id": "a", "avi": avi, "update": update}
    if update == "replace":
        asked["definition"] = {**SLEEP, "labels": left}
    predicted = ensure(check_mode=True, **asked)
    assert predicted["diff"]["before"] == {"labels": {key: FRONT_END[key] for key in taken}}
    assert predicted["diff"]["after"] == {"labels": {}} and predicted["app"]["labels"] == left
    assert ensure(**asked)["diff"] == predicted["diff"]
    assert marathon.apps["/a"]["labels"] == left
    assert not ensure(**asked)["changed"]


def test_a_label_that_says_nothing_is_not_taken_away(ensure, marathon, writes):
    marathon.add("/a", **SLEEP, labels={"FE-Proxy": "No", "FE-Proxy-VIP": "", "avi_proxy": " {}"})
    nothing = {"frontend": False, "frontend_vip": "", "proxy": {}, "proxy_listener": None, "ab_config": None}
    assert not ensure(id="a", avi=nothing)["changed"]
    marathon.add("/b", **SLEEP)
    assert not ensure(id="b", avi=nothing)["changed"]
    assert not writes()
    assert ensure(id="c", definition=SLEEP, avi=nothing)["app"]["labels"] == {}


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
    assert server.lines == [
        "GET /v2/apps/a",
        "GET /v2/events",
        "POST /v2/apps",
        # Twice, as one look may lack a deployment.
        "GET /v2/apps/a",
        "GET /v2/apps/a",
    ]
    server.requests.clear()
    ensure(id="a", definition=SLEEP)
    assert server.lines == ["GET /v2/apps/a"]


def test_a_restart_is_a_change_each_time(ensure, marathon, writes):
    marathon.add("/a", **SLEEP)
    assert ensure(check_mode=True, id="a", state="restarted")["changed"] and not writes()
    first = ensure(id="a", state="restarted")
    second = ensure(id="a", state="restarted")
    assert first["changed"] and second["changed"] and first["version"] < second["version"]
    assert writes() == ["POST /v2/apps/a/restart"] * 2


def test_a_new_app_is_shown_against_another_one(ensure, marathon, server):
    """Only what differs, with Marathon's own names: neither its defaults, nor ports that it assigned."""
    other = {**SLEEP, "cpus": 1, "env": {"SAME": "1", "OTHER": "1"}, "labels": {"ab": "1"}}
    # Who made it, and who ended it, is nothing that would change.
    notes = {"dcos_avi_run": "{}", "dcos_avi_ended": "{}"}
    marathon.add("/a-1", **{**other, "labels": {**other["labels"], **notes}})
    wanted = {**other, "instances": 3, "env": {"SAME": "1", "OTHER": "2"}}
    for check_mode in (True, False):
        shown = ensure(check_mode, id="a-2", definition=wanted, diff_against="a-1", diff_mode=True)["diff"]
        assert shown["before"] == {"id": "/a-1", "instances": 2, "env": {"OTHER": "1"}}
        assert shown["after"] == {"id": "/a-2", "instances": 3, "env": {"OTHER": "2"}}
        assert (shown["before_header"], shown["after_header"]) == ("/a-1", "/a-2")
    # What is there already is shown against itself.
    shown = ensure(id="a-2", definition={"instances": 1}, diff_against="a-1", diff_mode=True)["diff"]
    assert (shown["before"], shown["after"]) == ({"instances": 3}, {"instances": 1})


def test_what_a_new_app_is_shown_against_is_read_only_where_somebody_looks_and_may_be_missing(ensure, marathon, server):
    marathon.add("/a-1", **SLEEP)
    assert ensure(id="a-2", definition=SLEEP, diff_against="a-1")["diff"]["before"] == {}
    assert "GET /v2/apps/a-1" not in server.lines
    assert ensure(id="a-3", definition=SLEEP, diff_against="gone", diff_mode=True)["diff"]["before"] == {}
