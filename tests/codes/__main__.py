# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/troubleshooting.md anew: `python -m tests.codes`, or `make codes`."""

from __future__ import annotations

from tests.codes.examples import examples
from tests.codes.page import PAGE, catalogue, write

if __name__ == "__main__":
    PAGE.write_text(write(catalogue(), examples()))
