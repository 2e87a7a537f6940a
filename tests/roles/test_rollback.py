# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rollback playbook promises: back to the version before, a named one or the listener, from any state, and once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.demo.playbook import Outcome, run_playbook
from tests.lab.traffic.process import TrafficProcess
from tests.migration.user import QUICKLY, User
from tests.roles.app1 import all_instances, writes
from tests.soak.steps import run_in_steps
from tests.whole import whole

RATE = 200


@pytest.fixture
def traffic(user: User) -> Iterator[TrafficProcess]:
    with TrafficProcess(user.lab.env["LAB_VIP_URL"], rate=RATE) as traffic:
        yield traffic


def test_back_to_the_version_before_once_and_then_to_the_listener_by_name(user: User, traffic: TrafficProcess) -> None:
    user.retire(user.roll_out("100"))
    # A rollout that has not moved the traffic is given up. So what came before the next one is 100, not 200.
    create_sick(user, "200")
    assert back(user).changed == 1
    assert all_instances(user.lab) == {"app1": 0, "app1-100": 2, "app1-200": 0}
    user.retire(user.roll_out("300"))

    last = user.lab.journal()[-1]["seq"]
    outcome = back(user, options=("--check",))
    assert (outcome.changed, writes(user.lab, last)) == (1, [])
    assert "app1-100-r2 is the definition of app1-100 once more" in outcome.output
    # A gate that was asked for and fails leaves all as it is; the next run, which asks for none, finishes it.
    impossible = {"url": user.lab.env["LAB_VIP_URL"], "status": [418], "wait_timeout": 4}
    refused = back(user, rollback_smoke={}, rollback_requests=impossible)
    assert "Smoke | Ask each task of app1-100-r2" in refused.output
    assert "answered 200 instead of 418" in refused.failure
    assert (all_instances(user.lab)["app1-300"], user.answering()) == (2, {"app1-100-r2"})
    assert back(user).changed == 1
    assert all_instances(user.lab) == {"app1": 0, "app1-100": 0, "app1-200": 0, "app1-300": 0, "app1-100-r2": 2}
    assert user.answering() == {"app1-100-r2"}

    again = user.info(rollback={})["plan"]
    assert again["action"] == "none"
    assert "app1-100-r2 takes the traffic already, and came back in place of app1-300" in again["reason"]

    # Broken off while the connector does not move the traffic: the next run finishes it.
    user.lab.set(connector="silent")
    user.app(definition=user.info(rollback={"version": "app1"})["plan"]["definition"])
    assert user.answering() == {"app1-100-r2"}
    user.lab.set(connector="on")
    assert back(user, rollback_version="app1").changed == 1
    assert all_instances(user.lab)["app1-100-r2"] == 0
    assert user.answering() == {"app1-r2"}
    total = traffic.stop()
    assert total.lost_total == 0, total


@whole
def test_a_version_that_never_served_is_passed_over_and_what_is_warm_stays(user: User) -> None:
    user.retire(user.roll_out("100"))
    user.roll_out("200")
    failed: dict[str, Any] = {"rollout_service": "app1", "rollout_version": "300", "rollout_image": "lab/never-healthy"}
    failed["rollout_wait_timeout"] = 5
    assert run_playbook("dcos.avi.rollout", failed, user.lab.env).returncode == 2
    assert all_instances(user.lab) == {"app1": 0, "app1-100": 2, "app1-200": 2, "app1-300": 0}
    outcome = back(user)
    assert "app1-100-r2 is the definition of app1-100 once more" in outcome.output
    assert user.answering() == {"app1-100-r2"}
    # A version that a rollback gave up is not passed over by the next one: it has been rolled back from.
    create_sick(user, "400")
    assert (back(user).changed, back(user).changed) == (1, 0)
    assert user.answering() == {"app1-100-r2"}


@whole
def test_back_from_a_restarted_version_is_to_the_one_before_too(user: User) -> None:
    """To Marathon a restart is a new configuration, before which nothing ran."""
    user.retire(user.roll_out("100"))
    create_sick(user, "200")
    user.app(id="app1-200", instances=0, force=True)
    user.retire(user.roll_out("300"))
    user.app(id="app1-300", state="restarted")
    seen = user.info(until="active", app="app1-300", rollback={}, retire={"keep": 0}, **QUICKLY)
    assert seen["plan"]["app"] == "app1-100-r2"
    assert [item["app"] for item in seen["prune"]] == ["app1-200"]


