# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One way a connector may behave: the four deeds end as they must, and nothing is lost. `make soak` has every combination."""

from __future__ import annotations

from tests.soak.switches import Behaviour, four_deeds
from tests.whole import whole

RATE = 50
"""Requests a second: other checks use the machine meanwhile."""
# By order, the version after an abandoned one takes the very pool that has the traffic.
SAMPLE = Behaviour("on_server", "by_order", "revert", "ab_pool")


@whole
def test_a_rollout_an_abandoned_one_another_and_a_rollback_lose_nothing() -> None:
    result = four_deeds(SAMPLE, RATE)
    served = [deed["serving_then"] for deed in result["deeds"]]
    assert served == [["/app1-100"], ["/app1-100"], ["/app1-200"], ["/app1-100-r2"]], result
    assert [deed["exit_code"] for deed in result["deeds"]] == [0, 2, 0, 0], result
    assert result["lost"] == {}, result
    assert result["good"], result
