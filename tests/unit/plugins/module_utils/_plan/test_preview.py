# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._plan.preview import left_previews, preview_definition
from ansible_collections.dcos.avi.plugins.module_utils._plan.retention import what_may_leave
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback import plan_rollback
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackRequest
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout import plan_rollout
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_request import RolloutRequest
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_steps import Ways
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    DEFINITION,
    fresh,
    upgraded,
    upgraded_group,
    version,
)

PREVIEW = "app1-200-preview"


def with_preview(state):
    preview = dataclasses.replace(version("200-preview", 0, (5,)), labels=state.listener.labels)
    return dataclasses.replace(state, previews=(preview,))


def plan(state, **request):
    return plan_rollout(picture(state), RolloutRequest("200", definition=DEFINITION, **request))


def steps(found):
    return [(step.step, step.app) for step in found.steps]


def test_a_preview_is_the_version_without_traffic():
    found = plan(upgraded(), strategy="preview")
    preview = found.preview.definition
    labels = preview["labels"]
    assert not {"ab_config", "dcos_avi_takes_over_from"}.intersection(labels)
    assert (labels["proxy_listener"], labels["dcos_avi_service"]) == ("no", "app1")
    assert (preview["id"], preview["instances"]) == (PREVIEW, 1)
    same = {key: value for key, value in found.definition.items() if key not in ("id", "instances", "labels")}
    assert {key: preview[key] for key in same} == same


# What the routers and the discovery services of a DC/OS follow: labels of apps, of ports, of addresses, and of containers.
ROUTED = {
    "HAPROXY_GROUP": "external",
    "HAPROXY_0_VHOST": "app1.example.com",
    "traefik.enable": "true",
    "traefik.frontend.rule": "Host:app1.example.com",
    "VIP_0": "/app1:80",
    "DCOS_SERVICE_NAME": "app1",
    "DCOS_SERVICE_PORT_INDEX": "0",
    "tags": "urlprefix-/app1",
}


def in_the_old_form(mapping, ports):
    """The container, the ports and the network of an app, as releases up to 1.4 have them."""
    return {
        "container": {"docker": {"image": "x", "network": "USER", "portMappings": [mapping]}},
        "portDefinitions": ports,
        "ipAddress": {
            "networkName": "n",
            "labels": ROUTED,
            "discovery": {"ports": [{"number": 80, "name": "http", "labels": {"VIP_0": "/app1:80"}}]},
        },
    }


def in_the_new_form(mapping, ports):
    return {
        "container": {"docker": {"image": "x"}, "portMappings": [mapping]},
        "portDefinitions": ports,
        "networks": [{"mode": "container", "name": "n", "labels": {"VIP_0": "/app1:80"}}],
    }


IN_EACH_FORM = pytest.mark.parametrize("form", [in_the_old_form, in_the_new_form])


def routed(form=in_the_new_form):
    """A version that others than Avi send requests to, with labels wherever a definition has them."""
    labels = {"labels": {"VIP_0": "/app1:80"}}
    version = form({"containerPort": 80, **labels}, [{"port": 0, **labels}])
    version["container"]["volumes"] = [
        {"external": {"name": "v", "provider": "dvdi", "options": {"labels": "kept"}}, "mode": "RW"}
    ]
    version["container"]["docker"]["parameters"] = [
        {"key": "label", "value": "traefik.enable=true"},
        {"key": "memory-swappiness", "value": "0"},
    ]
    return {
        "id": "app1-200",
        "labels": {**ROUTED, "ab_config": "{}", "proxy_listener": "no", "avi_proxy": '{"pool":{}}'},
        "env": {"labels": "kept"},
        **version,
    }


@IN_EACH_FORM
def test_nobody_finds_a_preview_by_its_labels(form):
    version = routed(form)
    found = preview_definition("app1", version, 1)
    assert found["labels"].keys() == {"avi_proxy", "proxy_listener", "dcos_avi_service", "dcos_avi_labels_left_out"}
    rest = json.dumps({key: value for key, value in found.items() if key != "labels"})
    assert not [word for word in ("VIP_", "HAPROXY", "traefik", "urlprefix", "DCOS_SERVICE") if word in rest]
    # What its tasks run is as it was.
    assert found["env"] == {"labels": "kept"}
    assert found["container"]["volumes"] == version["container"]["volumes"]
    assert found["container"]["docker"]["parameters"] == [{"key": "memory-swappiness", "value": "0"}]
    assert found.keys() == {*version, "instances", "upgradeStrategy"}
    address = {"networkName": "n", "discovery": {"ports": [{"number": 80, "name": "http"}]}}
    assert found.get("ipAddress") in (None, address)
    assert found.get("networks") in (None, [{"mode": "container", "name": "n"}])


