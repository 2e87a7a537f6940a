# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs checks: each a command with a log, counted by the tests it ran."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.check.results import explain, read_cases

LOGS = Path("build/checks")
#: Of a lab, tests wait most of the time. With one check more than cores, these have something to do meanwhile.
AT_ONCE = 3
QUIET_AT_ONCE = 2
ENVIRONMENT = {"NO_COLOR": "1", "ANSIBLE_NOCOLOR": "1"}


@dataclass(frozen=True)
class Check:
    """A command, run in the root of the repository, that ends with 0 when all is well."""

    name: str
    command: tuple[str, ...]
    results: str = ""
    """A glob of the JUnit files it leaves, whose tests are counted; without one the check counts as one test."""
    minutes: float = 40
    """It is ended, and has failed, after so long. Only what hangs takes this long: on a machine that is new and busy, a check
    installs its tools first, and that alone took ten minutes."""
    quiet: bool = False
    """It measures, under load or by the clock, and mostly waits: one other of this kind may run beside it, and nothing else."""
    in_whole_alone: bool = False
    """It is left to `make test WHOLE=1`, and to whoever names it: a workflow does so for each change."""


@dataclass(frozen=True)
class Result:
    """What a check came to."""

    counts: Counter[str]
    """How many tests "passed", "failed" and were "skipped"."""
    seconds: float
    failed: list[str]
    """What failed: each test by the name of the check and its own, or the check as a whole."""
    reasons: list[str]
    """The lines that tell why."""


def run(checks: Iterable[Check], tell: Callable[[Check, Result], None]) -> None:
    """Run the checks to their end, some at once; tell of each as it ends. Ends those under way when it is interrupted."""
    waiting, running = list(checks), list[_Running]()
    try:
        while waiting or running:
            while waiting and _fits(waiting[0], running):
                running.append(_Running(waiting.pop(0)))
            for each in [each for each in running if each.is_over()]:
                running.remove(each)
                tell(each.check, each.result())
            time.sleep(0.05)
    finally:
        for each in running:
            each.stop()


class _Running:
    """A check under way, in a process group of its own, so that nothing it started outlives it."""

    def __init__(self, check: Check) -> None:
        self.check = check
        self._log = LOGS / f"{check.name}.log"
        self._log.parent.mkdir(parents=True, exist_ok=True)
        for old in self._results():
            old.unlink()
        self._began = time.monotonic()
        with self._log.open("w") as output:
            self._process = subprocess.Popen(
                check.command,
                env={**os.environ, **ENVIRONMENT},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_over(self) -> bool:
        """Tell whether it has ended; end it when its time is up."""
        if self._process.poll() is None and time.monotonic() - self._began > self.check.minutes * 60:
            self.stop()
            with self._log.open("a") as output:
                output.write(f"\nEnded after {self.check.minutes:g} minutes.\n")
        return self._process.poll() is not None

    def stop(self) -> None:
        """End it, with all it started."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(10)

    def result(self) -> Result:
        """Count its tests, once it is over."""
        seconds = time.monotonic() - self._began
        self.stop()
        ended_well = self._process.returncode == 0
        cases = list(read_cases(self._results()))
        counts = Counter(case.outcome for case in cases)
        if not self.check.results and ended_well:
            counts["passed"] = 1
        failed = [f"{self.check.name}: {case.name}" for case in cases if case.outcome == "failed"]
        # What ended badly has failed, even where no test of it says so; so has what counted nothing.
        if not failed and not (ended_well and counts["passed"]):
            failed, counts["failed"] = [self.check.name], 1
        return Result(counts, seconds, failed, explain(cases, self._log) if failed else [])

    def _results(self) -> list[Path]:
        return sorted(Path().glob(self.check.results)) if self.check.results else []


def _fits(check: Check, running: list[_Running]) -> bool:
    alike = all(each.check.quiet == check.quiet for each in running)
    return alike and len(running) < (QUIET_AT_ONCE if check.quiet else AT_ONCE)
