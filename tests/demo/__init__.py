# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The article's example: the playbooks run on its definitions."""

from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[2] / "examples"
"""The folder of the definitions."""
