# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.cloud import Cloud
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import ScriptedServer


@pytest.fixture(name="cloud")
def fixture_cloud(server: ScriptedServer) -> Cloud:
    """Marathon and an Avi Controller, after the first upgrade of app1."""
    return Cloud(server)
