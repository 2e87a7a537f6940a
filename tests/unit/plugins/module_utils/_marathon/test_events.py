# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.session import Connection, HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._marathon import events as news_module
from ansible_collections.dcos.avi.plugins.module_utils._marathon.events import listening
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

#: Nothing of it is waited for: what ends a sleep ends it long before.
LONG = 30.0


def event(app_id):
    return (
        f'event: deployment_success\r\ndata: {{"plan": {{"steps": [{{"actions": [{{"app": "{app_id}"}}]}}]}}}}\r\n\r\n'
    )


def session(server):
    return HttpSession(Connection(server.url, "Marathon", timeout=LONG), sleep=lambda seconds: None)


def slept(news, seconds):
    begin = time.monotonic()
    news.sleep(seconds)
    return time.monotonic() - begin


def wait_until(true):
    deadline = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def fixture_patience(monkeypatch):
    monkeypatch.setattr(news_module, "ATTACH_TIME", LONG)
    monkeypatch.setattr(news_module, "EAGER_TIME", LONG)


def test_an_event_of_the_app_ends_the_sleep(server):
    happened = threading.Event()

    def stream():
        happened.wait(LONG)
        yield event("/a")
        yield LONG

    server.answer = lambda request: Reply(stream=stream())
    with listening(session(server), ["/a"], 1.0) as news:
        assert slept(news, 0.2) >= 0.2
        happened.set()
        assert slept(news, LONG) < LONG / 2
        # And for a while, looks are close to each other.
        assert slept(news, LONG) < LONG / 2
    assert server.requests[0].query["event_type"] == ["deployment_success", "deployment_failed"]
    assert server.requests[0].headers["Accept"] == "text/event-stream"


def test_events_of_other_apps_do_not(server):
    server.answer = lambda request: Reply(stream=[event("/ab"), "\r\n", event("/b/a"), LONG])
    with listening(session(server), ["/a"], 0.3) as news:
        assert slept(news, 0.6) >= 0.6


def test_looks_are_rare_while_events_arrive(server):
    server.answer = lambda request: Reply(stream=[LONG])
    with listening(session(server), ["/a"], 0.3) as news:
        assert news.interval == news_module.UNHURRIED
    with listening(session(server), ["/a"], 30) as news:
        assert news.interval == 30


@pytest.mark.parametrize(
    "reply", [Reply(403, {"message": "no"}), Reply(404, {"message": "no"}), Reply(200, {"not": "a stream"})]
)
def test_without_events_looks_are_as_asked_for(server, reply):
    server.answer = lambda request: reply
    begin = time.monotonic()
    with listening(session(server), ["/a"], 0.2) as news:
        assert time.monotonic() - begin < LONG / 2
        assert news.interval == 0.2
        assert slept(news, 0.2) >= 0.2
    assert len(server.requests) == 1


def test_a_stream_that_breaks_off_is_opened_again(server, monkeypatch):
    monkeypatch.setattr(news_module, "RECONNECT_PAUSE", 0.05)
    streams = [Reply(stream=[0.1]), Reply(503), Reply(drop=True), Reply(stream=[0.3, event("/a"), LONG])]
    server.answer = lambda request: streams.pop(0) if len(streams) > 1 else streams[0]
    with listening(session(server), ["/a"], 0.2) as news:
        # What was told while nobody listened is found by a look.
        assert slept(news, LONG) < LONG / 2
        wait_until(lambda: len(server.requests) == 4 and news.interval == news_module.UNHURRIED)


# What stands before Marathon, and not Marathon itself.
NOT_MARATHON = Reply(404, text="<title>nothing</title>")


def test_a_stream_that_cannot_be_opened_is_tried_less_and_less_often(server, monkeypatch):
    """Looks ask a Marathon that is away every two seconds. The stream asked it twice as often as that."""
    pauses, answers = {}, [*[Reply(503, "away")] * 6, Reply(stream=["\r\n"]), *[Reply(503, "away")] * 2]
    enough = threading.Event()

    def pause(seconds):
        # Streams of other tests may end meanwhile.
        own = pauses.setdefault(threading.get_ident(), [])
        own.append(seconds)
        if len(own) == 9:
            enough.set()
            threading.Event().wait(0.05)

    monkeypatch.setattr(news_module, "time", SimpleNamespace(monotonic=time.monotonic, sleep=pause))
    server.answer = lambda request: answers.pop(0) if answers else Reply(503, "away")
    with listening(session(server), ["/a"], 1.0):
        assert enough.wait(LONG)
    assert max(pauses.values(), key=len)[:9] == [1.0, 2.0, 4.0, 8.0, 16.0, 16.0, 1.0, 2.0, 4.0]


