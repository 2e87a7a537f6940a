# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_scale_down import MIGRATION_SCALE_DOWN
from ansible_collections.dcos.avi.tests.modules import call


@pytest.mark.parametrize(
    "why", [{"prune": {"keep": -1}}, {"retire": {"keep_warm": -1}}, {"retire": {"at_least": -2}}], ids=str
)
def test_what_is_to_be_kept_is_no_negative_number(why):
    with pytest.raises(Refused, match="must be 0 or more"):
        call(MIGRATION_SCALE_DOWN, service="app1", app="app1-100", **why)
