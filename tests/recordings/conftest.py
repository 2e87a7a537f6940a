# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.recordings.replay import PERSONAS
from tests.unit.lab.marathon.hosted import HostedMarathon

#: Marathon's seconds pass so many times faster: as fast as the waits within the recorded cases allow.
SPEED = 8.0


@pytest.fixture(name="personas", scope="session")
def fixture_personas() -> Iterator[dict[str, HostedMarathon]]:
    """A Marathon of each release, started when first asked for."""
    running: dict[str, HostedMarathon] = {}

    class Personas(dict[str, HostedMarathon]):
        def __missing__(self, release: str) -> HostedMarathon:
            running[release] = self[release] = HostedMarathon(marathon=PERSONAS[release], speed=SPEED).__enter__()
            return self[release]

    yield Personas()
    for marathon in running.values():
        marathon.__exit__()
