# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/permissions.md anew: `python -m tests.permissions`."""

from __future__ import annotations

from tests.permissions.jobs import deployer, requests_of_each_job
from tests.permissions.page import PAGE, write

if __name__ == "__main__":
    with deployer() as lab:
        PAGE.write_text(write(requests_of_each_job(lab)))
