# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults as clients see them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hosted import HostedMarathon, Listener

APP = {"id": "/faulty", "cmd": "sleep 1", "instances": 0}


@pytest.fixture
def marathon(marathon_18: HostedMarathon) -> Iterator[HostedMarathon]:
    yield marathon_18
    marathon_18.within(marathon_18.faults.clear())


def fault(marathon: HostedMarathon, action: str, **more: Any) -> None:
    marathon.within(marathon.faults.add({"api": "marathon", "action": action, **more}))


def exists(marathon: HostedMarathon) -> bool:
    return "/faulty" in marathon.server.marathon.root.apps


def test_only_what_fits_meets_a_fault_and_only_so_often(marathon: HostedMarathon) -> None:
    fault(marathon, "error", method="POST", path="^/v2/apps$", status=418, times=2)
    assert marathon.ask("GET", "/v2/apps").status == 200
    assert marathon.ask("POST", "/v2/groups", {}).status != 418
    assert [marathon.ask("POST", "/v2/apps", APP).status for _each in range(3)] == [418, 418, 201]
    assert len(marathon.journal.entries(match={"fault": "error", "status": "418"})) == 2


def test_a_proxy_page_instead_of_an_answer(marathon: HostedMarathon) -> None:
    fault(marathon, "html", status=502)
    answer = marathon.ask("POST", "/v2/apps", APP)
    assert (answer.status, answer.body[:6], answer.headers["Content-Type"][:9]) == (502, "<html>", "text/html")
    assert not exists(marathon)


def test_json_cut_short(marathon: HostedMarathon) -> None:
    fault(marathon, "garbage")
    answer = marathon.ask("GET", "/v2/apps")
    assert (answer.status, answer.body) == (200, '{"app": {"id": "/cut')


def test_slow_but_right(marathon: HostedMarathon) -> None:
    fault(marathon, "slow", seconds=0.3)
    began = time.monotonic()
    assert marathon.ask("POST", "/v2/apps", APP).status == 201
    assert time.monotonic() - began > 0.3


@pytest.mark.parametrize(("action", "applied"), [("drop_before", False), ("drop_after", True)])
def test_a_connection_reset(marathon: HostedMarathon, action: str, applied: bool) -> None:
    fault(marathon, action, method="POST")
    with pytest.raises(requests.ConnectionError):
        marathon.ask("POST", "/v2/apps", APP)
    assert exists(marathon) is applied
    entry = marathon.journal.entries(match={"method": "POST"})[-1]
    assert (entry["status"], entry["write"], entry["body"]) == (None, True, APP)


def test_a_write_that_is_applied_after_the_client_gave_up(marathon: HostedMarathon) -> None:
    fault(marathon, "apply_late", method="POST", seconds=1, times=1)
    with pytest.raises(requests.ReadTimeout):
        requests.post(marathon.url + "/v2/apps", json=APP, timeout=0.3)
    assert not exists(marathon)
    marathon.until("/v2/apps/faulty", lambda _body: True)
    (entry,) = marathon.journal.entries(match={"fault": "apply_late"})
    assert entry["status"] is None
    assert entry["applied"] - entry["time"] >= 1


def test_a_write_that_is_applied_late_is_answered_to_a_client_that_waits(marathon: HostedMarathon) -> None:
    fault(marathon, "apply_late", method="POST", seconds=0.3, times=1)
    assert marathon.ask("POST", "/v2/apps", APP).status == 201


def test_connections_refused_until_cleared(marathon: HostedMarathon) -> None:
    fault(marathon, "refuse")
    for _each in range(2):
        with pytest.raises(requests.ConnectionError, match="refused"):
            requests.get(marathon.url + "/ping", timeout=5)
    marathon.within(marathon.faults.clear())
    assert marathon.ask("GET", "/ping").status == 200


@pytest.mark.parametrize("word", ["mute", "cut"])
def test_events_that_do_not_come(marathon: HostedMarathon, word: str) -> None:
    listener = Listener(marathon)
    listener.wait_for("event_stream_attached")
    marathon.within(marathon.server.disturb(events=word))
    assert marathon.ask("POST", "/v2/apps", APP).status == 201
    marathon.settle()
    assert listener.ended.wait(1.5) is (word == "cut")
    assert listener.names() == ["event_stream_attached"]
    marathon.within(marathon.server.disturb())
    listener.close()
    with pytest.raises(ValueError, match="on, mute or cut"):
        marathon.within(marathon.server.disturb(events="loud"))
