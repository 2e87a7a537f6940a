# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/proof.md says of the campaign."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.soak.markdown import table
from tests.soak.sums import Cases, total_lost, total_sent

DISTURBANCES = {
    "kill": "a run was killed (SIGKILL)",
    "stop": "a run was stopped, its lock broken, and it went on (SIGSTOP, SIGCONT)",
    "fault": "an API failed, was slow, dropped an answer, or did a write late",
    "silence": "the connector was silent",
    "leader": "Marathon changed its leader",
    "person": "somebody scaled, restarted or deleted an app, killed a task, or broke the lock",
}


def random(cases: Cases) -> str:
    kinds = _added(cases, "disturbances")
    wrong = [(case["case"], each) for case in cases for each in case["violations"]]
    totals = [
        ("plans", len(cases)),
        ("services", sum(case["services"] for case in cases)),
        ("runs of a playbook", sum(case["runs"] for case in cases)),
        ("runs that failed, each with a sentence", sum(case["failed"] for case in cases)),
        *((f"planned: {words}", kinds[kind]) for kind, words in DISTURBANCES.items()),
        ("disturbances that came too late for their run", sum(case["missed"] for case in cases)),
        ("requests sent", total_sent(cases)),
        ("requests lost, each in a second that the plan explains", total_lost(cases)),
        ("violations", len(wrong)),
    ]
    reasons = table(("why requests were lost", "lost"), _added(cases, "lost_by").most_common())
    found = table(
        ("plan", "invariant", "service", "what was seen"),
        [(name, each["invariant"], each["service"], each["sentence"]) for name, each in wrong],
    )
    return (
        "Plans are drawn from seeds: 2 to 5 runs for 1 to 3 services, in a lab of any kind, disturbed at any of their steps. "
        "They are judged by what is seen from outside: the lab's journal, the traffic client, the counters of HAProxy and of the tasks.\n\n"
        "- Nothing is lost in a second that the plan does not explain. A kill, a stop or a fault of an API explains no loss.\n"
        "- What serves is never scaled down.\n"
        "- A run that ends well leaves somebody serving.\n"
        "- Every run ends in time, and one that fails says why.\n"
        "- Check mode writes nothing.\n"
        "- In the end one undisturbed run has its version serve alone, which the next run leaves unchanged.\n\n"
        "`make soak SECTION=random CASE=17` repeats the plan of seed 17.\n\n"
        + table(("in all", ""), totals)
        + f"\n{reasons}"
        + (f"\n{found}" if wrong else "")
    )


def _added(cases: Cases, name: str) -> Counter[str]:
    total: Counter[str] = Counter()
    for case in cases:
        counts: dict[str, Any] = case[name]
        total.update(counts)
    return total
