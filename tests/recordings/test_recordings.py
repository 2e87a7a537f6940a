# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's Marathon answers as running Marathons of its release did, but for what differences.py lists."""

from __future__ import annotations

import pytest

from tests.recordings.differences import KNOWN, MOST
from tests.recordings.replay import PERSONAS, Replay, exchanges
from tests.recordings.unseen import MOMENTARY
from tests.unit.lab.marathon.hosted import HostedMarathon


@pytest.mark.parametrize(
    ("release", "case"),
    [pytest.param(each, case, id=f"{each} {case}") for each in PERSONAS for case in exchanges(each)],
)
def test_answers(release: str, case: str, personas: dict[str, HostedMarathon]) -> None:
    """Each answer is as recorded, or listed; what is listed differs, and not in its status."""
    wrong = []
    for _each in range(MOMENTARY.get(case, 1)):
        wrong = _wrong(release, case, personas[release])
        if not wrong:
            break
    assert not wrong, "\n".join(wrong)


def _wrong(release: str, case: str, marathon: HostedMarathon) -> list[str]:
    wrong = []
    for exchange, lines in Replay(marathon, release).case(exchanges(release)[case]):
        reason = KNOWN.get((release, exchange.name))
        if reason and not lines:
            wrong.append(f"{exchange.name}: differs no more; take it out of differences.py ({reason})")
        elif lines and (not reason or lines[0].startswith("status")):
            wrong += [exchange.name, *lines]
    return wrong


@pytest.mark.parametrize("release", PERSONAS)
def test_little_is_listed(release: str) -> None:
    names = {exchange.name for of_case in exchanges(release).values() for exchange in of_case}
    listed = {name for of_release, name in KNOWN if of_release == release}
    assert listed <= names
    assert len(listed) <= MOST * len(names)
