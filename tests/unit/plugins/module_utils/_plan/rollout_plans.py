# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans of rollouts, and states in which they are made."""

from __future__ import annotations

import dataclasses

from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout import plan_rollout
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_request import RolloutRequest
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    listener,
    pool,
    upgraded,
    version,
)

WRONG_LABELS = {"avi_proxy": '{"pool": {"lb_algorithm": "ROUND_ROBIN"}}'}


def plan(state, name="200", **request):
    return plan_rollout(picture(state), RolloutRequest(name, **request))


def codes(found):
    return [refusal.code for refusal in found.refusals]


def unproven():
    """app1-100 has been created and switched to, but only one of its two tasks is a server yet."""
    view = ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 100)), pool("b", (3,)))
    return Observation("app1", view, listener(), (version("100", 10, (3, 4)),))


def waiting():
    """app1-200 has been created, but the connector has not switched to it: app1-100 takes the traffic."""
    return dataclasses.replace(upgraded(), versions=(*upgraded().versions, version("200", 20, (5, 6))))
