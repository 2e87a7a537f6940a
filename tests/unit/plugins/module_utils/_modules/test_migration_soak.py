# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    AuthenticationError,
    GateFailed,
    Refused,
    Unreachable,
)
from ansible_collections.dcos.avi.plugins.module_utils._gates.soak import Limit, Sample, Soak
from ansible_collections.dcos.avi.plugins.module_utils._modules import migration_soak
from ansible_collections.dcos.avi.tests.modules import call
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.looks import Looks, Time
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    crashing,
    pool,
    unhealthy,
    upgraded,
    upgraded_group,
    version,
)

AWAY = Unreachable("Marathon at http://m cannot be reached.")


def watch(*states, seconds=60, samples=True, ask=lambda seen: None):
    """Watch app1-100 every five seconds while the service is in one state after the other. Returns the seconds, and the measures."""
    passing, soak = Time(), Soak({"max_latency_ms": Limit("average latency", " ms", 100)})

    def measure(_seen):
        return {"max_latency_ms": Sample(20.0, str(passing.now)) if samples else None}

    params = {"app": "app1-100", "seconds": seconds, "interval": 5.0}
    try:
        migration_soak._watch(soak, Looks(*states), measure, params, passing.clock, passing.sleep, ask)
    except GateFailed as error:
        error.seconds = passing.now
        raise
    return passing.now, soak.as_result()["max_latency_ms"]["samples"]


def one_server_down():
    """Avi shows one of the servers of app1-100 down."""
    up = upgraded()
    down = dataclasses.replace(up.avi.pools["app1-100-pool-80"].servers[0], state="OPER_DOWN")
    servers = (down, *up.avi.pools["app1-100-pool-80"].servers[1:])
    pools = {**up.avi.pools, "app1-100-pool-80": dataclasses.replace(up.avi.pools["app1-100-pool-80"], servers=servers)}
    return dataclasses.replace(up, avi=dataclasses.replace(up.avi, pools=pools))


def scaled_up():
    """Somebody scales app1-100 up, and the third task is not healthy yet."""
    growing = dataclasses.replace(version("100", 10, (3, 4), 3), deployments=("d1",))
    return dataclasses.replace(upgraded(), versions=(growing,))


def back_to_the_listener():
    return dataclasses.replace(
        upgraded(), avi=ab_view(pool("app1-pool-80", (1, 2), ab_pool=AbPool("b", 0)), pool("b", (3, 4)))
    )


def test_an_undisturbed_soak_takes_as_long_as_it_is_to():
    assert watch(upgraded()) == (60.0, 12)


def test_the_last_check_is_that_at_the_end():
    assert watch(upgraded(), seconds=12) == (12.0, 3)


@pytest.mark.parametrize("state", [one_server_down(), scaled_up(), unhealthy(upgraded()), crashing(3)])
def test_what_passes_fails_no_soak(state):
    assert watch(upgraded(), *[state] * 5, upgraded())[0] == 60.0


def test_what_has_just_begun_at_the_end_is_given_its_time():
    assert watch(*[upgraded()] * 12, *[one_server_down()] * 3, upgraded())[0] == 75.0


def test_a_scale_up_that_takes_longer_fails_no_soak():
    assert watch(upgraded(), *[scaled_up()] * 30, upgraded())[0] == 155.0


@pytest.mark.parametrize(
    ("state", "why", "seconds"),
    [
        (one_server_down(), "does not show these of its servers up: 127.0.0.2:3", 35.0),
        (unhealthy(upgraded()), "Marathon does not show its servers 127.0.0.2:3, 127.0.0.2:4 healthy", 35.0),
        (scaled_up(), "2 of the 3 instances of app1-100 are healthy", 305.0),
    ],
)
def test_what_lasts_fails_the_soak(state, why, seconds):
    with pytest.raises(GateFailed, match=f"app1-100 has not held the traffic as it should for .* s. .*{why}") as raised:
        watch(upgraded(), state)
    assert (raised.value.seconds, raised.value.unseen) == (seconds, False)


