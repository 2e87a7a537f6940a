# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The source dcos.avi.marathon against a Marathon whose streams are cut, garbage, or refused."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Refused
from ansible_collections.dcos.avi.plugins.module_utils._sources.marathon_watch import MarathonWatch
from ansible_collections.dcos.avi.plugins.module_utils._sources.queueing import harmless, watched
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

TYPES = {"event_types": ["deployment_success", "status_update_event"]}


def sent(**event: Any) -> str:
    return f"event: {event['eventType']}\r\ndata: {json.dumps(event)}\r\n\r\n"


SUCCESS = {"eventType": "deployment_success", "plan": {"id": "d1", "steps": [{"actions": [{"app": "/a"}]}]}}
RUNNING = {"eventType": "status_update_event", "appId": "/a", "taskId": "t9", "taskStatus": "TASK_RUNNING"}


class Marathon:
    """Answers with its apps and deployments, and with one scripted stream after the other; the last one stays open."""

    def __init__(self, server: Any, *streams: Reply) -> None:
        self.apps: list[dict[str, Any]] = [{"id": "/a", "version": "v1", "instances": 0, "tasks": []}]
        self.deployments: list[dict[str, Any]] = []
        self.streams = list(streams)
        self.asked: list[dict[str, list[str]]] = []
        self.opened = 0
        self.at_stream: dict[int, Any] = {}
        server.answer = self.answer

    def answer(self, request: Any) -> Reply:
        if request.path == "/v2/apps":
            return Reply(200, {"apps": self.apps})
        if request.path == "/v2/deployments":
            return Reply(200, self.deployments)
        self.asked.append(request.query)
        self.opened += 1
        self.at_stream.get(self.opened, lambda: None)()
        return self.streams.pop(0) if self.streams else Reply(stream=["\r\n", 30.0])


def collected(args: dict[str, Any], count: int) -> tuple[list[dict[str, Any]], list[str]]:
    """The first events of a watch, and the sentences it told until then."""
    events: list[dict[str, Any]] = []
    told: list[str] = []
    watch = MarathonWatch(args, told.append, first_pause=0.01)

    def put(event: dict[str, Any]) -> None:
        events.append(event)
        if len(events) >= count:
            watch.stop()

    # What does not end by itself is to end the test, not to hold it up.
    alarm = threading.Timer(20, watch.stop)
    alarm.start()
    try:
        watch.run(put)
    finally:
        alarm.cancel()
    return events, told


@pytest.mark.parametrize(
    ("asked", "shown"),
    [({}, "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"), ({"no_log_env": False}, "hunter2")],
)
def test_values_of_the_environment_are_handed_on_only_where_that_is_asked_for(server, asked, shown):
    """A rulebook prints its events, and hands them on as variables."""
    app = {"id": "/a", "env": {"PASSWORD": "hunter2"}, "labels": {"env": "test"}}
    Marathon(server, Reply(stream=[sent(eventType="api_post_event", appDefinition=app), 30.0]))
    events, _told = collected({"marathon_url": server.url, "event_types": ["api_post_event"], **asked}, 1)
    assert events[0]["event"]["appDefinition"] == {**app, "env": {"PASSWORD": shown}}


def test_events_are_filtered_at_the_source(server):
    marathon = Marathon(
        server, Reply(stream=[sent(**RUNNING, x=1), sent(**{**RUNNING, "appId": "/b"}), sent(**SUCCESS), 30.0])
    )
    events, told = collected({"marathon_url": server.url, "apps": ["/a"], **TYPES}, 2)
    assert [(event["type"], event["apps"], event["read_back"]) for event in events] == [
        ("status_update_event", ["a"], False),
        ("deployment_success", ["a"], False),
    ]
    assert told == []
    assert marathon.asked[0]["event_type"] == [*TYPES["event_types"], "deployment_info"]


def test_after_a_cut_it_listens_again_and_reads_back_what_it_missed(server):
    marathon = Marathon(server, Reply(stream=[sent(**SUCCESS)]), Reply(stream=[sent(**RUNNING), 30.0]))

    def meanwhile() -> None:
        failure = {"taskId": "t1", "state": "TASK_FAILED", "message": "exit 1", "timestamp": "2026-01-01T00:00:00.000Z"}
        marathon.apps = [{**marathon.apps[0], "lastTaskFailure": failure}]

    marathon.at_stream[2] = meanwhile
    events, told = collected({"marathon_url": server.url, **TYPES}, 3)
    assert [(event["type"], event.get("reason"), event["read_back"]) for event in events] == [
        ("deployment_success", None, False),
        ("status_update_event", "exit 1", True),
        ("status_update_event", None, False),
    ]
    (sentence,) = told
    assert "ended. It is opened again; what is missed meanwhile is asked for then." in sentence


