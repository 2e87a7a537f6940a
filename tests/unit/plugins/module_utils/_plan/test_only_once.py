# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must not run beside a copy of itself is refused before anything is written: by a rollout, with a preview, and by a rollback."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._plan.only_once import runs_only_once
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback import plan_rollback
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackRequest
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.rollout_plans import codes, plan
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    DEFINITION,
    ab_view,
    listener,
    pool,
    upgraded,
    version,
)


def holding(*volumes, **docker):
    container = DEFINITION["container"]
    return {"container": {**container, "volumes": list(volumes), "docker": {**container["docker"], **docker}}}


def external(name="data", provider="dvdi", **more):
    return {
        "containerPath": "data",
        "mode": "RW",
        "external": {"name": name, "provider": provider, "options": {"dvdi/driver": "rexray"}, **more},
    }


PERSISTENT = holding({"containerPath": "data", "mode": "RW", "persistent": {"size": 100}})
SINGLE = {"labels": {"MARATHON_SINGLE_INSTANCE_APP": "true"}}
BY_DOCKER = holding(
    parameters=[{"key": "volume-driver", "value": "rexray"}, {"key": "volume", "value": "data:/var/lib/data"}]
)


def served_by(fields):
    """app1-100 takes the traffic, and has these fields."""
    return dataclasses.replace(upgraded(), versions=(version("100", 10, (3, 4), **fields),))


ONCE = pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        (holding(external()), "same_volume", "data"),
        (BY_DOCKER, "same_volume", "data"),
        (PERSISTENT, "persistent_volume", "empty"),
        (SINGLE, "single_instance", "MARATHON_SINGLE_INSTANCE_APP"),
    ],
)


@ONCE
@pytest.mark.parametrize("strategy", ["direct", "preview"])
def test_a_copy_of_what_runs_only_once_is_refused(fields, code, words, strategy):
    found = plan(served_by(fields), image="avinetworks/server:200", strategy=strategy)
    assert set(codes(found)) == {code}
    assert words in found.refusals[0].sentence
    assert found.steps == ()


@ONCE
def test_so_is_one_that_is_stated(fields, code, words):
    found = plan(served_by(fields), definition={**DEFINITION, **fields})
    assert codes(found) == [code]


@ONCE
def test_a_rollback_refuses_to_run_it_twice(fields, code, words):
    """app1-100 has been retired, and app1-200, which took over from it, holds what it held."""
    before = version("100", 10, (), instances=0, **fields)
    serving = version("200", 20, (3, 4), **fields)
    view = ab_view(pool("app1-pool-80", (3, 4)))
    found = plan_rollback(picture(Observation("app1", view, listener((), 0), (before, serving))), RollbackRequest())
    assert codes(found) == [code]
    assert words in found.refusals[0].sentence


@pytest.mark.parametrize(
    "fields",
    [
        holding(external("other")),
        holding(external(provider="csi")),
        holding({"containerPath": "/c", "hostPath": "/h", "mode": "RW"}),
        holding(parameters=[{"key": "volume", "value": "data:/data"}]),
        {"labels": {"MARATHON_SINGLE_INSTANCE_APP": "false"}},
    ],
)
def test_what_may_run_twice_is_deployed(fields):
    assert plan(served_by(holding(external())), definition={**DEFINITION, **fields}).action == "deploy"


def test_a_volume_that_is_declared_to_be_shared_may_be_had_twice():
    fields = holding(external(shared=True))
    assert plan(served_by(fields), image="x", strategy="preview").action == "deploy"


def test_a_volume_is_free_once_its_app_is_at_zero():
    other = version("100", 10, (), instances=0, **holding(external()))
    assert not list(runs_only_once({**DEFINITION, **holding(external())}, [other]))


def test_a_preview_and_its_version_would_have_the_volume_at_once():
    fields = holding(external())
    assert codes(plan(upgraded(), definition={**DEFINITION, **fields}, strategy="preview")) == ["same_volume"]
    assert plan(upgraded(), definition={**DEFINITION, **fields}).action == "deploy"
    left = App("app1-200-preview", 1, definition={**DEFINITION, **fields})
    state = dataclasses.replace(upgraded(), previews=(left,))
    # The second one says how to delete the preview that is in the way.
    assert codes(plan(state, definition={**DEFINITION, **fields})) == ["same_volume", "left_preview"]


def test_a_version_that_runs_already_is_finished():
    """It was created by hand or by an earlier release, and to leave it half done would help nobody."""
    fields = holding(external())
    state = dataclasses.replace(
        upgraded(), versions=(version("100", 10, (3, 4), **fields), version("200", 20, (5, 6), **fields))
    )
    assert plan(state, definition={**DEFINITION, **fields}).action == "resume"
