# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a wait for an app ends."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    DcosAviError,
    WaitTimeout,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import (
    SLEEP,
    Fault,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply


def test_a_rollout_that_does_not_finish_says_why(ensure, marathon):
    marathon.unhealthy = True
    marathon.queue = [{"app": {"id": "/a"}, "delay": {"timeLeftSeconds": 0, "overdue": True}, "processedOffersSummary": {
        "processedOffersCount": 3, "rejectSummaryLastOffers": [{"reason": "InsufficientCpus", "declined": 3, "processed": 3}]}}]  # fmt: skip
    with pytest.raises(WaitTimeout) as raised:
        ensure(id="a", definition={**SLEEP, "healthChecks": [{"path": "/"}]}, wait_timeout=0)
    assert "/a to be rolled out by deployment d-create" in raised.value.sentence
    assert "0 of 2 tasks healthy (2 running, 2 unchecked)" in raised.value.sentence
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
    sleep = {**SLEEP, "healthChecks": [{}]}
    marathon.unhealthy = True
    if exists:
        marathon.add("/a", **sleep)
    marathon.stuck = True
    with pytest.raises(WaitTimeout) as raised:
        ensure(id="a", definition={**sleep, "cmd": "bad"}, wait_timeout=0, on_failure="rollback")
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


def test_the_deployment_of_somebody_else_is_not_rolled_back(ensure, marathon, writes):
    marathon.unhealthy = True

    def override(request):
        if request.method == "GET" and request.path == "/v2/apps/a" and "/a" in marathon.apps:
            marathon.apps["/a"]["deployments"] = [{"id": "d-other"}]

    marathon.before_answer = override
    with pytest.raises(WaitTimeout, match="Its deployment was over, so that it could not be rolled back"):
        ensure(id="a", definition={**SLEEP, "healthChecks": [{}]}, wait_timeout=0, on_failure="rollback")
    assert writes() == ["POST /v2/apps"]


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


@pytest.mark.parametrize("params", [{"instances": 0}, {"state": "absent"}])
def test_tasks_on_a_lost_agent_are_told_of_though_marathon_shows_them_no_more(ensure, marathon, params):
    """Marathon says that the scale to zero is over at once, and up to 1.5 does not list these tasks any more."""
    app = marathon.add("/a", **SLEEP)
    app["tasks"][0].update(state="TASK_UNREACHABLE", host="agent7")
    assert "warnings" not in ensure(id="a", check_mode=True, **params)
    result = ensure(id="a", **params)
    assert result["changed"] and result["warnings"] == [
        "/a may still serve on agent7: Marathon has lost sight of 1 of its tasks there, and ends them only when the agent is back."
    ]


def test_an_app_at_zero_that_marathon_lists_on_a_lost_agent_is_told_of(ensure, marathon):
    app = marathon.add("/a", cmd="x", instances=0)
    app["tasks"] = [{"id": "a.1", "state": "TASK_UNREACHABLE", "host": "agent7"}]
    result = ensure(id="a", instances=0)
    assert not result["changed"] and "may still serve on agent7" in result["warnings"][0]
