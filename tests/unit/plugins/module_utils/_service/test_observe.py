# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service as both APIs show it, and how that is checked once more."""

from __future__ import annotations

import threading
from datetime import datetime, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi import options as avi
from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import read
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import PermissionRefused
from ansible_collections.dcos.avi.plugins.module_utils._marathon import options as marathon
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Run, definition_of, new_lock
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import Service, name_of_virtual_service
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.cloud import LABELS_100, app
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    listener,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply


def test_each_name_of_an_agent_is_resolved_once(cloud):
    asked = []

    class Marathon:
        def app(self, app_id):
            return cloud.apps.get(f"/{app_id}")

        def apps(self, **_filters):
            return list(cloud.apps.values())

        def now(self):
            return datetime.now(timezone.utc)

    class Avi:
        tenant, api_version = "admin", "17.2.14"

        def collection(self, kind, name, **_filters):
            asked.append(f"{kind} {name}")
            return []

    service = Service(
        Marathon(), Avi(), "/app1", "other-name", resolve=lambda name: asked.append(name) or ["127.0.0.2"]
    )
    service.look()
    seen = service.look()
    assert asked == ["127.2", "virtualservice other-name", "virtualservice other-name"]
    assert seen.app("app1").tasks[0].endpoints == ("127.0.0.2:1", "127.2:1")


@pytest.mark.parametrize(
    ("service", "label", "name"),
    [
        ("app1", None, "app1"),
        ("prod/shop/app1", None, "prod-shop-app1"),
        ("app1", {"avi_proxy": '{"virtualservice": {"name": "shop"}}'}, "shop"),
        ("app1", {"avi_proxy": '{"virtualservice": {"name": 1}}'}, "app1"),
        ("app1", {"avi_proxy": '{"virtualservice": []}'}, "app1"),
    ],
)
def test_name_of_virtual_service(service, label, name):
    found = listener(labels=label) if label else None
    assert found is None or found.labels == read(label)
    assert name_of_virtual_service(service, found) == name


@pytest.fixture(name="looking")
def fixture_looking(cloud, server):
    """A service that was looked at, what was seen, and the pool that takes the traffic; then the server's requests begin anew."""
    params = cloud.params()
    with avi.controller_from(params) as controller:
        service = Service(marathon.client_from(params), controller, "app1")
        seen = service.look()
        server.requests.clear()
        yield service, seen, [seen.traffic.taker.pool]


def test_a_few_requests_are_enough_to_see_that_all_is_as_it_was_and_marathon_comes_last(looking, server):
    service, seen, pools = looking
    again = service.look_again(seen, pools)
    assert (again.active.id, again.observed, again.problems) == ("app1-100", seen.observed, seen.problems)
    assert sorted(request.path for request in server.requests[:-1]) == ["/api/pool/a", "/api/pool/b/runtime/server"]
    assert server.requests[-1].path == "/v2/apps"


def test_avi_is_asked_everything_at_the_same_time(looking, cloud):
    """Neither of its answers comes before both were asked for: a check is as old as the slowest one, not as all together."""
    service, seen, pools = looking
    both_are_asked = threading.Barrier(2)

    def answer(request):
        if request.path.startswith("/api/pool/"):
            both_are_asked.wait(10)
        return cloud.answer(request)

    cloud.server.answer = answer
    assert service.look_again(seen, pools).observed == seen.observed


@pytest.mark.parametrize("status", [401, 419])
def test_a_session_that_ended_meanwhile_is_renewed_once_and_ended_once(cloud, server, status):
    ended = []

    def answer(request):
        if request.path in ended:
            ended.remove(request.path)
            return Reply(status, {"error": "session expired"})
        return cloud.answer(request)

    params = cloud.params()
    with avi.controller_from(params) as controller:
        service = Service(marathon.client_from(params), controller, "app1")
        seen = service.look()
        server.requests.clear()
        server.answer = answer
        ended[:] = ["/api/pool/a", "/api/pool/b/runtime/server"]
        again = service.look_again(seen, [seen.traffic.taker.pool])
    assert (again.observed, ended) == (seen.observed, [])
    assert [server.lines.count(f"POST /{path}") for path in ("login", "logout")] == [1, 1]


def test_what_fails_beside_another_question_is_told(looking, cloud):
    service, seen, pools = looking
    cloud.bodies.pop("/api/pool/b/runtime/server")
    refuse = {"/api/pool/b/runtime/server": Reply(403, {"error": "no"})}
    cloud.server.answer = lambda request: refuse.get(request.path) or cloud.answer(request)
    with pytest.raises(PermissionRefused):
        service.look_again(seen, pools)


def test_what_marathon_has_changed_is_seen_and_so_is_the_lock(looking, cloud):
    service, seen, pools = looking
    cloud.apps["/app1-100"] = app("/app1-100", LABELS_100)
    lock = new_lock("app1", 1, Run("me", "its nonce"), "a test", datetime(2026, 1, 1, tzinfo=timezone.utc))
    cloud.apps["/app1-migration-lock-1"] = {**app("/x", {}), **definition_of(lock, "app1")}
    again = service.look_again(seen, pools)
    assert (again.active, again.app("app1-100").instances, again.observed.lock.owner) == (None, 0, "me")


def test_where_avi_has_changed_all_is_to_be_looked_at(looking, cloud):
    service, seen, pools = looking
    cloud.bodies["/api/pool/a"]["ab_pool"]["ratio"] = 0
    assert service.look_again(seen, pools) is None


def test_a_version_with_an_odd_id_is_one_where_an_operator_says_so(cloud, server):
    cloud.apps["/odd"] = {**cloud.apps.pop("/app1-100"), "id": "/odd"}
    params = cloud.params()
    with avi.controller_from(params) as controller:
        service = Service(marathon.client_from(params), controller, "app1", also=["odd"])
        seen = service.look()
        again = service.look_again(seen, [seen.traffic.taker.pool])
    assert (seen.active.id, again.active.id, again.observed) == ("odd", "odd", seen.observed)
