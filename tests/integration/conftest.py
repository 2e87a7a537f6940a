# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user in a lab of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.user import User
from tests.lab.process import LabProcess


@pytest.fixture
def user(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[User]:
    """A user in a lab with the settings that a test's parameter gives."""
    with LabProcess(**getattr(request, "param", {})) as lab:
        for name, value in lab.env.items():
            monkeypatch.setenv(name, value)
        yield User(lab)
