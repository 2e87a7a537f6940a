# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rollouts, rollbacks and listeners that are refused, each for one reason."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import AviView
from ansible_collections.dcos.avi.plugins.module_utils._marathon.free_agents import FreeAgent
from ansible_collections.dcos.avi.plugins.module_utils._marathon.resources import Resources
from ansible_collections.dcos.avi.plugins.module_utils._plan.capacity import REQUIRE, Shown, capacity_for, with_room
from ansible_collections.dcos.avi.plugins.module_utils._plan.held_up import Timing, held_up
from ansible_collections.dcos.avi.plugins.module_utils._plan.leftover import to_plan_by
from ansible_collections.dcos.avi.plugins.module_utils._plan.listener import ListenerRequest, plan_listener
from ansible_collections.dcos.avi.plugins.module_utils._plan.needs import Need
from ansible_collections.dcos.avi.plugins.module_utils._plan.placement import Demand
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import DEPLOY, Plan, Refusal, launchable
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackPlan
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout import plan_rollout
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_request import RolloutRequest
from ansible_collections.dcos.avi.plugins.module_utils._plan.windows import read_windows
from ansible_collections.dcos.avi.plugins.module_utils._questions.planned import ended_meanwhile
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.freeze import Freeze
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan import rollback_states
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.rollout_plans import plan as rollout
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.rollout_plans import waiting
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.test_only_once import (
    PERSISTENT,
    SINGLE,
    external,
    holding,
    served_by,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    DEFINITION,
    LISTENER_LABELS,
    fresh,
    listener,
    task,
    upgraded,
    version,
)

from tests.codes.problems import STATES

STATED = {**DEFINITION, "labels": LISTENER_LABELS}
A_FRIDAY = datetime(2026, 11, 27, 18, 5, tzinfo=UTC)
HOLIDAYS = Freeze("jane", "2026-11-20T10:00:00Z", "2026-12-27T07:00:00Z", "holidays")
IMAGE: dict[str, Any] = {"image": "shop/server:200"}


def _listener(state: Observation, definition: dict[str, Any] | None, avi: dict[str, Any] | None = None) -> Plan:
    return plan_listener(picture(state), ListenerRequest(definition, avi))


def _mapped(**port: int) -> dict[str, Any]:
    container = {**DEFINITION["container"], "portMappings": [{"containerPort": 80, **port}]}  # type: ignore[dict-item]
    return {**DEFINITION, "container": container}


def _fixed_port() -> Plan:
    state = dataclasses.replace(fresh(), listener=listener(**_mapped(hostPort=8080)))
    found: Plan = rollout(state, definition=_mapped(hostPort=8080))
    return found


def _taken() -> Plan:
    return plan_rollout(
        picture(fresh()), RolloutRequest("200", definition=DEFINITION), is_taken=lambda app_id: app_id == "app1-200"
    )


def _group_by() -> Plan:
    definition = {**DEFINITION, "constraints": [["hostname", "GROUP_BY"]]}
    return launchable(Plan(DEPLOY, "app1-200", definition=definition), lambda: (1, 11))


def _preview(**request: Any) -> App:
    """The preview of app1-200 that a rollout with this request creates."""
    preview = rollout(fresh(), strategy="preview", **request).preview
    return App(preview.app, 1, (task(9),), definition=preview.definition)


def _left_preview() -> Plan:
    found: Plan = rollout(dataclasses.replace(fresh(), previews=(_preview(**IMAGE),)), name="a_b")
    return found


def _not_approved() -> Plan:
    previewed = _preview(definition={**DEFINITION, "cpus": 4}, promote=False)
    state = dataclasses.replace(fresh(), previews=(previewed,))
    found: Plan = rollout(state, definition=DEFINITION, strategy="preview")
    return found


def _approved_late() -> Plan:
    previewed = _preview(**IMAGE, promote=False, to_approve="2026-11-27T17:00:00Z")
    state = dataclasses.replace(fresh(), previews=(previewed,), late_previews=frozenset({"app1-200-preview"}))
    found: Plan = rollout(state, strategy="preview", **IMAGE)
    return found


def _runs_at_zero() -> Plan:
    """What runs cannot be ended, because the active version lacks a task."""
    state: Observation = STATES["runs_at_zero"]
    _serving, left = state.versions
    short = dataclasses.replace(state, versions=(version("100", 10, (3, 4), instances=3), left))
    return plan_rollout(to_plan_by(picture(short)), RolloutRequest("300", **IMAGE))


def _not_proven() -> Plan:
    state: Observation = rollback_states.waiting()
    short = dataclasses.replace(state.versions[0], instances=3)
    found: Plan = rollback_states.plan(dataclasses.replace(state, versions=(short, state.versions[1])))
    return found


