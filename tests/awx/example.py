# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of examples/awx."""

from __future__ import annotations

from tests.environments import ROOT

EXAMPLE = ROOT / "examples/awx"
PROJECT = EXAMPLE / "project"
#: AWX finds the playbooks of a project in its folder.
PLAYBOOKS = {file.name for file in PROJECT.glob("*.yml")}
