# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a new version has of the pool of another app: its settings, and neither its name nor its other pools."""

from __future__ import annotations

import dataclasses
import json

from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback import plan_rollback
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackRequest
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.rollout_plans import plan
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    DEFINITION,
    ab_view,
    fresh,
    listener,
    pool,
    upgraded,
    version,
)

# A pool's own settings beside what says which pool it is, which servers it has, and which other pools belong to it.
POOL = {
    "lb_algorithm": "LB_ALGORITHM_ROUND_ROBIN",
    "health_monitor_refs": ["/api/healthmonitor?name=x"],
    "name": "production",
    "ab_pool": {"pool_ref": "/api/pool/?name=app-green-pool-80", "ratio": 10},
    "servers": [],
    "fail_action": {"type": "FAIL_ACTION_BACKUP_POOL", "backup_pool": {"backup_pool_ref": "/api/pool/?name=backup"}},
}
SETTINGS = {key: POOL[key] for key in ("lb_algorithm", "health_monitor_refs")}
LABEL = {"avi_proxy": json.dumps({"tenant": "blue", "virtualservice": {"name": "app1"}, "pool": POOL})}


def pool_of(definition):
    return json.loads(definition["labels"]["avi_proxy"])


def test_only_settings_of_the_listeners_pool_are_repeated():
    labels = {**listener().definition["labels"], **LABEL}
    state = dataclasses.replace(fresh(), listener=listener(labels=labels))
    for found in (plan(state, definition=DEFINITION), plan(state, image="avinetworks/server:200")):
        assert pool_of(found.definition) == {"tenant": "blue", "pool": SETTINGS}


def test_only_settings_of_the_active_versions_pool_are_repeated():
    state = dataclasses.replace(upgraded(), versions=(version("100", 10, (3, 4), labels=LABEL),))
    found = plan(state, image="avinetworks/server:200")
    assert pool_of(found.definition) == {"tenant": "blue", "pool": SETTINGS}
    # What a user states of a version's pool is as stated.
    stated = plan(state, image="x", overrides={"labels": {"avi_proxy": {"pool": {"name": "mine"}}}})
    assert pool_of(stated.definition)["pool"] == {"name": "mine"}


def test_a_version_that_repeats_more_already_is_the_same_one():
    label = {"avi_proxy": json.dumps({"pool": POOL})}
    state = dataclasses.replace(upgraded(), versions=(version("100", 10, (3, 4), labels=label),))
    assert plan(state, name="100", image="avinetworks/server").action == "none"
    assert plan(state, name="100", definition=DEFINITION).action == "none"


def test_a_way_back_repeats_the_settings_alone():
    state = dataclasses.replace(
        upgraded(),
        avi=ab_view(pool("app1-pool-80", (5, 6), ab_pool=AbPool("b", 0)), pool("b", (3, 4))),
        versions=(version("100", 10, (3, 4), labels=LABEL), version("200", 20, (5, 6))),
    )
    found = plan_rollback(picture(state), RollbackRequest(version="100"))
    assert found.action == "deploy"
    assert pool_of(found.definition) == {"tenant": "blue", "pool": SETTINGS}
