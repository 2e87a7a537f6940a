# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.dcos.avi.plugins.filter.labels import FilterModule

FILTERS = FilterModule().filters()
DATA = {"proxy_listener": False, "ab_config": {"service": "app1", "priority": 10}, "proxy": {"pool": {"name": "p"}}}


def test_there_and_back():
    labels = FILTERS["avi_labels"](DATA)
    assert labels == {
        "proxy_listener": "no",
        "ab_config": '{"priority":10,"service":"app1"}',
        "avi_proxy": '{"pool":{"name":"p"}}',
    }
    assert FILTERS["from_avi_labels"]({**labels, "team": "shop"}) == DATA


def test_what_cannot_be_right_is_refused():
    with pytest.raises(AnsibleFilterError, match=r"avi\.frontend must be true or false"):
        FILTERS["avi_labels"]({"frontend": "si"})


def test_what_cannot_be_read_is_listed():
    found = FILTERS["from_avi_labels"](
        {"ab_config": "{", "avi_proxy": '{"pool": {"enabled": 1}}', "proxy_listener": "no"}
    )
    assert [item["key"] for item in found.pop("broken")] == ["ab_config", "avi_proxy"]
    assert found == {"proxy_listener": False, "proxy": {"pool": {"enabled": 1}}}


def test_what_are_no_labels():
    with pytest.raises(AnsibleFilterError, match="which are a dictionary"):
        FILTERS["from_avi_labels"](["x"])
