# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases of the soak in which somebody else interferes, without a lab."""

from __future__ import annotations

import functools

import pytest

from tests.migration.others import DEEDS
from tests.soak import others


def test_each_deed_is_aimed_at_each_step_and_the_same_in_each_run(monkeypatch: pytest.MonkeyPatch) -> None:
    @functools.cache
    def requests_of(_flow: others.Flow) -> dict[str, int]:
        return {"avi": 16, "marathon": 5}

    monkeypatch.setattr(others, "requests_of", requests_of)
    first, again = list(others.cases()), list(others.cases())
    pairs = len(others.FLOWS) * len(DEEDS)
    assert len({case.name for case in first}) == pairs * others.AIMS == 210
    assert len({case.name.rpartition(" ")[0] for case in first[:pairs]}) == pairs
    assert [case.run.args for case in first] == [case.run.args for case in again]  # type: ignore[attr-defined]
