# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one check: a command, its log, and what it counts as."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.check.results import explain, read_cases

LOGS = Path("build/checks")


@dataclass(frozen=True)
class Check:
    """A command, run in the root of the repository, that ends with 0 when all is well."""

    name: str
    command: tuple[str, ...]
    results: str = ""
    """A glob of the JUnit files it leaves, whose tests are counted; without one the check counts as one test."""
    minutes: int = 10
    """It is ended, and has failed, after so long."""


@dataclass(frozen=True)
class Result:
    """What a check came to."""

    counts: Counter[str]
    """How many tests "passed", "failed" and were "skipped"."""
    seconds: float
    reasons: list[str]
    """The lines that tell why it failed."""


def run(check: Check) -> Result:
    """Run a check to its end. Its output goes to build/checks/<name>.log."""
    log = LOGS / f"{check.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    for old in _results(check):
        old.unlink()
    started = time.monotonic()
    with log.open("w") as output:
        ended_well = _execute(check, output.fileno())
    seconds = time.monotonic() - started
    cases = list(read_cases(_results(check)))
    counts = Counter(case.outcome for case in cases)
    if not check.results and ended_well:
        counts["passed"] = 1
    # What ended badly has failed, even where no test of it says so; so has what counted nothing.
    if not counts["failed"] and not (ended_well and counts["passed"]):
        counts["failed"] = 1
    return Result(counts, seconds, explain(cases, log) if counts["failed"] else [])


def _execute(check: Check, output: int) -> bool:
    """Run the command in a process group of its own, so that nothing it started outlives it. Returns whether it ended well."""
    process = subprocess.Popen(
        check.command,
        env={**os.environ, "CI": "true", "NO_COLOR": "1", "ANSIBLE_NOCOLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        return process.wait(check.minutes * 60) == 0
    except subprocess.TimeoutExpired:
        os.write(output, f"\nEnded after {check.minutes} minutes.\n".encode())
        return False
    finally:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)


def _results(check: Check) -> list[Path]:
    return sorted(Path().glob(check.results)) if check.results else []
