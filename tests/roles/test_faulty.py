# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Something goes wrong during a step of a rollout: it finishes or stops, and nothing is lost. `make soak` has the whole matrix."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.soak.faults import cases

SAMPLE = (
    "Deploy | Create Marathon does the POST and drops the answer",
    "Confirm Avi answers garbage",
    "Deploy to Confirm the connector takes 5 s",
)


def test_a_rollout_meets_a_fault_and_the_next_run_puts_all_right() -> None:
    sample = [case for case in cases() if case.name.endswith(SAMPLE)]
    # Side by side, because they mostly wait.
    with ThreadPoolExecutor(len(SAMPLE)) as pool:
        results = list(pool.map(lambda case: case.run(), sample))
    assert len(results) == len(SAMPLE)
    assert [result for result in results if not result["good"]] == []
