# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AviLabels, BrokenLabel
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout import plan_rollout
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_request import RolloutRequest
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils import migration_states as states
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.rollout_plans import (
    WRONG_LABELS,
    codes,
    plan,
    waiting,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    DEFINITION,
    ab_view,
    fresh,
    listener,
    pool,
    upgraded,
)


def with_mapping(**mapping):
    container = {**DEFINITION["container"], "portMappings": [{"containerPort": 80, **mapping}]}
    return {**DEFINITION, "container": container}


@pytest.mark.parametrize(
    ("state", "request_", "code"),
    [
        (fresh(), {"name": "a_b", "definition": DEFINITION}, "bad_id"),
        (fresh(), {"name": "", "definition": DEFINITION}, "bad_id"),
        (fresh(), {"name": "1/2", "definition": DEFINITION}, "bad_id"),
        (fresh(), {"name": "app1-100", "definition": DEFINITION}, "bad_id"),
        (fresh(), {"definition": {**DEFINITION, "id": "/other"}}, "bad_id"),
        (fresh(), {}, "nothing_stated"),
        (
            fresh(),
            {"definition": {**DEFINITION, "labels": {"ab_config": '{"service": "app2", "priority": 10}'}}},
            "other_service",
        ),
        (fresh(), {"definition": {**DEFINITION, "labels": {"ab_config": "{"}}}, "broken_label"),
        (
            fresh(),
            {
                "definition": {
                    **DEFINITION,
                    "labels": {"ab_config": '{"service": "app1", "priority": 10, "ratio": 10}'},
                }
            },
            "wrong_label",
        ),
        (fresh(), {"definition": {**DEFINITION, "labels": {"avi_proxy": {"pools": {}}}}}, "wrong_label"),
        (fresh(), {"definition": {**DEFINITION, "labels": WRONG_LABELS}}, "wrong_label"),
        (fresh(), {"overrides": {"labels": WRONG_LABELS}}, "wrong_label"),
        (fresh(), {"definition": {**DEFINITION, "labels": []}}, "bad_definition"),
        (fresh(), {"definition": {**DEFINITION, "container": "x"}}, "bad_definition"),
        (fresh(), {"definition": {**DEFINITION, "container": {"docker": {"portMappings": ["80"]}}}}, "bad_definition"),
        (fresh(), {"definition": {**DEFINITION, "env": {"A": None}}}, "bad_definition"),
        (fresh(), {"definition": {**DEFINITION, "healthChecks": []}}, "no_health_check"),
        (fresh(), {"definition": DEFINITION, "instances": 0}, "no_instances"),
        (fresh(), {"definition": {**DEFINITION, "instances": "two"}}, "no_instances"),
        (fresh(), {"definition": {**DEFINITION, "instances": 1}}, "fewer_instances"),
        (waiting(), {"name": "300", "definition": DEFINITION}, "unfinished"),
        (fresh(), {"definition": DEFINITION, "priority": 0}, "priority_too_low"),
        (upgraded(), {"definition": DEFINITION, "priority": 10}, "priority_too_low"),
        (
            upgraded(),
            {"definition": {**DEFINITION, "labels": {"ab_config": '{"service": "app1", "priority": 5}'}}},
            "priority_too_low",
        ),
        (dataclasses.replace(fresh(), listener=None), {"definition": DEFINITION}, "no_listener"),
        (dataclasses.replace(fresh(), avi=states.AviView("app1")), {"definition": DEFINITION}, "no_virtualservice"),
        (
            dataclasses.replace(fresh(), avi=states.AviView("app1", clouds=("One", "Two"))),
            {"definition": DEFINITION},
            "several_virtualservices",
        ),
        (
            Observation("app1", ab_view(pool("a", (1, 2)), api_version="20.1.1"), listener()),
            {"definition": DEFINITION},
            "ab_hidden",
        ),
        (
            Observation("app1", ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 50)), pool("b")), listener()),
            {"definition": DEFINITION},
            "nothing_active",
        ),
        (Observation("app1", ab_view(pool("a")), listener((), 2)), {"definition": DEFINITION}, "nothing_active"),
        (Observation("app1", ab_view(pool("a")), listener((), 2)), {"image": "x:2"}, "nothing_active"),
    ],
)
def test_refusals(state, request_, code):
    found = plan(state, **request_)
    assert (found.action, codes(found), found.steps, found.definition) == ("refuse", [code], (), None)


