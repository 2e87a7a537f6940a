# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._plan.held_up import Timing, held_up
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import DEPLOY, NONE, PREVIEW, REFUSE, RESUME, Plan
from ansible_collections.dcos.avi.plugins.module_utils._plan.windows import read_windows
from ansible_collections.dcos.avi.plugins.module_utils._service.freeze import Freeze

NOW = datetime(2026, 11, 27, 18, 5, tzinfo=timezone.utc)  # a Friday
FROZEN = Freeze("jane", "2026-11-20T10:00:00Z", "2026-12-27T07:00:00Z", "holidays")
OFFICE = read_windows([{"days": ["mon", "fri"], "hours": "09:00-16:00", "time_zone": "Europe/Berlin"}])


def codes(plan):
    return [refusal.code for refusal in plan.refusals]


@pytest.mark.parametrize("action", [DEPLOY, PREVIEW])
def test_what_begins_is_held_up(action):
    plan = held_up(Plan(action, "app1-200"), "app1", FROZEN, Timing(OFFICE), NOW)
    assert (plan.action, plan.definition, codes(plan)) == (REFUSE, None, ["frozen", "outside_windows"])


@pytest.mark.parametrize("action", [RESUME, NONE])
def test_what_goes_on_is_not(action):
    plan = Plan(action, "app1-200")
    assert held_up(plan, "app1", FROZEN, Timing(OFFICE), NOW) is plan


def test_nothing_holds_it_up():
    plan = Plan(DEPLOY, "app1-200")
    assert held_up(plan, "app1", None, Timing(), NOW) is plan
    assert held_up(plan, "app1", None, Timing(OFFICE), NOW.replace(hour=10)) is plan


def test_the_sentences_say_who_and_when_and_what_to_do():
    frozen, shut = held_up(Plan(DEPLOY, "app1-200"), "app1", FROZEN, Timing(OFFICE), NOW).refusals
    assert frozen.sentence == (
        "app1 is frozen by jane since 2026-11-20T10:00:00Z until 2026-12-27T07:00:00Z: holidays. Wait, or have it lifted: the playbook "
        "dcos.avi.freeze with freeze_service: app1 and freeze_state: absent. To roll out all the same, say rollout_override_freeze: true, and "
        "why in rollout_reason (in a release: release_reason)."
    )
    assert shut.sentence == (
        "It is Fri 2026-11-27 19:05 Europe/Berlin, outside rollout_windows (Mon Fri 09:00-16:00 Europe/Berlin). The next one opens on Mon "
        "2026-11-30 09:00 Europe/Berlin. To roll out all the same, say rollout_override_freeze: true, and why in rollout_reason (in a release: release_reason)."
    )


def test_to_pass_over_it_needs_a_reason():
    plan = Plan(DEPLOY, "app1-200")
    for freeze, windows in ((FROZEN, ()), (None, OFFICE)):
        assert codes(held_up(plan, "app1", freeze, Timing(windows, True, " "), NOW)) == ["override_without_reason"]
        assert held_up(plan, "app1", freeze, Timing(windows, True, "TICKET-9"), NOW) is plan
    assert held_up(plan, "app1", None, Timing((), True), NOW) is plan
