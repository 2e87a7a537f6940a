# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.releases import hides_ab_pool, to_ask_for


@pytest.mark.parametrize(
    ("api_version", "hidden"),
    [
        ("16.4.4", False),
        ("17.2.14", False),
        ("18.1.1", False),
        ("18.1.2", True),
        ("18.1", False),
        ("18.2", True),
        ("20.1.1", True),
        ("", False),
    ],
)
def test_hides_ab_pool(api_version, hidden):
    assert hides_ab_pool(api_version) is hidden


@pytest.mark.parametrize(
    ("controller", "version"),
    [
        ("16.4.4", "16.4.4"), ("17.2.9", "17.2.9"), ("17.2.14", "17.2.14"), ("18.1.1", "17.2.14"), ("20.1.1", "17.2.14"),
        ("17.10.1", "17.2.14"), ("", "17.2.14"), (None, "17.2.14"), ("newest", "17.2.14"),
    ],
)  # fmt: skip
def test_a_controller_is_never_asked_for_a_version_it_does_not_have(controller, version):
    assert to_ask_for(controller) == version
