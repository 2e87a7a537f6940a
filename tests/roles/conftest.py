# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Labs in which playbooks are tried: where version 100 serves, or with a user whose modules bring a service quickly elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.process import LabProcess
from tests.migration.user import User
from tests.roles.app1 import serving_version_100


@pytest.fixture(scope="module")
def lab() -> Iterator[LabProcess]:
    """A lab in which version 100 serves when the first test of a module comes to it; a module may have a lab of its own."""
    with serving_version_100() as lab:
        yield lab


@pytest.fixture
def user(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[User]:
    """A user in a lab with the settings that a test's parameter gives, and with the listener of app1."""
    with LabProcess(**getattr(request, "param", {})) as lab:
        for name, value in lab.env.items():
            monkeypatch.setenv(name, value)
        user = User(lab)
        user.listen()
        yield user
