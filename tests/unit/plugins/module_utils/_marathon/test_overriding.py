# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.overriding import overridden
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import SLEEP

OWN = {"id": "d1", "affectedApps": ["/app1-100"]}
GROUP = {"id": "d2", "affectedApps": ["/shop/web", "/app1-100"]}
OTHER = {"id": "d3", "affectedApps": ["/app1-100-preview", "/shop/web"]}


@pytest.mark.parametrize("asked", [False, True])
def test_without_a_deployment_nothing_is_forced(asked):
    assert overridden("app1-100", [OTHER], asked=asked) == []


def test_a_deployment_of_the_app_alone_may_never_end_and_is_cancelled():
    assert overridden("app1-100", [OTHER, OWN], asked=False) == ["deployment d1 of /app1-100"]


def test_somebodys_group_deployment_is_named_and_cancelled_only_where_that_is_asked_for():
    with pytest.raises(
        Refused, match="app1-100 is not scaled to zero, because deployment d2 of /app1-100, /shop/web is under way"
    ):
        overridden("app1-100", [OWN, GROUP], asked=False)
    assert overridden("app1-100", [GROUP], asked=True) == ["deployment d2 of /app1-100, /shop/web"]


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"definition": {"cmd": "sleep 2"}}, "changed"),
        ({"state": "absent"}, "deleted"),
        ({"state": "restarted"}, "restarted"),
    ],
)
@pytest.mark.parametrize("check_mode", [True, False])
def test_of_an_app_only_its_own_deployment_is_cancelled_unless_more_is_asked_for(
    ensure, marathon, server, writes, check_mode, given, what
):
    others = ["/app1-100-preview", "/shop/web"]
    marathon.add("/app1-100-preview", **SLEEP)
    marathon.apps["/app1-100-preview"]["deployments"] = [{"id": "d1"}]
    marathon.deployments = [{"id": "d1", "affectedApps": others}]
    given = {"id": "app1-100-preview", "force_own": True, "allow_outage": True, "wait": False, **given}
    with pytest.raises(Refused, match=f"is not {what}, because deployment d1 of /app1-100-preview, /shop/web is under"):
        ensure(check_mode, **given)
    assert not writes()
    for affected, force in (([others[0]], False), (others, True)):
        marathon.deployments = [{"id": "d1", "affectedApps": affected}]
        assert ensure(True, **given, force=force)["changed"]
    if not check_mode:
        marathon.deployments = [{"id": "d1", "affectedApps": others[:1]}]
        ensure(**given)
        assert [request.query["force"] for request in server.requests if request.method != "GET"] == [["true"]]


def test_without_a_deployment_a_change_is_not_forced(ensure, marathon, server):
    marathon.add("/a", **SLEEP)
    ensure(id="a", state="absent", force_own=True)
    assert [request.query for request in server.requests if request.method == "DELETE"] == [{"force": ["false"]}]
