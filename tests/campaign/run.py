# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a plan in a lab under traffic, and records what is seen from outside."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

from tests.campaign.disturb import Disturber, end_deployments
from tests.campaign.draw import GOOD, SOON
from tests.campaign.plan import PERSON, Operation, Plan
from tests.campaign.record import AGAIN, CONVERGE, KILLED, OVERDUE, WAY_BACK, Count, Record, Run, is_lock, service_of
from tests.lab.process import LabProcess
from tests.lab.traffic.client import Mix
from tests.lab.traffic.process import TrafficProcess
from tests.soak.configurations import definition
from tests.soak.service import asked_of_marathon, create_listeners
from tests.soak.steps import Playbook, kill, run_in_steps

RATE = 150
"""Requests a second, of all services together."""
MIX = Mix(new=0.3, post=0.25, timeout=20)
"""Patient, so that a machine that does something else for a while costs no request."""
IMPATIENT = {"MARATHON_TIMEOUT": "3", "AVI_TIMEOUT": "3"}
LIMIT = 300.0
"""Seconds after which a run counts as one that does not end: several times what all its waits come to."""
LAST = "900"
"""The version that an undisturbed run rolls out in the end."""
LAPS_AFTER = 3
"""Seconds of traffic that are looked at after the last run."""
SETTLED: Mapping[str, Any] = {"rollout_wait_timeout": 30, "rollout_drain_timeout": 2, "rollout_instances": 2}
"""Fewer instances than a person gave the version that serves have to be asked for by name."""
READS = ("GET", "HEAD")


def run(plan: Plan, rate: float = RATE) -> Record:
    """Run a plan, and then a rollout of each service that nothing disturbs, twice."""
    with Stage.of(plan, rate) as stage:
        with ThreadPoolExecutor(len(plan.services)) as pool:
            list(pool.map(lambda service: stage.play(plan, service), plan.services))
        return stage.record()


