# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of pages that has no end is given up with a sentence."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi import client as avi_client
from ansible_collections.dcos.avi.plugins.module_utils._avi.access import Access, Session
from ansible_collections.dcos.avi.plugins.module_utils._avi.client import Avi
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import MIB, Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    ApiError,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import may_pass
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply


def to_avi(server, **kwargs):
    connection = Connection(base_url=server.url, what="the Avi Controller", timeout=5, **kwargs)
    return Avi(connection, Access(session=Session("my-session")), tenant="admin")


def test_pages_without_end_end(server, monkeypatch):
    monkeypatch.setattr(avi_client, "MOST_PAGES", 7)
    numbers = itertools.count()
    server.answer = lambda request: Reply(200, {"results": [], "next": f"/api/pool?page={next(numbers)}"})
    with pytest.raises(ApiError, match="without end: GET /api/pool had 7 pages") as raised:
        list(to_avi(server).collection("pool"))
    assert len(server.requests) == 7 and not may_pass(raised.value)


def test_pages_that_come_too_slowly_end(server, monkeypatch):
    monkeypatch.setattr(avi_client, "MOST_TIMES", 0)
    server.answer = lambda request: Reply(200, {"results": [], "next": "/api/pool?page=2"})
    with pytest.raises(ApiError, match="without end"):
        list(to_avi(server).collection("pool"))


def test_pages_that_hold_too_much_in_all_end(server):
    numbers = itertools.count()
    server.answer = lambda request: Reply(200, {"results": ["x" * 600_000], "next": f"/api/pool?page={next(numbers)}"})
    avi = to_avi(server, most_bytes=MIB)
    avi._checked = lambda path, value: value
    with pytest.raises(ApiError, match=r"had 18 pages, and another was to follow. At most .* of 10 MiB"):
        list(avi.collection("pool"))


def test_a_next_page_that_is_no_text_is_none(server):
    server.answer = lambda request: Reply(200, {"results": [], "next": {"page": 2}})
    assert list(to_avi(server).collection("pool")) == []
