# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user in a lab of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._gates import drained

from tests.lab.process import LabProcess
from tests.migration.user import User


@pytest.fixture
def user(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[User]:
    """A user in a lab with the settings that a test's parameter gives."""
    # How long a drain must stay quiet is tested apart; here it would only take time.
    monkeypatch.setattr(drained, "QUIET_SECONDS", 0.5)
    with LabProcess(**getattr(request, "param", {})) as lab:
        for name, value in lab.env.items():
            monkeypatch.setenv(name, value)
        yield User(lab)
