# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests a second the lab carries through its proxy, with the traffic client beside it on the same machine."""

from __future__ import annotations

import argparse
import os
import sys
import time

from tests.bench.figures import Figures
from tests.soak.service import serving


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=2000, help="requests a second")
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    recorded = Figures("lab_load")
    with serving(rate=options.rate) as (_lab, traffic):
        time.sleep(options.seconds)
        laps = [lap["sent"] for lap in traffic.laps()][1:]
        total = traffic.stop()
    figures = {
        "section": "lab load",
        "asked_per_second": options.rate,
        "sent_per_second": round(sum(laps) / len(laps)),
        "sent": total.sent,
        "answered": total.answered,
        "lost": dict(total.lost),
        "cores": os.cpu_count(),
    }
    recorded.add("with the traffic client beside it", figures)
    carried = figures["sent_per_second"] >= 0.98 * options.rate
    return 0 if carried and not total.lost_total else 1


if __name__ == "__main__":
    sys.exit(main())
