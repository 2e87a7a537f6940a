# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses

from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._plan.drift import drift_of
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    listener,
    pool,
    upgraded,
    version,
)

FIRST = {app.id: app for app in (listener(), version("100", 10, (3, 4)))}
ROUND_ROBIN = {"name": "app1-100-pool-80", "lb_algorithm": "LB_ALGORITHM_ROUND_ROBIN"}


def found(state, **changed):
    known = {"first": FIRST, "pool": ROUND_ROBIN, **changed}
    return {problem.code: problem for problem in drift_of(picture(state), **known)}


def with_version(**changed):
    return dataclasses.replace(upgraded(), versions=(version("100", 10, (3, 4), **changed),))


def test_what_runs_as_it_was_rolled_out():
    assert found(upgraded()) == {}


def test_what_was_edited_by_hand_is_named_and_no_value_of_env():
    seen = found(with_version(cpus=4, env={"PASSWORD": "s3cret"}, labels={"owner": "ann"}))["edited"]
    assert seen.subject == "app1-100"
    assert "cpus is 4, not 0.5" in seen.sentence and "env differs" in seen.sentence
    assert "labels.owner" in seen.sentence and "s3cret" not in seen.sentence


def test_what_the_collection_notes_itself_is_no_edit():
    noted = with_version(labels={"dcos_avi_run": "{}", "dcos_avi_takes_over_from": "app1"})
    assert found(noted) == {}


def test_another_number_of_instances():
    (seen,) = found(with_version(instances=4)).values()
    assert (seen.code, seen.sentence.split(". ")[0]) == (
        "resized",
        "app1-100 has 4 instances, and was rolled out with 2",
    )


def test_an_app_whose_beginning_is_not_known_has_none():
    assert found(with_version(cpus=4, instances=4), first={}) == {}


def test_a_pool_of_a_version_that_is_gone():
    view = ab_view(pool("app1-pool-80", (1, 2), ab_pool=AbPool("old", 0)), pool("old", (8, 9)))
    state = dataclasses.replace(upgraded(), avi=view, versions=())
    (seen,) = found(state, pool=None).values()
    assert (seen.code, seen.subject) == ("pool_without_version", "old")


def test_a_setting_that_reverted_to_its_default():
    (seen,) = found(upgraded(), pool={**ROUND_ROBIN, "lb_algorithm": "LB_ALGORITHM_LEAST_CONNECTIONS"}).values()
    assert seen.code == "setting_reverted"
    assert "has lb_algorithm LB_ALGORITHM_LEAST_CONNECTIONS" in seen.sentence
    assert "ask for LB_ALGORITHM_ROUND_ROBIN" in seen.sentence


def test_a_setting_that_the_pool_does_not_show_is_no_drift():
    assert found(upgraded(), pool={"name": "app1-100-pool-80"}) == {}
