# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a page says of a service: who serves, in which pool, what speaks against it, and who made and ended its versions."""

from __future__ import annotations

from ansible_collections.dcos.avi.plugins.module_utils._page.page import page_of
from ansible_collections.dcos.avi.plugins.module_utils._page.service_part import DOUBTED, PROVEN, UNREAD, service_part
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._page.page_data import (
    NOW,
    entry,
    seen,
    told,
    version,
)


def part(state, history=None):
    return service_part(1, "app1", state, told() if history is None else history, NOW)


def test_who_serves_and_where():
    found = part(seen())
    assert (found.state, found.headline) == (PROVEN, "app1-100-r2 takes the traffic, in pool B")
    assert [(pool.title, pool.app, pool.servers, pool.share) for pool in found.pools] == [
        ("Pool A", "", "0 servers up · 0 connections", 0),
        ("Pool B", "app1-100-r2", "2 servers up · 3 connections", 100),
    ]
    assert dict(found.facts)["proof"] == "1 server in Avi = 1 healthy task in Marathon"
    assert [(row.app, row.tasks) for row in found.versions] == [("app1-100-r2", "2 of 2")]


def test_nobody_is_proven_to_serve():
    problem = {"code": "mixed_ratio", "subject": "app1", "sentence": "Half of the traffic goes to each."}
    found = part(seen(active=None, problems=[problem]))
    assert (found.state, found.problems) == (DOUBTED, ("Half of the traffic goes to each.",))
    assert "proof" not in dict(found.facts)


def test_a_pool_group_shows_its_members():
    members = [
        {"name": "app1-200-pool-80", "servers_up": 2, "priority": "20"},
        {"name": "app1-100-pool-80", "priority": "10"},
    ]
    state = seen(
        virtualservice={"name": "app1", "oper_state": "OPER_UP", "members": members},
        active={"app": "app1-200", "side": None, "pool": "app1-200-pool-80"},
        versions=[{**version("app1-200", "active"), "pool": "app1-200-pool-80"}],
    )
    found = part(state)
    assert found.headline == "app1-200 takes the traffic, in pool app1-200-pool-80"
    assert [(pool.title, pool.app, pool.share) for pool in found.pools] == [
        ("Member with priority 20", "app1-200", 100),
        ("Member with priority 10", "", None),
    ]


def test_what_could_not_be_read_says_why():
    page = page_of([{"msg": "Marathon answered 503", "item": "app1"}], [{"msg": "Not Authorized"}], {}, NOW)
    (found,) = page.services
    assert (found.state, found.headline, found.history_missing) == (UNREAD, "Marathon answered 503", "Not Authorized")
    assert (found.name, page.summary) == ("app1", "1 service could not be read")


def test_lock_freeze_and_drift_are_told():
    stopped = {"by": "jane", "since": "2026-01-01T00:00:00Z", "until": None, "reason": "holidays"}
    lock = {"owner": "AWX job 1", "since": "2026-01-01T00:00:00Z", "purpose": "rollout"}
    found = part(seen(lock=lock, freeze=stopped, drift=[{"code": "resized", "sentence": "app1-100 has 4 instances."}]))
    assert dict(found.facts)["lock"] == "AWX job 1 since 2026-01-01T00:00:00Z, for rollout"
    assert dict(found.facts)["frozen"] == "by jane, since 2026-01-01T00:00:00Z: holidays"
    assert found.drift == ("app1-100 has 4 instances.",)


def test_an_end_says_who_and_why_where_that_differs_from_the_beginning():
    end = {
        "at": "2026-01-15T12:25:00Z",
        "to": "app1-300",
        "by": "bob",
        "job": "AWX job 2",
        "reason": "TICKET-8",
        "said": "3 of 10 failed",
    }
    (item,) = part(seen(), told([entry("app1-200", 20, 25, "app1-100", "withdrawn", ended=end)])).history
    assert (item.who, item.reason) == ("ann", "TICKET-7")
    assert (item.ended_by, item.ended_reason, item.went_to, item.said) == (
        "bob (AWX job 2)",
        "TICKET-8",
        "app1-300",
        "3 of 10 failed",
    )
    same = {**end, "by": "ann", "job": None, "reason": "TICKET-7"}
    (item,) = part(seen(), told([entry("app1-200", 20, 25, "app1-100", "withdrawn", ended=same)])).history
    assert (item.ended_by, item.ended_reason) == ("", "")


def test_a_label_that_is_none_of_ours_is_said_to_be_none():
    (item,) = part(seen(), told([entry("app1-200", 20, unreadable=["dcos_avi_run"], by=None, reason=None)])).history
    assert item.notes == ("The label dcos_avi_run is not one that this collection wrote, and was not read.",)


def test_of_more_entries_than_are_returned_the_number_is_told():
    found = part(seen(), told(total=812))
    assert (len(found.history), found.total) == (5, 812)
