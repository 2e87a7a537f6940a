# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A leader of Marathon that shows no deployments in its first answer is not believed."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.session import Connection, HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._marathon import two_looks
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.to_zero import wait_until_at_zero
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deployment import (
    wait_until_gone,
    wait_until_over,
    wait_until_rolled_out,
)
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_deployment import end_deployments
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

RUNS = [{"id": "d1", "affectedApps": ["/a"]}]
APP = {"id": "/a", "version": "2026-01-01T00:00:00.000Z", "instances": 0, "labels": {}, "tasks": []}
NOT_FOUND = {"message": "App '/a' does not exist"}


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """The pauses that a new leader is given."""
    made = []
    monkeypatch.setattr(two_looks.time, "sleep", made.append)
    return made


class Leaders:
    """A Marathon of which each answer about deployments comes from the next of these leaders: (its name, what it shows)."""

    def __init__(self, server, *, is_gone=False):
        self.client = Marathon(HttpSession(Connection(server.url, "Marathon")))
        self.looks = [("A", RUNS)]
        self.asked = 0
        self.leader = "A"
        self.app = None if is_gone else APP
        server.answer = self.answer

    def answer(self, request):
        if request.path == "/v2/deployments":
            return self.reply(self.next_look())
        if request.path == "/v2/queue":
            return self.reply({"queue": []})
        if self.app is None:
            return Reply(404, NOT_FOUND, headers={"X-Marathon-Leader": self.leader})
        return self.reply({"app": {**self.app, "deployments": self.next_look()}})

    def next_look(self):
        self.asked += 1
        self.leader, shown = self.looks.pop(0) if self.looks[1:] else self.looks[0]
        return shown

    def reply(self, body):
        return Reply(200, body, headers={"X-Marathon-Leader": self.leader})


def deadline():
    return Deadline(20, 0.01)


def over(client):
    wait_until_over(client, ["d1"], "it to be over", deadline())


def rolled_out(client):
    wait_until_rolled_out(client, "/a", "d1", deadline())


def at_zero(client):
    wait_until_at_zero(client, "/a", deadline())


WAITS = [over, rolled_out, at_zero]


@pytest.mark.parametrize("wait", WAITS)
def test_what_one_leader_shows_twice_is_believed(server, pauses, wait):
    marathon = Leaders(server)
    marathon.looks = [("A", RUNS), ("A", [])]
    wait(marathon.client)
    assert marathon.asked == 3


@pytest.mark.parametrize("wait", WAITS)
def test_what_only_the_first_answer_of_a_leader_shows_is_not_believed(server, pauses, wait):
    marathon = Leaders(server)
    marathon.looks = [("A", RUNS), ("B", []), ("B", RUNS), ("B", [])]
    wait(marathon.client)
    assert marathon.asked == 5
    assert two_looks.NEW_LEADER_PAUSE in pauses


@pytest.mark.parametrize("wait", WAITS)
def test_two_looks_under_two_leaders_are_not_enough(server, wait):
    marathon = Leaders(server)
    marathon.looks = [("A", RUNS), ("A", []), ("B", []), ("B", RUNS), ("B", [])]
    wait(marathon.client)
    assert marathon.asked == 6


def test_the_deletion_of_an_app_is_over_when_two_looks_show_it(server):
    marathon = Leaders(server, is_gone=True)
    marathon.looks = [("A", RUNS), ("B", []), ("B", RUNS), ("B", [])]
    wait_until_gone(marathon.client, "/a", deadline())
    assert marathon.asked == 5


def test_a_header_that_does_not_come_through_does_not_keep_a_wait_from_ending(server):
    server.answer = lambda request: Reply(200, [])
    client = Marathon(HttpSession(Connection(server.url, "Marathon")))
    over(client)
    assert len(server.requests) == 2


@pytest.mark.parametrize("selected", [{"id": "d1"}, {"app": "a"}])
def test_a_deployment_that_one_answer_lacks_is_waited_for(server, selected):
    marathon = Leaders(server)
    marathon.looks = [("B", []), ("B", RUNS), ("B", [])]
    params = {"id": None, "app": None, "state": "finished", "wait": True, "wait_timeout": 20, "wait_interval": 0.01}
    result = end_deployments({**params, **selected, "marathon_url": [server.url]}, check_mode=False)
    assert [deployment["id"] for deployment in result["deployments"]] == ["d1"]
