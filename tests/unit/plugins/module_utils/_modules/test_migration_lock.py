# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work of migration_lock against a Marathon that fails as told."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    ApiError,
    Conflict,
    DcosAviError,
    Refused,
    UnknownOutcome,
    WaitTimeout,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.run import run_is_gone
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import client_from
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_lock import migration_lock
from ansible_collections.dcos.avi.plugins.module_utils._service import lock_keeper, lock_run
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import definition_of
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_keeper import LockKeeper
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import Fault, MiniMarathon
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._service.test_lock import lock, run_named
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

FIRST, SECOND = "/app1-migration-lock-1", "/app1-migration-lock-2"
BROKEN = Reply(503, {"message": "no leader"})


class Admin:
    """Somebody with the module and a Marathon."""

    def __init__(self, server):
        self.server, self.marathon = server, MiniMarathon()
        server.answer = self.marathon.answer

    def lock(self, owner="me", *, check_mode=False, **options):
        params = {
            "service": "/app1", "state": "present", "owner": owner, "nonce": f"nonce of {owner}", "purpose": "rollout", "break_holder": None,
            "wait_timeout": 0, "wait_interval": 0.01, "marathon_url": [self.server.url], "marathon_timeout": 30,
        }  # fmt: skip
        return migration_lock({**params, **options}, check_mode)

    def held_by(self, owner, number=1):
        definition = definition_of(lock(number, owner), "app1")
        self.marathon.add(definition["id"], **definition)

    def owners(self):
        return {app_id: app["labels"]["dcos_avi_lock_owner"] for app_id, app in self.marathon.apps.items()}

    @property
    def writes(self):
        return [line for line in self.server.lines if not line.startswith("GET ")]


@pytest.fixture(name="admin")
def fixture_admin(server, monkeypatch):
    monkeypatch.setattr(lock_keeper, "LOOK_PAUSE", 0.01)
    monkeypatch.setattr(lock_keeper, "WRITE_SECONDS", 2)
    monkeypatch.setattr(lock_keeper, "LAST_REQUESTS", 0)
    return Admin(server)


@pytest.mark.parametrize(
    ("owner", "remedy"),
    [
        ("AWX job 4711", "remove it by dcos.avi.migration_lock with break_holder: AWX job 4711."),
        ("", "the next run on this host takes it over."),
    ],
)
def test_a_lock_that_cannot_be_given_back_is_told_with_what_to_do(admin, monkeypatch, owner, remedy):
    monkeypatch.setattr(lock_run, "this_run", lambda: "deploy-1:12345:9f3ac21b-567890")
    admin.lock(owner)
    admin.marathon.faults += [Fault("DELETE", BROKEN)] * 50
    with pytest.raises(DcosAviError) as failure:
        admin.lock(owner, state="absent")
    kept = "The lock of app1 was perhaps not given back; if it is still there, "
    assert failure.value.sentence.startswith(f"{kept}{remedy} "), failure.value.sentence


def test_a_lock_that_cannot_be_broken_is_told_by_its_holder(admin):
    admin.held_by("other")
    admin.marathon.faults += [Fault("POST", BROKEN)] * 50
    with pytest.raises(DcosAviError) as failure:
        admin.lock(state="absent", break_holder="other")
    assert "remove it by dcos.avi.migration_lock with break_holder: other." in failure.value.sentence


def test_a_lock_is_taken_once_and_released_once(admin):
    taken, again = admin.lock(), admin.lock(purpose="something else")
    assert (taken["changed"], again["changed"], taken["owner"]) == (True, False, "me")
    assert (taken["taken"], again["taken"]) == (True, False)
    assert (again["lock"]["purpose"], again["lock"]["since"]) == ("rollout", taken["lock"]["since"])
    assert taken["diff"]["before"] == {} and taken["diff"]["after"]["owner"] == "me"
    released, again = admin.lock(state="absent"), admin.lock(state="absent")
    assert (released["changed"], released["lock"], again["changed"]) == (True, None, False)
    assert (released["diff"]["before"]["owner"], released["diff"]["after"]) == ("me", {})
    assert admin.writes == ["POST /v2/apps", f"DELETE /v2/apps{FIRST}"]


@pytest.mark.parametrize("purpose", ["", " ", None])
def test_a_lock_for_nothing_is_refused_before_anything_is_asked(admin, purpose):
    with pytest.raises(Refused, match="purpose is empty"):
        admin.lock(purpose=purpose)
    assert admin.server.requests == []
    assert not admin.lock(state="absent", purpose=purpose)["changed"]


def test_check_mode_predicts_and_writes_nothing(admin):
    predicted = admin.lock(check_mode=True)
    assert (predicted["changed"], predicted["lock"]["owner"]) == (True, "me")
    assert not admin.lock(check_mode=True, state="absent")["changed"]
    admin.held_by("other")
    with pytest.raises(Refused, match="locked by other"):
        admin.lock(check_mode=True, wait_timeout=300)
    broken = admin.lock(check_mode=True, break_holder="other")
    removed = admin.lock(check_mode=True, state="absent", break_holder="other")
    assert [(result["changed"], result["broken"]) for result in (broken, removed)] == [(True, "other")] * 2
    assert admin.writes == []


def test_the_lock_of_another_run_is_left_alone(admin):
    admin.held_by("other")
    with pytest.raises(Refused, match=r"locked by other since .* for: rollout of version 200"):
        admin.lock()
    kept = admin.lock(state="absent")
    assert (kept["changed"], kept["lock"]["owner"], admin.writes) == (False, "other", [])


