# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether there is room for a version is known before anything is written, and what is foretold is what happens, on any release."""

from __future__ import annotations

import time
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app_info import APP_INFO
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_begin import MIGRATION_BEGIN

from tests.migration.user import User
from tests.modules import call
from tests.whole import also

# The listener's tasks take half a cpu of each agent. What is left of each has room for one such task.
LARGE: dict[str, Any] = {"version": "200", "image": "shop/server:200", "overrides": {"cpus": 1.5}}
SMALL = {"agents": 2, "agent_cpus": 2.2}


def asked(user: User, how: str, master: str | None = None, **rollout: Any) -> dict[str, Any]:
    master = master or user.lab.env["LAB_MESOS_MASTER"]
    return user.info(rollout={**LARGE, "capacity": how, **rollout}, mesos_master=master)


def codes(found: dict[str, Any]) -> list[str]:
    return [refusal["code"] for refusal in found["plan"]["refusals"]]


def running(app: str) -> int:
    (found,) = call(APP_INFO, id=f"/{app}", embed=["tasks"])["apps"]
    return sum(task["state"] == "TASK_RUNNING" for task in found["tasks"])


@pytest.mark.parametrize(
    "user",
    [
        {"marathon": "1.4", **SMALL},
        *also({"marathon": "1.5", **SMALL}, {"marathon": "1.8", **SMALL}),
        {"marathon": "1.11", **SMALL},
    ],
    indirect=True,
)
def test_what_is_foretold_happens(user: User) -> None:
    user.listen()
    # Nobody is asked unless that is wanted.
    before = len(user.lab.journal(kind="request", api="mesos"))
    plain = user.info(rollout={**LARGE, "instances": 3}, mesos_master=user.lab.env["LAB_MESOS_MASTER"])
    assert (plain["capacity"], plain["plan"]["action"]) == (None, "deploy")
    assert len(user.lab.journal(kind="request", api="mesos")) == before

    lacking = asked(user, "require", instances=3)
    assert (codes(lacking), lacking["capacity"]["verdict"], lacking["capacity"]["fits"]) == (
        ["no_capacity"],
        "lacking",
        2,
    )
    assert (
        "There is no room for 3 instances of app1-200, each with 1.5 cpus" in lacking["plan"]["refusals"][0]["sentence"]
    )
    warned = asked(user, "warn", instances=3)
    assert warned["plan"]["action"] == "deploy" and warned["warnings"] == [warned["capacity"]["sentence"]]
    fitting = asked(user, "require", instances=2)
    assert (fitting["plan"]["action"], fitting["capacity"]["verdict"], fitting["warnings"]) == ("deploy", "fits", [])
    unique = asked(user, "require", instances=3, overrides={"cpus": 0.5, "constraints": [["hostname", "UNIQUE"]]})
    assert (
        unique["capacity"]["fits"] == 2
        and "Without the constraint hostname UNIQUE, 3 would fit" in unique["capacity"]["sentence"]
    )
    groups = asked(
        user, "require", instances=3, overrides={"cpus": 0.1, "constraints": [["hostname", "GROUP_BY", "3"]]}
    )
    assert (codes(groups), groups["capacity"]["fits"]) == (["no_capacity"], 2)
    # A preview runs beside its version.
    tested = asked(user, "require", instances=2, strategy="preview")
    assert (codes(tested), tested["capacity"]["needed"], tested["capacity"]["fits"]) == (["no_capacity"], 3, 2)
    stopped = asked(user, "require", instances=2, strategy="preview", promote=False)
    assert (stopped["plan"]["action"], stopped["capacity"]["needed"]) == ("preview", 1)

    # Nothing waits yet, so that Marathon shows nothing of what is free.
    unknown = asked(user, "require", "none", instances=2)
    assert (codes(unknown), unknown["capacity"]["verdict"]) == (["capacity_unknown"], "unknown")
    assert asked(user, "warn", "none", instances=2)["warnings"] == [unknown["capacity"]["sentence"]]

    user.app(definition=warned["plan"]["definition"], exclusive=True, wait=False)
    deadline = time.monotonic() + 60
    while running("app1-200") < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    resumed = asked(user, "require", instances=3)
    assert (codes(resumed), resumed["capacity"]["needed"], resumed["capacity"]["fits"]) == (["no_capacity"], 1, 0)
    assert running("app1-200") == 2
    # Where Mesos cannot be asked, what waits tells.
    large = asked(user, "require", "none", instances=3)
    assert (codes(large), large["capacity"]["source"]) == (["no_capacity"], "marathon")
    assert "1 of app1-200 wait" in large["capacity"]["sentence"], large["capacity"]


@pytest.mark.parametrize("user", [SMALL], indirect=True)
def test_it_is_found_before_the_lock(user: User) -> None:
    user.listen()
    master = user.lab.env["LAB_MESOS_MASTER"]
    begin: dict[str, Any] = {"service": "app1", "purpose": "x", "owner": "o", "mesos_master": master}
    rollout = {**LARGE, "instances": 3}
    shown = call(MIGRATION_BEGIN, check_mode=True, rollout={**rollout, "capacity": "warn"}, **begin)
    assert shown["warnings"] == [shown["capacity"]["sentence"]]
    fits = call(MIGRATION_BEGIN, check_mode=True, rollout={**rollout, "instances": 2, "capacity": "warn"}, **begin)
    assert not fits["warnings"] and f"  capacity: {fits['capacity']['sentence']}" in fits["more_shown"]
    written = len(user.lab.journal(kind="request", write=True))
    with pytest.raises(Refused, match="There is no room for 3 instances") as refused:
        call(MIGRATION_BEGIN, rollout={**rollout, "capacity": "require"}, **begin)
    assert len(user.lab.journal(kind="request", api="mesos")) == 3
    details: Any = refused.value.details
    assert [each["code"] for each in details["refusals"]] == ["no_capacity"]
    assert len(user.lab.journal(kind="request", write=True)) == written

    # What was asked before the lock was taken is not asked again under it.
    begun = call(MIGRATION_BEGIN, rollout={**rollout, "instances": 2, "capacity": "require"}, **begin)
    assert begun["locked"]["taken"] and begun["capacity"]["verdict"] == "fits" and not begun["warnings"]
    assert len(user.lab.journal(kind="request", api="mesos")) == 4
