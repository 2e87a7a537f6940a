# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that are given together count as if each was given by itself."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.spread import spread
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_requests import REQUESTS_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_soak import SOAK_OPTIONS


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"app": "a", "request": {"path": "/x", "count": 3}}, {"app": "a", "path": "/x", "count": 3}),
        ({"app": "a", "request": {"path": None, "headers": None}}, {"app": "a"}),
        ({"url": "http://a", "request": {"url": "http://b"}}, {"url": "http://a"}),
        ({"app": "a", "request": {}}, {"app": "a"}),
        ({"app": "a", "request": "path=/"}, {"app": "a", "request": "path=/"}),
        ({"app": "a"}, {"app": "a"}),
    ],
)
def test_a_request_is_read_like_its_options(given, read):
    assert spread(REQUESTS_OPTIONS, given) == read


def test_so_are_limits_and_only_where_the_module_has_them():
    given = {"app": "a", "limits": {"seconds": 5, "max_latency_ms": 20.5}}
    assert spread(SOAK_OPTIONS, given) == {"app": "a", "seconds": 5, "max_latency_ms": 20.5}
    assert spread(REQUESTS_OPTIONS, given) == given
