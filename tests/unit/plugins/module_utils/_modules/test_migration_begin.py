# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What migration_begin asks, in which order it locks, and what it returns and gives back."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Refused
from ansible_collections.dcos.avi.plugins.module_utils._modules import migration_begin
from ansible_collections.dcos.avi.tests.modules import call
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.cloud import LISTENER_LABELS, app, pool

WORK = migration_begin.MIGRATION_BEGIN
NEXT = {"version": "200", "image": "x:2"}
DONE = {"version": "100"}
LOCK = {"owner": "these tests", "taken": True, "waited": 0.0, "warnings": []}


class Locks:
    """Stands for the lock: notes what was asked for, and what the server had been asked before."""

    taken, errors = True, ()

    def __init__(self, cloud):
        self._cloud, self.did = cloud, []

    def request(self, params, check_mode):
        self.purpose = params["purpose"]
        self.check_mode = check_mode
        return self

    def present(self):
        self.did.append(("lock", len(self._cloud.server.lines)))
        for error in self.errors:
            raise error
        return {**LOCK, "taken": self.taken and not self.check_mode}

    def give_back(self):
        self.did.append(("unlock", len(self._cloud.server.lines)))


@pytest.fixture
def locks(cloud, monkeypatch):
    locks = Locks(cloud)
    monkeypatch.setattr(migration_begin, "LockRequest", locks.request)
    return locks


def begin(cloud, *, check_mode=False, **options):
    given = {name: value for name, value in cloud.params().items() if name in WORK.options and value is not None}
    return call(WORK, check_mode=check_mode, **{**given, "purpose": "a rollout", "owner": "these tests", **options})


def looks(cloud):
    return len([line for line in cloud.server.lines if line == "GET /v2/apps/app1"])


def test_it_looks_locks_and_looks_again(cloud, locks):
    result = begin(cloud, rollout=NEXT)
    assert [name for name, _asked in locks.did] == ["lock"]
    assert 0 < locks.did[0][1] < len(cloud.server.lines)
    assert looks(cloud) == 2
    assert (result["plan"]["action"], result["plan"]["anew"], result["moves"]) == ("deploy", False, [["usual", ""]])
    assert (result["locked"]["taken"], result["unlock"]) == (True, True)
    assert result["more_shown"] == [
        "app1: lock, deploy app1-200, confirm app1-200, drain app1, retire app1, drain app1-100, retire app1-100"
    ]


def test_check_mode_takes_no_lock_and_tells_the_reasons(cloud, locks):
    result = begin(cloud, check_mode=True, rollout=NEXT)
    assert (looks(cloud), result["unlock"], result["locked"]["taken"]) == (1, False, False)
    assert result["moves"] == [["deploy", ""]]
    assert result["more_shown"][1].startswith("2. deploy app1-200: a new version with ")


def test_where_there_is_nothing_to_do_no_lock_is_taken(cloud, locks):
    cloud.apps["/app1"]["instances"] = 0
    cloud.apps["/app1"]["tasks"] = []
    result = begin(cloud, rollout={"version": "100"})
    assert (result["plan"]["steps"], locks.did, looks(cloud)) == ([], [], 1)
    assert (result["moves"], result["unlock"], result["more_shown"]) == ([], False, [])


def test_a_lock_that_the_run_had_already_is_not_given_back_by_it(cloud, locks):
    locks.taken = False
    result = begin(cloud, rollout=NEXT)
    # It looked under its own lock.
    assert (looks(cloud), result["unlock"]) == (1, False)


def test_checks_come_before_the_lock(cloud, locks):
    moves = {"gates": ["smoke"], "checks": ["check_files"]}
    first = begin(cloud, rollout=NEXT, moves=moves)
    assert (first["moves"], locks.did, first["locked"]) == ([["check", ""]], [], {})
    cloud.server.requests.clear()
    planned = {"steps": first["plan"]["steps"], "leftover": []}
    second = begin(cloud, rollout=NEXT, moves=moves, planned=planned)
    assert (looks(cloud), second["unlock"], second["plan"]["anew"]) == (1, True, False)
    assert [move for move, _about in second["moves"]] == ["deploy", "smoke", "confirm", "retire"]
    # It was shown before.
    assert (len(first["more_shown"]), second["more_shown"]) == (1, [])


