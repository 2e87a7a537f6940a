# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The locks of several services: all or none, in one order for everybody."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._service import lock_request
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import definition_of
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._modules.test_migration_lock import fixture_admin
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._service.test_lock import lock

__all__ = ["fixture_admin"]

SERVICES = ["/web", "api", "db", "api"]
TAKEN = [f"POST {name}" for name in ("api", "db", "web")]


def hold(admin, service, owner="other"):
    held = definition_of(lock(1, owner), service)
    held["id"] = f"/{service}-migration-lock-1"
    admin.marathon.add(held["id"], **held)


def services_locked(admin):
    return sorted(app_id[1:].partition("-")[0] for app_id in admin.marathon.apps)


def test_all_are_taken_in_the_order_of_their_names_and_given_back(admin):
    taken = admin.lock(service=None, services=SERVICES)
    assert (taken["changed"], taken["taken"], list(taken["locks"])) == (True, True, ["api", "db", "web"])
    assert list(admin.marathon.apps) == [f"/{name}-migration-lock-1" for name in ("api", "db", "web")]
    again = admin.lock(service=None, services=SERVICES)
    assert (again["changed"], again["taken"]) == (False, False)
    back = admin.lock(service=None, services=SERVICES, state="absent")
    assert (back["changed"], back["locks"], admin.marathon.apps) == (True, {"api": None, "db": None, "web": None}, {})


def test_the_first_that_is_not_to_be_had_ends_it_and_nothing_is_kept(admin):
    """Whoever goes on to the next holds up a run that could have them all, and then both fail."""
    hold(admin, "db")
    with pytest.raises(Refused, match="db is locked by other"):
        admin.lock(service=None, services=SERVICES)
    assert services_locked(admin) == ["db"]
    assert not any("web-migration" in str(line) for line in admin.writes)


def test_what_this_run_held_before_it_keeps(admin):
    admin.lock(service="api")
    hold(admin, "db")
    with pytest.raises(Refused):
        admin.lock(service=None, services=SERVICES)
    assert services_locked(admin) == ["api", "db"]


def test_those_that_it_has_are_renewed_while_another_is_waited_for(admin, monkeypatch):
    hold(admin, "db")
    kept = []
    monkeypatch.setattr(lock_request.LockRequest, "renew_if_due", lambda self: kept.append(self._service))
    with pytest.raises(WaitTimeout):
        admin.lock(service=None, services=SERVICES, wait_timeout=1)
    assert set(kept) == {"api"} and services_locked(admin) == ["db"]


def test_one_that_is_due_is_renewed_and_one_that_another_run_has_ends_it(admin, monkeypatch):
    request = lock_request.LockRequest(admin_params(admin), check_mode=False)
    request.present()
    request.renew_if_due()
    assert list(admin.marathon.apps) == ["/api-migration-lock-1"]
    monkeypatch.setattr(type(request._held.lease), "is_due", lambda _lease, _now: True)
    request.renew_if_due()
    assert list(admin.marathon.apps) == ["/api-migration-lock-2"]
    admin.marathon.apps.clear()
    hold(admin, "api")
    with pytest.raises(Refused, match="api is locked by other"):
        request.renew_if_due()


def admin_params(admin):
    return {
        "service": "api", "state": "present", "owner": "me", "nonce": "nonce of me", "purpose": "release", "break_holder": None, "lease": 600,
        "wait_timeout": 0, "wait_interval": 0.01, "marathon_url": [admin.server.url], "marathon_timeout": 30,
    }  # fmt: skip
