# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout that is killed again and again: the next run finishes what the ones before began. `make soak` kills at every step."""

from __future__ import annotations

from tests.soak.configurations import Configuration
from tests.soak.kills import AtStep, killed, undisturbed


def test_a_rollout_killed_at_four_steps_ends_as_an_undisturbed_one() -> None:
    configuration = Configuration("direct", "ab_pool", "on_server")
    run, _state = undisturbed(configuration)
    # As the version is created, as its traffic is confirmed, as the old one is scaled to zero, and as the lock is given back.
    steps = [
        next(step.name for step in run.steps if step.name.startswith(begins))
        for begins in ("Deploy |", "Confirm |", "Scale | Scale", "Unlock |")
    ]
    result = killed(configuration, [AtStep(name) for name in steps])
    assert result["exit_codes"] == [-9, -9, -9, -9, 0], result
    assert result["same_state"], result["differs"]
    assert result["lost"] == {}
    assert result["sent"] > 0
