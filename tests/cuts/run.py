# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rollouts by the modules' own work, each of whose writes is cut, and what became of each by the lab's own account."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app import APP
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_info import MIGRATION_INFO
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_lock import MIGRATION_LOCK
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_scale_down import MIGRATION_SCALE_DOWN

from tests.cuts.draw import Cuts
from tests.cuts.ways import Connected, connected
from tests.lab.process import LabProcess
from tests.modules import call
from tests.soak.service import create_listeners

SERVICE, RUN = "app1", "a run that is cut"
QUICKLY: dict[str, Any] = {"wait_interval": 0.2, "wait_timeout": 60}
A_READ_TOO = 0.3
"""How often a read of the same step, and one of Avi, is cut as well."""


@dataclass
class Account:
    """What became of the writes that were cut. Nothing may be wrong."""

    writes: int = 0
    cuts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def judge(self, step: str, applied: int, result: Mapping[str, Any] | DcosAviError) -> None:
        """Note a step's end: its write was applied so many times."""
        self.writes += 1
        if applied > 1:
            self.wrong.append(f"{step}: applied {applied} times")
        if isinstance(result, DcosAviError):
            done = " although it was applied and is called not done" if applied and not result.changed else ""
            self.wrong.append(f"{step}: failed{done}: {result.sentence}")
        elif not (applied and result["changed"]):
            self.wrong.append(f"{step}: applied {applied} times, and reports changed: {result['changed']}")


class CutRollouts:
    """Rollouts of one service in a lab, whose connections are cut as ``chance`` has it."""

    def __init__(self, lab: LabProcess, way: Connected, marathon: Cuts, avi: Cuts, chance: random.Random) -> None:
        self.account = Account()
        self._lab = lab
        self._way = way
        self._marathon, self._avi = marathon, avi
        self._chance = chance

    def roll_out(self, version: str) -> None:
        """Roll out a version with a preview, by the writes of the role."""
        self._cut("lock", MIGRATION_LOCK, service=SERVICE, owner=RUN, purpose="to be cut", wait_timeout=0)
        asked = {"version": version, "image": f"shop/server:{version}", "strategy": "preview"}
        plan = self._info(rollout=asked)["plan"]
        preview = plan["preview"]
        self._cut("preview", APP, id=preview["app"], definition=preview["definition"], wait=False)
        self._cut("deploy", APP, definition=plan["definition"], exclusive=True, **QUICKLY)
        self._cut("clean", APP, id=preview["app"], state="absent", **QUICKLY)
        seen = self._info(until="active", app=plan["app"], **QUICKLY)
        for item in seen["retire"]:
            retire = {"by": plan["app"], "drain_timeout": 5}
            self._cut(
                "retire", MIGRATION_SCALE_DOWN, service=SERVICE, app=item["app"], owner=RUN, retire=retire, **QUICKLY
            )
        self._cut("unlock", MIGRATION_LOCK, service=SERVICE, owner=RUN, state="absent")

    def _info(self, **options: Any) -> dict[str, Any]:
        return self._called(MIGRATION_INFO, service=SERVICE, **options)

    def _cut(self, step: str, work: Work, **options: Any) -> None:
        """Do a step of which the write is cut, and sometimes a read."""
        before = self._lab.journal()[-1]["seq"]
        self._marathon.expect(write=True)
        for cuts in (self._marathon, self._avi):
            if self._chance.random() < A_READ_TOO:
                cuts.expect(write=False)
        result: Mapping[str, Any] | DcosAviError
        try:
            result = self._called(work, **options)
        except DcosAviError as error:
            result = error
        for cuts in (self._marathon, self._avi):
            cuts.forget()
        written = self._lab.journal(since=before, kind="request", api="marathon", write=True)
        applied = sum(200 <= (entry["status"] or 0) < 300 for entry in written)
        self.account.judge(step, applied, result)

    def _called(self, work: Work, **options: Any) -> dict[str, Any]:
        to_avi = self._way.avi if "controller" in work.options else {}
        with self._way.in_force():
            return call(work, **self._way.marathon, **to_avi, **options)


def cut_rollouts(way: str, shape: str, keeps_alive: bool, seed: int, is_enough: Callable[[Account], bool]) -> Account:
    """Roll out version after version in a lab of its own, until that is enough. Stops at the first thing that is wrong."""
    chance = random.Random(f"{way} {shape} {keeps_alive} {seed}")
    marathon, avi = Cuts(chance), Cuts(chance)
    with LabProcess(avi=shape) as lab:
        create_listeners(lab, [SERVICE])
        with connected(lab, way, keeps_alive, marathon, avi) as there:
            rollouts = CutRollouts(lab, there, marathon, avi, chance)
            version = 100
            while not rollouts.account.wrong and not is_enough(rollouts.account):
                rollouts.roll_out(str(version))
                version += 100
                rollouts.account.cuts = marathon.done + avi.done
    return rollouts.account