def test_a_preview_without_such_labels_says_nothing_of_them():
    assert "dcos_avi_labels_left_out" not in plan(upgraded(), strategy="preview").preview.definition["labels"]


def test_an_approval_holds_for_the_labels_that_the_preview_has_not():
    definition = {**DEFINITION, "labels": ROUTED}
    asked = RolloutRequest("200", definition=definition, strategy="preview", promote=False)
    preview = plan_rollout(picture(upgraded()), asked).preview.definition
    state = dataclasses.replace(upgraded(), previews=(App(PREVIEW, 1, definition=preview),))
    again = RolloutRequest("200", definition={**DEFINITION, "labels": dict(reversed(ROUTED.items()))})
    assert plan_rollout(picture(state), again).action == "deploy"
    other = RolloutRequest("200", definition={**DEFINITION, "labels": {**ROUTED, "VIP_0": "/app2:80"}})
    assert [refusal.code for refusal in plan_rollout(picture(state), other).refusals] == ["not_approved"]


def test_a_restart_of_a_preview_has_room():
    """A preview of an earlier try is replaced, and Marathon 1.11 never ends a restart without capacity for one instance more."""
    definition = {**routed(), "upgradeStrategy": {"minimumHealthCapacity": 1, "maximumOverCapacity": 0}}
    assert preview_definition("app1", definition, 1)["upgradeStrategy"]["maximumOverCapacity"] == 1


@IN_EACH_FORM
def test_a_preview_has_free_ports(form):
    mapping = {"containerPort": 80, "hostPort": 8080, "servicePort": 10001}
    definition = {
        "id": "app1-200",
        "labels": {},
        "requirePorts": True,
        **form(mapping, [{"port": 9000, "name": "http"}]),
    }
    container = preview_definition("app1", definition, 1)["container"]
    free = container.get("portMappings") or container["docker"]["portMappings"]
    assert free == [{"containerPort": 80, "hostPort": 0, "servicePort": 0}]
    found = preview_definition("app1", definition, 1)
    assert found["portDefinitions"] == [{"port": 0, "name": "http"}]
    assert "requirePorts" not in found
    assert mapping["hostPort"] == 8080, "the version's own definition was changed"


def test_a_preview_is_no_larger_than_its_version():
    assert plan(upgraded(), strategy="preview", preview_instances=5).preview.definition["instances"] == 2


def test_the_steps_of_a_preview_that_is_promoted():
    found = plan(upgraded(), strategy="preview", ways=Ways(["smoke", "requests", "soak"]))
    assert found.action == "deploy"
    assert steps(found) == [
        ("lock", "app1"),
        ("preview", PREVIEW),
        ("smoke", PREVIEW),
        ("deploy", "app1-200"),
        ("smoke", "app1-200"),
        ("confirm", "app1-200"),
        ("requests", "app1-200"),
        ("soak", "app1-200"),
        ("drain", "app1"),
        ("retire", "app1"),
        ("drain", "app1-100"),
        ("retire", "app1-100"),
        ("delete", PREVIEW),
    ]


def test_the_steps_of_a_preview_that_is_to_be_approved():
    found = plan(upgraded(), strategy="preview", promote=False)
    assert found.action == "preview"
    assert steps(found) == [("lock", "app1"), ("preview", PREVIEW), ("approve", "app1-200")]


def approved(**fields):
    """A preview of app1-200 that was left to be approved, as Marathon returns it."""
    asked = plan(upgraded(), strategy="preview", promote=False).preview.definition
    preview = App(PREVIEW, 1, definition={**asked, **fields})
    return dataclasses.replace(upgraded(), previews=(preview,))


@pytest.mark.parametrize("strategy", ["direct", "preview"])
def test_what_was_approved_goes_on(strategy):
    found = plan(approved(instances=3), strategy=strategy)
    assert found.action == "deploy"
    # Kept as it is, and not started anew.
    assert (found.preview.definition or approved().previews[0].definition) == approved().previews[0].definition


@pytest.mark.parametrize("strategy", ["direct", "preview"])
def test_what_was_not_approved_does_not_go_on(strategy):
    found = plan(approved(mem=128, env={"PASSWORD": "hunter2"}), strategy=strategy)
    assert [refusal.code for refusal in found.refusals] == ["not_approved"]
    assert "mem is 128, not 64" in found.refusals[0].sentence
    assert "hunter2" not in found.refusals[0].sentence
    # It may be tested in its place.
    assert plan(approved(mem=128), strategy="preview", promote=False).action == "preview"


