# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make test` leaves to `make test WHOLE=1`: behaviour it has tested already, in one more shape, most of the drawn
examples, and what pylint says of the tests.

@pytest.mark.parametrize("release", ["1.4", *also("1.5", "1.8")])
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import pytest

WHOLE = bool(os.environ.get("WHOLE"))

whole = pytest.mark.whole
"""Marks a test that is left out."""


def also(*rows: object) -> list[object]:
    """Rows of a matrix that are left out, each as `parametrize` takes it."""
    return [pytest.param(*(row if isinstance(row, tuple) else (row,)), marks=whole) for row in rows]


def few(rows: Mapping[str, object], *kept: str) -> list[object]:
    """All rows that have names, of which only these are not left out."""
    return [pytest.param(row, id=name, marks=() if name in kept else (whole,)) for name, row in rows.items()]


def examples(number: int) -> int:
    """How many examples are drawn, where so many are in the whole."""
    return number if WHOLE else max(number // 5, 10)
