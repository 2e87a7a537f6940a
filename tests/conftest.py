# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests start playbooks and labs in processes that have their imports behind them, and draw the same examples each time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.warm import client as warm

# Without deadlines, which a busy machine misses.
settings.load_profile("ci")


@pytest.fixture(scope="session", autouse=True)
def _warm() -> Iterator[None]:
    with warm.in_use():
        yield
