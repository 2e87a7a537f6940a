# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs each integration target in a lab of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.check.ansible_test import ansible_test
from tests.check.mirror import mirror
from tests.demo.playbook import run_playbook
from tests.lab.process import LabProcess
from tests.roles.app1 import in_a_file
from tests.whole import also

FOLDER = Path(__file__).parent / "targets"
TARGETS = sorted(aliases.parent.name for aliases in FOLDER.glob("*/aliases"))


@pytest.fixture(scope="module")
def collection() -> Iterator[Path]:
    """The copy of the collection that ansible-test works in."""
    with mirror() as folder:
        yield folder


@pytest.mark.parametrize("target", TARGETS)
def test_target(target: str, tmp_path: Path) -> None:
    """Its tasks, as users run them: without a process for each, which an environment of their own would need."""
    (block,) = yaml.safe_load((FOLDER / target / "tasks/main.yml").read_text())
    own = {name: value for name, value in block.pop("environment").items() if "{{" not in value}
    play = in_a_file(tmp_path / "play.json", [{"hosts": "localhost", "gather_facts": False, "tasks": [block]}])
    with LabProcess() as lab:
        variables = {"role_path": str(FOLDER / target), **{name.lower(): value for name, value in lab.env.items()}}
        outcome = run_playbook(play, variables, {**lab.env, **own})
    assert outcome.returncode == 0, outcome.output


@pytest.mark.parametrize(
    "target", ["marathon_app_info", *also(*(each for each in TARGETS if each != "marathon_app_info"))]
)
def test_target_by_ansible_test(target: str, collection: Path) -> None:
    """Its tasks as ansible-test runs them: each in a process of its own, by a Python that it chose."""
    with LabProcess() as lab:
        # ansible-test keeps the environment from what it runs; this file it hands on, as extra variables.
        variables = {name.lower(): value for name, value in lab.env.items()}
        (collection / "tests/integration/integration_config.yml").write_text(json.dumps(variables))
        done = ansible_test(collection, "integration", "--local", target, stdout=subprocess.PIPE)
    if done.returncode:
        pytest.fail(done.stdout, pytrace=False)