def _ended_meanwhile() -> Plan:
    plan: RollbackPlan = rollback_states.plan(rollback_states.second())
    return ended_meanwhile(plan, {"steps": [], "leftover": ["app1-300"]}, [])


def _other_definition() -> Plan:
    state: Observation = upgraded()
    changed: Plan = rollout(state, name="100", definition={**DEFINITION, "cpus": 4})
    return changed


def _held_up(freeze: Freeze | None = None, **timing: Any) -> Plan:
    return held_up(rollout(fresh(), **IMAGE), "app1", freeze, Timing(**timing), A_FRIDAY)


def _agents() -> Iterable[FreeAgent]:
    for number, cpus in enumerate((5500, 1500, 500, 500, 500)):
        yield FreeAgent(f"agent-{number}", {"*": Resources(cpus, 6144000, 20480000, ports=((31000, 32000),))})


def _with_room(shown: Shown) -> Plan:
    demand = Demand("app1-200", 3, Need(Resources(4000, 1024000), any_ports=1), frozenset("*"))
    plan: Plan = with_room(rollout(fresh(), **IMAGE), capacity_for([demand], shown), REQUIRE)
    return plan


def _plans() -> dict[str, Plan]:
    """A plan that is refused with each code."""
    a_name = dataclasses.replace(fresh(), listener=None)
    return {
        "approval_too_late": _approved_late(),
        "bad_definition": rollout(fresh(), definition={**DEFINITION, "env": {"A": None}}),
        "bad_id": rollout(fresh(), name="app1-200", **IMAGE),
        "capacity_unknown": _with_room(Shown(why_not="the Mesos master at http://leader.mesos:5050 cannot be reached")),
        "broken_label": rollout(fresh(), definition={**DEFINITION, "labels": {"ab_config": "{"}}),
        "ended_meanwhile": _ended_meanwhile(),
        "ends_launches": _group_by(),
        "fewer_instances": rollout(fresh(), definition={**DEFINITION, "instances": 1}),
        "fixed_port": _fixed_port(),
        "foreign_traffic": rollout(STATES["foreign_traffic"], **IMAGE),
        "frozen": _held_up(HOLIDAYS),
        "id_taken": _taken(),
        "left_preview": _left_preview(),
        "name_taken": _listener(a_name, STATED),
        "no_capacity": _with_room(Shown(agents=tuple(_agents()))),
        "no_health_check": rollout(fresh(), definition={**DEFINITION, "healthChecks": []}),
        "no_instances": rollout(fresh(), instances=0, **IMAGE),
        "no_listener": rollout(STATES["no_listener"], definition=DEFINITION),
        "no_preview": rollout(fresh(), promote=False, **IMAGE),
        "no_version_before": rollback_states.plan(fresh()),
        "not_a_listener": _listener(Observation("app1", AviView("app1")), STATED, {"proxy_listener": False}),
        "not_approved": _not_approved(),
        "not_proven": _not_proven(),
        "nothing_active": rollout(STATES["empty_active_pool"], **IMAGE),
        "nothing_stated": rollout(fresh()),
        "other_definition": _other_definition(),
        "other_service": rollout(
            fresh(), definition={**DEFINITION, "labels": {"ab_config": '{"service": "app2", "priority": 10}'}}
        ),
        "outside_windows": _held_up(windows=read_windows([{"days": ["mon"], "hours": "09:00-16:00"}])),
        "override_without_reason": _held_up(HOLIDAYS, overrides=True),
        "persistent_volume": rollout(served_by(PERSISTENT), **IMAGE),
        "priority_too_low": rollout(upgraded(), priority=10, **IMAGE),
        "runs_at_zero": _runs_at_zero(),
        "same_volume": rollout(served_by(holding(external())), **IMAGE),
        "several_ports": rollout(
            fresh(),
            definition={
                **DEFINITION,
                "container": {
                    **DEFINITION["container"],  # type: ignore[dict-item]
                    "portMappings": [{"containerPort": 80}, {"containerPort": 81}],
                },
            },
        ),
        "single_instance": rollout(served_by(SINGLE), **IMAGE),
        "superseded": rollout(rollback_states.second(), name="100", **IMAGE),
        "unfinished": rollout(waiting(), name="300", **IMAGE),
        "unknown_history": rollback_states.plan(rollback_states.given_up({})),
        "unknown_version": rollback_states.plan(rollback_states.second(), "150"),
        "wrong_label": rollout(fresh(), definition={**DEFINITION, "labels": {"avi_proxy": {"pools": {}}}}),
    }


def refusals() -> dict[str, str]:
    """What is said of each refusal, by its code."""
    return {code: _said(code, plan.refusals) for code, plan in _plans().items()}


def _said(code: str, found: Iterable[Refusal]) -> str:
    said = [each.sentence for each in found if each.code == code]
    assert said, f"{code}: {list(found)}"
    return said[0]