def test_of_several_addresses_the_next_one_is_listened_to(server):
    Marathon(server, Reply(stream=[sent(**RUNNING), 30.0]))
    events, told = collected({"marathon_url": ["http://127.0.0.1:1", server.url], **TYPES}, 1)
    assert [event["type"] for event in events] == ["status_update_event"]
    assert all("127.0.0.1:1 " in sentence for sentence in told)


def test_garbage_in_the_stream_is_told_and_passed_over(server):
    garbage = ["data: <html>\u001b[2J\r\n\r\n"] * 5
    Marathon(server, Reply(stream=[*garbage, sent(**RUNNING), 30.0]))
    events, told = collected({"marathon_url": server.url, **TYPES}, 1)
    assert [event["type"] for event in events] == ["status_update_event"]
    assert len(told) == 3 and "<html>\ufffd[2J" in told[0]


def test_a_line_without_end_ends_the_stream_and_not_the_source(server):
    endless = Reply(stream=["data: " + "x" * 1_100_000, 0.5])
    Marathon(server, endless, Reply(stream=[sent(**RUNNING), 30.0]))
    events, told = collected({"marathon_url": server.url, "marathon_max_answer": 1, **TYPES}, 1)
    assert [event["type"] for event in events] == ["status_update_event"]
    assert "more than 1 MiB" in told[0]


def test_a_login_that_is_refused_ends_it(server):
    server.answer = lambda request: Reply(401, {"message": "Invalid username or password."})
    with pytest.raises(DcosAviError, match="does not accept the credentials") as raised:
        collected({"marathon_url": server.url, "marathon_token": "t0ken-of-mine", **TYPES}, 1)
    assert "t0ken" not in raised.value.sentence


@pytest.mark.parametrize(
    "reply", [Reply(404, {"error": "no"}), Reply(200, text="<title>Login</title>")], ids=["404", "page"]
)
def test_an_address_that_is_not_marathons_ends_it(server, reply):
    server.answer = lambda request: reply
    with pytest.raises(DcosAviError, match=f"Marathon at {server.url}"):
        collected({"marathon_url": server.url, **TYPES}, 1)


def test_a_marathon_that_is_away_is_waited_for(server):
    marathon = Marathon(
        server,
        Reply(503, {"message": "starting"}),
        Reply(503, {"message": "starting"}),
        Reply(stream=[sent(**RUNNING), 30.0]),
    )
    events, told = collected({"marathon_url": server.url, **TYPES}, 1)
    assert [event["type"] for event in events] == ["status_update_event"] and marathon.opened == 3
    assert len(told) == 1, "the same is told once"


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ({}, "marathon_url"),
        ({"marathon_url": "http://a", "event_typs": ["x"]}, "event_typs"),
        ({"marathon_url": "http://a", "event_types": []}, "no type of event"),
        ({"marathon_url": "http://a", "apps": ["A_b"]}, "'A_b' cannot be the id"),
        ({"marathon_url": "http://a.example", "marathon_token": "t"}, "there is no TLS"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(args, sentence, monkeypatch):
    monkeypatch.delenv("MARATHON_URL", raising=False)
    with pytest.raises(Refused, match=sentence):
        MarathonWatch(args, print)


def test_text_from_outside_is_no_template_and_commands_no_terminal():
    event = {
        "reason": "{{ lookup('pipe', 'id') }}{% x %}{# y #}{{{ \u001b[2J",
        "event": {"{{ a }}": ["{{", '{"a": {"b": 1}}', 1]},
    }
    assert harmless(event) == {
        "reason": "{ { lookup('pipe', 'id') }}{ % x %}{ # y #}{ { { \ufffd[2J",
        "event": {"{ { a }}": ["{ {", '{"a": {"b": 1}}', 1]},
    }


def test_the_queue_of_a_rulebook_gets_the_events_and_a_cancelled_source_listens_no_more(server):
    Marathon(server, Reply(stream=[sent(**RUNNING), 30.0]))

    async def listen() -> Any:
        queue: asyncio.Queue[Any] = asyncio.Queue()
        watch = MarathonWatch({"marathon_url": server.url, **TYPES, "eda_feedback_queue": None}, print)
        source = asyncio.create_task(watched(watch, queue))
        event = await asyncio.wait_for(queue.get(), 20)
        source.cancel()
        with pytest.raises(asyncio.CancelledError):
            await source
        return event, watch

    event, watch = asyncio.run(listen())
    assert event["type"] == "status_update_event" and watch._stopping.is_set()


def test_what_ends_a_source_is_raised_in_the_rulebook(server):
    server.answer = lambda request: Reply(403, {"message": "Not Authorized"})
    watch = MarathonWatch({"marathon_url": server.url, **TYPES}, print)

    async def rulebook():
        # On Python 3.9 a queue belongs to the loop that runs when it is made.
        await watched(watch, asyncio.Queue())

    with pytest.raises(DcosAviError, match=r"docs/permissions\.md"):
        asyncio.run(rulebook())
