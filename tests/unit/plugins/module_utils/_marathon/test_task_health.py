# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which tasks are healthy, by what running Marathons show of them."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._marathon.task_health import (
    HEALTHY,
    UNCHECKED,
    UNHEALTHY,
    health_of,
    moment,
)

BEFORE, START, AFTER = "2026-01-01T00:00:09.500Z", "2026-01-01T00:00:10.000Z", "2026-01-01T00:00:10.001Z"
PASSED = {"alive": True, "firstSuccess": AFTER, "lastSuccess": AFTER, "lastFailure": None}
# What the task before it in its instance left behind.
INHERITED = {"alive": True, "firstSuccess": BEFORE, "lastSuccess": BEFORE}


def task(*results, state="TASK_RUNNING", started=START):
    return {"state": state, "startedAt": started, "healthCheckResults": list(results)}


@pytest.mark.parametrize(
    ("shown", "checks", "health"),
    [
        (task(PASSED), 1, HEALTHY),
        (task(PASSED, PASSED), 2, HEALTHY),
        (task(), 0, HEALTHY),
        # Up to 1.4 a task has no state.
        ({"startedAt": START}, 0, HEALTHY),
        ({"stagedAt": START}, 0, None),
        # Nobody has asked it.
        (task(), 1, UNCHECKED),
        (task(None), 1, UNCHECKED),
        (task(PASSED), 2, UNCHECKED),
        # Somebody has asked the one before it.
        (task(INHERITED), 1, UNCHECKED),
        (task({**INHERITED, "lastSuccess": START}), 1, UNCHECKED),
        (task(PASSED, INHERITED), 2, UNCHECKED),
        (task({"alive": False, "lastSuccess": BEFORE, "lastFailure": BEFORE}), 1, UNCHECKED),
        (task(PASSED, started=None), 1, UNCHECKED),
        # It was asked, and failed: within its grace period without a time.
        (task({"alive": False, "lastFailure": AFTER}), 1, UNHEALTHY),
        (task({"alive": False, "lastSuccess": AFTER, "lastFailure": AFTER}), 1, UNHEALTHY),
        (task({"alive": False, "consecutiveFailures": 0, "lastSuccess": None, "lastFailure": None}), 1, UNHEALTHY),
        (task(PASSED, {"alive": False, "lastFailure": AFTER}), 2, UNHEALTHY),
        # What does not run is not healthy, whatever its checks said.
        (task(PASSED, state="TASK_UNREACHABLE"), 1, None),
        (task(PASSED, state="TASK_KILLING"), 1, None),
        (task(INHERITED, state="TASK_STARTING", started=None), 1, None),
        (task(PASSED, state="TASK_FAILED"), 1, None),
    ],
)
def test_healthy_is_what_was_checked_since_it_started(shown, checks, health):
    assert health_of(shown, checks) == health


@pytest.mark.parametrize("stamp", [None, "", "soon", 7])
def test_what_is_no_moment(stamp):
    assert moment(stamp) is None


def test_moments_are_compared_and_not_their_texts():
    later, earlier = {**PASSED, "lastSuccess": "2026-01-01T01:00:00.000+00:00"}, "2026-01-01T01:30:00.000+01:00"
    assert health_of(task(later, started=earlier), 1) == HEALTHY
