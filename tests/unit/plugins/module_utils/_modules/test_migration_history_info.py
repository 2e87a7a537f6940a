# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work of migration_history_info: few requests, what belongs, and no more than is asked for."""

from __future__ import annotations

import json

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_history_info import migration_history_info
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import SLEEP, MiniMarathon


@pytest.fixture(name="marathon")
def fixture_marathon(server):
    mini = MiniMarathon()
    server.answer = mini.answer
    mini.add("/app1", **SLEEP)
    return mini


def add(marathon, app_id, priority, service="app1", **labels):
    ab_config = json.dumps({"service": service, "priority": priority}) if priority else "{"
    marathon.add(app_id, **{**SLEEP, "labels": {"ab_config": ab_config, **labels}})


def history(server, **options):
    asked = {"service": "/app1", "versions_also": [], "limit": 50, "marathon_url": [server.url], "marathon_timeout": 30}
    return migration_history_info({**asked, **options}, check_mode=False)


def test_of_many_versions_the_newest_are_returned_by_two_requests(server, marathon):
    for number in range(500):
        add(marathon, f"/app1-{number}", number + 1, dcos_avi_run="x" * 20000)
    found = history(server, limit=3)
    assert [each["app"] for each in found["history"]] == ["app1-499", "app1-498", "app1-497"]
    assert (found["changed"], found["service"], found["total"]) == (False, "app1", 501)
    assert len(server.requests) == 2 and len(json.dumps(found)) < 5000


def test_what_does_not_belong_is_left_out_and_what_cannot_be_read_is_there(server, marathon):
    add(marathon, "/app1-100", 10)
    add(marathon, "/app1-broken", None)
    add(marathon, "/other/app1-200", 20)
    add(marathon, "/app2-100", 30, service="app2")
    assert [each["app"] for each in history(server)["history"]] == ["app1-100", "app1-broken", "app1"]
    also = history(server, versions_also=["/other/app1-200"])
    assert also["history"][0]["app"] == "other/app1-200"


def test_a_limit_below_one_is_refused(server, marathon):
    with pytest.raises(Refused, match="limit must be 1 or more entries, not 0"):
        history(server, limit=0)
    assert server.requests == []