def test_what_is_refused_changes_nothing(cloud, locks):
    with pytest.raises(Refused) as refused:
        begin(cloud, rollout={**NEXT, "priority": 1})
    assert "Priority 1 is not above" in refused.value.sentence
    assert [each["code"] for each in refused.value.details["refusals"]] == ["priority_too_low"]
    assert locks.did == []


def test_what_is_refused_under_the_lock_gives_it_back(cloud, locks):
    planned = {"steps": [], "leftover": []}
    with pytest.raises(Refused, match="Priority 1 is not above"):
        begin(cloud, rollout={**NEXT, "priority": 1}, planned=planned)
    assert [name for name, _asked in locks.did] == ["lock", "unlock"]


def test_a_second_check_that_fails_gives_the_lock_back(cloud, locks, monkeypatch):
    def fails(*_args):
        raise KeyboardInterrupt

    present = locks.present

    def and_then_nothing_works():
        monkeypatch.setattr(migration_begin.Service, "look", fails)
        return present()

    monkeypatch.setattr(locks, "present", and_then_nothing_works)
    with pytest.raises(KeyboardInterrupt):
        begin(cloud, rollout=NEXT)
    assert [name for name, _asked in locks.did] == ["lock", "unlock"]


def test_that_another_run_holds_it_is_no_reason_to_give_anything_back(cloud, locks):
    locks.errors = (DcosAviError("app1 is locked by somebody else."),)
    with pytest.raises(DcosAviError, match="somebody else"):
        begin(cloud, rollout=NEXT)
    assert [name for name, _asked in locks.did] == ["lock"]


def test_whoever_has_the_lock_says_so_and_takes_none(cloud, locks):
    result = begin(cloud, rollout=NEXT, locked=LOCK, planned={"steps": [], "leftover": ["app1-300"]})
    assert (locks.did, looks(cloud), result["unlock"], result["locked"]) == ([], 1, True, {**LOCK, "earlier": True})


def test_a_rollback_and_a_retirement_and_a_listener(cloud, locks):
    result = begin(cloud, rollback={})
    assert result["more_shown"][0] == result["plan"]["reason"]
    retired = begin(cloud, retire={})
    assert (retired["moves"], retired["more_shown"]) == ([["superseded", ""]], ["app1: retire app1"])
    locks.did.clear()
    listener = begin(cloud, listener={}, purpose=None)
    assert (listener["plan"]["action"], listener["moves"], locks.did) == ("none", [], [])


def test_what_is_unchanged_takes_ten_requests(cloud, locks):
    """The connections of the pools are not counted, and the virtual service comes with its runtime."""
    cloud.apps["/app1"] = app("/app1", LISTENER_LABELS)
    cloud.bodies.update(pool("a", ab_pool={"pool_ref": "/api/pool/b", "ratio": 100}))
    begin(cloud, rollout=DONE)
    without = len(cloud.server.lines)
    cloud.server.requests.clear()
    (virtual_service,) = cloud.bodies["/api/virtualservice"]["results"]
    virtual_service["runtime"] = cloud.bodies.pop("/api/virtualservice/vs/runtime")
    result = begin(cloud, rollout=DONE)
    assert (result["plan"]["steps"], locks.did) == ([], [])
    assert result["virtualservice"]["oper_state"] == "OPER_UP"
    assert cloud.server.lines == [
        "GET /v2/apps/app1",
        "POST /login",
        "GET /api/virtualservice",
        "GET /api/pool/a",
        "GET /api/pool/b",
        "GET /api/pool/a/runtime/server",
        "GET /api/pool/b/runtime/server",
        "GET /v2/apps",
        "GET /v2/apps",
        "POST /logout",
    ]
    assert without == len(cloud.server.lines) + 1, "a Controller that does not know how is asked for it"
