# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who scales a version up again when nobody serves: the run that has just scaled it to zero, but not one that was away meanwhile."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from unittest import mock

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.clock import here_and_now
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Interfered
from ansible_collections.dcos.avi.plugins.module_utils._ending import aftermath
from ansible_collections.dcos.avi.plugins.module_utils._ending.aftermath import NOT_RESTORED, Aftermath
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Accepted
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import Retirement
from ansible_collections.dcos.avi.plugins.module_utils._service.lease import lease_from
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Lock, Run
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.test_outage_guard import without
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import upgraded

ME = Run("AWX job 7", "nonce")
ANOTHER = Lock("app1-migration-lock-2", "AWX job 8", "rollout", "", 2)
PLUGINS = Path(__file__).resolve().parents[5] / "plugins"


def held(seconds, ago):
    """The lock of this run, with a lease that was renewed so many seconds ago."""
    now = here_and_now()
    lease = lease_from(seconds, dataclasses.replace(now, at=max(0.0, now.at - ago)))
    return Lock("app1-migration-lock-1", ME.name, "rollout", "", 1, ME.proof("app1-migration-lock-1"), lease=lease)


def scaled_up(before_lock, lock_now):
    """Whether the only version that served is scaled up again, and what is said, when it was scaled to zero."""
    state = upgraded()
    (serving,) = [app.id for app in state.versions if app.id == "app1-100"]
    gone = without(state, {app.id for app in state.apps})
    before = picture(dataclasses.replace(state, lock=before_lock))
    service, client = mock.Mock(), mock.Mock()
    service.id = "app1"
    service.look_again.return_value = service.look.return_value = picture(dataclasses.replace(gone, lock=lock_now))
    client.app.return_value = {"id": f"/{serving}", "instances": 0, "labels": {}}
    client.unguarded.return_value.update_app.return_value = Accepted("d", "v")
    leaving = Retirement(serving, 2, "")
    with pytest.raises(Interfered) as raised:
        Aftermath(service, client, leaving, ME, 0, 0.01).check(before)
    assert raised.value.details["outcome"] == NOT_RESTORED
    return client.unguarded.return_value.update_app.called, raised.value.sentence


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (held(600, 1), held(600, 1)),
        # The lock was broken in that moment, by hand or because AWX said that the job has ended.
        (held(600, 1), ANOTHER),
        (held(0, 0), ANOTHER),
        (held(600, 1), None),
        # It was away for longer than its lease, and nobody else is there.
        (held(20, 21), None),
        (held(20, 21), held(20, 1)),
    ],
)
def test_what_left_the_service_without_a_server_is_undone(before, now):
    assert scaled_up(before, now)[0]


def test_a_run_that_was_away_leaves_the_service_to_the_one_that_has_its_lock():
    was_scaled_up, sentence = scaled_up(held(20, 21), ANOTHER)
    assert not was_scaled_up
    assert "It is not scaled up again, because this run was away for so long that AWX job 8 took its lock." in sentence


def test_only_the_lock_itself_and_what_undoes_a_change_go_past_the_guard():
    users = [file for file in PLUGINS.rglob("*.py") if re.search(r"\.unguarded\(", file.read_text(encoding="utf-8"))]
    undoing = {f"{aftermath.__name__.rpartition('.')[2]}.py", "to_zero.py"}
    assert {file.name for file in users} == {"lock_holder.py", *undoing}
