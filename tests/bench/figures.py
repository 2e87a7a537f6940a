# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a measurement leaves its figures."""

from __future__ import annotations

import datetime
import json
from typing import Any

from tests.soak.records import Records

COMMAND = "make bench"


class Figures:
    """Prints them for who waits, and records them as a section of the proof, which each run begins anew."""

    def __init__(self, section: str, command: str = COMMAND) -> None:
        run = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S")
        self._records = Records(section, run, command)

    def add(self, case: str, figures: dict[str, Any]) -> None:
        self._records.add(case, figures)
        print(json.dumps(figures), flush=True)
