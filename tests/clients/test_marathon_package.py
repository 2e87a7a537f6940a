# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PyPI package `marathon` gets along with the lab's Marathon, whatever release that plays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.environments import python_with, run_with_variables
from tests.lab.process import LabProcess

HERE = Path(__file__).parent
WHAT = (
    "creates updates scales waits lists explains_what_it_cannot_place is_locked_out restarts rolls_back deletes".split()
)


@pytest.fixture(scope="module")
def python() -> Path:
    """The interpreter of the package's environment."""
    return python_with("marathon==0.13.0")


@pytest.fixture(scope="module", params=["1.4", "1.5", "1.8", "1.11"])
def lab(request: pytest.FixtureRequest) -> Iterator[LabProcess]:
    """A lab of each release in turn."""
    with LabProcess(marathon=request.param, speed=100, connector="silent") as running:
        yield running


@pytest.mark.parametrize("what", WHAT)
def test_the_package(lab: LabProcess, python: Path, what: str) -> None:
    command = (python, HERE / "marathon_package.py", lab.env["MARATHON_URL"], what)
    done = run_with_variables(command, {"PYTHONPATH": str(HERE / "restored_names")}, 60)
    assert done.returncode == 0, done.stderr
