# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When Marathon checks a task, and what counts then: as running Marathons of each release did."""

from __future__ import annotations

from typing import Any

import pytest
from hosted import HostedMarathon, Listener

from tests.lab.marathon.clock import parse
from tests.whole import also

SICK = {"docker": {"image": "lab/never-healthy"}}
HOUR = 3600


def create(marathon: HostedMarathon, check: dict[str, Any], **fields: Any) -> None:
    body = {"id": "/checked", "cpus": 0.01, "mem": 1, "container": {"docker": {"image": "lab/ok"}}, **fields}
    answer = marathon.ask("POST", "/v2/apps", {**body, "healthChecks": [{"path": "/", "portIndex": 0, **check}]})
    assert answer.status == 201, answer


def healthy(marathon: HostedMarathon, count: int) -> list[dict[str, Any]]:
    body = marathon.until("/v2/apps/checked", lambda body: body["app"]["tasksHealthy"] == count)
    tasks: list[dict[str, Any]] = body["app"]["tasks"]
    return tasks


def seconds(earlier: str, later: str) -> float:
    return (parse(later) - parse(earlier)).total_seconds()


def test_the_first_check_comes_after_five_seconds_at_most(marathon: HostedMarathon) -> None:
    """With an interval of an hour, that is 36 s here: after 5 s of Marathon's, counted from the version's beginning (4.1 s after it ran)."""
    create(marathon, {"intervalSeconds": HOUR})
    (task,) = healthy(marathon, 1)
    assert seconds(task["startedAt"], task["healthCheckResults"][0]["lastSuccess"]) < HOUR / 100


def test_later_tasks_are_checked_at_the_next_tick_of_their_version(marathon: HostedMarathon) -> None:
    """19 to 20 s with an interval of 20 s: not from when they began to run."""
    create(marathon, {"intervalSeconds": 50}, instances=2, backoffSeconds=0)
    before = healthy(marathon, 2)
    killed = before[0]["id"]
    assert marathon.ask("DELETE", f"/v2/apps/checked/tasks/{killed}").status == 200
    marathon.until("/v2/apps/checked", lambda body: killed not in [task["id"] for task in body["app"]["tasks"]])
    first = {each["id"]: each["healthCheckResults"][0]["lastSuccess"] for each in before}

    def again(body: Any) -> bool:
        results = [task.get("healthCheckResults") for task in body["app"]["tasks"]]
        return len(results) == 2 and all(each and each[0]["lastSuccess"] not in first.values() for each in results)

    tasks = marathon.until("/v2/apps/checked", again)["app"]["tasks"]
    checked = [task["healthCheckResults"][0]["lastSuccess"] for task in tasks]
    tick = 50 / marathon.settings.speed
    for result in checked:
        late = seconds(first[before[1]["id"]], result) % tick
        assert min(late, tick - late) < 0.6 * tick / 2


def test_a_failure_within_the_grace_period_makes_it_unhealthy_and_counts_for_nothing(marathon: HostedMarathon) -> None:
    """tasksUnhealthy 1 at the first check; no failure is told of, and nobody is killed."""
    listener = Listener(marathon, "?event_type=failed_health_check_event&event_type=unhealthy_instance_kill_event")
    create(marathon, {"intervalSeconds": 5, "gracePeriodSeconds": HOUR, "maxConsecutiveFailures": 1}, container=SICK)
    app = marathon.until("/v2/apps/checked", lambda body: body["app"]["tasksUnhealthy"] == 1)["app"]
    (result,) = app["tasks"][0]["healthCheckResults"]
    assert (result["alive"], result["consecutiveFailures"], result.get("lastFailure")) == (False, 0, None)
    assert app["tasksHealthy"] == 0
    assert listener.names() == []
    listener.close()


def test_after_the_grace_period_failures_count_and_kill(marathon: HostedMarathon) -> None:
    """The task was never healthy: failures are told of, and the kill, but no change of its health."""
    listener = Listener(marathon)
    create(marathon, {"intervalSeconds": 5, "gracePeriodSeconds": 1, "maxConsecutiveFailures": 2}, container=SICK)
    listener.wait_for("unhealthy_instance_kill_event", appId="/checked")
    names = listener.names()
    assert names.count("failed_health_check_event") >= 2
    assert "health_status_changed_event" not in names
    assert ("instance_health_changed_event" in names) is (marathon.settings.marathon != "1.4")
    listener.close()


def test_the_dead_count_until_the_next_tick(marathon: HostedMarathon) -> None:
    """1.8 and 1.11: the interval at most; before, they are dropped at once."""
    create(marathon, {"intervalSeconds": 100}, backoffSeconds=HOUR, maxLaunchDelaySeconds=HOUR)
    healthy(marathon, 1)

    async def die() -> None:
        marathon.server.crash(app="/checked")

    marathon.within(die())
    counted = marathon.app("/checked")["tasksHealthy"]
    assert counted == (1 if marathon.settings.marathon in ("1.8", "1.11") else 0)
    healthy(marathon, 0)


@pytest.mark.parametrize("interval", [HOUR, *also(5)])
def test_a_new_leader_checks_everything_anew(marathon: HostedMarathon, interval: int) -> None:
    """No result is left; the first comes after the interval, or 5 s: 4.4 to 4.7 s with an interval of 10 s."""
    create(marathon, {"intervalSeconds": interval})
    (before,) = healthy(marathon, 1)
    marathon.settings.speed = 2  # so that the next checks are late enough to be waited for
    marathon.within(marathon.server.disturb(leader=None))
    marathon.within(marathon.server.disturb())
    app = marathon.app("/checked")
    assert (app["tasksRunning"], app["tasksHealthy"]) == (1, 0)
    assert not app["tasks"][0].get("healthCheckResults")
    (after,) = healthy(marathon, 1)
    marathon.settings.speed = 100
    assert after["id"] == before["id"]
    firsts = [task["healthCheckResults"][0]["firstSuccess"] for task in (before, after)]
    assert firsts[0] < firsts[1]
