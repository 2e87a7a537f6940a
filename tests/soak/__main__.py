# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make soak`: the proof at length. Sections and cases that a broken-off run has recorded are not measured again."""

from __future__ import annotations

import argparse
import datetime
import json
import math
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.campaign import cases as campaign
from tests.campaign.run import MIX, RATE
from tests.cuts import cases as cuts
from tests.fuzz import cases as fuzz
from tests.soak import (
    bad_versions,
    faults,
    kills,
    leaders,
    losses,
    others,
    release,
    render,
    switches,
    tenants,
    undo,
    ways_back,
    zero_loss,
)
from tests.soak.cases import Case
from tests.soak.records import CHANGED, PROOF, ROOT, Records, commit
from tests.soak.release_fleet import RATE as RATE_OF_A_RELEASE
from tests.soak.service import load
from tests.soak.sums import minutes_of

ALL = "make soak"
UNFINISHED = ROOT / "build" / "soak.run"
# Of single cases, which prove nothing by themselves.
TRIED = ROOT / "build" / "soak"
MAY_BREAK = 3
"""How many cases of a section that never ends may fail to be measured. None of them is good; more means that none can be measured."""
BROKEN_OFF = 130
"""What a shell has for a program that Ctrl-C ended."""


@dataclass(frozen=True)
class Section:
    """Its cases, how many of them may run side by side (figures of time and load need the machine for themselves), and what is sent.

    Cases that never end are `endless`: they are made from the case that is asked for and the first seed, and measured for some time.
    """

    cases: Callable[[], Iterable[Case]] = list
    beside: int = 1
    load: Mapping[str, Any] = field(default_factory=load)
    endless: Callable[[str, int], Iterable[Case]] | None = None

    def wanted(self, case: str, seed: int) -> Iterable[Case]:
        """The cases whose names hold this."""
        if self.endless is None:
            return [each for each in self.cases() if case in each.name]
        return list(self.endless(case, seed)) if case else self.endless(case, seed)


