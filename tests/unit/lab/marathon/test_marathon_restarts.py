# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restarts, and what takes them back: as running Marathons of each release did, with the figures that were measured there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from contract import IN_TURN
from hosted import HostedMarathon

HTTP = {"path": "/", "portIndex": 0, "intervalSeconds": 5, "timeoutSeconds": 1000, "maxConsecutiveFailures": 0}
"""Nobody is killed for failing."""
MESOS = {**HTTP, "protocol": "MESOS_HTTP"}
FULL, ONE_BY_ONE, HALF, DOWN = (1, 1), (1, 0), (0.5, 0.2), (0, 0)
"""minimumHealthCapacity and maximumOverCapacity."""
BY_NUMBER = ("1.4", "1.5", "1.8")
GOOD, BAD = ({"docker": {"image": f"lab/{name}"}} for name in ("ok", "never-healthy"))


class Service:
    """An app of a Marathon, and how many of its tasks served at least."""

    def __init__(self, marathon: HostedMarathon, instances: int, strategy: tuple[float, float], check: Any) -> None:
        self.marathon = marathon
        least, over = strategy
        self.fields = {
            "instances": instances,
            "healthChecks": [check],
            "upgradeStrategy": {"minimumHealthCapacity": least, "maximumOverCapacity": over},
        }
        body = {"id": "/served", "cpus": 0.01, "mem": 1, "container": GOOD, **self.fields}
        assert marathon.ask("POST", "/v2/apps", body).status == 201
        marathon.settle()
        self.old = self.tasks()
        self._since = self._now()

    def _now(self) -> int:
        return max((entry["seq"] for entry in self.marathon.journal.entries()), default=0)

    def tasks(self) -> set[str]:
        return {task["id"] for task in self.marathon.app("/served")["tasks"]}

    def put(self, fields: dict[str, Any], query: str = "") -> Any:
        answer = self.marathon.ask("PUT", f"/v2/apps/served{query}", fields)
        assert answer.status == 200, answer
        return answer.body

    def stuck(self, running: int) -> str:
        """Update it to an image that never gets healthy; return the deployment's id once so many tasks run."""
        deployment: str = self.put({"container": BAD})["deploymentId"]
        self.marathon.until(
            "/v2/apps/served",
            lambda body: body["app"]["tasksRunning"] == len(body["app"]["tasks"]) == running,
        )
        return deployment

    def begin(self) -> None:
        """Count from now on."""
        self._since = self._now()
        bad = self.tasks() - self.old
        self.serving = self.tasks() - bad

    def killed(self) -> list[str]:
        return [entry["task"] for entry in self.marathon.journal.entries(self._since, {"kind": "kill"})]

    def low(self) -> int:
        """Return the fewest tasks that served since it began to count; whatever was launched since then is good."""
        serving, lowest = set(self.serving), len(self.serving)
        for entry in self.marathon.journal.entries(self._since):
            if entry["kind"] == "start":
                serving.add(entry["task"])
            elif entry["kind"] in ("kill", "end"):
                serving.discard(entry["task"])
            lowest = min(lowest, len(serving))
        return lowest

    def stands_still(self) -> bool:
        """Whether nothing is launched or killed here while Marathon deploys something else, and whether it still wants to."""
        seen, deployments = self._now(), self.marathon.app("/served")["deployments"]
        for number in range(3):
            body = {"id": f"/other{number}", "cmd": "sleep 1000", "cpus": 0.01, "mem": 1}
            assert self.marathon.ask("POST", "/v2/apps", body).status == 201
            self.marathon.until(f"/v2/apps/other{number}", lambda body: not body["app"]["deployments"])
        entries = self.marathon.journal.entries(seen, {"app": "/served"})
        assert entries == []
        return bool(self.marathon.app("/served")["deployments"] == deployments)


@pytest.fixture
def persona(request: pytest.FixtureRequest, personas: dict[str, HostedMarathon]) -> Iterator[HostedMarathon]:
    """The Marathon that a test's parameter names."""
    marathon = personas[request.param]
    yield marathon
    marathon.settings.kill_order = "tracker"
    marathon.clear()


