# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/proof.md says of the connections that were cut."""

from __future__ import annotations

from tests.cuts.ways import WAYS
from tests.lab.cutter import MOMENTS
from tests.soak.markdown import table
from tests.soak.sums import Cases

MEANT = {
    "direct": "without TLS",
    "tls": "with TLS",
    "proxy": "through a proxy that is given the requests",
    "connect": "with TLS, through a proxy that is asked to CONNECT",
}


def cuts(cases: Cases) -> str:
    rows = [
        (
            MEANT[way],
            sum(case["writes"] for case in of_it),
            *(sum(case["cuts"].get(moment, 0) for case in of_it) for moment in MOMENTS),
            "; ".join(wrong for case in of_it for wrong in case["wrong"]) or "nothing",
        )
        for way in WAYS
        if (of_it := [case for case in cases if case["way"] == way])
    ]
    total = sum(sum(case["cuts"].values()) for case in cases)
    head = ("to Marathon", "writes", *(f"cut {moment}" for moment in MOMENTS), "wrong")
    return (
        f"Rollouts with a preview, by the modules' own work, run through a proxy that cut {total:,} connections to Marathon and Avi. It cuts the connection "
        "of each write, and in three steps of ten that of a read as well. It cuts a connection that was just made, or when nothing, a part or all of a "
        "request is passed on, or a part or all of its answer. Half of the connections are reset, the others closed. Connections are kept "
        "alive, or closed each time.\n\n"
        "By the lab's own account, no write may be applied twice. None that was applied may be called not done, and each step must succeed.\n\n"
        + table(head, rows)
    )
