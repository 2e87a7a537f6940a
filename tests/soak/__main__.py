# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make soak`: the proof at length. Sections and cases that a broken-off run has recorded are not measured again."""

from __future__ import annotations

import argparse
import datetime
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.soak import bad_versions, faults, kills, losses, render, switches, zero_loss
from tests.soak.cases import Case
from tests.soak.records import ROOT, Records

UNFINISHED = ROOT / "build" / "soak.run"


@dataclass(frozen=True)
class Section:
    """Its cases, and how many of them may run side by side: figures of time and load need the machine for themselves."""

    cases: Callable[[], Iterable[Case]]
    beside: int = 1


SECTIONS = {
    "zero_loss": Section(zero_loss.cases),
    "real_seconds": Section(zero_loss.cases_in_real_seconds),
    "losses": Section(losses.cases),
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
    run = _run()
    wrong = 0
    for name, section in SECTIONS.items():
        if given.section in ("", name):
            chosen = f" SECTION={name}" + (f' CASE="{given.case}"' if given.case else "")
            wrong += _measure(section, Records(name, run, "make soak" + chosen), given.case)
    render.main()
    if not (given.section or given.case):
        UNFINISHED.unlink()
    print(f"{wrong} cases are not as they must be" if wrong else "all is as it must be")
    return 1 if wrong else 0


def _measure(section: Section, records: Records, only: str) -> int:
    """Measure a section's cases. Returns how many are not as they must be."""

    def measure(case: Case) -> bool:
        began = time.monotonic()
        figures = case.run()
        records.add(case.name, figures)
        print(f"{time.monotonic() - began:6.1f} s  {'good' if figures['good'] else 'WRONG'}  {case.name}", flush=True)
        return bool(figures["good"])

    with ThreadPoolExecutor(section.beside) as pool:
        wanted = (case for case in section.cases() if only in case.name and not records.has(case.name))
        return sum(not good for good in pool.map(measure, wanted))


def _run() -> str:
    """The run that was broken off, else a new one."""
    if not UNFINISHED.exists():
        UNFINISHED.parent.mkdir(exist_ok=True)
        UNFINISHED.write_text(datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S"))
    return UNFINISHED.read_text()


if __name__ == "__main__":
    sys.exit(main())