@pytest.mark.parametrize(
    "state",
    [
        back_to_the_listener(),
        dataclasses.replace(upgraded(), avi=ab_view(pool("app1-pool-80", (1, 2), ab_pool=AbPool("b", 100)), pool("b"))),
        unhealthy(crashing(3), unchecked=True),
    ],
)
def test_traffic_that_goes_elsewhere_or_to_nobody_and_what_runs_since_a_crash_fails_the_soak_at_once(state):
    with pytest.raises(GateFailed, match="app1-100 does not take the traffic") as raised:
        watch(upgraded(), state)
    assert raised.value.seconds == 5.0


def test_a_new_leader_of_marathon_that_has_checked_nobody_yet_fails_no_soak():
    assert watch(unhealthy(upgraded(), unchecked=True)) == (60.0, 12)


def test_a_pool_group_is_watched_as_well():
    assert watch(upgraded_group()) == (60.0, 12)


def test_the_time_without_an_answer_comes_on_top():
    # From the 5th second on there is no answer for 30 seconds.
    seconds, samples = watch(upgraded(), *[AWAY] * 6, upgraded())
    assert (seconds, samples) == (95.0, 13)


def test_a_soak_that_began_while_marathon_was_away_goes_on_until_it_has_samples():
    assert watch(*[AWAY] * 8, upgraded(), seconds=20) == (60.0, 4)


def test_without_an_answer_there_is_no_verdict():
    with pytest.raises(
        GateFailed, match=r"nothing could be seen of how app1-100 does.*The last check failed: Mar"
    ) as raised:
        watch(AWAY, seconds=20)
    assert (raised.value.unseen, raised.value.as_result()["unseen"], raised.value.seconds) == (True, True, 320.0)


def test_where_the_answers_end_for_good_there_is_no_verdict():
    with pytest.raises(GateFailed, match=r"could not be seen to the end of the 20 s") as raised:
        watch(*[upgraded()] * 3, AWAY, seconds=20)
    assert (raised.value.unseen, raised.value.seconds) == (True, 320.0)


def test_no_sample_is_no_pass_where_everybody_answered():
    with pytest.raises(
        GateFailed, match="Avi gave no sample of the average latency within 20 s, which is no pass"
    ) as raised:
        watch(upgraded(), seconds=20, samples=False)
    assert (raised.value.unseen, raised.value.seconds) == (False, 20.0)


def test_what_time_does_not_change_ends_the_soak_without_a_verdict():
    with pytest.raises(AuthenticationError) as raised:
        watch(upgraded(), AuthenticationError("refused", status=401))
    assert raised.value.unseen


def test_a_metric_that_cannot_be_judged_is_no_verdict_on_the_version():
    """The series of a version only come when it has tasks: no check before it is created finds that they are several."""

    def ask(_seen):
        raise Refused("A query must give one value, and this one gives 2 series: sum them up, as with sum().")

    with pytest.raises(Refused) as raised:
        watch(upgraded(), ask=ask)
    assert raised.value.unseen


def test_what_was_seen_of_the_version_is_a_verdict():
    with pytest.raises(GateFailed) as raised:
        watch(upgraded(), back_to_the_listener())
    assert not raised.value.unseen


@pytest.mark.parametrize(
    "name", ["max_error_percent", "max_latency_ms", "max_connections", "min_health_score", "interval"]
)
@pytest.mark.parametrize("written", ["nan", "inf", "-inf"])
def test_a_limit_that_nothing_can_break_is_none(name, written):
    limits = {"max_connections": 1, name: written}
    with pytest.raises(Refused, match=rf"{name} must be a number|must be above 0"):
        call(migration_soak.MIGRATION_SOAK, service="app1", app="app1-100", seconds=1, **limits)


@pytest.mark.parametrize("value", [None, "high", "NaN", float("nan"), float("inf"), True, {}, []])
def test_what_avi_shows_that_is_no_number_is_no_sample(value):
    assert migration_soak._sample({"value": value, "timestamp": "1"}) is None
    assert migration_soak._sample({"value": "1.5", "timestamp": "1"}) == Sample(1.5, "1")
