# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A version goes to zero by a look that was taken right before, and again before each further try."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_lock import MIGRATION_LOCK
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_scale_down import MIGRATION_SCALE_DOWN

from tests.migration.user import QUICKLY, User
from tests.modules import call
from tests.whole import also

RUN = "a test"
SUPERSEDED: dict[str, Any] = {"app": "app1", "retire": {"by": "app1-100", "drain_timeout": 10}}


def lock(owner: str = RUN, **options: Any) -> None:
    call(MIGRATION_LOCK, service="app1", owner=owner, purpose="a test", wait_timeout=0, **options)


def scale_down(owner: str = RUN, **options: Any) -> dict[str, Any]:
    return call(MIGRATION_SCALE_DOWN, service="app1", owner=owner, **{**QUICKLY, **options})


def instances(user: User) -> dict[str, int]:
    return {each["app"]: each["instances"] for each in user.info()["versions"]}


@pytest.fixture(name="moved")
def fixture_moved(user: User) -> User:
    """The traffic has moved to app1-100, and app1 is superseded; this run holds the lock."""
    user.listen()
    user.roll_out("100")
    lock()
    return user


@pytest.mark.parametrize("user", [{"avi": "ab_pool"}, *also({"avi": "pool_group"})], indirect=True)
def test_a_superseded_version(moved: User) -> None:
    predicted = scale_down(**SUPERSEDED, check_mode=True)
    assert instances(moved) == {"app1": 2, "app1-100": 2}
    done = scale_down(**SUPERSEDED)
    assert {name: done[name] for name in predicted} == predicted
    assert (done["changed"], done["app"], done["instances"]) == (True, "app1", 2)
    assert done["reason"] == "app1-100 takes all traffic with its 2 instances"
    assert done["waited"]["complete"] and done["warnings"] == []
    assert done["diff"]["before"] == {"instances": 2} and done["diff"]["after"] == {"instances": 0}
    assert instances(moved) == {"app1": 0, "app1-100": 2}


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"app": "app1-100", "retire": {}}, "app1-100 is not scaled to zero, because a fresh look speaks against it"),
        ({"app": "app1", "retire": {"by": "app1-90"}}, "app1-90 does not take the traffic any more: app1-100 does"),
        ({"app": "app1", "retire": {"keep_warm": 3600}}, "app1 is not scaled to zero"),
        ({"app": "app1-100", "recover": {}}, "The traffic goes to app1-100"),
        ({"app": "app1", "rollback": {"version": "app1"}}, "app1 is not scaled to zero"),
        ({"app": "app7", "retire": {}}, "app7 is not scaled to zero"),
    ],
)
def test_what_is_needed_stays(moved: User, asked: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        scale_down(**asked)
    assert instances(moved) == {"app1": 2, "app1-100": 2}


def test_without_the_lock_nothing_is_done(moved: User) -> None:
    with pytest.raises(Refused, match=r"a test holds the lock of app1, and not this run \(another\)"):
        scale_down("another", **SUPERSEDED)
    lock(state="absent")
    with pytest.raises(Refused, match="nobody holds the lock of app1"):
        scale_down(**SUPERSEDED)
    assert instances(moved) == {"app1": 2, "app1-100": 2}


def _somebody_goes_back(user: User) -> None:
    user.app(id="app1-100", instances=0, force=True)


def _another_run_takes_over(_user: User) -> None:
    lock("another", break_holder=RUN)


@pytest.mark.parametrize(
    ("meanwhile", "why"),
    [
        (_somebody_goes_back, "because a fresh look speaks against it"),
        (_another_run_takes_over, "another holds the lock of app1"),
    ],
)
@pytest.mark.parametrize("user", [{"avi": "pool_group"}], indirect=True)
def test_a_request_that_failed_is_not_sent_again_by_an_old_look(
    moved: User, meanwhile: Callable[[User], None], why: str
) -> None:
    moved.lab.fault(api="marathon", method="PUT", path="^/v2/apps/+app1$", action="error", status=503)

    def change() -> None:
        while not moved.lab.journal(kind="request", method="PUT", status=503):
            time.sleep(0.05)
        meanwhile(moved)
        moved.lab.clear_faults()

    thread = threading.Thread(target=change)
    thread.start()
    with pytest.raises(Refused, match=why):
        scale_down(**SUPERSEDED)
    thread.join()
    assert instances(moved)["app1"] == 2


def test_somebodys_group_deployment_is_named_and_cancelled_only_where_that_is_asked_for(
    moved: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    definition = moved.info(rollout={"version": "200", "image": "lab/never-healthy"})["plan"]["definition"]
    moved.app(definition=definition, wait=False)
    listed = Marathon.deployments

    def of_a_group(client: Marathon) -> list[dict[str, Any]]:
        return [{**each, "affectedApps": [*each["affectedApps"], "/web"]} for each in listed(client)]

    monkeypatch.setattr(Marathon, "deployments", of_a_group)
    given_up: dict[str, Any] = {"app": "app1-200", "recover": {"phase": "deploy"}}
    for check_mode in (True, False):
        with pytest.raises(
            Refused, match=r"app1-200 is not scaled to zero, because deployment \S+ of .*/web.* is under way"
        ):
            scale_down(**given_up, check_mode=check_mode)
    assert instances(moved)["app1-200"] > 0
    done = scale_down(**given_up, force=True)
    assert [
        warning for warning in done["warnings"] if "The request cancelled deployment" in warning and "/web" in warning
    ]
    assert instances(moved)["app1-200"] == 0


def test_a_request_that_failed_is_sent_again_after_another_look(moved: User) -> None:
    moved.lab.fault(api="marathon", method="PUT", action="error", status=503, times=1)
    assert scale_down(**SUPERSEDED)["changed"]
    assert instances(moved) == {"app1": 0, "app1-100": 2}
    first, second = moved.lab.journal(kind="request", method="PUT", client="dcos.avi")[-2:]
    between = moved.lab.journal(since=first["seq"], kind="request", api="avi")
    assert any(entry["seq"] < second["seq"] for entry in between)
