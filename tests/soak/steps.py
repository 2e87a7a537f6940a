# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A playbook run that can be interfered with at each of its steps."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.demo.playbook import TASK, Outcome, outcome_of, start_warm_playbook
from tests.warm import client as warm

#: Stands between a phase and what is done in it.
BAR = " | "
CALLBACKS = Path(__file__).parent / "callbacks"

Playbook = warm.Process | subprocess.Popen[str]
Interference = Callable[[int, str, Playbook], None]
"""Called with the number of the step that begins (from 1), its name, and the running playbook."""


@dataclass(frozen=True)
class Step:
    """A task of the playbook, and when it began, in seconds since the epoch."""

    name: str
    began: float

    @property
    def phase(self) -> str:
        """What the name begins with. A task that leads to others is named for their phase, and one that leads to
        some for each of several, for what is done to them."""
        if self.name.startswith("Validating arguments"):  # Ansible's own words
            return "Validate"
        return self.name.partition(BAR)[0].partition(" each ")[0]


@dataclass(frozen=True)
class SteppedRun:
    """What a run came to, step by step."""

    outcome: Outcome
    steps: tuple[Step, ...]
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    def phase_at(self, moment: float) -> str:
        """The phase under way at a time in seconds since the epoch; "Start" before the first task."""
        begun = [step for step in self.steps if step.began <= moment]
        return begun[-1].phase if begun else "Start"

    def phases(self) -> dict[str, float]:
        """How many seconds each phase took; Ansible's own start is one as well."""
        spent = defaultdict(float, {"Start": self.steps[0].began - self.began})
        ends = [*(step.began for step in self.steps[1:]), self.ended]
        for step, end in zip(self.steps, ends, strict=True):
            spent[step.phase] += end - step.began
        return {phase: round(seconds, 2) for phase, seconds in spent.items()}


def run_in_steps(
    playbook: str,
    variables: Mapping[str, Any],
    env: Mapping[str, str],
    interfere: Interference | None = None,
    *options: str,
) -> SteppedRun:
    """Run a playbook as `run_playbook` does, and call INTERFERE as each step begins, which does nothing before that is done."""
    if interfere is None:
        return _run(playbook, variables, env, lambda *_step: None, options)
    with tempfile.TemporaryDirectory(prefix="steps-") as folder:
        fifo = Path(folder, "go-ahead")
        os.mkfifo(fifo)
        # Open for both, so that neither a run that does not read yet nor one that was killed is in the way.
        with fifo.open("r+b", buffering=0) as go_ahead:

            def hold(number: int, name: str, process: Playbook) -> None:
                interfere(number, name, process)
                go_ahead.write(b".")

            return _run(playbook, variables, {**env, **_held_by(fifo)}, hold, options)


def _held_by(fifo: Path) -> dict[str, str]:
    return {
        "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
        "ANSIBLE_CALLBACKS_ENABLED": "step_by_step",
        "STEP_BY_STEP": str(fifo),
    }


def _run(
    playbook: str, variables: Mapping[str, Any], env: Mapping[str, str], begins: Interference, options: Sequence[str]
) -> SteppedRun:
    began = time.time()
    process = start_warm_playbook(playbook, variables, env, *options)
    assert process.stdout is not None
    lines: list[str] = []
    steps: list[Step] = []
    for line in process.stdout:
        lines.append(line)
        if found := TASK.match(line):
            steps.append(Step(found["name"], time.time()))
            begins(len(steps), found["name"], process)
    returncode = process.wait()
    return SteppedRun(outcome_of(returncode, lines), tuple(steps), began, time.time())


def kill(process: Playbook) -> None:
    """SIGKILL a playbook run with all its children."""
    signal_all(process, signal.SIGKILL)


def signal_all(process: Playbook, sign: signal.Signals) -> None:
    """Send a signal to a playbook run and to all its children: Ansible gives its workers sessions of their own."""
    for pid in _stopped_family(process.pid):
        _send(pid, sign)


def _stopped_family(pid: int) -> set[int]:
    """A process with all its children, stopped: one that starts another meanwhile would leave that one out."""
    stopped: set[int] = set()
    while more := {pid, *_descendants(pid)} - stopped:
        for each in more:
            _send(each, signal.SIGSTOP)
        stopped |= more
    return stopped


def _send(pid: int, sign: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has ended by itself
        os.kill(pid, sign)


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in thread.read_text().split()]
        except OSError:
            continue  # it has ended by itself
        for child in children:
            found += [child, *_descendants(child)]
    return found
