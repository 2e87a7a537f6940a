# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A playbook run that is interfered with does nothing meanwhile: what is broken at a step meets that step as a whole."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

from tests.soak.steps import kill, run_in_steps
from tests.whole import whole

LONG_ENOUGH_FOR_A_STEP = 0.5


def touching(folder: Path, *names: str) -> str:
    """A playbook that makes each of these files in a task of that name."""
    tasks = [
        {"name": name, "ansible.builtin.command": {"argv": ["touch", str(folder / name)]}, "changed_when": True}
        for name in names
    ]
    playbook = folder / "touch.yml"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    return str(playbook)


@whole
def test_a_step_does_nothing_before_the_interference_is_done(tmp_path: Path) -> None:
    done_before: dict[str, bool] = {}

    def interfere(_number: int, name: str, _process: object) -> None:
        time.sleep(LONG_ENOUGH_FOR_A_STEP)
        done_before[name] = (tmp_path / name).exists()

    run = run_in_steps(touching(tmp_path, "one", "two"), {}, {}, interfere)
    assert run.outcome.returncode == 0, run.outcome.output
    assert done_before == {"one": False, "two": False}
    assert (tmp_path / "two").exists()


@whole
def test_a_run_that_is_killed_at_a_step_is_over(tmp_path: Path) -> None:
    def interfere(_number: int, name: str, process: subprocess.Popen[str]) -> None:
        if name == "two":
            kill(process)

    run = run_in_steps(touching(tmp_path, "one", "two"), {}, {}, interfere)
    assert run.outcome.returncode == -signal.SIGKILL
    assert (tmp_path / "one").exists()
    assert not (tmp_path / "two").exists()