def test_a_preview_that_nobody_was_asked_about_may_be_another():
    labels = {"dcos_avi_service": "app1"}
    assert plan(approved(mem=128, labels=labels), strategy="preview").action == "deploy"


def test_without_the_strategy_there_is_no_preview():
    assert plan(upgraded()).preview is None


@pytest.mark.parametrize("strategy", ["direct", "preview"])
def test_a_preview_that_was_left_is_deleted_when_its_version_takes_the_traffic(strategy):
    state = with_preview(dataclasses.replace(upgraded(), versions=(version("200", 10, (3, 4)),)))
    found = plan(state, strategy=strategy, promote=False)
    assert (found.action, found.preview.definition) == ("none", None)
    assert steps(found)[-1] == ("delete", PREVIEW)


def test_what_an_earlier_run_did_not_retire_by_is_judged_again():
    asked = RolloutRequest("100", definition=DEFINITION, ways=Ways(["smoke", "requests", "soak"]))
    judged = [(gate, "app1-100") for gate in ("smoke", "requests", "soak")]
    found = plan_rollout(picture(upgraded()), asked)
    assert steps(found) == [("lock", "app1"), *judged, ("drain", "app1"), ("retire", "app1")]
    retired = dataclasses.replace(upgraded(), listener=dataclasses.replace(upgraded().listener, instances=0, tasks=()))
    assert steps(plan_rollout(picture(retired), asked)) == []


def test_a_version_that_was_created_is_gone_on_with_whatever_its_preview():
    waiting = dataclasses.replace(upgraded(), versions=(*upgraded().versions, version("200", 20, (5,))))
    found = plan(waiting, strategy="preview", promote=False, instances=1)
    assert (found.action, found.preview) == ("resume", None)


def test_a_preview_counts_nowhere():
    state = with_preview(fresh())
    assert [app.id for app in picture(state).apps] == ["app1"]
    assert picture(state).next_priority == 10


def test_versions_that_are_kept_warm_are_not_retired_yet():
    assert steps(plan(fresh(), ways=Ways(keep_warm=60)))[-1] == ("keep", "app1")
    active = dataclasses.replace(upgraded(), versions=(version("200", 10, (3, 4)),))
    assert steps(plan(active, ways=Ways(keep_warm=60, is_warm=True))) == []
    assert steps(plan(active, ways=Ways(keep_warm=60)))[-1] == ("retire", "app1")


def test_a_preview_that_an_interrupted_rollout_left_is_found_unless_it_awaits_its_approval():
    assert left_previews(picture(upgraded())) == ()
    assert left_previews(picture(with_preview(upgraded()))) == (PREVIEW,)
    assert left_previews(picture(with_preview(upgraded())), PREVIEW) == ()
    assert left_previews(picture(approved())) == ()
    created = dataclasses.replace(approved(), versions=(*approved().versions, version("200", 20)))
    assert left_previews(picture(created)) == (PREVIEW,)
    # What only claims to be one.
    for other in ("app1-200", "other-200-preview"):
        named = dataclasses.replace(upgraded(), previews=(dataclasses.replace(version("1", 0), id=other),))
        assert left_previews(picture(named)) == ()


def test_each_run_that_finishes_deletes_what_interrupted_rollouts_left():
    state = with_preview(upgraded())
    for found in (
        plan_rollout(picture(state), RolloutRequest("300", definition=DEFINITION)),
        plan_rollout(picture(state), RolloutRequest("100", definition=DEFINITION)),
        plan_rollback(picture(state), RollbackRequest()),
        plan_rollback(picture(state), RollbackRequest("100")),
        plan_rollback(picture(with_preview(upgraded_group())), RollbackRequest()),
    ):
        assert found.action != "refuse"
        assert (found.leftovers, steps(found)[-1]) == ((PREVIEW,), ("delete", PREVIEW))
    found = what_may_leave(picture(state), keep_warm=0, keep=None, now=datetime.now(timezone.utc))
    assert found["left_previews"] == [PREVIEW]


def test_a_run_that_stops_for_an_approval_or_is_refused_deletes_nothing():
    other = RolloutRequest("300", definition=DEFINITION, strategy="preview", promote=False)
    assert plan_rollout(picture(with_preview(upgraded())), other).leftovers == ()
    for found in (
        plan_rollback(picture(with_preview(fresh())), RollbackRequest()),
        plan_rollout(picture(with_preview(fresh())), RolloutRequest("300", definition={})),
    ):
        assert (found.action, found.leftovers, found.steps) == ("refuse", (), ())
        assert found.refusals[-1].code == "left_preview"
        assert "dcos.avi.withdraw (rollout_version: 200)" in found.refusals[-1].sentence
