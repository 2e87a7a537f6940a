# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the figures of cases come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.soak.zero_loss import RATE

Head = Mapping[str, Any]
Case = Mapping[str, Any]
Cases = Sequence[Case]


def lost(case: Case) -> int:
    return sum(case["lost"].values())


def total_lost(cases: Cases) -> int:
    return sum(lost(case) for case in cases)


def total_sent(cases: Cases) -> int:
    return sum(case["sent"] for case in cases)


def migrations(cases: Cases) -> list[Mapping[str, Any]]:
    return [each for case in cases for each in case["migrations"]]


def by_strategy(cases: Cases) -> dict[str, Cases]:
    strategies = dict.fromkeys(map(strategy_of, cases))
    return {strategy: [case for case in cases if strategy_of(case) == strategy] for strategy in strategies}


def strategy_of(case: Case) -> str:
    return str(case["configuration"]).partition(",")[0]


def seconds_of_all_traffic(case: Case) -> float:
    """For how long nobody at all would have been answered, had the lost requests been all that were sent."""
    return lost(case) / case.get("rate", RATE)


def good(cases: Cases) -> int:
    return sum(case["good"] for case in cases)


def minutes_of(cases: Cases) -> float:
    """How long the cases took in all, where that is known: some run side by side, and a run may have been broken off between them."""
    spans = sorted((case["began"], case["began"] + case["took"]) for case in cases if "took" in case)
    seconds = until = 0.0
    for began, ended in spans:
        seconds += max(0.0, ended - max(began, until))
        until = max(until, ended)
    return seconds / 60
