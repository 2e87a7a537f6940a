# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three counts of the answered requests that must agree: the client's, HAProxy's and the tasks' own."""

from __future__ import annotations

from tests.lab.process import LabProcess
from tests.lab.traffic.tally import Total


def answered_counts(lab: LabProcess, service: str, total: Total) -> dict[str, int]:
    """Return who counted how many. The client's `total` must be of all traffic that the lab has seen."""
    counters = lab.get("/counters")
    return {
        "the client": total.answered,
        "HAProxy": counters["virtualservices"][service]["responses"]["2xx"],
        "the tasks": sum(app["traffic"] for app in counters["apps"].values()),
    }
