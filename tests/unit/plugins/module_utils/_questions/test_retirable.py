# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What only for a moment speaks against scaling a version down ends no retirement, no rollback and no withdrawal."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._gates import patience
from ansible_collections.dcos.avi.plugins.module_utils._modules import migration_scale_down
from ansible_collections.dcos.avi.plugins.module_utils._questions.recovery import recovery_of, seen_for_recovery
from ansible_collections.dcos.avi.plugins.module_utils._questions.retire import NOTHING_KEPT, why_not_retirable
from ansible_collections.dcos.avi.plugins.module_utils._questions.until import waited_until
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.looks import Looks
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    fresh,
    listener,
    pool,
    upgraded,
    version,
)

RECOVER = {"app": "app1-200", "on_failure": "rollback", "phase": None, "begun": True, "judged": True}
CLIENT = SimpleNamespace(now=lambda: datetime(2026, 1, 15, tzinfo=timezone.utc))
# Avi shows one of the servers of app1-100, which serves, down for a moment.
ONE_DOWN = dataclasses.replace(
    upgraded(), avi=ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 100)), pool("b", (3,))), versions=upgraded().versions
)
# The traffic goes to nobody.
NOBODY = Observation("app1", ab_view(pool("a", (8, 9))), listener(()), (version("100", 10, ()),))


def with_200(state):
    """The state with a version 200 that takes no traffic."""
    return dataclasses.replace(state, versions=(*state.versions, version("200", 20, (5, 6))))


def service(*states):
    return SimpleNamespace(look=Looks(*states), has_namesake=lambda seen, app_id: False)


def seen_to_recover(states, failed):
    """What is seen of a service whose rollout failed, and how many looks that took."""
    of = service(*states)
    return seen_for_recovery(of, failed, 0.001), of.look.count


def until_retirable(states):
    """How a wait for the retirement of superseded versions ended, and how many looks it took."""
    of = service(*states)
    params = {"until": "retirable", "app": None, "wait_interval": 0.001, "wait_timeout": 5}
    _seen, waited = waited_until(of, params, lambda each: why_not_retirable(each, NOTHING_KEPT, CLIENT))
    return waited, of.look.count


def test_a_recovery_looks_again_where_a_server_is_down_for_a_moment():
    found, looks = seen_to_recover([with_200(ONE_DOWN), with_200(ONE_DOWN), with_200(upgraded())], RECOVER)
    assert recovery_of(found, "app1-200", RECOVER).action == "withdraw"
    assert looks == 3


@pytest.mark.parametrize(
    ("state", "recover"),
    [
        # All is to stay, whatever comes.
        (with_200(ONE_DOWN), {"on_failure": "freeze"}),
        (with_200(ONE_DOWN), {"begun": False}),
        # The connector is late.
        (with_200(upgraded()), {"phase": "confirm"}),
        # Time mends nothing.
        (NOBODY, {"app": "app1-100"}),
    ],
)
def test_a_recovery_that_leaves_all_for_another_reason_is_immediate(state, recover):
    assert seen_to_recover([state], {**RECOVER, **recover})[1] == 1


def test_what_is_to_be_retired_is_looked_at_until_nothing_speaks_against_it():
    waited, looks = until_retirable([ONE_DOWN, ONE_DOWN, upgraded()])
    assert waited.complete and looks == 3
    assert until_retirable([upgraded()])[1] == 1


@pytest.mark.parametrize("launched", [True, False])
def test_a_task_that_died_gets_the_minute_in_which_marathon_1_8_has_no_offer_for_it(monkeypatch, launched):
    """One task of one was gone for 27.5 and 56.2 s there."""
    monkeypatch.setattr(patience, "SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(patience, "LAUNCH_SECONDS", 5.0 if launched else 0.05)
    view = ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 100)), pool("b", (3,)))
    one_gone = dataclasses.replace(upgraded(), avi=view, versions=(version("100", 10, (3,), 2),))
    waited, looks = until_retirable([one_gone] * 4 + ([upgraded()] if launched else []))
    assert (waited.complete, looks == 5) == (launched, launched), waited


def test_what_speaks_against_a_retirement_and_lasts_is_told(monkeypatch):
    monkeypatch.setattr(patience, "SETTLE_SECONDS", 0.05)
    waited, looks = until_retirable([ONE_DOWN])
    assert looks > 1 and not waited.complete and "No version is proven to take the traffic" in waited.last
    waited, looks = until_retirable([NOBODY])
    assert looks == 1 and not waited.complete


@pytest.mark.parametrize(
    ("states", "app", "why"),
    [
        ([with_200(ONE_DOWN), with_200(upgraded())], "app1-200", {"recover": {**RECOVER}}),
        (
            [with_200(ONE_DOWN), with_200(upgraded())],
            "app1-200",
            {"rollback": {"version": None, "instances": None, "instant": None}},
        ),
        ([ONE_DOWN, upgraded()], "app1", {"retire": {"keep_warm": 0, "by": None, "at_least": None}}),
    ],
)
def test_a_scale_to_zero_looks_again_before_it_refuses(states, app, why):
    params = {"retire": None, "rollback": None, "recover": None, "wait_interval": 0.001, **why}
    of = service(*states)
    leaving = migration_scale_down._Leaving(of, CLIENT, app, params, None)
    assert leaving.proof(leaving.look_when_settled()).app == app
    assert of.look.count == 2


def test_a_scale_to_zero_that_nothing_speaks_against_takes_one_look():
    params = {"retire": None, "rollback": None, "recover": {**RECOVER}, "wait_interval": 0.001}
    of = service(with_200(fresh()))
    leaving = migration_scale_down._Leaving(of, CLIENT, "app1-200", params, None)
    leaving.look_when_settled()
    assert of.look.count == 1
