# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make soak`: the proof at length. Sections and cases that a broken-off run has recorded are not measured again."""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.soak import bad_versions, faults, kills, losses, render, switches, zero_loss
from tests.soak.cases import Case
from tests.soak.records import ROOT, Records, commit
from tests.soak.service import load

UNFINISHED = ROOT / "build" / "soak.run"


@dataclass(frozen=True)
class Section:
    """Its cases, how many of them may run side by side (figures of time and load need the machine for themselves), and what is sent."""

    cases: Callable[[], Iterable[Case]]
    beside: int = 1
    load: Mapping[str, Any] = field(default_factory=load)


FULL_LOAD = load(zero_loss.RATE, zero_loss.LOAD)
SECTIONS = {
    "zero_loss": Section(zero_loss.cases, load=FULL_LOAD),
    "real_seconds": Section(zero_loss.cases_in_real_seconds, load=FULL_LOAD),
    "losses": Section(losses.cases, load=FULL_LOAD),
    "kills": Section(kills.cases, beside=2),
    "faults": Section(faults.cases, beside=2),
    "bad_versions": Section(bad_versions.cases, beside=2),
    "switches": Section(switches.cases, beside=2),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--section", choices=["", *SECTIONS], default="", help="only this one")
    parser.add_argument("--case", default="", help="only the cases whose names hold this")
    given = parser.parse_args()
    command = "make soak" + (f" SECTION={given.section}" if given.section else "")
    command += f' CASE="{given.case}"' if given.case else ""
    run = _run(command)
    wrong = found = 0
    for name, section in SECTIONS.items():
        if given.section in ("", name):
            records = Records(name, run["began"], run["command"], load=section.load)
            found += _measure(section, records, given.case)
            wrong += sum(not case["good"] for case in records.cases())
    render.main()
    # One that another command began is for that one to end.
    if run["command"] == command:
        UNFINISHED.unlink()
    if not found:
        print(f'There is no case whose name holds "{given.case}".')
        return 2
    print(f"{wrong} cases are not as they must be" if wrong else "all is as it must be")
    return 1 if wrong else 0


def _measure(section: Section, records: Records, only: str) -> int:
    """Measure those of a section's cases that are not recorded yet. Returns how many there are in all."""

    def measure(case: Case) -> None:
        if records.has(case.name):
            print(f"     recorded already  {case.name}", flush=True)
            return
        began = time.time()
        figures = case.run()
        took = time.time() - began
        records.add(case.name, {**figures, "began": round(began, 1), "took": round(took, 1)})
        print(f"{took:6.1f} s  {'good' if figures['good'] else 'WRONG'}  {case.name}", flush=True)

    wanted = [case for case in section.cases() if only in case.name]
    with ThreadPoolExecutor(section.beside) as pool:
        list(pool.map(measure, wanted))
    return len(wanted)


def _run(command: str) -> dict[str, str]:
    """The run that was broken off, where it measured the same commit; else a new one."""
    broken_off = json.loads(UNFINISHED.read_text()) if UNFINISHED.exists() else {}
    if broken_off.get("commit") == commit():
        return {str(name): str(value) for name, value in broken_off.items()}
    began = datetime.datetime.now(datetime.UTC).isoformat(sep=" ")
    new = {"began": began, "command": command, "commit": commit()}
    UNFINISHED.parent.mkdir(exist_ok=True)
    UNFINISHED.write_text(json.dumps(new))
    return new


if __name__ == "__main__":
    sys.exit(main())
