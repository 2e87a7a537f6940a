# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests and how much time a look of migration_info takes, beside few and beside thousands of other objects."""

from __future__ import annotations

import os
import statistics
import sys
import time
from typing import Any

from tests.bench.figures import Figures
from tests.lab.process import LabProcess
from tests.migration.user import User

LOOKS = 15


def main() -> int:
    recorded = Figures("migration_look")
    few, many = (measure(others) for others in (2, 2000))
    for figures in (few, many):
        recorded.add(f"beside {figures['others']}", figures)
    return 0 if few["requests"] == many["requests"] else 1


def measure(others: int) -> dict[str, Any]:
    """Look at a service with two versions, in a lab whose Controller holds this many other pools and virtual services."""
    with LabProcess(avi_others=others) as lab:
        os.environ.update(lab.env)
        user = User(lab)
        user.listen()
        user.roll_out("100")
        last = lab.journal()[-1]["seq"]
        times = [timed_look(user) for _each in range(LOOKS)]
        requests = len(lab.journal(since=last, kind="request", client="dcos.avi"))
    return {
        "section": "migration_info",
        "others": others,
        "requests": requests / LOOKS,
        "seconds": round(statistics.median(times), 3),
        "slowest": round(max(times), 3),
    }


def timed_look(user: User) -> float:
    begun = time.monotonic()
    user.info()
    return time.monotonic() - begun


if __name__ == "__main__":
    sys.exit(main())
