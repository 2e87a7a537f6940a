# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.process import LabProcess
from tests.marathon.administrator import Administrator


@pytest.fixture(scope="module", name="shared")
def fixture_shared() -> Iterator[Administrator]:
    """An administrator of three Marathon nodes, of which the first leads."""
    with LabProcess(marathon_nodes=3) as lab:
        yield Administrator(lab)


@pytest.fixture(name="admin")
def fixture_admin(shared: Administrator) -> Iterator[Administrator]:
    """The administrator of the tests in a file; what a test disturbs is put right after it."""
    yield shared
    shared.lab.clear_faults()
    shared.lab.post("/marathon", {})
