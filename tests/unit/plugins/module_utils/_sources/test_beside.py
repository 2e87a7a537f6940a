# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of the last questions for metrics, by the check that tells it."""

from __future__ import annotations

import time
from datetime import datetime, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.plugins.module_utils._sources.beside import MetricsBeside
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import fresh, upgraded

NOW = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
FAILED = {"type": "metric_failed", "app": "app1-100"}


class Metrics:
    """Always finds that app1-100 fails."""

    def __init__(self, error=None):
        self.asked = 0
        self.error = error

    def failures(self, seen, locked, now):
        self.asked += 1
        if self.error:
            raise self.error
        yield FAILED


def told(metrics, observed, locked=False):
    """What the checks told until two rows of questions were answered."""
    beside, events = MetricsBeside(metrics), []
    deadline = time.monotonic() + 60
    while metrics.asked < 3 and time.monotonic() < deadline:
        events += beside.events(picture(observed), locked, NOW)
    return events


def test_what_failed_is_told():
    assert FAILED in told(Metrics(), upgraded())


@pytest.mark.parametrize("how", [{"observed": fresh()}, {"observed": upgraded(), "locked": True}])
def test_what_is_not_so_any_more_is_not(how):
    assert told(Metrics(), **how) == []


def test_a_defect_is_not_passed_over():
    with pytest.raises(Refused, match="mine"):
        told(Metrics(Refused("mine")), upgraded())
