# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens in Marathon while an app is waited for: lost events, elections, locks. The wait goes on, and ends well."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import WaitTimeout

from tests.marathon.administrator import Administrator
from tests.marathon.deeds import DEEDS, EVERY_DEED_TO_AN_APP, SLEEP, SLOW_START, Deed, at_once, meanwhile

DISTURBANCES: dict[str, dict[str, Any]] = {
    "events are lost": {"events": "mute"},
    "the events break off": {"events": "cut"},
    "another leads": {"leader": 1},
    "nobody leads": {"leader": None},
    "the leader goes down": {"down": [0], "leader": 1},
}


@pytest.mark.parametrize("disturbance", DISTURBANCES.values(), ids=DISTURBANCES)
def test_a_disturbance_during_the_wait(admin: Administrator, disturbance: dict[str, Any]) -> None:
    deeds = [deed for deed in DEEDS.values() if deed.after]
    apps: dict[str, Deed] = {}
    at_once(lambda deed: apps.update({deed.prepared(admin, SLOW_START): deed}), deeds)
    results: dict[str, dict[str, Any]] = {}
    timers = [
        meanwhile(0.5, lambda: admin.lab.post("/marathon", disturbance)),
        meanwhile(1.4, lambda: admin.lab.post("/marathon", {})),
    ]
    at_once(lambda app_id: results.update({app_id: apps[app_id].do(admin, app_id, SLOW_START)}), apps)
    for timer in timers:
        timer.join()
    assert [result["app"]["tasksHealthy"] for result in results.values()] == [1] * len(deeds)
    assert {app_id: admin.versions(app_id) for app_id in apps} == {app_id: deed.after for app_id, deed in apps.items()}


def locked(admin: Administrator) -> str:
    """Return the id of an app with a deployment under way that cannot end: it is to be larger than any agent."""
    app_id = admin.new_id()
    admin.ensure(id=app_id, definition=SLEEP)
    admin.ensure(id=app_id, definition={"cpus": 1000}, wait=False)
    return app_id


@EVERY_DEED_TO_AN_APP
def test_a_lock_that_stays(admin: Administrator, deed: Deed) -> None:
    app_id = locked(admin)
    before = admin.marathon.app(app_id)
    with pytest.raises(WaitTimeout, match=r"is locked by deployment .* and nothing was changed") as raised:
        deed.do(admin, app_id, wait_timeout=1)
    (deployment,) = deployments(admin, app_id)
    assert deployment in raised.value.sentence
    # Not counted by its versions: Marathon lists a refused change as one, too.
    after = admin.marathon.app(app_id)
    assert before and after and after["version"] == before["version"]
    admin.ensure(id=app_id, definition=SLEEP, force=True, allow_outage=True)


@EVERY_DEED_TO_AN_APP
def test_a_lock_that_ends(admin: Administrator, deed: Deed) -> None:
    """Somebody rolls back what is in the way."""
    app_id = locked(admin)
    (deployment,) = deployments(admin, app_id)
    since = admin.lab.journal()[-1]["seq"]
    timer = meanwhile(0.5, lambda: admin.marathon.roll_back_deployment(deployment))
    assert deed.do(admin, app_id)["changed"]
    timer.join()
    written = admin.lab.journal(since=since, kind="request", method=deed.method, status=200)
    assert len([entry for entry in written if entry["path"].startswith(f"/v2/apps{app_id}")]) == 1, "it is done once"
    assert bool(admin.marathon.app(app_id)) is bool(deed.after)


@EVERY_DEED_TO_AN_APP
def test_a_lock_that_is_overridden(admin: Administrator, deed: Deed) -> None:
    app_id = locked(admin)
    (deployment,) = deployments(admin, app_id)
    result = deed.do(admin, app_id, force=True, wait=False, allow_outage=True)
    assert result["changed"]
    assert result["deployment_id"] != deployment
    assert deployment not in deployments(admin, app_id)


def deployments(admin: Administrator, app_id: str) -> list[str]:
    return [each["id"] for each in admin.marathon.deployments() if app_id in each["affectedApps"]]
