# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""States of a service that a rollback starts from."""

from __future__ import annotations

from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback import plan_rollback
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackRequest
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    listener,
    pool,
    version,
)

BLUE = {"env": {"COLOUR": "blue"}, "upgradeStrategy": {"minimumHealthCapacity": 0.5, "maximumOverCapacity": 0.2}}


def plan(state, version=None, **request):
    return plan_rollback(picture(state), RollbackRequest(version, **request))


def way_back(of, from_):
    return {"dcos_avi_rollback_of": of, "dcos_avi_rollback_from": from_, "dcos_avi_takes_over_from": from_}


def with_versions(*versions, in_a=(), in_b=(), ratio=0, head=None):
    """The listener retired, some versions, and who is in the two pools."""
    view = ab_view(pool("a", in_a, ab_pool=AbPool("b", ratio)), pool("b", in_b))
    return Observation("app1", view, head or listener((), 0), versions)


def second():
    """app1-200 is active in pool A, app1-100 was retired."""
    return with_versions(version("100", 10, **BLUE), version("200", 20, (5, 6)), in_a=(5, 6))


def gone_back(ports=(7, 8)):
    """app1-200 was replaced by the definition of app1-100, which has these tasks in pool B and takes the traffic."""
    newest = version("100-r2", 30, (7, 8), labels=way_back("app1-100", "app1-200"), **BLUE)
    versions = (version("100", 10, **BLUE), version("200", 20, (5, 6)), newest)
    return with_versions(*versions, in_a=(5, 6), in_b=ports, ratio=100)


def stuck():
    """app1-200 was created and given the traffic, but none of its tasks came up."""
    return with_versions(
        version("100", 10, (3, 4), **BLUE), version("200", 20, (), 2), in_a=(), in_b=(3, 4), head=listener((), 0)
    )


def waiting():
    """app1-200 was created, but app1-100 takes the traffic."""
    return with_versions(version("100", 10, (3, 4)), version("200", 20, (5, 6)), in_a=(5, 6), in_b=(3, 4), ratio=100)


BY_ROLLBACK = {"dcos_avi_withdrawn_for": "app1-100", "dcos_avi_rolled_back_to": "app1-100"}


BY_ROLLOUT = {"dcos_avi_withdrawn_for": "app1-100"}


AT_ONCE = {"dcos_avi_rolled_back_to": "app1-100"}


def given_up(labels, warm=()):
    """app1-200 was created and given up again: it has no instances. app1-50 may be warm still, below app1-100."""
    versions = (version("50", 5, warm), version("100", 10, (3, 4)), version("200", 20, labels=labels))
    return with_versions(*versions, in_a=warm, in_b=(3, 4), ratio=100)
