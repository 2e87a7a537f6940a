# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""States of a service, each with one problem."""

from __future__ import annotations

import dataclasses
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.after_deployment import why_never_confirmed
from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AviLabels, BrokenLabel, read
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import AviView
from ansible_collections.dcos.avi.plugins.module_utils._plan.drift import drift_of
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    DEFINITION,
    LISTENER_LABELS,
    ab_view,
    crashing,
    fresh,
    group_view,
    listener,
    pool,
    task,
    upgraded,
    version,
)

A, B = "app1-pool-80", "app1-100-pool-80"


def _pools(ab_pool: AbPool | None = None, **view: Any) -> AviView:
    """The listener's two tasks in pool A, those of app1-100 in pool B."""
    view_of: AviView = ab_view(pool(A, (1, 2), ab_pool=ab_pool), pool(B, (3, 4)), **view)
    return view_of


def _seen(view: AviView, *versions: App, head: App | None = None) -> Observation:
    return Observation("app1", view, head or listener(), versions)


def _foreign(*, serves: bool) -> Observation:
    """An app of another folder that names the service, with the tasks that take the traffic or without."""
    claim = {"proxy_listener": "no", "ab_config": '{"service": "app1", "priority": 900}'}
    definition = {**DEFINITION, "id": "/other/thing", "labels": claim}
    stranger = App("other/thing", 2, (task(8), task(9)), read(claim), definition=definition)
    state = dataclasses.replace(fresh(), foreign=(stranger,))
    return dataclasses.replace(state, avi=ab_view(pool(A, (8, 9)))) if serves else state


def _service(**changed: Any) -> Observation:
    state: Observation = upgraded()
    found = dataclasses.replace(state.avi.virtual_service, **changed)
    return dataclasses.replace(state, avi=dataclasses.replace(state.avi, virtual_service=found))


def _broken() -> Observation:
    labels = AviLabels(broken=(BrokenLabel("ab_config", "ab_config is not valid JSON"),))
    return dataclasses.replace(fresh(), unreadable=(App("app1-100", 1, labels=labels),))


def _wrong() -> Observation:
    labels = {**LISTENER_LABELS, "avi_proxy": '{"pools": {}}'}
    return dataclasses.replace(fresh(), listener=listener(labels=labels))


def _at_zero() -> Observation:
    state: Observation = upgraded()
    return dataclasses.replace(state, versions=(*state.versions, version("200", 20, (5,), instances=0)))


def _disabled_pool() -> Observation:
    state: Observation = fresh()
    pools = {key: dataclasses.replace(each, enabled=False) for key, each in state.avi.pools.items()}
    return dataclasses.replace(state, avi=dataclasses.replace(state.avi, pools=pools))


def _outranked() -> Observation:
    return dataclasses.replace(upgraded(), versions=(version("100", 10, (3, 4)), version("101", 10)))


def _never_confirmed() -> str:
    """A pool group still shows a pool with a higher priority than that of the version to come."""
    view = group_view((pool(B, (3, 4)), 100), (pool(A, (1, 2)), 100))
    (problem,) = why_never_confirmed(view, "app1-200", 2, 5)
    return problem.sentence


STATES: dict[str, Observation] = {
    "ab_hidden": _seen(ab_view(pool(A, (1, 2)), api_version="20.1.1")),
    "active_failing": crashing(3.4),
    "active_incomplete": _seen(ab_view(pool(A, (1, 2))), head=listener((1, 2), 3)),
    "ambiguous": _seen(ab_view(pool(A, (1, 2, 3))), version("100", 10, (3,))),
    "broken_label": _broken(),
    "empty_active_pool": _seen(ab_view(pool(A))),
    "foreign_app": _foreign(serves=False),
    "foreign_traffic": _foreign(serves=True),
    "mixed_ratio": _seen(_pools(AbPool(B, 50)), version("100", 10, (3, 4))),
    "no_listener": Observation("app1", ab_view(pool(A, (1, 2)))),
    "no_pool": _seen(ab_view(pool(A, (1, 2), ab_pool=AbPool("gone", 100)))),
    "no_virtualservice": _seen(AviView("app1")),
    "not_a_listener": Observation("app1-100", AviView("app1-100"), version("100", 10)),
    "other_tenant": _seen(
        AviView("app1"), head=listener(labels={"FE-Proxy": "yes", "avi_proxy": '{"tenant": "blue"}'})
    ),
    "pool_disabled": _disabled_pool(),
    "runs_at_zero": _at_zero(),
    "same_priority": _outranked(),
    "servers_differ": _seen(ab_view(pool(A, (1,)))),
    "servers_down": _seen(ab_view(pool(A, (1, 2), state="OPER_DOWN"))),
    "several_virtualservices": _seen(AviView("app1", clouds=("dcos-east", "dcos-west"))),
    "unknown_servers": _seen(ab_view(pool(A, (7, 8)))),
    "unreadable_ratio": _seen(_pools(AbPool(B, 101)), version("100", 10, (3, 4))),
    "unseen_traffic": _service(elsewhere=("data scripts canary (vs_datascripts)",)),
    "virtualservice_disabled": _service(enabled=False),
    "wrong_label": _wrong(),
}


def _drifted() -> dict[str, str]:
    """What is told where the version that serves was changed by hand, and Avi has a pool of one that is gone."""
    changed = version("100", 10, (1, 2), instances=3, cpus=4)
    gone = ab_view(pool(A, (1, 2), ab_pool=AbPool(B, 0)), pool(B, (8, 9)))
    seen = picture(Observation("app1", gone, listener(()), (changed,)))
    config = {"name": A, "lb_algorithm": "LB_ALGORITHM_LEAST_CONNECTIONS"}
    return {each.code: each.sentence for each in drift_of(seen, {"app1-100": version("100", 10, (1, 2))}, config)}


def problems() -> dict[str, str]:
    """What is said of each problem, by its code."""
    seen = {code: picture(state).problems for code, state in STATES.items()}
    said = {code: next(each.sentence for each in found if each.code == code) for code, found in seen.items()}
    return {**said, **_drifted(), "priority_too_low": _never_confirmed()}
