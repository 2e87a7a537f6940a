# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers in place of servers: those that were recorded in the lab, as they are changed."""

from __future__ import annotations

import contextlib
import functools
import gc
import http.client
import io
import itertools
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import FunctionType
from typing import Any, cast
from unittest import mock
from urllib.parse import urlsplit

import requests
from ansible_collections.dcos.avi.plugins.module_utils._core.host_names import Names
from ansible_collections.dcos.avi.plugins.module_utils._marathon.events import News
from urllib3 import HTTPResponse

ANSWERS = Path(__file__).parent / "answers.json"
ADDRESSES = {
    "marathon_url": ["https://marathon.invalid"],
    "marathon_username": "somebody",
    "marathon_timeout": 1,
    "controller": "avi.invalid",
    "username": "admin",
    "timeout": 1,
}


@dataclass(frozen=True)
class Reply:
    """An answer as it goes over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def of(self, value: Any) -> Reply:
        """The same with another value in JSON."""
        return replace(self, body=json.dumps(value).encode())


OF_AN_AGENT = re.compile(r"127\.\d")
Changed = Callable[[int, Reply], Reply]
UNKNOWN = Reply(404, {"Content-Type": "application/json"}, b'{"message": "Not found"}')


@functools.cache
def recorded(question: str) -> Mapping[str, list[Reply]]:
    """Return the answers to a question by request, in the order in which they came."""
    found: dict[str, list[Reply]] = {}
    for request, status, headers, body in _recorded()[question]:
        found.setdefault(request, []).append(Reply(status, headers, json.dumps(body).encode()))
    return found


@functools.cache
def _recorded() -> dict[str, list[tuple[str, int, dict[str, str], Any]]]:
    found: dict[str, list[tuple[str, int, dict[str, str], Any]]] = json.loads(ANSWERS.read_text())
    return found


class Clock:
    """A time of its own: who sleeps has it go on."""

    def __init__(self) -> None:
        self._passed = 0.0
        self._real = time.monotonic

    def monotonic(self) -> float:
        # Each look at it takes some time, so that what asks again and again comes to its end.
        self._passed += 0.0001
        return self._passed

    def sleep(self, seconds: float) -> None:
        self._passed += max(0.0, seconds)


@contextlib.contextmanager
def answered(answers: Mapping[str, list[Reply]], changed: Changed) -> Iterator[None]:
    """Have requests answered by `answers`, the number of each as `changed` makes it; nothing is sent, and nothing waits."""
    numbers, clock = itertools.count(), Clock()
    left = {request: iter(replies) for request, replies in answers.items()}
    last: dict[str, Reply] = {}

    def send(_adapter: Any, request: requests.PreparedRequest, **_more: Any) -> requests.Response:
        key = named(request)
        last[key] = next(left.get(key, iter(())), last.get(key, UNKNOWN))
        return _response(request, changed(next(numbers), last[key]))

    with contextlib.ExitStack() as stack:
        patch = stack.enter_context
        patch(mock.patch.object(requests.adapters.HTTPAdapter, "send", send))
        times = {time.monotonic: clock.monotonic, time.sleep: clock.sleep}
        for function in _with_times():
            named_ones = function.__kwdefaults__ or {}
            own = {name: times[value] for name, value in named_ones.items() if _is_time(value)}
            patch(mock.patch.dict(named_ones, own))
            by_place = tuple(times[each] if _is_time(each) else each for each in function.__defaults__ or ())
            patch(mock.patch.object(function, "__defaults__", by_place or None))
        patch(mock.patch.object(time, "monotonic", clock.monotonic))
        patch(mock.patch.object(time, "sleep", clock.sleep))
        # Streams of events are read in a thread of their own; their lines are changed by a test of their own.
        patch(mock.patch.object(News, "start", lambda _news: None))
        patch(mock.patch.object(News, "sleep", lambda _news, seconds: clock.sleep(seconds)))
        # Names are resolved in threads, too.
        patch(mock.patch.object(Names, "ask", lambda _names, _hosts: None))
        patch(mock.patch.object(Names, "addresses", _of_the_lab))
        yield


@functools.cache
def _with_times() -> list[FunctionType]:
    """The functions of the collection that took the clock, or the sleep, when they were made."""
    return [
        each
        for each in gc.get_objects()
        if isinstance(each, FunctionType)
        and (each.__module__ or "").startswith("ansible_collections.dcos.avi.plugins")
        and any(map(_is_time, (*(each.__defaults__ or ()), *(each.__kwdefaults__ or {}).values())))
    ]


def _is_time(value: Any) -> bool:
    return value is time.monotonic or value is time.sleep


def named(request: requests.PreparedRequest) -> str:
    """Return a request without its host."""
    found = urlsplit(request.url or "")
    return f"{request.method} {found.path}" + (f"?{found.query}" if found.query else "")


def _response(request: requests.PreparedRequest, reply: Reply) -> requests.Response:
    response = requests.Response()
    response.status_code, response.request, response.url = reply.status, request, request.url or ""
    headers = {**reply.headers, "Content-Length": str(len(reply.body))}
    response.headers.update(headers)
    response.raw = HTTPResponse(
        io.BytesIO(reply.body),
        headers=headers,
        status=reply.status,
        preload_content=False,
        request_method=request.method,
        original_response=cast(Any, _OfTheWire(headers)),
    )
    return response


class _OfTheWire:
    """What http.client has of an answer, from which cookies are read."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self.msg = http.client.HTTPMessage()
        for name, value in headers.items():
            # As they are joined, but not at the comma of a date.
            for part in re.split(r", (?=[\w-]+=)", value) if name == "Set-Cookie" else [value]:
                self.msg[name] = part

    def isclosed(self) -> bool:
        return True

    def close(self) -> None:
        pass


def _of_the_lab(_names: Names, host: str) -> list[str]:
    """The names of the lab's agents are short forms of their addresses; no other name resolves."""
    return [host.replace(".", ".0.0.")] if OF_AN_AGENT.fullmatch(str(host)) else []