def test_a_404_of_what_stands_before_marathon_passes(server, monkeypatch):
    monkeypatch.setattr(news_module, "RECONNECT_PAUSE", 0.05)
    answers = [NOT_MARATHON, NOT_MARATHON, Reply(stream=[LONG])]
    server.answer = lambda request: answers.pop(0) if len(answers) > 1 else answers[0]
    with listening(session(server), ["/a"], 0.2) as news:
        wait_until(lambda: news.interval == news_module.UNHURRIED)


@pytest.mark.parametrize("reply", [NOT_MARATHON, Reply(503)])
def test_events_that_never_come_do_not_hurry_anybody(server, monkeypatch, reply):
    monkeypatch.setattr(news_module, "RECONNECT_PAUSE", 0.05)
    monkeypatch.setattr(news_module, "ATTACH_TIME", LONG if reply is NOT_MARATHON else 0.1)
    server.answer = lambda request: reply
    begin = time.monotonic()
    with listening(session(server), ["/a"], 0.2) as news:
        assert time.monotonic() - begin < LONG / 2
        wait_until(lambda: len(server.requests) > 2)
        assert slept(news, 0.2) >= 0.2


def test_the_stream_is_tried_at_the_other_url(server):
    server.answer = lambda request: Reply(stream=[LONG])
    connection = Connection("http://127.0.0.1:1", "Marathon", timeout=LONG, other_urls=(server.url,))
    with listening(HttpSession(connection, sleep=lambda seconds: None), ["/a"], 0.2) as news:
        wait_until(lambda: news.interval == news_module.UNHURRIED)


def test_credentials_go_with_it(server):
    server.answer = lambda request: Reply(stream=[LONG])
    own = session(server)
    own.headers["Authorization"] = "token=later"
    with listening(own.sibling(), ["/a"], 0.2):
        assert server.requests[0].headers["Authorization"] == "token=later"


def heavy_event(app_id, characters):
    """An event with the whole root group, as 1.4 sends it."""
    return event(app_id).replace('{"plan": {', '{"plan": {"original": "' + "x" * characters + '", ')


@pytest.mark.parametrize("app_id", ["/a", "/other"])
def test_looks_take_the_place_of_a_stream_whose_events_are_heavy(server, app_id):
    # Up to 1.4 the root group decides: what an event weighs is what it weighs.
    server.answer = lambda request: Reply(stream=[heavy_event(app_id, news_module.HEAVY), LONG, LONG])
    with listening(session(server), ["/a"], 0.2) as news:
        wait_until(lambda: news.interval == 0.2)
        assert slept(news, LONG) < LONG
        news._eager_until = 0.0
        assert slept(news, LONG) < LONG / 2
    assert len(server.requests) == 1


def test_a_stream_of_light_events_is_kept(server):
    server.answer = lambda request: Reply(stream=[heavy_event("/other", 1000), event("/a"), LONG])
    with listening(session(server), ["/a"], 0.2) as news:
        assert slept(news, LONG) < LONG
        assert news.interval == news_module.UNHURRIED


def test_looks_do_not_follow_each_of_many_events(server):
    """1.5 was 20 seconds late under load, and then told everything at once."""
    server.answer = lambda request: Reply(stream=[event("/a"), *[event("/a"), 0.001] * 5000, LONG])
    with listening(session(server), ["/a"], 0.2) as news:
        news.sleep(LONG)
        assert all(slept(news, LONG) >= news_module.EAGER_PAUSE for _look in range(5))


def test_looks_get_rarer_after_an_event_that_told_nothing_new(server):
    server.answer = lambda request: Reply(stream=[event("/a"), LONG])
    with listening(session(server), ["/a"], 0.2) as news:
        news.sleep(LONG)
        pauses = [slept(news, 1.0) for _look in range(3)]
        assert pauses[0] >= 0.1 and pauses[1] >= 0.2 and pauses[2] >= 0.4