FULL_LOAD = load(zero_loss.RATE, zero_loss.LOAD)
SECTIONS = {
    "zero_loss": Section(zero_loss.cases, load=FULL_LOAD),
    "real_seconds": Section(zero_loss.cases_in_real_seconds, load=FULL_LOAD),
    "losses": Section(losses.cases, load=FULL_LOAD),
    "kills": Section(kills.cases, beside=3),
    "faults": Section(faults.cases, beside=2),
    "others": Section(others.cases, beside=3),
    "bad_versions": Section(bad_versions.cases, beside=2),
    "switches": Section(switches.cases, beside=2),
    "ways_back": Section(ways_back.cases, load=load(ways_back.RATE, ways_back.MIX)),
    "leaders": Section(leaders.cases, beside=2),
    "release": Section(release.cases, beside=2, load=load(RATE_OF_A_RELEASE)),
    "undo": Section(undo.cases, beside=2, load=load(undo.RATE)),
    "random": Section(beside=2, load=load(RATE, MIX), endless=campaign.cases),
    "cuts": Section(cuts.cases, load={}),
    "tenants": Section(tenants.cases),
    "fuzz": Section(load={}, endless=fuzz.cases),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--section", choices=["", *SECTIONS], default="", help="only this one")
    parser.add_argument(
        "--case", default="", help="only the cases whose names hold this; of random: a seed, or the file of a plan"
    )
    parser.add_argument("--minutes", type=float, default=60, help="how long random, or fuzz, is measured")
    parser.add_argument("--seed", type=int, default=1, help="the first seed of random")
    given = parser.parse_args()
    wanted = {
        name: section.wanted(given.case, given.seed)
        for name, section in SECTIONS.items()
        if given.section in ("", name)
    }
    if not any(wanted.values()):
        print(f'There is no case whose name holds "{given.case}".')
        return 2
    try:
        wrong = _try(wanted, given.case) if given.case else _prove(wanted, given.section, given.minutes)
    except KeyboardInterrupt:
        print("Broken off. The same command goes on where it was, as long as nothing is changed.")
        return BROKEN_OFF
    print(f"{wrong} cases are not as they must be" if wrong else "all is as it must be")
    return 1 if wrong else 0


def _prove(wanted: Mapping[str, Iterable[Case]], section: str, minutes: float) -> int:
    """Measure what is not recorded yet, and publish it. Returns how many cases are wrong."""
    command = ALL + (f" SECTION={section}" if section else "")
    run = _run(command)
    wrong = _measure_all(wanted, PROOF, run["began"], run["command"], minutes)
    render.main()
    # One that another command began is for that one to end.
    if run["command"] == command:
        UNFINISHED.unlink()
    return wrong


def _try(wanted: Mapping[str, Iterable[Case]], only: str) -> int:
    """Measure some cases, which publishes nothing. Returns how many are wrong."""
    wanted = {name: cases for name, cases in wanted.items() if cases}
    print(f"The figures are in {TRIED.relative_to(ROOT)}; what is published stays as it is.")
    return _measure_all(wanted, TRIED, _now(), f'{ALL} CASE="{only}"')


def _measure_all(
    wanted: Mapping[str, Iterable[Case]], folder: Path, run: str, command: str, minutes: float = math.inf
) -> int:
    wrong = 0
    for name, cases in wanted.items():
        section = SECTIONS[name]
        records = Records(name, run, command, folder, load=section.load)
        if section.endless:
            wrong += _measure(cases, section.beside, records, minutes, may_break=MAY_BREAK)
        else:
            _measure(cases, section.beside, records)
        wrong += sum(not case["good"] for case in records.cases())
    return wrong


def _measure(
    cases: Iterable[Case], beside: int, records: Records, minutes: float = math.inf, may_break: int = 0
) -> int:
    """Measure those of a section's cases that are not recorded yet, until that took so many minutes in all.

    Returns how many could not be measured to their end. The one after so many ends the section.
    """
    waiting, taking, failed = iter(cases), threading.Lock(), threading.Event()
    broken: list[str] = []

    def next_case() -> Case | None:
        with taking:
            over = failed.is_set() or minutes_of(records.cases()) >= minutes
            return None if over else next(waiting, None)

    def measure(case: Case) -> None:
        if records.has(case.name):
            print(f"     recorded already  {case.name}", flush=True)
            return
        began = time.time()
        try:
            figures = case.run()
        except Exception:
            broken.append(case.name)
            if len(broken) > may_break:
                raise
            print(f"         BROKEN OFF  {case.name}\n{traceback.format_exc()}", flush=True)
            return
        took = time.time() - began
        records.add(case.name, {**figures, "began": round(began, 1), "took": round(took, 1)})
        print(f"{took:6.1f} s  {'good' if figures['good'] else 'WRONG'}  {case.name}", flush=True)

    def work() -> None:
        try:
            while case := next_case():
                measure(case)
        except BaseException:
            failed.set()
            raise

    with ThreadPoolExecutor(beside) as pool:
        working = [pool.submit(work) for _each in range(beside)]
        try:
            for each in working:
                each.result()
        finally:
            failed.set()
    return len(broken)


def _run(command: str) -> dict[str, str]:
    """The run that was broken off, where it measured the same commit, by the same command or all; else a new one."""
    broken_off = json.loads(UNFINISHED.read_text()) if UNFINISHED.exists() else {}
    of_this_commit = broken_off.get("commit") == commit() and not commit().endswith(CHANGED)
    if of_this_commit and broken_off["command"] in (command, ALL):
        return {str(name): str(value) for name, value in broken_off.items()}
    new = {"began": _now(), "command": command, "commit": commit()}
    UNFINISHED.parent.mkdir(exist_ok=True)
    UNFINISHED.write_text(json.dumps(new))
    return new


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(sep=" ")


if __name__ == "__main__":
    sys.exit(main())
