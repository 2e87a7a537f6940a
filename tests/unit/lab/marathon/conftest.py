# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One Marathon of each persona, shared by all tests: none leaves an app behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from contract import IN_TURN
from hosted import HostedMarathon


@pytest.fixture(scope="session")
def personas() -> Iterator[dict[str, HostedMarathon]]:
    """All personas, by name, started when first asked for."""
    running: dict[str, HostedMarathon] = {}

    class Personas(dict[str, HostedMarathon]):
        def __missing__(self, persona: str) -> HostedMarathon:
            running[persona] = self[persona] = HostedMarathon(marathon=persona).__enter__()
            return self[persona]

    yield Personas()
    for marathon in running.values():
        marathon.__exit__()


@pytest.fixture(params=IN_TURN)
def marathon(request: pytest.FixtureRequest, personas: dict[str, HostedMarathon]) -> Iterator[HostedMarathon]:
    """A Marathon of each persona in turn."""
    yield personas[request.param]
    personas[request.param].clear()


@pytest.fixture
def marathon_18(personas: dict[str, HostedMarathon]) -> Iterator[HostedMarathon]:
    """A Marathon 1.8."""
    yield personas["1.8"]
    personas["1.8"].clear()
