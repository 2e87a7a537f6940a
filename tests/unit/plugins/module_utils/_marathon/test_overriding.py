# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.overriding import overridden

OWN = {"id": "d1", "affectedApps": ["/app1-100"]}
GROUP = {"id": "d2", "affectedApps": ["/shop/web", "/app1-100"]}
OTHER = {"id": "d3", "affectedApps": ["/app1-100-preview", "/shop/web"]}


@pytest.mark.parametrize("asked", [False, True])
def test_without_a_deployment_nothing_is_forced(asked):
    assert overridden("app1-100", [OTHER], asked=asked) == []


def test_a_deployment_of_the_app_alone_may_never_end_and_is_cancelled():
    assert overridden("app1-100", [OTHER, OWN], asked=False) == ["deployment d1 of /app1-100"]


def test_somebodys_group_deployment_is_named_and_cancelled_only_where_that_is_asked_for():
    with pytest.raises(
        Refused, match="app1-100 is not scaled to zero, because deployment d2 of /app1-100, /shop/web is under way"
    ):
        overridden("app1-100", [OWN, GROUP], asked=False)
    assert overridden("app1-100", [GROUP], asked=True) == ["deployment d2 of /app1-100, /shop/web"]
