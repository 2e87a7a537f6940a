# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's Marathon sends the events that running Marathons of its release sent, but for what differences.py lists."""

from __future__ import annotations

import pytest

from tests.recordings.differences import KNOWN_STREAMS
from tests.recordings.replay import PERSONAS
from tests.recordings.streams import recorded, replay
from tests.unit.lab.marathon.hosted import HostedMarathon

TRIES = 3
"""A busy machine may miss a health check, which sends events of its own."""


@pytest.mark.parametrize(
    ("release", "name"), [pytest.param(each, name, id=f"{each} {name}") for each in PERSONAS for name in recorded(each)]
)
def test_events(release: str, name: str, personas: dict[str, HostedMarathon]) -> None:
    reason = KNOWN_STREAMS.get((release, name))
    for _each in range(1 if reason else TRIES):
        lines = replay(personas[release], name, recorded(release)[name])
        if not lines:
            break
    if reason:
        assert lines, f"{name} differs no more; take it out of differences.py ({reason})"
    else:
        assert not lines, "\n".join(lines)
