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

from tests.warm import client as warm

#: The variable that names the folder of another Ansible than the one beside this Python.
ANSIBLE_FROM = "DCOS_AVI_TESTS_ANSIBLE_FROM"
BIN = Path(os.environ.get(ANSIBLE_FROM) or Path(sys.executable).parent)
TASK = re.compile(r"^TASK \[(?:[\w.]+ : )?(?P<name>.+?)\] \**$")
OUTCOME = re.compile(r"^(?P<outcome>ok|changed|skipping|fatal): \[localhost\]")
FAILURE = re.compile(r"^(?:fatal|failed): .*?=> (?P<result>{.*})$", re.MULTILINE)
MODULE_RESULT = re.compile(r"^localhost \| \w+ => ", re.MULTILINE)
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
    process = start_warm_playbook(playbook, variables, env, *options)
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
    """Start what `run_playbook` runs, always as a process of its own; its output comes line by line."""
    command = _command("ansible-playbook", playbook, "-e", json.dumps(dict(variables)), *options)
    return _fresh(command, _with(env))


def start_warm_playbook(
    playbook: str, variables: Mapping[str, Any], env: Mapping[str, str], *options: str
) -> warm.Process | subprocess.Popen[str]:
    """Start it in the quickest way that comes to the same."""
    command = _command("ansible-playbook", playbook, "-e", json.dumps(dict(variables)), *options)
    return _started(command, _with(env))


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
    command = _command("ansible", "localhost", "-m", module, "-a", json.dumps(dict(arguments)))
    with _started(command, _with(env)) as process:
        assert process.stdout is not None
        output = process.stdout.read()
    result = MODULE_RESULT.search(output)
    if process.returncode or not result:
        raise RuntimeError(f"{module} failed: {output}")
    return json.JSONDecoder().raw_decode(output, result.end())[0]


def _command(program: str, *arguments: str) -> list[str]:
    return [str(BIN / program), *arguments]


def _with(env: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **plain_output(), **env}


def _started(command: list[str], environment: dict[str, str]) -> warm.Process | subprocess.Popen[str]:
    """Start a command in the quickest way that comes to the same; what it prints and complains about comes in one."""
    own = Path(sys.executable).parent == BIN
    return (own and warm.start("tests.warm.ansible", command, environment, stdout=subprocess.PIPE)) or _fresh(
        command, environment
    )


def _fresh(command: list[str], environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        stdin=subprocess.DEVNULL,
    )
