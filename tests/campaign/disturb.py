# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Disturbs a run as its plan says: kills and stops it, breaks the APIs, and does what people do."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
import urllib.error
from collections.abc import Callable, Mapping
from typing import Any

from tests.campaign.plan import FAULT, KILL, LEADER, NEW, PERSON, SERVING, SILENCE, STOP, Disturbance, Operation
from tests.campaign.record import is_lock, service_of
from tests.demo.playbook import module_result
from tests.lab.process import LabProcess
from tests.soak.outage import WELL
from tests.soak.service import asked_of_marathon, send
from tests.soak.steps import Playbook, kill, signal_all

UNWILLING = (OSError, RuntimeError, ValueError)
"""What a person gets to see who meets a fault of the API, or asks for what cannot be."""


class Disturber:
    """Disturbs one run. `interfere` is called as each of its steps begins, `finish` when it is over."""

    def __init__(
        self,
        lab: LabProcess,
        operation: Operation,
        serving: Callable[[str], str],
        meanwhile: Callable[[str, str], None],
    ) -> None:
        """Take how to learn which app serves, and how to run another playbook for the service."""
        self._lab = lab
        self._operation = operation
        self._serving = serving
        self._meanwhile = meanwhile
        self._waiting = list(operation.disturbances)
        self._timers: list[threading.Timer] = []
        self._over = False
        self.killed = False
        self.stopped = 0.0

    @property
    def missed(self) -> list[str]:
        """Those whose step never came."""
        return [str(each) for each in self._waiting]

    def interfere(self, number: int, name: str, process: Playbook) -> None:
        """Do what is due at this step."""
        for each in [each for each in self._waiting if each.is_due(number, name)]:
            self._waiting.remove(each)
            if each.later:
                self._after(each.later, self._do, each, process)
            else:
                self._do(each, process)

    def finish(self) -> None:
        """Wait for what has begun, and put everything right again."""
        self._over = True
        for timer in self._timers:
            timer.join()
        if any(each.what in (FAULT, SILENCE, LEADER) for each in self._operation.disturbances):
            self._lab.clear_faults()
            self._lab.set(connector=WELL["connector"])
            self._another_leads()

    def _after(self, seconds: float, what: Callable[..., None], *arguments: Any) -> None:
        timer = threading.Timer(seconds, what, arguments)
        timer.start()
        self._timers.append(timer)

    def _do(self, each: Disturbance, process: Playbook) -> None:
        if process.poll() is not None or self._over:
            return
        if each.what == KILL:
            self.killed = True
            kill(process)
        elif each.what == STOP:
            self._stop(each, process)
        elif each.what == FAULT:
            self._lab.fault(**each.details)
            if "times" not in each.details:
                self._after(each.seconds, self._lab.clear_faults)
        elif each.what == SILENCE:
            self._lab.set(connector="silent")
            self._after(each.seconds, lambda: self._lab.set(connector="on"))
        elif each.what == LEADER:
            self._lab.post("/marathon", {"leader": None, "down": [self._leader()]})
            self._after(each.seconds, self._another_leads)
        elif each.what == PERSON:
            with contextlib.suppress(*UNWILLING):
                self._deed(each.details)

    def _leader(self) -> int:
        return int(self._lab.state()["marathon"]["leader"] or 0)

    def _another_leads(self) -> None:
        state = self._lab.state()["marathon"]
        if state["leader"] is None:
            self._lab.post("/marathon", {"leader": 0 if 0 not in state["down"] else 1})

    def _stop(self, each: Disturbance, process: Playbook) -> None:
        """Stop the run, break its lock, let somebody else run a playbook meanwhile, and let it go on."""
        began = time.monotonic()
        signal_all(process, signal.SIGSTOP)
        try:
            with contextlib.suppress(*UNWILLING):
                self._break_lock()
            if each.details.get("run"):
                self._meanwhile(each.details["run"], str(500 + each.step))
        finally:
            signal_all(process, signal.SIGCONT)
            self.stopped += time.monotonic() - began

    def _deed(self, deed: Mapping[str, Any]) -> None:
        """Do what a person does, who has not asked anybody."""
        if deed["deed"] == "break_lock":
            self._break_lock()
            return
        service = self._operation.service
        app = {
            NEW: self._operation.app or self._serving(service),
            SERVING: self._serving(service),
        }.get(deed["whom"], f"/{service}")
        if deed["deed"] == "crash":
            self._lab.crash(app)
        elif deed["deed"] == "scale":
            send(self._lab, "PUT", f"/v2/apps{app}?force=true", {"instances": deed["instances"]})
        elif deed["deed"] == "restart":
            send(self._lab, "POST", f"/v2/apps{app}/restart?force=true", {})
        elif self._others(service, app):
            send(self._lab, "DELETE", f"/v2/apps{app}?force=true", {})

    def _others(self, service: str, app: str) -> bool:
        """Whether a service has another app. Who deletes the last one deletes the service, and nothing can converge then."""
        ids = [each["id"] for each in asked_of_marathon(self._lab, "/v2/apps")["apps"]]
        return any(each != app and service_of(each) == service and not is_lock(each) for each in ids)

    def _break_lock(self) -> None:
        break_lock(self._lab, self._operation.service)


def break_lock(lab: LabProcess, service: str) -> None:
    """Break the lock of a service as its documentation says, whoever holds it."""
    for app in asked_of_marathon(lab, "/v2/apps")["apps"]:
        if is_lock(app["id"]) and service_of(app["id"]) == service:
            holder = app["labels"]["dcos_avi_lock_owner"]
            asked = {"service": service, "state": "absent", "break_holder": holder}
            module_result("dcos.avi.migration_lock", asked, lab.env)


def end_deployments(lab: LabProcess, service: str) -> None:
    """Abandon the deployments of a service, as somebody does who began one that never ends."""
    for deployment in asked_of_marathon(lab, "/v2/deployments"):
        if any(service_of(app) == service for app in deployment["affectedApps"]):
            with contextlib.suppress(urllib.error.HTTPError):
                send(lab, "DELETE", f"/v2/deployments/{deployment['id']}?force=true", {})
