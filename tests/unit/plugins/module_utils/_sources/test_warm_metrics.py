# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metrics of a version that go on while the version before it is warm."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timezone

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import AuthenticationError, Refused
from ansible_collections.dcos.avi.plugins.module_utils._gates.metric_source import METRICS_OPTION
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.plugins.module_utils._sources.warm_metrics import WarmMetrics
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import fresh, listener, upgraded
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

NOW = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


class Watched:
    """Metrics of app1-100, whose one source answers what it is told to; ten seconds pass between two checks."""

    def __init__(self, server, **options):
        self.now = 0.0
        self.said = []
        self.value = 0.0
        self.reply = None
        server.answer = lambda request: self.reply or Reply(body={"errors": self.value})
        self.server = server
        given = {"name": "errors", "url": server.url, "expression": "errors", "max": 1, "misses": 2, **options}
        checked = ArgumentSpecValidator({"metrics": METRICS_OPTION}).validate({"metrics": [given]})
        assert not checked.error_messages, checked.error_messages
        self.metrics = WarmMetrics(
            checked.validated_parameters["metrics"], 5.0, self.said.append, clock=lambda: self.now
        )

    def check(self, observed=None, locked=False):
        self.now += 10
        return list(self.metrics.failures(picture(observed or upgraded()), locked, NOW))

    def missed(self, *values, **how):
        """How many events there were at checks with these values."""
        events = []
        for self.value in values:
            events.append(len(self.check(**how)))
        return events


@pytest.fixture
def watched(server):
    return Watched(server)


def cold():
    """The version before has lost a task."""
    return dataclasses.replace(upgraded(), listener=listener((1,), 2))


def test_so_many_misses_in_a_row_are_told_with_the_measurements(watched):
    assert watched.missed(0.5, 2, 0.5, 2) == [0, 0, 0, 0]
    watched.value = 3.0
    (event,) = watched.check()
    assert event == {
        "type": "metric_failed",
        "service": "app1",
        "at": "2026-01-01T12:00:00Z",
        "app": "app1-100",
        "version": "100",
        "metric": "errors",
        "why": "the metric errors was 3, above the limit of 1, 2 times in a row",
        "values": [2.0, 3.0],
        "measures": {"samples": 5, "worst": 3.0, "last": 3.0, "min": None, "max": 1.0, "previous": None},
        "warm": {"app": "app1", "version": None},
    }


def test_it_is_told_again_after_as_many_misses_more(watched):
    assert watched.missed(2, 2, 2, 2, 2) == [0, 1, 0, 1, 0]


@pytest.mark.parametrize("how", [{"observed": cold()}, {"observed": fresh()}, {"locked": True}])
def test_nothing_is_asked_unless_the_version_before_is_warm_and_nobody_migrates(watched, how):
    assert watched.missed(2, 2, 2, **how) == [0, 0, 0]
    assert watched.server.requests == []


def test_what_was_before_a_run_does_not_count_after_it(watched):
    assert watched.missed(2) == [0]
    watched.check(locked=True)
    assert watched.missed(2, 2) == [0, 1]


def test_what_one_check_cannot_tell_does_not_end_a_row(watched):
    assert watched.missed(2) == [0]
    watched.check(cold())
    assert watched.missed(2) == [1]


def test_a_source_that_fails_is_told_once_asked_again_later_and_is_no_miss(watched):
    watched.reply = Reply(404, {"error": "moved"})
    assert watched.missed(2, 2, 2, 2, 2, 2, 2) == [0] * 7
    (sentence,) = watched.said
    assert sentence.startswith("The metric errors: app1-100 is not judged by it: ") and "404" in sentence
    # At the first, the fourth and the seventh check.
    assert len(watched.server.requests) == 3
    watched.reply = None
    assert watched.missed(2, 2, 2, 2) == [0, 0, 0, 1]


def test_that_there_is_nothing_to_judge_by_is_told_after_a_while(watched):
    assert watched.missed(*[None] * 6) == [0] * 6
    assert watched.said == []
    assert watched.missed(None, None) == [0, 0]
    assert watched.said == ["The metric errors: app1-100 is not judged by it: the metric errors had no value."]
    watched.missed(0.5, None)
    assert len(watched.said) == 1


def test_a_wrong_token_ends_it_at_the_beginning_and_a_source_that_is_away_does_not(watched):
    watched.reply = Reply(503, {"error": "starting"})
    watched.metrics.try_out("app1")
    assert "503" in watched.said[0]
    watched.reply = Reply(401, {"error": "who are you"})
    with pytest.raises(AuthenticationError):
        watched.metrics.try_out("app1")


def test_what_cannot_be_asked_is_refused_at_once(server):
    with pytest.raises(Refused, match="above 0"):
        Watched(server, misses=0)