class Stage:
    """A lab with the traffic of its services, and the runs so far."""

    def __init__(self, lab: LabProcess, traffic: Mapping[str, TrafficProcess]) -> None:
        self._lab = lab
        self._settings = lab.get("/settings")
        self._traffic = traffic
        self._runs: list[Run] = []

    @classmethod
    @contextlib.contextmanager
    def of(cls, plan: Plan, rate: float = RATE) -> Iterator[Self]:
        """The lab of a plan, in which its services take traffic."""
        with contextlib.ExitStack() as stack:
            lab = stack.enter_context(LabProcess(**plan.lab))
            create_listeners(lab, plan.services)
            addresses = lab.state()["dataplane"]["services"]
            traffic = {
                service: stack.enter_context(TrafficProcess(addresses[service], rate / len(plan.services), MIX))
                for service in plan.services
            }
            yield cls(lab, traffic)

    def play(self, plan: Plan, service: str) -> None:
        """Run the operations of a service, and what comes after."""
        for operation in plan.of(service):
            self.run(operation)
        if any(each.what == PERSON for operation in plan.of(service) for each in operation.disturbances):
            end_deployments(self._lab, service)
        last = Operation(service, "rollout", LAST, GOOD, variables=SETTLED)
        if self.run(last, CONVERGE).exit_code:
            # As the roles' README says of a version that waits, or that was left in between.
            self._go_back(service)
            self.run(last, CONVERGE)
        self.run(last, AGAIN)
        self.settle(service)

    def _go_back(self, service: str) -> None:
        """Finish a rollback, or give up what waits; where what came back is bad itself, the listener is named."""
        back: Mapping[str, Any] = {"rollback_wait_timeout": 30, "rollback_drain_timeout": 2}
        if self.run(Operation(service, "rollback", variables=back), WAY_BACK).exit_code:
            self.run(Operation(service, "rollback", variables={**back, "rollback_version": service}), WAY_BACK)

    def settle(self, service: str) -> None:
        """Wait for some more seconds of traffic."""
        seen = len(self._traffic[service].laps())
        self._traffic[service].wait_for(lambda _total: len(self._traffic[service].laps()) > seen + LAPS_AFTER)

    def run(self, operation: Operation, purpose: str = "") -> Run:
        """Run one operation with its disturbances; one that does not end is killed."""
        overdue = threading.Event()
        disturber = Disturber(
            self._lab,
            operation,
            self._serving,
            lambda playbook, version: self._meanwhile(operation.service, playbook, version),
        )
        watchdogs: list[threading.Timer] = []

        def end(process: Playbook) -> None:
            overdue.set()
            kill(process)

        def interfere(number: int, name: str, process: Playbook) -> None:
            if number == 1:
                watchdogs.append(threading.Timer(LIMIT, end, [process]))
                watchdogs[0].start()
            disturber.interfere(number, name, process)

        options = ["--check"] if operation.check else []
        done = run_in_steps(
            _playbook(operation), self._variables(operation), {**self._lab.env, **IMPATIENT}, interfere, *options
        )
        for watchdog in watchdogs:
            watchdog.cancel()
        disturber.finish()
        result = Run(
            operation.service,
            operation.playbook,
            operation.app,
            operation.check,
            purpose,
            done.began,
            done.ended,
            done.outcome.returncode,
            done.outcome.changed,
            done.outcome.failure,
            done.outcome.output,
            OVERDUE if overdue.is_set() else KILLED if disturber.killed else "",
            disturber.stopped,
            disturber.missed,
        )
        self._runs.append(result)
        return result

    def record(self) -> Record:
        """End the traffic, and return all that was seen."""
        totals = {service: traffic.stop() for service, traffic in self._traffic.items()}
        counters = self._lab.get("/counters")
        counts = {
            service: Count(
                total.answered,
                counters["virtualservices"][service]["responses"]["2xx"],
                sum(app["traffic"] for name, app in counters["apps"].items() if service_of(name) == service),
            )
            for service, total in totals.items()
        }
        journal = [
            each
            for each in self._lab.journal()
            if each["kind"] != "answers" and not (each["kind"] == "request" and each["method"] in READS)
        ]
        apps = {
            app["id"]: {"instances": app["instances"], "lock": is_lock(app["id"])}
            for app in asked_of_marathon(self._lab, "/v2/apps")["apps"]
        }
        laps = {service: traffic.laps() for service, traffic in self._traffic.items()}
        return Record(self._settings, tuple(self._runs), journal, laps, counts, apps)

    def _meanwhile(self, service: str, playbook: str, version: str) -> None:
        variables = {f"{playbook}_wait_timeout": SOON, f"{playbook}_drain_timeout": 2}
        about = (version, GOOD) if playbook == "rollout" else ("", "")
        self.run(Operation(service, playbook, *about, variables=variables), "meanwhile")

    def _serving(self, service: str) -> str:
        """The app that answered most in the last second."""
        laps = self._traffic[service].laps()
        answered: Mapping[str, int] = laps[-1]["answered_by"] if laps else {}
        return max(answered, key=answered.__getitem__, default=f"/{service}")

    def _variables(self, operation: Operation) -> dict[str, Any]:
        if operation.playbook in ("rollback", "retire"):
            return {**operation.variables, f"{operation.playbook}_service": operation.service}
        given = {**operation.variables, "rollout_service": operation.service, "rollout_version": operation.version}
        if operation.image:
            given |= {"rollout_definition": definition(operation.image)} if operation.whole else {
                "rollout_image": operation.image
            }  # fmt: skip
        if operation.gate:
            url = self._lab.state()["dataplane"]["services"][operation.service]
            given["rollout_requests"] = {"url": url, "wait_timeout": 1, "max_seconds": 2}
        return given


def _playbook(operation: Operation) -> str:
    """A playbook of the collection, or the file that a test gives."""
    name = operation.playbook
    return name if name.endswith(".yml") else f"dcos.avi.{name}"
