# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the commands of a guide in one shell, in a lab, in a copy of what a reader has."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.demo.playbook import plain_output
from tests.guides.guide import ROOT, Block, not_shown
from tests.lab.process import LabProcess, write_env_file

#: What a reader's lab is for: here the test has one already. What stays, runs as it stands.
_OWN_LAB = {"make lab": "test -f build/lab.env", "make lab-down": "true"}
_BIN = Path(sys.executable).parent


def clone(folder: Path, lab: LabProcess) -> None:
    """Make of FOLDER what a reader's clone is once "make lab" has run: its examples, its tests, and build/lab.env."""
    shutil.copytree(ROOT / "examples", folder / "examples")
    (folder / "tests").symlink_to(ROOT / "tests")
    write_env_file(
        folder / "build/lab.env",
        {
            **lab.env,
            **plain_output(),
            "PATH": f"{_BIN}:{os.environ['PATH']}",
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".build/collections"),
            "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "False",
        },
    )


def run(guide: Sequence[Block], folder: Path, variables: Mapping[str, str]) -> list[str]:
    """Run the blocks in FOLDER, a clone. Return what was not as the guide says of the first that went wrong; empty where none did."""
    script = folder / "session"
    script.mkdir()
    lines = ["set -u"]
    for number, block in enumerate(guide):
        commands = "\n".join(_OWN_LAB.get(line, line) for line in block.commands.splitlines())
        (script / f"{number}.sh").write_text(commands + "\n")
        name = shlex.quote(str(script / str(number)))
        lines += [
            f"set {'+' if block.fails else '-'}e",
            f"{{ . {name}.sh; }} >{name}.out 2>&1; echo $? >{name}.code",
        ]
    _in_a_shell("\n".join(lines), folder, variables)
    judged = (_judge(block, script / str(number)) for number, block in enumerate(guide))
    return next(filter(None, judged), [])


def _judge(block: Block, files: Path) -> list[str]:
    output = files.with_suffix(".out").read_text() if files.with_suffix(".out").exists() else "It was not run."
    ended = files.with_suffix(".code").read_text().strip() if files.with_suffix(".code").exists() else "an error"
    wrong = []
    if (ended != "0") != block.fails:
        wrong.append(f"ended with {ended}, {'and must fail' if block.fails else 'and must succeed'}")
    wrong += [f"does not show: {line}" for line in not_shown(block, output)]
    return [f"{block.commands}\n{sentence}\n{output}" for sentence in wrong]


def _in_a_shell(commands: str, folder: Path, variables: Mapping[str, str]) -> None:
    """Run commands in a group of processes of its own, so that nothing that a guide starts outlives its test."""
    with subprocess.Popen(
        ["bash", "-c", commands],
        cwd=folder,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    ) as shell:
        try:
            shell.wait(600)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
