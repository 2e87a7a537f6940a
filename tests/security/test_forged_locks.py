# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks that somebody else wrote: by labels of an app elsewhere, or in the name of a run that did not take them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_info import migration_info
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_scale_down import scale_down
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._modules.test_migration_lock import FIRST, Admin
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.cloud import Cloud, app

JOB = "AWX job 77"


def forged(app_id: str, owner: str = JOB) -> dict[str, Any]:
    """An app with all labels of a lock, copied from a real one."""
    labels = {
        "dcos_avi_service": "app1",
        "proxy_listener": "no",
        "dcos_avi_lock_owner": owner,
        "dcos_avi_lock_purpose": "rollout of app1-200",
        "dcos_avi_lock_since": "2026-01-15T10:20:30Z",
        "dcos_avi_lock_proof": "0" * 64,
    }
    return {"id": app_id, "labels": labels, "instances": 0}


@pytest.fixture(name="admin")
def fixture_admin(server: Any) -> Admin:
    return Admin(server)


@pytest.mark.parametrize("app_id", ["/tenantb/x", "/tenantb/app1-migration-lock-1", "/app1-migration-lock-7/x", "/x"])
@pytest.mark.parametrize("owner", ["somebody else", JOB])
def test_an_app_elsewhere_is_no_lock(admin: Admin, app_id: str, owner: str) -> None:
    admin.marathon.add(app_id, **forged(app_id, owner))
    taken = admin.lock(JOB)
    assert (taken["taken"], taken["lock"]["app"]) == (True, FIRST.strip("/"))
    with pytest.raises(Refused, match=f"locked by {JOB}"):
        admin.lock("AWX job 78")
    assert admin.lock(JOB, state="absent")["changed"]
    # What is no lock is nobody's to remove either.
    assert list(admin.marathon.apps) == [app_id]
    assert not admin.lock("AWX job 78", state="absent", break_holder=owner)["changed"]
    assert list(admin.marathon.apps) == [app_id]


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_job_does_not_hold_what_bears_its_number(admin: Admin, check_mode: bool) -> None:
    """Else two hold it: the one that the label names, and the one that wrote it."""
    admin.marathon.add(FIRST, **forged(FIRST))
    with pytest.raises(Refused, match=f"locked by {JOB} .* the same name as this one, but another nonce"):
        admin.lock(JOB, check_mode=check_mode)
    kept = admin.lock(JOB, check_mode=check_mode, state="absent")
    assert (kept["changed"], kept["lock"]["owner"], admin.writes) == (False, JOB, [])


def test_a_lock_in_its_own_name_is_broken_as_any_other_is(admin: Admin) -> None:
    admin.marathon.add(FIRST, **forged(FIRST))
    taken = admin.lock(JOB, break_holder=JOB)
    assert (taken["taken"], taken["broken"], taken["lock"]["app"]) == (True, JOB, "app1-migration-lock-2")
    assert not admin.lock(JOB)["changed"]
    assert list(admin.marathon.apps) == ["/app1-migration-lock-2"]


def test_who_reads_a_lock_cannot_hold_it(admin: Admin) -> None:
    """All that Marathon shows of it, and the name, are not enough: the nonce stays in the run."""
    admin.lock(JOB)
    stolen = admin.marathon.apps[FIRST]
    assert f"nonce of {JOB}" not in str(stolen)
    with pytest.raises(Refused, match="another nonce"):
        admin.lock(JOB, nonce="0" * 64)
    with pytest.raises(Refused, match="another nonce"):
        admin.lock(JOB, nonce=stolen["labels"]["dcos_avi_lock_proof"])
    # Copied to the lock that would come next, it proves nothing: the run sees another holder, and not a lock of its own.
    copy = "/app1-migration-lock-2"
    admin.marathon.add(copy, **{**forged(copy), "labels": stolen["labels"]})
    with pytest.raises(Refused, match="another nonce"):
        admin.lock(JOB)


def test_a_forged_lock_stands_in_nobodys_way_and_scales_nothing_down(server: Any) -> None:
    cloud = Cloud(server)
    cloud.apps["/tenantb/x"] = {**app("/tenantb/x", {}), **forged("/tenantb/x")}
    seen = migration_info(cloud.params(), False)
    assert seen["lock"] is None
    assert ("foreign_app", "tenantb/x") in [(problem["code"], problem["subject"]) for problem in seen["problems"]]
    retire = {"keep_warm": 0, "by": None, "at_least": None, "drain_timeout": 0}
    reasons = dict.fromkeys(("rollback", "recover", "leftover", "prune", "preview"))
    asked = {**reasons, "app": "app1", "retire": retire, "owner": JOB, "nonce": "its own", "force": False}
    with pytest.raises(Refused, match=f"nobody holds the lock of app1, and not this run \\({JOB}\\)"):
        scale_down(cloud.params(**asked), False)
    # Nor does one in its name, in the service's own folder.
    cloud.apps[FIRST] = {**app(FIRST, {}), **forged(FIRST)}
    with pytest.raises(Refused, match=f"{JOB} holds the lock of app1, and not this run, which has the same name"):
        scale_down(cloud.params(**asked), False)
    assert [line for line in server.lines if not line.startswith(("GET ", "POST /log"))] == []
