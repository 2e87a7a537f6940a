# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person sees of a rollout: each way that it can end, as a file in `output`.

`python -m tests.roles.test_output` writes the files again. Look at what it changed.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.demo.playbook import run_playbook
from tests.lab.process import LabProcess
from tests.roles.app1 import standing

FILES = Path(__file__).parent / "output"
MOST_LINES = 27
"""That are not empty: of an undisturbed rollout."""
# What differs from run to run, or with the release of Ansible.
PROGRESS = re.compile(r"^  \S.* · \d+:\d\d of \d+:\d\d$")
ERROR = re.compile(r"^\[(ERROR|WARNING)\]: .*?(?=^fatal: |^ok: |^changed: )", re.MULTILINE | re.DOTALL)
FAILURE = re.compile(r"^fatal: \[localhost\]: FAILED! => (?P<result>{.*})$", re.MULTILINE)
MASKED = (
    (r" \*+$", ""),
    (r"(?<=included: )/\S*/roles/", "roles/"),
    (r"http://127[\d.]+:\d+", "http://ADDRESS"),
    (r" +$", ""),
)


def rollouts(lab: LabProcess) -> Iterator[tuple[str, dict[str, Any], tuple[str, ...]]]:
    """The ways in which a rollout ends, in the order in which one lab can show them, where version 100 serves."""
    gate = {"url": lab.env["LAB_VIP_URL"], "wait_timeout": 1, "answer_headers": {"X-Lab-Version": "300"}}
    yield "check_mode", {"rollout_version": "200", "rollout_image": "shop/server:200"}, ("--check", "--diff")
    yield "good", {"rollout_version": "200", "rollout_image": "shop/server:200"}, ()
    yield "unchanged", {"rollout_version": "200", "rollout_image": "shop/server:200"}, ()
    yield "refused", {"rollout_version": "250", "rollout_image": "shop/server:250", "rollout_priority": 3}, ()
    failing = {"rollout_version": "300", "rollout_image": "lab/wrong-version:1", "rollout_requests": gate}
    yield "gate_failed_and_rolled_back", failing, ()


def masked(output: str) -> str:
    """What is printed in each run."""
    kept = "\n".join(line for line in output.splitlines() if not PROGRESS.match(line))
    kept = FAILURE.sub(
        lambda found: f"fatal: [localhost]: FAILED! {json.loads(found['result'])['msg']}", ERROR.sub("", kept)
    )
    for pattern, instead in MASKED:
        kept = re.sub(pattern, instead, kept, flags=re.MULTILINE)
    return kept.strip("\n") + "\n"


def seen() -> Iterator[tuple[str, str]]:
    """Each way, with what is printed."""
    with standing("100") as lab:
        for name, asked, options in rollouts(lab):
            variables = {"rollout_service": "app1", "rollout_drain_timeout": 30, **asked}
            yield name, masked(run_playbook("dcos.avi.rollout", variables, lab.env, None, *options).output)


def golden(name: str) -> str:
    lines = (FILES / f"{name}.txt").read_text().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("# "))


def not_empty(output: str) -> int:
    return sum(1 for line in output.splitlines() if line.strip())


def test_what_a_rollout_prints() -> None:
    for name, output in seen():
        assert output == golden(name), name


def test_a_good_rollout_is_short_and_a_failure_is_told_once_in_the_end() -> None:
    assert not_empty(golden("good")) <= MOST_LINES
    assert not_empty(golden("unchanged")) <= MOST_LINES
    failed = golden("gate_failed_and_rolled_back")
    assert failed.count("The rollout of app1-300 failed.") == 1
    *_before, last, _empty, _recap, _counts = failed.splitlines()
    assert last.startswith("fatal: [localhost]: FAILED! The rollout of app1-300 failed. Requests: ")


if __name__ == "__main__":
    header = "".join(f"{line}\n" for line in Path(__file__).read_text().splitlines()[:3])
    for each, printed in seen():
        (FILES / f"{each}.txt").write_text(header + printed)
        sys.stdout.write(f"{each}: {not_empty(printed)} lines that are not empty\n")
