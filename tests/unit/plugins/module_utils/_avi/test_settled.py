# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.settled import Ages, ages_of, settled_seconds

DATE = "Tue, 24 Nov 2026 10:00:00 GMT"
NOW = 1795514400


def config(seconds_ago, uuid="a", **fields):
    return {"uuid": uuid, "_last_modified": str(int((NOW - seconds_ago) * 1_000_000)), **fields}


def states(*seconds_ago):
    return [
        {"oper_status": {"state": "OPER_UP", "last_changed_time": {"secs": NOW - ago, "usecs": 5}}}
        for ago in seconds_ago
    ]


def test_since_the_last_change_of_any_of_them():
    assert settled_seconds([config(100), config(30.5), config(60)], {}, DATE) == 30.5


def test_since_the_last_change_of_a_servers_state_where_that_decides():
    configs = [config(100), config(90, "b", servers=[{}])]
    assert settled_seconds(configs, {"b": states(80, 20)}, DATE) == 20
    assert settled_seconds(configs, {}, DATE) == 90


def test_a_change_in_the_future_of_that_clock_has_just_been():
    assert settled_seconds([config(-3)], {}, DATE) == 0


@pytest.mark.parametrize(
    ("configs", "servers", "date"),
    [
        ([], {}, DATE),
        ([config(100)], {}, None),
        ([config(100)], {}, "yesterday"),
        ([config(100), {"uuid": "b"}], {}, DATE),
        ([{"uuid": "a", "_last_modified": "soon"}], {}, DATE),
        ([{"uuid": "a", "_last_modified": None}], {}, DATE),
        ([{"uuid": "a", "_last_modified": float("inf")}], {}, DATE),
        ([{"uuid": "a", "_last_modified": 10**400}], {}, DATE),
        ([config(100, servers=[{}])], {"a": None}, DATE),
        ([config(100, servers=[{}])], {"a": [{"oper_status": {"state": "OPER_UP"}}]}, DATE),
        ([config(100, servers=[{}])], {"a": [{"oper_status": {"last_changed_time": "long ago"}}]}, DATE),
    ],
)
def test_not_known_where_avi_does_not_tell_all_of_it(configs, servers, date):
    assert settled_seconds(configs, servers, date) is None
    assert len(ages_of(configs, servers, date).configs) <= 1


def test_a_pool_without_servers_has_no_states():
    assert settled_seconds([config(100)], {"a": []}, DATE) == 100


def test_the_age_of_each_object_as_far_as_avi_tells():
    configs = [config(100), config(-3, "b"), {"uuid": "c"}, {"_last_modified": "1"}]
    found = ages_of(configs, {"a": states(80, 20), "b": [{}], "c": []}, DATE)
    assert found == Ages({"a": 100, "b": 0}, {"a": (80, 20), "c": ()})
    assert ages_of(configs, {"a": states(80)}, "yesterday") == Ages()
