# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each wait for a service says while it lasts what is missing."""

from __future__ import annotations

import dataclasses
import re

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._core.live import told_by
from ansible_collections.dcos.avi.plugins.module_utils._gates.active import until_active
from ansible_collections.dcos.avi.plugins.module_utils._gates.drained import until_drained
from ansible_collections.dcos.avi.plugins.module_utils._gates.retirable import until_retirable
from ansible_collections.dcos.avi.plugins.module_utils._gates.settled import until_settled
from ansible_collections.dcos.avi.plugins.module_utils._gates.soak import Limit, Sample, Soak
from ansible_collections.dcos.avi.plugins.module_utils._modules import migration_soak
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import why_not_retire
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.looks import Looks, Time
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    crashing,
    pool,
    unhealthy,
    upgraded,
)

FAILED = r"app1: .*a task of it failed . s ago: TASK_FAILED.* · 0:\d\d of 0:30"


def mixed():
    """Half of the traffic goes to each pool, so that no version takes it."""
    return dataclasses.replace(upgraded(), avi=ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 50)), pool("b", (3, 4))))


def times(passing):
    return {"interval": 1, "clock": passing.clock, "sleep": passing.sleep}


def until_steady(look, passing):
    until_active(look, look.is_unchanged, "app1-100", timeout=60, **times(passing))


def drain(look, passing):
    until_drained(look, look.glance, "app1", timeout=0, **times(passing))


def retire(look, passing):
    until_retirable(look, why_not_retire, **times(passing))


def settle(look, passing):
    until_settled(look, "app1-100", timeout=60, **times(passing))


def watch_the_connector(look, passing):
    def late(_picture):
        return ["app1-200, as pool b still has servers of it"] if passing.now < 9 else []

    until_settled(look, "app1-100", unnoticed=late, timeout=60, **times(passing))


def soak(look, passing):
    limits = Soak({"max_latency_ms": Limit("average latency", " ms", 100)})
    params = {"app": "app1-100", "seconds": 20, "interval": 5.0}

    def measure(_seen):
        return {"max_latency_ms": Sample(20.0, str(passing.now))}

    migration_soak._watch(limits, look, measure, params, passing.clock, passing.sleep)


@pytest.mark.parametrize(
    ("wait", "states", "words"),
    [
        (until_steady, [crashing(second) for second in range(4, 16)], FAILED),
        (drain, [crashing(second) for second in range(4, 16)], FAILED),
        (retire, [crashing(second) for second in range(4, 16)], FAILED),
        (
            settle,
            [mixed()] * 6 + [upgraded()],
            "a version to be proven to take the traffic: .*sends 50% of the traffic",
        ),
        (
            watch_the_connector,
            [upgraded()],
            "the cloud connector to notice the end of what was given up: app1-200, as pool b still has servers of it",
        ),
        (
            soak,
            [upgraded(), unhealthy(upgraded()), unhealthy(upgraded()), upgraded()],
            r"app1-100: average latency 20 ms \(at most 100 ms\)\. .*does not show its servers .* healthy",
        ),
    ],
)
def test_a_wait_says_what_is_missing(wait, states, words):
    lines, passing = [], Time()
    with told_by(lines.append):
        wait(Looks(*states), passing)
    told = "\n".join(lines)
    assert re.search(words, told), told
