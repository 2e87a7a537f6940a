# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a playbook as a user does, and tells what each of its tasks came to as it goes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: The variable that names the folder of another Ansible than the one beside this Python.
ANSIBLE_FROM = "DCOS_AVI_TESTS_ANSIBLE_FROM"
BIN = Path(os.environ.get(ANSIBLE_FROM) or Path(sys.executable).parent)
TASK = re.compile(r"^TASK \[(?:[\w.]+ : )?(?P<name>.+?)\] \**$")
OUTCOME = re.compile(r"^(?P<outcome>ok|changed|skipping|fatal): \[localhost\]")
FAILURE = re.compile(r"^(?:fatal|failed): .*?=> (?P<result>{.*})$", re.MULTILINE)
RECAP = re.compile(
    r"^localhost\s+: ok=(?P<ok>\d+)\s+changed=(?P<changed>\d+)\s+unreachable=\d+\s+failed=(?P<failed>\d+)"
)


@dataclass(frozen=True)
class Outcome:
    """What a playbook run came to."""

    returncode: int
    changed: int
    output: str

    @property
    def failure(self) -> str:
        """The sentence of the task that ended the run, empty where none did. Before it, others may have been rescued."""
        found = list(FAILURE.finditer(self.output))
        return json.loads(found[-1]["result"])["msg"] if found else ""


def run_playbook(
    playbook: str,
    variables: Mapping[str, Any],
    env: Mapping[str, str],
    tell: Callable[[str, str], None] | None = None,
    *options: str,
) -> Outcome:
    """Run ansible-playbook on PLAYBOOK (a path or an FQCN) with VARIABLES as extra vars.

    ENV is added to this process's environment. TELL is called with the name and the outcome of each task that did something.
    """
    process = start_playbook(playbook, variables, env, *options)
    assert process.stdout is not None
    lines: list[str] = []
    task = ""
    for line in process.stdout:
        lines.append(line)
        if found := TASK.match(line):
            task = found["name"]
        elif (found := OUTCOME.match(line)) and tell and found["outcome"] != "skipping":
            tell(task, found["outcome"])
            if failed := FAILURE.match(line):
                tell(json.loads(failed["result"])["msg"], "")
    return outcome_of(process.wait(), lines)


def start_playbook(
    playbook: str, variables: Mapping[str, Any], env: Mapping[str, str], *options: str
) -> subprocess.Popen[str]:
    """Start what `run_playbook` runs; its output comes line by line."""
    return subprocess.Popen(
        [str(BIN / "ansible-playbook"), playbook, "-e", json.dumps(dict(variables)), *options],
        env={**os.environ, **plain_output(), **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def outcome_of(returncode: int, lines: Sequence[str]) -> Outcome:
    """Read from what a run printed what it came to."""
    recap = next((m for m in map(RECAP.match, lines) if m), None)
    return Outcome(returncode, int(recap["changed"]) if recap else -1, "".join(lines))


def plain_output() -> dict[str, str]:
    """The environment that makes Ansible print plainly and deterministically."""
    return {
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_NOCOWS": "1",
        # The matrix of cores asks for them.
        "ANSIBLE_DEPRECATION_WARNINGS": os.environ.get("ANSIBLE_DEPRECATION_WARNINGS", "0"),
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
        "PYTHONUNBUFFERED": "1",
    }


def module_result(module: str, arguments: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, Any]:
    """Run one module on localhost and return its result. Raises RuntimeError, with its words, where it fails."""
    command = [str(BIN / "ansible"), "localhost", "-m", module, "-a", json.dumps(dict(arguments))]
    env = {**os.environ, **plain_output(), **env}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(f"{module} failed: {done.stdout}{done.stderr}")
    return json.loads(done.stdout.partition("=> ")[2])
