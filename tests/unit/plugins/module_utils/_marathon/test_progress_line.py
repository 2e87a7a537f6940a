# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import obstacles
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress_line import progress_line

BEFORE, NOW = "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.000Z"
STAGED = {"state": "TASK_STAGING", "version": NOW}
UNCHECKED = {"state": "TASK_RUNNING", "version": NOW, "startedAt": "2026-01-01T00:00:03.000Z"}
HEALTHY = {**UNCHECKED, "healthCheckResults": [{"alive": True, "lastSuccess": "2026-01-01T00:00:09.000Z"}]}
UNHEALTHY = {**UNCHECKED, "healthCheckResults": [{"alive": False, "lastFailureCause": "503 Service Unavailable"}]}
LOST = {"state": "TASK_UNREACHABLE", "version": NOW}
FAILURE = {"state": "TASK_FAILED", "host": "a1", "message": "exit 1", "version": NOW}
DECLINED = {
    "processedOffersSummary": {
        "processedOffersCount": 3,
        "rejectSummaryLastOffers": [
            {"reason": "InsufficientCpus", "declined": 2},
            {"reason": "UnfulfilledConstraint", "declined": 1},
        ],
    }
}
NO_OFFERS = {"processedOffersSummary": {"processedOffersCount": 0}}
DELAYED = {"delay": {"timeLeftSeconds": 17, "overdue": False}}


@pytest.mark.parametrize(
    ("tasks", "more", "queued", "line"),
    [
        (
            [HEALTHY, STAGED, STAGED],
            {},
            DECLINED,
            "1 of 4 tasks healthy, 2 staged, 1 waits for an offer (insufficient cpus, unfulfilled constraint)",
        ),
        ([], {}, NO_OFFERS, "0 of 4 tasks healthy, 4 wait for an offer"),
        ([HEALTHY] * 3, {}, None, "3 of 4 tasks healthy, 1 waits to be launched"),
        (
            [HEALTHY] * 3,
            {"lastTaskFailure": FAILURE},
            DELAYED,
            "3 of 4 tasks healthy, 1 waits 17 s for another try; the last task failure was TASK_FAILED on a1: exit 1",
        ),
        (
            [HEALTHY, UNCHECKED, UNHEALTHY, LOST],
            {},
            None,
            "1 of 4 tasks healthy, 1 not checked yet, 1 unhealthy, 1 on a lost agent; the health check of 1 task fails: "
            "503 Service Unavailable",
        ),
        (
            [HEALTHY] * 3 + [{**HEALTHY, "version": BEFORE}],
            {},
            None,
            "3 of 4 tasks healthy, 1 of an older configuration, 1 waits to be launched",
        ),
        ([HEALTHY] * 6, {}, None, "6 of 4 tasks healthy, 2 to be stopped"),
        ([HEALTHY] * 4, {"deployments": [{"id": "d"}]}, None, "4 of 4 tasks healthy, the deployment is not over yet"),
        ([UNCHECKED] * 3, {"healthChecks": []}, None, "3 of 4 tasks running, 1 waits to be launched"),
    ],
)
def test_each_task_stands_once_by_what_it_lacks(tasks, more, queued, line):
    app = {"id": "/app1-200", "instances": 4, "version": NOW, "healthChecks": [{"path": "/"}], "tasks": tasks, **more}
    queue = [] if queued is None else [{"app": {"id": "/app1-200"}, **queued}]
    assert progress_line(app, obstacles(app, queue)) == line
