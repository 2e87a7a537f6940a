# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs each integration target by ansible-test, in a lab of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.check.ansible_test import ansible_test
from tests.check.mirror import mirror
from tests.lab.process import LabProcess

TARGETS = sorted(aliases.parent.name for aliases in Path(__file__).parent.glob("targets/*/aliases"))


@pytest.fixture(scope="module")
def collection() -> Iterator[Path]:
    """The copy of the collection that ansible-test works in."""
    with mirror() as folder:
        yield folder


@pytest.mark.parametrize("target", TARGETS)
def test_target(target: str, collection: Path) -> None:
    with LabProcess() as lab:
        # ansible-test keeps the environment from what it runs; this file it hands on, as extra variables.
        variables = {name.lower(): value for name, value in lab.env.items()}
        (collection / "tests/integration/integration_config.yml").write_text(json.dumps(variables))
        done = ansible_test(collection, "integration", "--local", target, stdout=subprocess.PIPE)
    if done.returncode:
        pytest.fail(done.stdout, pytrace=False)
