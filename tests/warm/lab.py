# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab, and the traffic in it."""

from __future__ import annotations

import sys

from tests.lab import __main__ as lab
from tests.lab.traffic import __main__ as traffic


def preload() -> None:
    """Do nothing more: all of it was imported with this module."""


def main() -> int:
    """Run the command line of the module that the command names."""
    return {lab.__package__: lab.main, traffic.__package__: traffic.main}[sys.argv[0]]()
