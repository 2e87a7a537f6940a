# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The phases of a rollout follow each other, the switch is where Avi confirmed it, and what was edited draws nothing wrong."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._page.evidence import MOST_LINES, evidence_cards
from ansible_collections.dcos.avi.plugins.module_utils._page.failure_cards import failure_cards
from ansible_collections.dcos.avi.plugins.module_utils._page.page import page_of
from ansible_collections.dcos.avi.plugins.module_utils._page.rollout_picture import rollout_picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._page.page_data import NOW, result, seen, told


def test_phases_follow_each_other_with_their_seconds():
    picture = rollout_picture(result())
    assert [(phase.name, phase.seconds, phase.x, phase.width) for phase in picture.phases] == [
        ("observe", 1, 0, 1),
        ("deploy", 20, 1, 20),
        ("smoke", 2, 21, 2),
        ("confirm", 7, 23, 7),
        ("requests", 60, 30, 60),
        ("recover", 10, 90, 10),
    ]
    assert (picture.switch, picture.seconds) == (30, 100)


def test_the_lanes_of_a_rollout_that_was_rolled_back():
    lanes = rollout_picture(result()).lanes
    assert [(lane.name, lane.words, lane.side, lane.end_mark) for lane in lanes] == [
        ("app1-100", "served before", "b", ""),
        ("app1-300", "rolled back", "a", "rolled_back"),
        ("app1-100-r2", "serves now", "b", ""),
    ]
    assert [(segment.x, segment.width, segment.kind) for segment in lanes[1].segments] == [
        (1, 29, "idle"),
        (30, 70, "served"),
    ]


def test_the_lanes_of_a_rollout_that_went_well():
    phases = [{"phase": name, "seconds": 10} for name in ("deploy", "confirm", "soak", "retire", "report")]
    done = result(
        outcome="rolled_out", failed=False, failed_phase=None, phases=phases, after={"app": "app1-300", "side": "a"}
    )
    old, new = rollout_picture(done).lanes
    assert [(segment.x, segment.width, segment.kind) for segment in old.segments] == [
        (0, 40, "served"),
        (40, 20, "idle"),
        (60, 20, "shared"),
    ]
    assert (old.end_mark, new.words, new.side) == ("retired", "serves now", "a")


def test_a_gate_that_failed_is_marked_so():
    gates = rollout_picture(result()).gates
    assert [(gate.name, gate.verdict) for gate in gates] == [
        ("smoke", "passed"),
        ("confirm", "passed"),
        ("requests", "failed"),
    ]


def test_gates_that_are_near_to_each_other_stand_one_below_the_other():
    gates = rollout_picture(result()).gates
    assert (gates[0].y < gates[1].y, gates[2].anchor) == (True, "end")


def test_each_gate_has_a_card():
    cards = evidence_cards(result())
    assert [(card.verdict, len(card.rows), card.lines) for card in cards] == [
        ("passed", 1, ()),
        ("passed", 0, ("app1-300 takes all traffic.", "Waited 7 s.")),
        ("failed", 0, ("The sentence above says why.",)),
    ]
    assert cards[0].rows[0] == ("http://10.0.0.1:31000", "as expected, 200", "12 ms", "1")


def test_evidence_that_the_page_knows_no_table_for_is_shown_as_lines():
    found = {"tasks": [{"host": "10.0.0.1", "message": "Killed"}], "more": list(range(1000))}
    (card,) = evidence_cards(result(evidence={"failures": found}))
    assert card.lines[:2] == ("tasks host: 10.0.0.1", "tasks message: Killed")
    assert len(card.lines) == MOST_LINES + 1


def test_what_shows_why_it_failed_has_cards():
    task, check, request, offers, unread = failure_cards(result())
    assert task.lines == (
        "app1-300.instance-1._app.1 on 10.0.0.2",
        "TASK_FAILED at 2026-01-15 12:30:00",
        "Command exited with status 1",
        "REASON_CONTAINER_LIMITATION_MEMORY",
    )
    assert task.outputs == (("stderr", ("fatal: no database", "at db.example")), ("stdout", ("listening on 31001",)))
    assert (check.lines, check.outputs) == (
        ("http://10.0.0.2:31001/", "Answered 503.", "503"),
        (("body", ("not", "ready")),),
    )
    assert request.lines == ("http://app1", "answered 503 instead of 200")
    assert offers.lines == (
        "declined_offers reason: InsufficientCpus",
        "declined_offers declined: 3",
        "delayed_seconds: 5",
    )
    assert unread.lines == ("The agent 10.0.0.3 does not answer.",)


@pytest.mark.parametrize(
    "why", [None, 5, "x", [], {"tasks": "x"}, {"tasks": [5, {}]}, {"offers": []}, {"health_checks": [{"body": 5}]}]
)
def test_why_it_failed_may_be_edited_too(why):
    page_of([seen()], [told()], result(why=why), NOW)


NONSENSE = [
    None,
    5,
    -1,
    True,
    "x",
    [],
    {},
    [[]],
    [None, 5, "x"],
    {"a": []},
    float("nan"),
    float("inf"),
    10**400,
    "9" * 5000,
]


@pytest.mark.parametrize("key", [*result(), "failed_phase"])
@pytest.mark.parametrize("value", NONSENSE, ids=repr)
def test_a_result_that_was_edited_draws_nothing_wrong(key, value):
    page = page_of([seen()], [told()], result(**{key: value}), NOW)
    if page.rollout and page.rollout.picture:
        for phase in page.rollout.picture.phases:
            assert 0 <= phase.x <= 100 and 0 < phase.width <= 100.001


@pytest.mark.parametrize("given", [{"service": "app1"}, [1], "text", 5, {"rollout_result": result()}])
def test_what_is_no_result_is_said_to_be_none(given):
    page = page_of([seen()], [told()], given, NOW)
    assert page.rollout is None and page.not_a_result


@pytest.mark.parametrize("given", [None, {}, ""])
def test_no_result_is_no_mistake(given):
    page = page_of([seen()], [told()], given, NOW)
    assert (page.rollout, page.not_a_result) == (None, "")
