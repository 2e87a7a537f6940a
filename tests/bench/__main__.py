# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make bench`: measures one thing after the other, and how long that takes."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from tests.bench.cost import SERVICES, command
from tests.bench.figures import Figures
from tests.soak import render


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--services", nargs="*", type=int, default=SERVICES, help="how many in one run")
    services = parser.parse_args().services
    parts: dict[str, list[str]] = {
        "lab_load": [],
        "migration_look": [],
        "marathon_wait": [],
        "inventory": [],
        "fleet": [],
        "cost": ["--services", *map(str, services)],
        "release": ["--services", *map(str, services)],
    }
    figures = Figures("bench", command(services))
    for part, options in parts.items():
        began = time.monotonic()
        # None finds what another has left in its process: its environment.
        ended = subprocess.run([sys.executable, "-m", f"tests.bench.{part}", *options], check=False)
        if ended.returncode:
            return ended.returncode
        figures.add(part, {"seconds": round(time.monotonic() - began, 1)})
    render.main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
