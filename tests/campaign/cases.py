# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The campaign as cases of `make soak`: seed after seed, or one that is asked for; what is wrong is kept to be looked at."""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.campaign.draw import drawn
from tests.campaign.judge import lost_by_reason, violations
from tests.campaign.plan import Plan, read, write
from tests.campaign.record import Record
from tests.campaign.run import RATE, run
from tests.soak.cases import Case
from tests.soak.records import ROOT

KEPT = Path(__file__).parent / "kept"
"""Plans that found something once; `make test` runs them again."""
FOUND = ROOT / "build" / "soak" / "random"
"""Where the plan and the record of a case that is wrong are left."""
SEED = re.compile(r"(?:seed )?(\d+)")


def cases(asked: str, first_seed: int) -> Iterator[Case]:
    """One plan after another, from a seed on; or the one that is asked for by its seed or by the file of a plan."""
    if found := SEED.fullmatch(asked):
        yield _case(drawn(int(found[1])))
    elif asked.endswith(".json"):
        yield _case(read(Path(asked)))
    elif not asked:
        yield from map(_case, map(drawn, itertools.count(first_seed)))


def _case(plan: Plan) -> Case:
    return Case(plan.name, functools.partial(tried, plan))


def tried(plan: Plan, rate: float = RATE) -> dict[str, Any]:
    """Run a plan and judge it; return the figures."""
    record = run(plan, rate)
    found = violations(record)
    if found:
        folder = FOUND / plan.name.replace(" ", "-")
        write(plan, folder / "plan.json")
        (folder / "record.json").write_text(json.dumps(asdict(record)))
        for each in found:
            print(f"       {plan.name}: {each.invariant}, {each.service}: {each.sentence}", flush=True)
    return {**_figures(plan, record), "violations": [asdict(each) for each in found], "good": not found}


def _figures(plan: Plan, record: Record) -> dict[str, Any]:
    laps = [lap for laps in record.laps.values() for lap in laps]
    lost = sum((Counter(lap["lost"]) for lap in laps), Counter[str]())
    missed = sum(len(run.missed) for run in record.runs)
    return {
        "lab": dict(plan.lab),
        "plan": [str(operation) for operation in plan.operations],
        "services": len(plan.services),
        "runs": len(record.runs),
        "failed": sum(run.exit_code > 0 for run in record.runs),
        "killed": sum(run.exit_code < 0 for run in record.runs),
        "disturbances": dict(_kinds(plan)),
        "missed": missed,
        "sent": sum(lap["sent"] for lap in laps),
        "answered": sum(sum(lap["answered_by"].values()) for lap in laps),
        "lost": dict(lost),
        "lost_by": dict(lost_by_reason(record)),
    }


def _kinds(plan: Plan) -> Counter[str]:
    return Counter(each.what for operation in plan.operations for each in operation.disturbances)
