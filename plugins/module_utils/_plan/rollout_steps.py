# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists the steps of a rollout with their reasons, in the order in which the role takes them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import (
    JUDGE,
    NONE,
    PREVIEW,
    RESUME,
    Plan,
    Preview,
    Step,
    confirm_step,
    delete_steps,
    leaving_steps,
    superseded_by,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import superseded
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

SMOKE, REQUESTS, SOAK = "smoke", "requests", "soak"
GATES = (SMOKE, REQUESTS, SOAK)


@dataclass(frozen=True)
class Ways:
    """How a rollout is to go: the ``gates`` that are asked for, of GATES, and for how many seconds superseded versions keep
    their instances. ``is_warm`` tells that they are within that time now. Where it ``goes_on`` with a release, a version that takes the traffic
    beside those is judged all the same: nobody can tell how far an earlier run came.
    """

    gates: Collection[str] = ()
    keep_warm: int = 0
    is_warm: bool = False
    goes_on: bool = False


def rollout_steps(picture: Picture, plan: Plan, ways: Ways) -> Iterable[Step]:
    """Yield the steps of a plan; none where nothing is to be done."""
    steps = list(_steps(picture, plan, ways))
    if steps:
        yield Step("lock", picture.service, "one migration of it at a time; given back at the end")
    yield from steps


def _steps(picture: Picture, plan: Plan, ways: Ways) -> Iterable[Step]:
    if plan.preview and plan.preview.definition:
        yield from _preview_steps(plan.preview, ways.gates)
    if plan.action == PREVIEW:
        yield Step("approve", plan.app, "stops here: to go on, run it again with rollout_promote true")
        return
    if plan.action != NONE:
        yield from _version_steps(plan, ways.gates)
    retiring = list(_retire_steps(picture, plan, ways))
    is_judged_warm = plan.action == NONE and not retiring and ways.goes_on and bool(superseded(picture))
    if is_judged_warm:
        yield Step(JUDGE, plan.app, "takes the traffic already, and an earlier run may have ended before it was judged")
    if is_judged_warm or (plan.action == NONE and retiring):
        yield from _gate_steps(plan, ways.gates)
    yield from retiring
    if plan.preview:
        yield Step("delete", plan.preview.app, "the preview has served its purpose")
    yield from delete_steps(plan.leftovers)


def _preview_steps(preview: Preview, gates: Collection[str]) -> Iterable[Step]:
    size = counted((preview.definition or {})["instances"], "instance")
    yield Step("preview", preview.app, f"the same definition without ab_config, with {size}: it gets no traffic")
    if SMOKE in gates:
        yield Step("smoke", preview.app, "each of its tasks must answer as asked before the version is created")


def _version_steps(plan: Plan, gates: Collection[str]) -> Iterable[Step]:
    size = counted((plan.definition or {})["instances"], "instance")
    why = f"a new version with {size} and priority {plan.priority}, above all others"
    if plan.action == RESUME:
        why = f"exists as asked for, but is not proven to take the traffic with {size}: an earlier run did not finish, or it was given up"
    yield Step("deploy", plan.app, why)
    if SMOKE in gates:
        yield Step("smoke", plan.app, "each of its tasks must answer as asked")
    yield confirm_step(plan.app)
    yield from _steps_after_the_switch(plan, gates)


def _gate_steps(plan: Plan, gates: Collection[str]) -> Iterable[Step]:
    """Where an earlier run did not come to retire, nobody can tell how far it came: the gates judge the version once more."""
    if SMOKE in gates:
        yield Step("smoke", plan.app, "each of its tasks must answer as asked")
    yield from _steps_after_the_switch(plan, gates)


def _steps_after_the_switch(plan: Plan, gates: Collection[str]) -> Iterable[Step]:
    if REQUESTS in gates:
        yield Step("requests", plan.app, "the virtual service must answer as asked, with the new version")
    if SOAK in gates:
        yield Step("soak", plan.app, "what Avi measures must stay within its limits for a time")


def _retire_steps(picture: Picture, plan: Plan, ways: Ways) -> Iterable[Step]:
    if plan.action == NONE:
        retirements = [] if ways.is_warm else superseded(picture)
        leaving = [(retirement.app, retirement.reason) for retirement in retirements]
    else:
        leaving = superseded_by(plan.app, picture.running)
    for app, reason in leaving:
        if ways.keep_warm and plan.action != NONE:
            yield Step(
                "keep", app, f"stays warm for {ways.keep_warm} s, ready for a rollback; a run after that retires it"
            )
        else:
            yield from leaving_steps([(app, reason)])
