# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connectors that behave in unlike ways: the four deeds end as they must, and nothing is lost. `make soak` has every combination."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.soak.switches import Behaviour, four_deeds

RATE = 50
"""Requests a second: other checks use the machine meanwhile."""
SAMPLE = (
    # By order, the version after an abandoned one takes the very pool that has the traffic.
    Behaviour("on_server", "by_order", "revert", "ab_pool"),
    # Here the abandoned version stands first, and the one below it must serve on.
    Behaviour("on_create", "by_active", "empty", "pool_group"),
)


def test_a_rollout_an_abandoned_one_another_and_a_rollback_lose_nothing() -> None:
    # Side by side, because they mostly wait.
    with ThreadPoolExecutor(len(SAMPLE)) as pool:
        results = list(pool.map(lambda each: four_deeds(each, RATE), SAMPLE))
    for result in results:
        served = [deed["serving_then"] for deed in result["deeds"]]
        assert served == [["/app1-100"], ["/app1-100"], ["/app1-200"], ["/app1-100-r2"]], result
        assert [deed["exit_code"] for deed in result["deeds"]] == [0, 2, 0, 0], result
        assert result["lost"] == {}, result
        assert result["good"], result
