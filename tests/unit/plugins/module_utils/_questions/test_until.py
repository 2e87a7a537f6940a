# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What migration_info waits for."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._gates import drained
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_info import migration_info
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.cloud import LABELS_100, app


@pytest.mark.parametrize("is_there", [True, False])
def test_a_version_that_was_given_up_a_moment_ago_is_watched(cloud, is_there):
    """Also where it is deleted between the look and the question when it was created."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    labels = {**LABELS_100, "ab_config": '{"service": "app1", "priority": 20}'}
    cloud.apps["/app1-200"] = app("/app1-200", labels, versionInfo={"lastScalingAt": now})
    if is_there:
        cloud.bodies["/v2/apps/app1-200/versions"] = {"versions": [now]}
    result = migration_info(cloud.params(until="settled", wait_timeout=2), False)
    assert result["active"]["app"] == "app1-100"
    watched = result["waited"]["watched"]
    assert (
        "may still move the traffic to a version that was given up: app1-200, as the virtual service has had no pool"
        in watched
    )
    assert result["warnings"] == [watched]


@pytest.mark.parametrize(("app_id", "warnings"), [("app1", 0), ("app1-typo", 1)])
def test_that_an_app_is_drained_which_nobody_knows_is_warned_of(cloud, monkeypatch, app_id, warnings):
    monkeypatch.setattr(drained, "QUIET_SECONDS", 0.05)
    result = migration_info(cloud.params(until="drained", app=app_id), check_mode=False)
    assert result["waited"]["complete"] and len(result["warnings"]) == warnings
    assert all("Marathon shows no app app1-typo among those of app1" in warning for warning in result["warnings"])


def test_a_wait_for_the_connector_takes_few_requests(cloud):
    """All tasks of app1-200 are healthy, but Avi knows nothing of them."""
    cloud.apps["/app1-200"] = app("/app1-200", LABELS_100 | {"ab_config": '{"service": "app1", "priority": 20}'}, 5)
    with pytest.raises(WaitTimeout, match="Its tasks are in no pool"):
        migration_info(cloud.params(until="active", app="app1-200", wait_timeout=3), check_mode=False)
    # One look in the beginning and one in the end, the virtual service only in these, and glances in between.
    assert cloud.server.lines.count("GET /api/virtualservice") == 2
    assert len(cloud.server.lines) == 2 + 2 * (3 + 2 + 2 * 3) + 2 * (cloud.server.lines.count("GET /api/pool/a") - 2)
    assert cloud.server.lines.count("GET /api/pool/a") > 4


def test_waits(cloud):
    result = migration_info(cloud.params(until="active", app="/app1-100"), check_mode=False)
    assert (result["waited"]["complete"], result["warnings"]) == (True, [])
    cloud.bodies["/api/pool/a/runtime/detail"] = [{"pool_stats": {"current_connections": 4}}]
    result = migration_info(cloud.params(until="drained", app="app1", wait_timeout=0), check_mode=False)
    assert result["waited"]["complete"] is False
    (warning,) = result["warnings"]
    assert warning.endswith(" s for open connections to end: Pool a of app1 has 4 open connections.")