@pytest.mark.parametrize("persona", IN_TURN, indirect=True)
@pytest.mark.parametrize(
    ("strategy", "check", "low"),
    [(FULL, HTTP, 4), (FULL, MESOS, 4), (ONE_BY_ONE, MESOS, 4), (HALF, MESOS, 2), (DOWN, MESOS, 0)],
)
def test_a_restart_by_strategy(
    persona: HostedMarathon, strategy: tuple[float, float], check: dict[str, Any], low: int
) -> None:
    """The table of restarts: the fewest of 4 that served."""
    service = Service(persona, 4, strategy, check)
    service.begin()
    service.put({"labels": {"new": "1"}})
    persona.settle()
    assert service.low() == low
    assert service.tasks().isdisjoint(service.old)


@pytest.mark.parametrize("persona", BY_NUMBER, indirect=True)
@pytest.mark.parametrize(("strategy", "low"), [(ONE_BY_ONE, 4), (HALF, 2), (DOWN, 0)])
def test_marathons_own_checks_make_no_difference_up_to_1_9(
    persona: HostedMarathon, strategy: tuple[float, float], low: int
) -> None:
    service = Service(persona, 4, strategy, HTTP)
    service.begin()
    service.put({"labels": {"new": "1"}})
    persona.settle()
    assert service.low() == low


@pytest.mark.parametrize("persona", ["1.11"], indirect=True)
@pytest.mark.parametrize(("instances", "strategy"), [(4, ONE_BY_ONE), (4, HALF), (4, DOWN), (1, (0.5, 0.5))], ids=str)
@pytest.mark.parametrize("image", [GOOD, BAD], ids=["good", "bad"])
def test_a_restart_that_has_no_room_never_begins(
    persona: HostedMarathon, instances: int, strategy: tuple[float, float], image: dict[str, Any]
) -> None:
    """Where floor(instances * (1 + over-capacity)) is instances, and Marathon checks: 30 of 30. Room for one more is the way out."""
    service = Service(persona, instances, strategy, HTTP)
    service.begin()
    service.put({"container": image, "labels": {"new": "1"}})
    assert service.stands_still()
    assert service.tasks() == service.old
    service.put(
        {"container": GOOD, "upgradeStrategy": {"minimumHealthCapacity": 1, "maximumOverCapacity": 1}}, "?force=true"
    )
    persona.settle()
    assert service.low() == instances
    assert service.tasks().isdisjoint(service.old)


UNDO: dict[str, Callable[[Service, str], Any]] = {
    "rolled back": lambda service, stuck: service.marathon.ask("DELETE", f"/v2/deployments/{stuck}"),
    "the old one by force": lambda service, _stuck: service.put({"container": GOOD}, "?force=true"),
    "another good one by force": lambda service, _stuck: service.put(
        {"container": GOOD, "labels": {"other": "1"}}, "?force=true"
    ),
}


@pytest.mark.parametrize("persona", IN_TURN, indirect=True)
@pytest.mark.parametrize("instances", [1, 2])
@pytest.mark.parametrize("undo", UNDO)
def test_what_undoes_a_stuck_restart_takes_all_of_few_down(persona: HostedMarathon, instances: int, undo: str) -> None:
    """1 instance: 16 of 16, 2 instances: 29 of 29 served nobody; up to four stand in the order in which they came."""
    service = Service(persona, instances, FULL, HTTP)
    stuck = service.stuck(2 * instances)
    service.begin()
    UNDO[undo](service, stuck)
    persona.settle()
    assert service.low() == 0
    assert service.killed()[:instances] == [task for task in service.killed() if task in service.old]
    app = persona.app("/served")
    assert app["container"]["docker"]["image"] == "lab/ok"
    assert (app["tasksHealthy"], service.tasks() & service.old) == (instances, set())


