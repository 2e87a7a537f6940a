# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person sees of a run: each way that it can end, as a file in `output`.

`python -m tests.roles.test_output` writes the files again. Look at what it changed.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.demo.playbook import run_playbook
from tests.lab.process import LabProcess
from tests.roles.app1 import standing

FILES = Path(__file__).parent / "output"
MOST_LINES = 27
"""That are not empty: of an undisturbed rollout."""
# Where Ansible is told to show no task that is ok.
ESSENTIAL, MOST_ESSENTIAL = "good_and_ok_hosts_not_displayed", 10
NO_SCALING = {"api": "marathon", "method": "PUT", "path": "^/v2/apps/", "action": "error", "status": 422}
# What differs from run to run, or with the release of Ansible.
PROGRESS = re.compile(r"^(?:TASK \[[^\]]+\]\n)?  \S.* · \d+:\d\d of \d+:\d\d\n", re.MULTILINE)
"""A wait that shows how it goes, with the task's name where only its result is shown."""
ERROR = re.compile(r"^\[(ERROR|WARNING)\]: .*?(?=^fatal: |^ok: |^changed: )", re.MULTILINE | re.DOTALL)
FAILURE = re.compile(r"^fatal: \[localhost\]: FAILED! => (?P<result>{.*})$", re.MULTILINE)
MASKED = (
    (r" \*+$", ""),
    (r"(?<=included: )/\S*/roles/", "roles/"),
    (r"http://127[\d.]+:\d+", "http://ADDRESS"),
    (r" +$", ""),
)


def runs(lab: LabProcess) -> Iterator[tuple[str, str, dict[str, Any], tuple[str, ...]]]:
    """The ways in which a run ends, in the order in which one lab can show them, where version 100 serves."""
    gate = {"url": lab.env["LAB_VIP_URL"], "wait_timeout": 1, "answer_headers": {"X-Lab-Version": "300"}}
    yield "check_mode", "rollout", {"version": "200", "image": "shop/server:200"}, ("--check", "--diff")
    yield "good", "rollout", {"version": "200", "image": "shop/server:200"}, ()
    yield "unchanged", "rollout", {"version": "200", "image": "shop/server:200"}, ()
    yield "refused", "rollout", {"version": "250", "image": "shop/server:250", "priority": 3}, ()
    failing = {"version": "300", "image": "lab/wrong-version:1", "requests": gate}
    yield "gate_failed_and_rolled_back", "rollout", failing, ()
    yield "rollback_failed", "rollback", {"version": "100", "requests": gate}, ()
    lab.fault(**NO_SCALING)
    yield "retire_failed", "retire", {}, ()
    lab.clear_faults()
    yield ESSENTIAL, "rollout", {"version": "400", "image": "shop/server:400"}, ()


def masked(output: str) -> str:
    """What is printed in each run."""
    kept = ERROR.sub("", PROGRESS.sub("", output))
    kept = FAILURE.sub(lambda found: f"fatal: [localhost]: FAILED! {json.loads(found['result'])['msg']}", kept)
    for pattern, instead in MASKED:
        kept = re.sub(pattern, instead, kept, flags=re.MULTILINE)
    return kept.strip("\n") + "\n"


def seen() -> Iterator[tuple[str, str]]:
    """Each way, with what is printed."""
    with standing("100") as lab:
        for name, role, asked, options in runs(lab):
            given = {"service": "app1", "drain_timeout": 30, **asked}
            variables = {f"{role}_{option}": value for option, value in given.items()}
            env = {**lab.env, "ANSIBLE_DISPLAY_OK_HOSTS": str(name != ESSENTIAL)}
            yield name, masked(run_playbook(f"dcos.avi.{role}", variables, env, None, *options).output)


def golden(name: str) -> str:
    lines = (FILES / f"{name}.txt").read_text().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("# "))


def not_empty(output: str) -> int:
    return sum(1 for line in output.splitlines() if line.strip())


def test_what_a_run_prints() -> None:
    for name, output in seen():
        assert output == golden(name), name


def test_a_good_rollout_is_short_and_a_failure_is_told_once_in_the_end() -> None:
    assert not_empty(golden("good")) <= MOST_LINES
    assert not_empty(golden("unchanged")) <= MOST_LINES
    assert not_empty(golden(ESSENTIAL)) <= MOST_ESSENTIAL
    failed = golden("gate_failed_and_rolled_back")
    assert failed.count("The rollout of app1-300 failed.") == 1
    *_before, last, _empty, _recap, _counts = failed.splitlines()
    assert last.startswith("fatal: [localhost]: FAILED! The rollout of app1-300 failed. Requests: ")


@pytest.mark.parametrize(
    ("name", "role", "words"),
    [
        ("rollback_failed", "rollback", "answered with the header X-Lab-Version: 100 instead of 300"),
        ("retire_failed", "retire", "answered 422 to PUT /v2/apps/app1-200-r2"),
    ],
)
def test_what_failed_under_the_lock_is_told_once_and_last(name: str, role: str, words: str) -> None:
    failed = golden(name)
    assert failed.count(words) == 1
    *_before, task, last, _empty, _recap, _counts = failed.splitlines()
    assert task.startswith(f"TASK [dcos.avi.{role} : Fail") and words in last


if __name__ == "__main__":
    header = "".join(f"{line}\n" for line in Path(__file__).read_text().splitlines()[:3])
    for each, printed in seen():
        (FILES / f"{each}.txt").write_text(header + printed)
        sys.stdout.write(f"{each}: {not_empty(printed)} lines that are not empty\n")
