# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._ending.last_check import GREATEST_AGE, last_check
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.looks import Time
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import upgraded

SEEN = picture(upgraded())


class Answers:
    """Marathon and Avi, which take so many seconds for the last checks one after the other; None where Avi has changed."""

    def __init__(self, *seconds):
        self.seconds = list(seconds)
        self.time = Time()
        self.asked = []

    def look(self):
        self.asked.append("look")
        self.time.sleep(5)
        return SEEN

    def look_again(self, seen, pools):
        self.asked.append([pool.uuid for pool in pools])
        seconds = self.seconds.pop(0) if self.seconds[1:] else self.seconds[0]
        self.time.sleep(seconds or 0)
        return None if seconds is None else picture(seen.observed)

    def check(self, judge=lambda seen: None, timeout=60):
        what, deadline = "app1 is not scaled to zero", Deadline(timeout, 0.01)
        return last_check(self.look, self.look_again, judge, "app1", what, SEEN, deadline, self.time.clock)


POOLS = ["app1-100-pool-80"]


def test_the_servers_of_what_serves_are_asked_for_and_it_may_be_acted_on_for_two_seconds_from_the_first_question():
    answers = Answers(0.5)
    checked = answers.check()
    assert (checked.not_after, answers.asked) == (GREATEST_AGE, [POOLS])
    assert checked.seen is not SEEN


@pytest.mark.parametrize("first", [GREATEST_AGE + 0.1, None])
def test_what_is_too_old_or_has_changed_is_looked_at_anew(first):
    answers = Answers(first, 0.5)
    checked = answers.check()
    assert answers.asked == [POOLS, "look", POOLS]
    assert checked.not_after == pytest.approx((first or 0) + 5 + GREATEST_AGE)


@pytest.mark.parametrize(
    ("seconds", "why"), [(3, "the last check took 3.0 s, and may take 2 s"), (None, "Avi showed another state")]
)
def test_without_a_young_check_nothing_is_done(seconds, why):
    answers = Answers(seconds)
    with pytest.raises(WaitTimeout, match=why) as raised:
        answers.check(timeout=0)
    assert raised.value.sentence.startswith("app1 is not scaled to zero: what serves without it")
    assert not raised.value.changed


@pytest.mark.parametrize("first", [0.5, None])
def test_what_speaks_against_it_ends_it(first):
    def judge(seen):
        raise Refused("no")

    with pytest.raises(Refused):
        Answers(first).check(judge)