def test_ports_and_checks_are_refused_together():
    two_ports = {"portMappings": [{"containerPort": 80}, {"containerPort": 81}]}
    definition = {**DEFINITION, "container": {**DEFINITION["container"], **two_ports}, "healthChecks": []}
    assert codes(plan(fresh(), definition=definition)) == ["several_ports", "no_health_check"]


@pytest.mark.parametrize(
    ("definition", "ports"),
    [
        ({**DEFINITION, "networks": None, "container": None}, 1),
        ({**DEFINITION, "networks": None, "container": None, "ports": [0, 0]}, 2),
        ({**DEFINITION, "networks": None, "container": None, "portDefinitions": []}, 0),
        (
            {
                **DEFINITION,
                "networks": None,
                "container": {"docker": {"image": "x", "network": "BRIDGE", "portMappings": [{}, {}]}},
            },
            2,
        ),
        ({**DEFINITION, "container": {"docker": {"image": "x"}}}, 1),
    ],
)
def test_ports_are_counted_as_marathon_makes_them(definition, ports):
    assert codes(plan(fresh(), definition=definition)) == ([] if ports == 1 else ["several_ports"])


@pytest.mark.parametrize(
    ("kind", "taken", "asked", "refused"),
    [
        ("hostPort", 8080, 8080, True),
        ("hostPort", 8080, 8081, False),
        ("hostPort", 0, 0, False),
        ("servicePort", 10000, 10000, True),
        ("servicePort", 10000, 0, False),
    ],
)
def test_a_fixed_port_that_the_serving_version_uses_is_refused(kind, taken, asked, refused):
    state = dataclasses.replace(fresh(), listener=listener(**with_mapping(**{kind: taken})))
    found = plan(state, definition=with_mapping(**{kind: asked}))
    assert codes(found) == (["fixed_port"] if refused else [])
    if refused:
        assert f"{kind} {asked}, which app1 uses" in found.refusals[0].sentence


def test_a_fixed_host_port_of_host_mode_is_refused_too():
    host_mode = {"container": None, "networks": None, "requirePorts": True, "portDefinitions": [{"port": 8080}]}
    state = dataclasses.replace(fresh(), listener=listener(**host_mode))
    assert codes(plan(state, definition={**DEFINITION, **host_mode})) == ["fixed_port"]


def test_an_app_of_that_name_that_is_no_version():
    found = plan_rollout(
        picture(fresh()), RolloutRequest("100", definition=DEFINITION), is_taken=lambda app_id: app_id == "app1-100"
    )
    assert codes(found) == ["id_taken"]


def test_an_app_with_the_name_of_the_preview_that_is_none():
    request = RolloutRequest("100", definition=DEFINITION, strategy="preview")
    found = plan_rollout(picture(fresh()), request, is_taken=lambda app_id: app_id == "app1-100-preview")
    assert codes(found) == ["id_taken"]
    assert "An app app1-100-preview exists that is no preview of app1" in found.refusals[0].sentence


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ({}, "finish its rollout by running it again"),
        ({"dcos_avi_rollback_from": "app1-300"}, "finish the rollback with the playbook dcos.avi.rollback"),
    ],
)
def test_what_waits_is_finished_by_what_began_it(labels, words):
    state = dataclasses.replace(fresh(), versions=(states.version("200", 20, (5, 6), labels=labels),))
    (refusal,) = plan(state, "400", definition=DEFINITION).refusals
    assert (
        f"app1-200 (priority 20) waits to take the traffic over from app1: {words}, or give it up" in refusal.sentence
    )


def test_to_stop_for_an_approval_takes_a_preview():
    assert codes(plan(fresh(), definition=DEFINITION, promote=False)) == ["no_preview"]


def test_no_value_of_an_environment_variable_is_told():
    existing = states.version("200", 20, (5, 6), env={"PASSWORD": "hunter2"})
    state = dataclasses.replace(upgraded(), versions=(*upgraded().versions, existing))
    found = plan(state, definition={**DEFINITION, "env": {"PASSWORD": "hunter3"}})
    assert codes(found) == ["other_definition"]
    assert "(env.PASSWORD differs)" in found.refusals[0].sentence


def test_a_listener_whose_pool_settings_cannot_be_read():
    broken = AviLabels(frontend=True, broken=(BrokenLabel("avi_proxy", "avi_proxy is not valid JSON"),))
    state = dataclasses.replace(fresh(), listener=dataclasses.replace(listener(), labels=broken))
    assert codes(plan(state, definition=DEFINITION)) == ["broken_label"]
    assert plan(state, definition={**DEFINITION, "labels": {"avi_proxy": '{"pool": {}}'}}).action == "deploy"