@pytest.mark.parametrize("persona", IN_TURN, indirect=True)
@pytest.mark.parametrize(("order", "lows"), [("tracker", range(4)), ("worst", [0])])
def test_what_undoes_a_stuck_restart_takes_half_down(persona: HostedMarathon, order: str, lows: Any) -> None:
    """4 instances: 1 to 3 still served (17 runs, mostly 2); 8 have no order."""
    persona.settings.kill_order = order
    service = Service(persona, 4, FULL, HTTP)
    stuck = service.stuck(8)
    service.begin()
    persona.ask("DELETE", f"/v2/deployments/{stuck}")
    persona.until("/v2/deployments", lambda body: len(service.killed()) >= 4)
    at_once = service.killed()[:4]
    persona.settle()
    assert 4 - len(set(at_once) & service.old) in ([*lows, 4] if order == "tracker" else lows)
    assert service.tasks().isdisjoint(service.old)


@pytest.mark.parametrize("persona", BY_NUMBER, indirect=True)
@pytest.mark.parametrize(("strategy", "running", "lows"), [(HALF, 4, [0]), (ONE_BY_ONE, 5, [3, 4]), (DOWN, 4, [0])])
def test_a_rollback_by_strategy(
    persona: HostedMarathon, strategy: tuple[float, float], running: int, lows: list[int]
) -> None:
    """{0.5, 0.2} loses the two healthy ones that were left; {1, 0} one of the five, 3 were left on 1.4 and 1.5, 4 on 1.8."""
    service = Service(persona, 4, strategy, HTTP)
    stuck = service.stuck(running)
    service.begin()
    persona.ask("DELETE", f"/v2/deployments/{stuck}")
    persona.until("/v2/deployments", lambda body: len(service.killed()) > 0)
    persona.settle()
    assert service.low() in lows
    assert service.tasks().isdisjoint(service.old)


@pytest.mark.parametrize("persona", ["1.11"], indirect=True)
def test_with_mesos_own_checks_the_sick_ones_go_first(persona: HostedMarathon) -> None:
    """1.11, {1, 1}: low 4 of 4."""
    service = Service(persona, 4, FULL, MESOS)
    stuck = service.stuck(8)
    service.begin()
    persona.ask("DELETE", f"/v2/deployments/{stuck}")
    persona.settle()
    assert service.low() == 4
    assert service.tasks().isdisjoint(service.old)


@pytest.mark.parametrize("persona", IN_TURN, indirect=True)
def test_a_cancelled_restart_kills_nobody_and_leaves_both(persona: HostedMarathon) -> None:
    service = Service(persona, 4, FULL, HTTP)
    stuck = service.stuck(8)
    service.begin()
    both = service.tasks()
    assert persona.ask("DELETE", f"/v2/deployments/{stuck}?force=true").status == 202
    assert service.stands_still()
    assert (service.tasks(), service.killed()) == (both, [])
    assert persona.app("/served")["container"]["docker"]["image"] == "lab/never-healthy"


@pytest.mark.parametrize("release", IN_TURN)
def test_what_a_cancelled_restart_leaves_too_much_ends_at_the_next_scale_check(release: str) -> None:
    """Nothing else looks after an app that no deployment changes and no task of which ends."""
    with HostedMarathon(marathon=release, scale_interval=100.0) as marathon:
        service = Service(marathon, 4, FULL, HTTP)
        stuck = service.stuck(8)
        assert marathon.ask("DELETE", f"/v2/deployments/{stuck}?force=true").status == 202
        marathon.until("/v2/tasks", lambda body: len(body["tasks"]) == 4)
        assert marathon.app("/served")["deployments"] == []


@pytest.mark.parametrize("persona", IN_TURN, indirect=True)
def test_a_forced_number_of_instances_ends_a_stuck_restart_in_success(persona: HostedMarathon) -> None:
    """{1, 1}, 5 over 4 and 4: three of the new ones are killed, the old ones and a bad one stay; 0.1 to 0.7 s."""
    service = Service(persona, 4, FULL, HTTP)
    service.stuck(8)
    service.begin()
    service.put({"instances": 5}, "?force=true")
    persona.settle()
    assert (service.low(), len(service.killed())) == (4, 3)
    assert service.old < service.tasks()
    assert persona.app("/served")["tasksHealthy"] == 4


