# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.dcos.avi.plugins.module_utils import _soak_gate
from ansible_collections.dcos.avi.plugins.module_utils._errors import GateFailed, Unreachable
from ansible_collections.dcos.avi.plugins.module_utils._migration import picture
from ansible_collections.dcos.avi.plugins.module_utils._soak import Soak
from ansible_collections.dcos.avi.plugins.module_utils._soak_gate import SOAK_OPTIONS, migration_soak
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import crashing, unhealthy, upgraded


def test_a_soak_in_which_no_look_succeeded_says_what_failed_last(monkeypatch):
    def fail(*_arguments):
        raise Unreachable("Marathon at http://m cannot be reached.")

    monkeypatch.setattr(_soak_gate, "_look", fail)
    params = {name: option.get("default") for name, option in SOAK_OPTIONS.items()}
    params.update(
        service="app1", app="app1-300", seconds=1, interval=0.1, max_latency_ms=5.0, marathon_url=["http://m"]
    )
    params.update(controller="avi", username="u", password="p")
    with pytest.raises(GateFailed) as raised:
        migration_soak(params, check_mode=False)
    assert raised.value.sentence == (
        "Within 1 s nothing could be seen of how app1-300 does, which is no pass. "
        "The last look failed: Marathon at http://m cannot be reached."
    )


def look_at(state):
    """Look once, without a limit, at a service in this state."""
    service = SimpleNamespace(look=lambda: picture(state))
    return _soak_gate._look(Soak({}), service, None, "app1-100", 5)


def test_a_new_leader_of_marathon_that_has_checked_nobody_yet_fails_no_soak():
    assert look_at(unhealthy(upgraded(), unchecked=True)) == {}


@pytest.mark.parametrize("state", [unhealthy(upgraded()), unhealthy(crashing(3), unchecked=True)])
def test_what_marathon_shows_sick_and_what_runs_since_a_crash_fails_the_soak(state):
    with pytest.raises(GateFailed, match="app1-100 does not take the traffic"):
        look_at(state)
