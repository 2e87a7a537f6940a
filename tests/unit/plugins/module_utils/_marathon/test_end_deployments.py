# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    PermissionRefused,
    Refused,
    UnknownOutcome,
    WaitTimeout,
)
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_deployment import end_deployments
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import Fault, MiniMarathon
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply


@pytest.fixture
def marathon(server):
    """A Marathon with a deployment d-stuck of the app /a, of which no task serves."""
    mini = MiniMarathon(stuck=True, unhealthy=True)
    mini.add("/a", cmd="x", healthChecks=[{}])
    server.answer = mini.answer
    return mini


@pytest.fixture
def end(server, marathon):
    def call(state, check_mode=False, **params):
        defaults = {
            "id": None,
            "app": None,
            "allow_outage": False,
            "wait": True,
            "wait_timeout": 0,
            "wait_interval": 0.02,
        }
        return end_deployments({**defaults, "marathon_url": [server.url], "state": state, **params}, check_mode)

    return call


def test_waiting_names_what_is_under_way(end, marathon):
    with pytest.raises(WaitTimeout, match="deployment d-stuck to be over; last seen: deployment d-stuck in step"):
        end("finished", id="d-stuck")
    assert not end("finished", id="d-stuck", check_mode=True)["changed"]
    marathon.apps["/a"]["deployments"] = []
    assert end("finished", id="d-stuck") == {"changed": False, "deployments": []}


@pytest.mark.parametrize("selected", [{"id": "d-stuck"}, {"app": "a"}])
@pytest.mark.parametrize("state", ["rolled_back", "abandoned"])
def test_ending_a_deployment(end, marathon, server, selected, state):
    assert end(state, check_mode=True, **selected)["changed"]
    assert not [line for line in server.lines if line.startswith("DELETE")]
    result = end(state, **selected)
    assert result["changed"] and [deployment["id"] for deployment in result["deployments"]] == ["d-stuck"]
    assert list(marathon.apps) == ([] if state == "rolled_back" else ["/a"])
    assert not end(state, **selected)["changed"]


@pytest.mark.parametrize("state", ["rolled_back", "abandoned"])
@pytest.mark.parametrize("reply", [Reply(drop=True), Reply(503)])
def test_a_lost_answer_is_looked_after(end, marathon, state, reply):
    marathon.faults = [Fault("DELETE", reply, applied=False)]
    with pytest.raises(UnknownOutcome):
        end(state, id="d-stuck")
    marathon.faults = [Fault("DELETE", reply, applied=True)]
    assert end(state, id="d-stuck")["changed"]


def test_what_undoes_a_deployment_is_waited_for_though_it_is_listed_late(end, marathon):
    marathon.listed_late = 0.3
    begin = time.monotonic()
    assert end("rolled_back", id="d-stuck", wait_timeout=60)["changed"]
    assert time.monotonic() - begin >= 1


@pytest.mark.parametrize(
    ("state", "reply", "changed"),
    [
        ("rolled_back", Reply(drop=True), True),
        ("abandoned", Reply(503), True),
        ("rolled_back", Reply(403, {"message": "no"}), False),
    ],
)
def test_a_failure_tells_whether_anything_may_have_been_ended(end, marathon, state, reply, changed):
    marathon.faults = [Fault("DELETE", reply)]
    with pytest.raises((UnknownOutcome, PermissionRefused)) as raised:
        end(state, id="d-stuck")
    assert raised.value.changed is changed


def test_an_undoing_that_is_not_over_in_time_has_changed_something(end, marathon):
    marathon.listed_late, marathon.takes = 0.1, 60
    with pytest.raises(WaitTimeout, match="deployment d-undo to be over") as raised:
        end("rolled_back", id="d-stuck", wait_timeout=3)
    assert raised.value.changed
    with pytest.raises(WaitTimeout) as raised:
        marathon.stuck = True
        marathon.add("/b", cmd="x")
        end("finished", id="d-stuck")
    assert not raised.value.changed


@pytest.mark.parametrize("selected", [{"id": ""}, {"app": ""}, {"app": "/"}])
@pytest.mark.parametrize("state", ["finished", "rolled_back", "abandoned"])
def test_an_empty_id_names_nothing(end, marathon, server, selected, state):
    with pytest.raises(Refused):
        end(state, **selected)
    assert not server.lines