@pytest.mark.parametrize("persona", IN_TURN, indirect=True)
def test_a_force_that_changes_nothing_leaves_the_stuck_one(persona: HostedMarathon) -> None:
    service = Service(persona, 2, FULL, HTTP)
    stuck = service.stuck(4)
    service.begin()
    service.put({"instances": 2}, "?force=true")
    assert service.stands_still()
    assert persona.app("/served")["deployments"] == [{"id": stuck}]


@pytest.mark.parametrize("persona", IN_TURN, indirect=True)
@pytest.mark.parametrize("instances", [2, 4])
def test_three_steps_undo_a_stuck_restart_and_lose_nobody(persona: HostedMarathon, instances: int) -> None:
    """Youngest first, over-capacity 1: 6 of 6. One instance more by force, then the number it had, then the old definition."""
    service = Service(persona, instances, FULL, HTTP)
    service.stuck(2 * instances)
    service.begin()
    service.put({"instances": instances + 1}, "?force=true")
    persona.settle()
    service.put({"instances": instances})
    persona.settle()
    assert service.tasks() == service.old
    service.put({"container": GOOD})
    persona.settle()
    assert service.low() == instances


@pytest.mark.parametrize("persona", IN_TURN, indirect=True)
def test_oldest_first_the_three_steps_lose_everybody(persona: HostedMarathon) -> None:
    service = Service(persona, 2, FULL, HTTP)
    service.put({"killSelection": "OLDEST_FIRST"})
    persona.settle()
    service.old = service.tasks()
    service.stuck(4)
    service.begin()
    service.put({"instances": 3}, "?force=true")
    persona.settle()
    service.put({"instances": 2})
    persona.settle()
    assert service.low() == 0


@pytest.mark.parametrize("persona", IN_TURN, indirect=True)
def test_an_old_one_that_is_killed_while_a_restart_is_stuck_is_not_replaced(persona: HostedMarathon) -> None:
    service = Service(persona, 2, FULL, HTTP)
    service.stuck(4)
    service.begin()
    task = min(service.old)
    assert persona.ask("DELETE", f"/v2/apps/served/tasks/{task}").status == 200
    persona.until("/v2/apps/served", lambda body: task not in [each["id"] for each in body["app"]["tasks"]])
    assert service.stands_still()
    assert service.tasks() & service.old == service.old - {task}


@pytest.mark.parametrize("persona", IN_TURN, indirect=True)
def test_a_spread_without_a_number_ends_all_launching_on_1_11(persona: HostedMarathon) -> None:
    """Whatever must launch hangs until Marathon begins anew without it; what is scaled down or deleted goes on."""
    service = Service(persona, 2, FULL, HTTP)
    spread = {"id": "/spread", "cmd": "sleep 1000", "cpus": 0.01, "constraints": [["hostname", "GROUP_BY"]]}
    assert persona.ask("POST", "/v2/apps", spread).status == 201
    if persona.settings.marathon != "1.11":
        persona.settle()
        return
    persona.until("/v2/queue", lambda body: [entry["app"]["id"] for entry in body["queue"]] == ["/spread"])
    service.put({"instances": 1})
    persona.until("/v2/apps/served", lambda body: len(body["app"]["tasks"]) == 1)
    service.put({"instances": 3})
    queue = persona.until("/v2/queue", lambda body: len(body["queue"]) == 2)["queue"]
    assert {entry["processedOffersSummary"]["processedOffersCount"] for entry in queue} == {0}
    assert persona.ask("DELETE", "/v2/apps/spread").status == 200
    persona.until("/v2/deployments", lambda body: [each["affectedApps"] for each in body] == [["/served"]])
    assert persona.app("/served")["tasksRunning"] == 1
    persona.within(persona.server.disturb(leader=None))
    persona.within(persona.server.disturb())
    persona.settle()
    # The new leader checks them first.
    persona.until("/v2/apps/served", lambda body: body["app"]["tasksHealthy"] == 3)
