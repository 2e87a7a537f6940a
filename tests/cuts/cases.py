# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The soak's cases of cut connections: a thousand cuts, drawn by a seed, over the writes of rollouts."""

from __future__ import annotations

import itertools
from typing import Any

from tests.cuts.run import Account, cut_rollouts
from tests.cuts.ways import WAYS
from tests.soak.cases import Case
from tests.soak.configurations import SHAPES

CUTS = 1000
SEED = 1


def cases() -> list[Case]:
    """A case for each way to Marathon, with connections that are kept alive and not, in each shape. Together they make CUTS."""
    kinds = list(itertools.product(WAYS, SHAPES, (True, False)))
    share = -(-CUTS // len(kinds))
    return [_case(way, shape, keeps_alive, share) for way, shape, keeps_alive in kinds]


def _case(way: str, shape: str, keeps_alive: bool, cuts: int) -> Case:
    kept = "kept alive" if keeps_alive else "closed each time"
    return Case(f"{way}, {shape}, {kept}", lambda: _figures(way, shape, keeps_alive, cuts))


def _figures(way: str, shape: str, keeps_alive: bool, cuts: int) -> dict[str, Any]:
    account = cut_rollouts(way, shape, keeps_alive, SEED, lambda account: account.cuts.total() >= cuts)
    return {**as_figures(account), "way": way, "avi": shape, "kept_alive": keeps_alive}


def as_figures(account: Account) -> dict[str, Any]:
    """What is recorded of a case."""
    return {
        "writes": account.writes,
        "cuts": dict(account.cuts),
        "wrong": account.wrong,
        "good": not account.wrong,
    }
