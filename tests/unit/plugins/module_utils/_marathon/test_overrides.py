# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Overrides are merged into a definition whichever form either is written in; nulls and what a release drops change no plan."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.bodies import creation
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import differences
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.overrides import with_overrides
from ansible_collections.dcos.avi.plugins.module_utils._plan.listener import ListenerRequest, plan_listener
from ansible_collections.dcos.avi.plugins.module_utils._plan.preview import preview_definition
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout import plan_rollout
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_request import RolloutRequest
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.drawn import definitions
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.test_idempotence import PureMarathon
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.rollout_plans import codes, plan
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    DEFINITION,
    fresh,
    upgraded,
    version,
)
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.lab.marathon.errors import Invalid, Refusal
from tests.lab.marathon.persona import PERSONAS
from tests.whole import also

MANY = settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
CHECK = {"protocol": "HTTP", "path": "/", "portIndex": 0}
OLD = {
    "id": "/app1-100",
    "container": {"type": "DOCKER", "docker": {"image": "shop:1", "network": "BRIDGE", "portMappings": [{"containerPort": 80}]}},
    "healthChecks": [CHECK],
}  # fmt: skip
NEW = {
    "id": "/app1-100",
    "networks": [{"mode": "container/bridge"}],
    "container": {"type": "DOCKER", "docker": {"image": "shop:1"}, "portMappings": [{"containerPort": 80}]},
    "healthChecks": [CHECK],
}
MAPPINGS = [{"containerPort": 8080, "name": "http"}]
# The same wishes in both forms, and what comes of them.
WISHES = {
    "mappings": ({"container": {"docker": {"portMappings": MAPPINGS}}}, {"container": {"portMappings": MAPPINGS}}),
    "host": (
        {"container": {"docker": {"network": "HOST", "portMappings": None}}, "ports": [8080]},
        {"networks": [{"mode": "host"}], "container": {"portMappings": None}, "portDefinitions": [{"port": 8080}]},
    ),
    "own network": (
        {"container": {"docker": {"network": "USER"}}, "ipAddress": {"networkName": "blue"}},
        {"networks": [{"mode": "container", "name": "blue"}]},
    ),
    "files": ({"uris": ["http://x/a.tgz"]}, {"fetch": [{"uri": "http://x/a.tgz", "extract": True}]}),
}


def stored(release, definition):
    marathon = PureMarathon(release)
    marathon.post(creation({"id": "/app1-100", **definition}, old_server=marathon.is_old))
    return marathon.get()


@pytest.mark.parametrize("release", PERSONAS)
@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("base", [OLD, NEW], ids=["old base", "new base"])
@pytest.mark.parametrize("form", [0, 1], ids=["old wish", "new wish"])
def test_a_wish_comes_true_in_either_form(release, wish, base, form):
    app = stored(release, with_overrides(base, WISHES[wish][form]))
    assert app["container"]["docker"]["image"] == "shop:1"
    expected = stored(release, with_overrides(NEW, WISHES[wish][1]))
    assert differences(expected, app) == {}
    # And it is another app than without.
    assert differences(base, app, complete=True) != {}


def test_a_definition_keeps_its_form_where_the_overrides_have_it_too():
    assert with_overrides(OLD, WISHES["mappings"][0])["container"]["docker"]["portMappings"] == MAPPINGS
    assert with_overrides(NEW, WISHES["mappings"][1])["container"]["portMappings"] == MAPPINGS
    assert with_overrides(OLD, {"cpus": 2}) == {**OLD, "cpus": 2}


def test_overrides_in_two_forms_are_refused():
    with pytest.raises(Refused, match="in two forms"):
        with_overrides(NEW, {**WISHES["host"][0], **WISHES["own network"][1]})


def test_an_old_form_that_cannot_say_what_the_definition_says_is_refused():
    base = {"cmd": "run", "networks": [{"mode": "container", "name": "a"}, {"mode": "container", "name": "b"}]}
    with pytest.raises(Refused, match=r"cannot say what the definition says.*networks and container\.portMappings"):
        with_overrides(base, {"ipAddress": {"networkName": "c"}})


