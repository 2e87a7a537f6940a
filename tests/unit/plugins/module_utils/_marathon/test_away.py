# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marathon gives no answer for a while: it restarts, or changes its leader."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    AuthenticationError,
    Refused,
    UnknownOutcome,
    Unreachable,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.failures import Failure
from ansible_collections.dcos.avi.plugins.module_utils._core.live import told_by
from ansible_collections.dcos.avi.plugins.module_utils._core.session import Answer, Connection, HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._marathon import client as marathon_client
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import MARATHON_OPTIONS, client_from


@pytest.fixture(name="passing")
def fixture_passing(monkeypatch):
    """Time that only sleeping moves."""
    passing = SimpleNamespace(now=0.0)

    def sleep(seconds):
        passing.now += seconds

    passing.sleep = sleep
    monkeypatch.setattr(marathon_client, "time", SimpleNamespace(monotonic=lambda: passing.now, sleep=sleep))
    return passing


def marathon(monkeypatch, passing, patience, back_after, error=None, each_takes=0.0):
    """A client of a Marathon that answers again after so many seconds. Its session counts the requests, which take some seconds each."""
    session = HttpSession(Connection("http://m", "Marathon"), sleep=passing.sleep)
    session.count = 0

    def once(*_request):
        session.count += 1
        passing.sleep(each_takes)
        if passing.now < back_after:
            return Failure(error or Unreachable("Marathon cannot be reached."), repeat=error is None)
        return Answer(200, {}, {"version": "1.8.222"}, "")

    monkeypatch.setattr(session, "_once", once)
    return Marathon(session, patience)


def test_a_read_outlasts_an_absence(monkeypatch, passing):
    assert marathon(monkeypatch, passing, 30, back_after=28).release() == (1, 8)


def test_and_ends_where_it_is_longer_than_that(monkeypatch, passing):
    client = marathon(monkeypatch, passing, 30, back_after=3600)
    with pytest.raises(Unreachable):
        client.release()
    # The session's own tries come first: three pauses of 1.75 seconds.
    assert passing.now == 31.75
    # One every two seconds.
    assert client.session.count == 4 + 15
    # The patience is that of the client, not of each of its reads.
    with pytest.raises(Unreachable):
        client.release()
    assert passing.now == 31.75


def test_what_requests_take_that_are_never_answered_counts(monkeypatch, passing):
    """Of a host that is gone, each takes its whole time limit. Thirty seconds of patience were ten minutes so."""
    hung = UnknownOutcome("Marathon gave no answer within 30 s.")
    client = marathon(monkeypatch, passing, 30, back_after=3600, error=hung, each_takes=30)
    with pytest.raises(UnknownOutcome):
        client.release()
    assert (passing.now, client.session.count) == (30 + 2 + 30, 2)


def test_without_patience_it_is_told_at_once(monkeypatch, passing):
    with pytest.raises(Unreachable):
        marathon(monkeypatch, passing, 0, back_after=10).release()
    assert passing.now == 1.75


def test_what_time_does_not_change_is_told_at_once(monkeypatch, passing):
    with pytest.raises(AuthenticationError):
        marathon(monkeypatch, passing, 30, 10, AuthenticationError("refused", status=401)).release()
    assert passing.now == 0


def test_after_an_answer_a_read_has_its_tries_again(monkeypatch, passing):
    client = marathon(monkeypatch, passing, 30, back_after=10)
    client.release()
    before = client.session.count
    client.release()
    assert client.session.count == before + 1
    assert not client.session._is_away


def test_the_option_leads_there_but_not_in_check_mode():
    seen = []
    work = Work(lambda params, _check_mode: seen.append(client_from(params)._patience) or {}, MARATHON_OPTIONS)
    for check_mode in (False, True):
        asked = {"marathon_url": ["http://m"], "marathon_away_timeout": 30}
        work.result(asked, module="m", check_mode=check_mode, diff_mode=False)
    assert seen == [30, 0]
    with pytest.raises(Refused, match="must be 0 or more"):
        client_from({"marathon_url": ["http://m"], "marathon_away_timeout": -1})


def test_that_it_is_waited_for_is_told(monkeypatch, passing):
    lines = []
    with told_by(lines.append):
        marathon(monkeypatch, passing, 60, back_after=50).release()
    assert lines == [f"waiting for Marathon: Marathon cannot be reached · {time} of 1:00" for time in ("0:04", "0:34")]