@pytest.mark.parametrize("user", [{"flip": "on_create"}], indirect=True)
def test_back_from_a_version_that_took_the_traffic_and_never_got_healthy(user: User) -> None:
    user.roll_out("100")
    create_sick(user, "200")
    assert user.info()["active"] is None
    outcome = back(user)
    assert outcome.returncode == 0, outcome.output
    assert all_instances(user.lab) == {"app1": 0, "app1-100": 0, "app1-200": 0, "app1-100-r2": 2}
    assert user.answering() == {"app1-100-r2"}


@pytest.mark.parametrize("user", [{"avi": "pool_group"}], indirect=True)
def test_a_warm_version_in_a_pool_group_takes_over_at_once(user: User, traffic: TrafficProcess) -> None:
    user.roll_out("100")
    # It is healthy, so that the role would roll forward, which loses none.
    chosen = back(user, options=("--check",))
    assert "1. deploy app1-r2" in chosen.output
    outcome = back(user, rollback_instant=True)
    assert "app1: withdraw app1-100" in outcome.output
    assert outcome.changed == 1
    assert all_instances(user.lab) == {"app1": 2, "app1-100": 0}
    assert user.answering() == {"app1"}
    total = traffic.stop()
    # The connector notices in well under a second here that the tasks are gone.
    assert total.lost_total < RATE, total
    print(f"lost by the instant way back: {total.lost_total} of {total.sent} requests at {RATE} a second")


@pytest.mark.parametrize("user", [{"avi": "pool_group"}], indirect=True)
def test_a_way_back_that_somebody_takes_back_meanwhile_has_not_been_gone(user: User) -> None:
    user.retire(user.roll_out("100"))
    user.roll_out("200")

    def take_back(_number: int, step: str, _process: object) -> None:
        if step.startswith("Requests |"):
            user.app(id="app1-r2", instances=0, wait=False)

    gate = {"url": user.lab.env["LAB_VIP_URL"], "count": 200}
    asked = {"rollback_service": "app1", "rollback_version": "app1", "rollback_requests": gate}
    outcome = run_in_steps("dcos.avi.rollback", asked, user.lab.env, take_back).outcome
    assert "app1-r2 does not take the traffic any more: app1-200 does." in outcome.failure, outcome.output
    assert all_instances(user.lab)["app1-200"] == 2
    assert user.answering() == {"app1-200"}


@whole
def test_whoever_finishes_or_gives_up_removes_the_preview_of_an_interrupted_rollout(user: User) -> None:
    user.retire(user.roll_out("100"))
    finishing: list[tuple[str, dict[str, Any]]] = [
        ("rollback", {"rollback_service": "app1", "rollback_version": "100"}),
        ("retire", {"retire_service": "app1"}),
        ("rollout", {"rollout_service": "app1", "rollout_version": "100"}),
    ]
    for playbook, asked in finishing:
        plan = user.info(rollout={"version": "200", "image": "lab/ok", "strategy": "preview"})["plan"]
        user.app(definition=plan["preview"]["definition"])
        assert all_instances(user.lab)["app1-200-preview"] == 1
        outcome = run_playbook(f"dcos.avi.{playbook}", asked, user.lab.env)
        assert (outcome.returncode, outcome.changed) == (0, 1), outcome.output
        assert all_instances(user.lab) == {"app1": 0, "app1-100": 2}


def create_sick(user: User, version: str) -> None:
    """Create the version as a rollout would whose tasks never get healthy."""
    plan = user.info(rollout={"version": version, "image": "lab/never-healthy"})["plan"]
    user.app(definition=plan["definition"], wait=False)


def back(user: User, *, options: tuple[str, ...] = (), **variables: Any) -> Outcome:
    defaults = {"rollback_service": "app1", "rollback_wait_timeout": 60, "rollback_drain_timeout": 10}
    return run_playbook("dcos.avi.rollback", {**defaults, **variables}, user.lab.env, None, *options)
