# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import AviView
from ansible_collections.dcos.avi.plugins.module_utils._plan.listener import ListenerRequest, plan_listener
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils import migration_states as states
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    DEFINITION,
    LISTENER_LABELS,
    fresh,
    listener,
    unhurried,
    upgraded,
    version,
)
from hypothesis import given
from hypothesis import strategies as st

NOTHING_YET = Observation("app1", AviView("app1"))
STATED = {**DEFINITION, "labels": LISTENER_LABELS}


def plan(state, definition=STATED, avi=None):  # pylint: disable=dangerous-default-value
    return plan_listener(picture(state), ListenerRequest(definition, avi))


def codes(found):
    return [refusal.code for refusal in found.refusals]


def test_a_new_listener():
    found = plan(NOTHING_YET, {**STATED, "id": "/app1", "instances": 3})
    assert (found.action, found.app, found.definition) == ("deploy", "app1", {**STATED, "id": "app1", "instances": 3})
    assert [(step.step, step.app) for step in found.steps] == [("deploy", "app1"), ("confirm", "app1")]


def test_labels_as_data_are_joined_with_the_others():
    found = plan(NOTHING_YET, {**DEFINITION, "labels": {"team": "shop"}}, {"frontend": True, "proxy": {"pool": {}}})
    assert found.definition["labels"] == {"team": "shop", "FE-Proxy": "yes", "avi_proxy": '{"pool":{}}'}


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (fresh(), "none"),
        (upgraded(), "none"),
        (dataclasses.replace(upgraded(), listener=listener((), 0)), "none"),
        (dataclasses.replace(fresh(), listener=listener((), 0)), "none"),
        (dataclasses.replace(fresh(), avi=AviView("app1")), "resume"),
        (dataclasses.replace(fresh(), listener=listener((1, 2), 3)), "resume"),
    ],
)
def test_a_listener_that_exists(state, action):
    found = plan(state, {**STATED, "instances": 9})
    assert (found.action, found.refusals) == (action, ())
    assert bool(found.steps) is (action == "resume")


def test_a_listener_that_exists_need_not_be_stated():
    assert plan(fresh(), None).action == "none"


ANOTHERS = dataclasses.replace(fresh(), listener=None)


def test_the_virtual_service_of_another_is_not_taken_over():
    found = plan(ANOTHERS)
    assert (found.action, codes(found)) == ("refuse", ["name_taken"])
    assert "Avi shows a virtual service app1 already" in found.refusals[0].sentence
    own_name = {"frontend": True, "proxy": {"virtualservice": {"name": "shop"}}}
    assert plan(ANOTHERS, DEFINITION, own_name).action == "deploy"
    assert plan(fresh()).action == "none"


@pytest.mark.parametrize(
    ("state", "definition", "avi", "code"),
    [
        (dataclasses.replace(NOTHING_YET, service="app_1"), STATED, None, "bad_id"),
        (NOTHING_YET, {**STATED, "id": "app2"}, None, "bad_id"),
        (NOTHING_YET, None, None, "nothing_stated"),
        (NOTHING_YET, {**STATED, "labels": []}, None, "bad_definition"),
        (NOTHING_YET, {**STATED, "env": {"A": None}}, None, "bad_definition"),
        (NOTHING_YET, {**DEFINITION, "labels": {"avi_proxy": "{"}}, None, "broken_label"),
        (NOTHING_YET, {**DEFINITION, "labels": {"avi_proxy": '{"pool": []}'}}, None, "wrong_label"),
        (NOTHING_YET, STATED, {"proxy": {"pool": {"enabled": "yes"}}}, "bad_definition"),
        (NOTHING_YET, STATED, {"proxy_listener": False}, "not_a_listener"),
        (
            NOTHING_YET,
            {**STATED, "labels": {"ab_config": '{"service": "app2", "priority": 1}'}},
            None,
            "not_a_listener",
        ),
        (Observation("app1-100", AviView("app1-100"), version("100", 10)), STATED, None, "not_a_listener"),
        (NOTHING_YET, {**STATED, "instances": 0}, None, "no_instances"),
        (NOTHING_YET, {**STATED, "healthChecks": []}, None, "no_health_check"),
        (fresh(), {**STATED, "cpus": 4}, None, "other_definition"),
    ],
)
def test_refusals(state, definition, avi, code):
    found = plan(state, definition, avi)
    assert (found.action, codes(found), found.steps) == ("refuse", [code], ())


@unhurried
@given(states.observations(), st.sampled_from([None, STATED, DEFINITION, {}, {"container": 1}]))
def test_a_plan_is_always_made(state, definition):
    found = plan(state, definition)
    assert bool(found.refusals) is (found.action == "refuse")


def test_a_name_that_several_clouds_have_is_taken():
    view = AviView("app1", clouds=("One", "Two"))
    found = plan_listener(picture(Observation("app1", view)), ListenerRequest(DEFINITION))
    assert [refusal.code for refusal in found.refusals] == ["several_virtualservices"]