@pytest.mark.parametrize("overrides", [WISHES["mappings"][0], WISHES["mappings"][1]])
def test_a_plan_has_the_mappings_once(overrides):
    found = plan(upgraded(), overrides=overrides, image="shop:2")
    assert found.action == "deploy", found.refusals
    for release in PERSONAS:
        app = stored(release, {**found.definition, "labels": {}})
        container = app["container"]
        mappings = container.get("portMappings") or container["docker"]["portMappings"]
        assert [(mapping["containerPort"], mapping["name"]) for mapping in mappings] == [(8080, "http")]
        assert container["docker"]["image"] == "shop:2"


NEWER = {
    "tty": True,
    "executorResources": {"cpus": 0.1},
    "check": {"tcp": {"portIndex": 0}},
    "role": "dev",
    "resourceLimits": {"cpus": 2},
}


@pytest.mark.parametrize("field", NEWER)
def test_a_field_that_the_release_drops_is_no_other_definition(field):
    stated = {**DEFINITION, field: NEWER[field]}
    first = plan_rollout(picture(upgraded()), RolloutRequest("200", stated, release=(1, 4)))
    assert first.action == "deploy"
    shown = {key: value for key, value in first.definition.items() if key != field}
    state = upgraded()
    again = type(state)(**{**vars(state), "versions": (*state.versions, version("200", 20, (5, 6), **shown))})
    assert plan_rollout(picture(again), RolloutRequest("200", stated, release=(1, 4))).action == "resume"
    assert codes(plan_rollout(picture(again), RolloutRequest("200", stated, release=(1, 11)))) == ["other_definition"]


@pytest.mark.parametrize("field", NEWER)
def test_a_field_that_the_release_drops_is_no_other_listener(field):
    state = fresh()
    labels = state.listener.definition["labels"]
    request = ListenerRequest({**DEFINITION, "labels": labels, field: NEWER[field]}, release=(1, 4))
    assert plan_listener(picture(state), request).action == "none"


# 1.4 ignores a network in the new form, and takes a definition in which nothing of it is right.
FORMS = {release: [False] if persona.old_form else [False, True] for release, persona in PERSONAS.items()}


def with_null(definition, path):
    definition = copy.deepcopy(definition)
    place = definition
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = None
    return definition


def places(value, path=()):
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(value, dict):
            yield (*path, key)
        yield from places(item, (*path, key))


@pytest.mark.parametrize("release", ["1.4", *also("1.5", "1.8"), "1.11"])
def test_whatever_null_marathon_takes_can_be_planned_and_sent(release):
    @MANY
    @given(st.sampled_from(FORMS[release]).flatmap(lambda new: definitions(new_form=new, late=False)), st.data())
    def check(definition, data):
        nulled = with_null(definition, data.draw(st.sampled_from(sorted(places(definition), key=str))))
        nulled.pop("id")
        for found in (
            plan(upgraded(), definition=nulled),
            plan(upgraded(), overrides=nulled),
            plan(upgraded(), definition=nulled, strategy="preview"),
            plan_listener(picture(fresh()), ListenerRequest(nulled)),
        ):
            assert found.action and all(refusal.sentence for refusal in found.refusals)
        marathon = PureMarathon(release)
        try:
            marathon.post({**nulled, "id": "/a"})
        except (Invalid, Refusal):
            assume(False)
        body = creation({**nulled, "id": "/a"}, old_server=marathon.is_old)
        marathon.post(body)

    check()


@pytest.mark.parametrize(
    "field", ["portDefinitions", "container", "networks", "labels", "healthChecks", "ports", "env"]
)
def test_a_field_that_is_null_is_absent(field):
    found = plan(upgraded(), definition={**DEFINITION, field: None})
    assert (
        found.as_result()
        == plan(upgraded(), definition={key: value for key, value in DEFINITION.items() if key != field}).as_result()
    )
    preview_definition(
        "app1", {"id": "app1-200", "labels": {}, field: None, **({"labels": {}} if field == "labels" else {})}, 1
    )


@pytest.mark.parametrize("answer", [{"app": {**DEFINITION}}, {"apps": [DEFINITION]}])
def test_a_plan_names_a_saved_answer(answer):
    for found in (plan(upgraded(), definition=answer), plan_listener(picture(fresh()), ListenerRequest(answer))):
        assert codes(found)[:1] == ["bad_definition"]
        assert "This is not the definition of an app" in found.refusals[0].sentence
