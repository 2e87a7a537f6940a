# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import ApiError, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._gates.settled import until_settled
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.looks import Looks, Time
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    fresh,
    listener,
    pool,
    upgraded,
    version,
)

LATE = ("app1-200, as pool b still has servers of it",)


def placed(ratio=0):
    """app1-100 has tasks, and those in pool B; the listener takes the traffic, unless the ratio says otherwise."""
    view = ab_view(pool("a", (1, 2), ab_pool=AbPool("b", ratio)), pool("b", (3, 4)))
    return Observation("app1", view, listener((1, 2)), (version("100", 10, (3, 4)),))


def moved():
    """A late connector has moved the traffic to pool A, which holds no task of any version that runs."""
    view = ab_view(pool("a", (9,), ab_pool=AbPool("b", 0)), pool("b", (3, 4)))
    return Observation("app1", view, listener((), 0), (version("100", 10, (3, 4)), version("200", 20, (), 0)))


def settle(look, app_id=None, timeout=60, late_at=()):
    """:param late_at: the numbers of the looks, from 1, at which the connector is late."""
    passing = Time()

    def late(_picture):
        return LATE if look.count in late_at else ()

    times = {"timeout": timeout, "interval": 1, "clock": passing.clock, "sleep": passing.sleep}
    return until_settled(look, app_id, unnoticed=late, **times)


@pytest.mark.parametrize("app_id", ["app1-100", None])
def test_what_is_momentary_passes(app_id):
    look = Looks(placed(ratio=50), ApiError("503", status=503), upgraded())
    seen, waited = settle(look, app_id)
    assert (seen.active.id, waited.what, waited.complete, waited.seconds) == ("app1-100", "settled", True, 3.0)
    assert waited.last == "app1-100 takes all traffic with 2 tasks."
    assert waited.watched == ""


@pytest.mark.parametrize("app_id", ["app1-100", None])
def test_what_lasts_is_told_and_is_no_error(app_id):
    seen, waited = settle(Looks(placed(ratio=50)), app_id)
    assert (seen.active, waited.complete, waited.seconds) == (None, False, 10.0)
    assert "sends 50% of the traffic" in waited.last


def test_where_another_version_serves_there_is_nothing_to_wait_for():
    unnoticed = dataclasses.replace(fresh(), versions=(version("100", 10, (3, 4)),))
    seen, waited = settle(Looks(unnoticed), "app1-100")
    assert (seen.active.id, waited.complete, waited.seconds) == ("app1", False, 0.0)
    assert "The traffic goes to pool app1-pool-80, with the tasks of app1." in waited.last


def test_a_state_that_cannot_be_seen_is_an_error():
    with pytest.raises(WaitTimeout, match="the last look failed: 503"):
        settle(Looks(placed(ratio=50), ApiError("503", status=503)))


def test_a_late_connector_is_watched_until_it_knows_what_was_given_up():
    look = Looks(upgraded())
    _seen, waited = settle(look, "app1-100", late_at=range(1, 30))
    assert (waited.complete, waited.is_watched_out, look.count) == (True, True, 30)
    assert waited.watched.startswith(
        "The cloud connector was watched for 28 s, because it might have moved the traffic"
    )
    assert LATE[0] in waited.watched


def test_the_watch_ends_with_the_time():
    _seen, waited = settle(Looks(upgraded()), "app1-100", timeout=20, late_at=range(1000))
    assert (waited.complete, waited.is_watched_out, waited.seconds) == (True, False, 20.0)
    assert "and may still move the traffic to a version that was given up: app1-200" in waited.watched


def test_a_switch_to_what_was_given_up_ends_the_watch_at_once():
    seen, waited = settle(Looks(upgraded(), upgraded(), upgraded(), moved()), "app1-100", late_at=range(4))
    assert (seen.active, waited.complete, waited.is_watched_out, waited.seconds) == (None, False, True, 2.0)
    assert (
        waited.watched
        == "The cloud connector was watched for 2 s, and has moved the traffic to where no task of any version is."
    )


def test_what_is_momentary_while_it_is_watched_passes():
    _seen, waited = settle(Looks(upgraded(), placed(ratio=50), upgraded()), "app1-100", late_at=range(9))
    assert (waited.complete, waited.is_watched_out) == (True, True)