def test_another_run_is_waited_for(admin):
    admin.held_by("other")
    looked_often = 20
    admin.marathon.before_answer = lambda _request: (
        admin.marathon.apps.clear() if len(admin.server.lines) == looked_often else None
    )
    result = admin.lock(wait_timeout=60)
    assert result["changed"] and result["waited"] > 0
    assert admin.owners() == {FIRST: "me"}


def test_waiting_ends_with_the_name_of_the_holder(admin):
    admin.held_by("other")
    with pytest.raises(WaitTimeout, match="waited 1 s for the lock of app1; last seen: app1 is locked by other"):
        admin.lock(wait_timeout=1)


def test_only_the_named_holder_is_broken(admin):
    admin.held_by("other")
    for state in ("present", "absent"):
        with pytest.raises(Refused, match=r"locked by other .* not third"):
            admin.lock(state=state, break_holder="third", wait_timeout=60)
    assert admin.writes == []
    broken = admin.lock(break_holder="other")
    assert (broken["changed"], broken["broken"], broken["taken_over"]) == (True, "other", None)
    assert admin.owners() == {SECOND: "me"}
    assert not admin.lock(break_holder="other")["changed"]


def test_a_broken_lock_is_removed_without_being_kept(admin):
    admin.held_by("other")
    removed = admin.lock(state="absent", break_holder="other", purpose=None)
    assert (removed["changed"], removed["broken"], removed["lock"], admin.owners()) == (True, "other", None, {})
    assert not admin.lock(state="absent", break_holder="other", purpose=None)["changed"]


def test_what_a_run_left_that_is_gone_is_taken_over(admin, monkeypatch):
    monkeypatch.setattr(LockKeeper.__init__, "__defaults__", (lambda owner: owner == "gone" or run_is_gone(owner),))
    admin.held_by("gone")
    result = admin.lock()
    assert (result["changed"], result["taken_over"], result["broken"]) == (True, "gone", None)
    assert admin.owners() == {SECOND: "me"}


def test_what_a_run_left_that_is_gone_is_removed_with_ones_own_but_not_beside_a_holder(admin, monkeypatch):
    monkeypatch.setattr(LockKeeper.__init__, "__defaults__", (lambda owner: owner == "gone" or run_is_gone(owner),))
    admin.held_by("gone")
    assert admin.lock(state="absent", purpose=None, check_mode=True)["changed"]
    removed, again = (admin.lock(state="absent", purpose=None) for _each in range(2))
    assert (removed["changed"], removed["taken_over"], again["changed"], admin.owners()) == (True, "gone", False, {})
    admin.held_by("gone")
    admin.held_by("other", 2)
    kept = admin.lock(state="absent", purpose=None)
    assert (kept["changed"], kept["lock"]["owner"]) == (False, "other")
    assert set(admin.owners().values()) == {"gone", "other"}


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_an_unknown_outcome_is_read_before_it_is_repeated(admin, method, applied):
    admin.marathon.faults.append(Fault(method, BROKEN, applied))
    assert admin.lock()["changed"]
    assert admin.owners() == {FIRST: "me"}
    assert admin.lock(state="absent")["changed"]
    assert admin.owners() == {}
    assert len(admin.writes) == (2 if applied else 3)


def test_an_outcome_that_stays_unknown_is_said(admin):
    admin.marathon.faults += [Fault("POST", BROKEN)] * 50
    with pytest.raises(UnknownOutcome, match="app1-migration-lock-1 was read since, and the change is not there"):
        admin.lock()


def test_a_lock_that_could_not_be_looked_at_is_given_back(admin):
    def break_lists(request):
        is_broken = request.query.get("label") and admin.writes
        admin.marathon.faults = [Fault("GET", BROKEN)] if is_broken else []

    admin.marathon.before_answer = break_lists
    with pytest.raises(ApiError, match="no leader"):
        admin.lock()
    assert admin.writes == ["POST /v2/apps", f"DELETE /v2/apps{FIRST}"]


def test_a_lock_that_could_neither_be_looked_at_nor_given_back_was_taken_all_the_same(admin):
    keeper = LockKeeper(client_from({"marathon_url": [admin.server.url]}), "app1", run_named("me"))

    def break_all_but_the_creation(request):
        admin.marathon.faults = [Fault(request.method, BROKEN)] if admin.writes and request.method != "POST" else []

    admin.marathon.before_answer = break_all_but_the_creation
    with pytest.raises(ApiError, match="no leader"):
        keeper.take("rollout")
    admin.marathon.before_answer, admin.marathon.faults = (lambda request: None), []
    assert keeper.take("rollout").taken is True
    assert list(admin.owners().values()) == ["me"]


def test_an_id_that_another_app_has_is_named(admin):
    admin.marathon.add(FIRST, labels={})
    with pytest.raises(Refused, match="is another app"):
        admin.lock()


def test_an_id_that_a_group_has_is_no_lost_race(admin):
    admin.marathon.faults += [Fault("POST", Reply(409, {"message": "A group has this id."}))] * 50
    with pytest.raises(Conflict, match="A group has this id"):
        admin.lock()
    assert len(admin.writes) == lock_keeper.TRIES


def test_a_winner_that_is_done_before_it_is_seen_is_no_obstacle(admin):
    admin.marathon.faults.append(Fault("POST", Reply(409, {"message": "An app with id exists."})))
    assert admin.lock()["changed"]
