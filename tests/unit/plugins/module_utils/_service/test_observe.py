# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
from datetime import datetime, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi import options as avi
from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import read
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import PermissionRefused, Refused, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._core.host_names import addresses_of
from ansible_collections.dcos.avi.plugins.module_utils._gates import drained
from ansible_collections.dcos.avi.plugins.module_utils._marathon import options as marathon
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_info import migration_info
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Run, definition_of, new_lock
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import Service, name_of_virtual_service
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    DEFINITION,
    LISTENER_LABELS,
    listener,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

UP = {"oper_status": {"state": "OPER_UP"}}
LABELS_100 = {"proxy_listener": "no", "ab_config": '{"service": "app1", "priority": 10}', "avi_proxy": '{"pool": {}}'}


def app(app_id, labels, *ports, **fields):
    tasks = [
        {
            "id": f"t{port}",
            "host": "127.2",
            "ports": [port],
            "state": "TASK_RUNNING",
            "startedAt": "2026-01-01T00:00:00.000Z",
            "healthCheckResults": [{"alive": True, "lastSuccess": "2026-01-01T00:00:05.000Z"}],
        }
        for port in ports
    ]
    fields = {"version": "2026-01-01T00:00:00.000Z", "labels": labels, "tasks": tasks, **fields}
    return {**DEFINITION, "id": app_id, "instances": len(ports), **fields}


def pool(uuid, *ports, **fields):
    places = [({"addr": "127.0.0.2"}, port) for port in ports]
    return {
        f"/api/pool/{uuid}": {
            "uuid": uuid,
            "name": uuid,
            "servers": [{"ip": ip, "port": port} for ip, port in places],
            **fields,
        },
        f"/api/pool/{uuid}/runtime/server": [{"ip_addr": ip, "port": port, **UP} for ip, port in places],
        f"/api/pool/{uuid}/runtime/detail": [{"pool_stats": {"current_connections": 0}}],
    }


class Cloud:
    """Marathon and an Avi Controller behind one address, after the first upgrade of app1."""

    def __init__(self, server):
        self.server = server
        self.apps = {
            "/app1": app("/app1", LISTENER_LABELS, 1),
            "/app1-100": app("/app1-100", LABELS_100, 3),
            "/app1-bad": app("/app1-bad", {"ab_config": "{"}),
            "/app2-100": app("/app2-100", {"ab_config": '{"service": "app2", "priority": 10}'}, 7),
        }
        self.bodies = {
            "/login": {},
            "/logout": {},
            "/api/virtualservice": {"results": [{"uuid": "vs", "name": "app1", "pool_ref": "/api/pool/a"}]},
            "/api/virtualservice/vs/runtime": UP,
            **pool("a", 1, ab_pool={"pool_ref": "/api/pool/b", "ratio": 100}),
            **pool("b", 3),
        }
        server.answer = self.answer

    def answer(self, request):
        if request.path == "/v2/apps":
            (label,), (part,) = request.query.get("label", [""]), request.query.get("id", [""])
            found = [
                item for item in self.apps.values() if part in item["id"] and (not label or label in item["labels"])
            ]
            if "apps.lastTaskFailure" not in request.query.get("embed", ()):
                found = [{name: item[name] for name in item if name != "lastTaskFailure"} for item in found]
            return Reply(200, {"apps": found})
        if request.path.startswith("/v2/apps/") and request.path not in self.bodies:
            found = self.apps.get(request.path[len("/v2/apps") :])
            return Reply(200, {"app": found}) if found else Reply(404, {"message": "App '/x' does not exist"})
        found = self.bodies.get(request.path)
        return Reply(404, {"error": "not found"}) if found is None else Reply(200, found)

    def params(self, **more):
        return {
            "service": "app1", "virtualservice": None, "rollout": None, "listener": None, "rollback": None,
            "retire": None, "recover": None,
            "until": None, "app": None,
            "wait_timeout": 60, "wait_interval": 0.01, "marathon_url": [self.server.url], "controller": self.server.url,
            "username": "admin", "password": "x", "tenant": "admin", "api_version": "17.2.14", "validate_certs": True,
            "ca_path": None, "timeout": 30, **more,
        }  # fmt: skip

    def rollout(self, **more):
        keys = ("definition", "src", "image", "overrides", "instances", "priority")
        defaults = {"strategy": "direct", "promote": True, "preview_instances": 1, "gates": []}
        return self.params(rollout={**dict.fromkeys(keys), **defaults, **more})


@pytest.fixture(name="cloud")
def fixture_cloud(server):
    return Cloud(server)


@pytest.mark.parametrize("is_there", [True, False])
def test_a_version_that_was_given_up_a_moment_ago_is_watched(cloud, is_there):
    """Also where it is deleted between the look and the question when it was created."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    labels = {**LABELS_100, "ab_config": '{"service": "app1", "priority": 20}'}
    cloud.apps["/app1-200"] = app("/app1-200", labels, versionInfo={"lastScalingAt": now})
    if is_there:
        cloud.bodies["/v2/apps/app1-200/versions"] = {"versions": [now]}
    result = migration_info(cloud.params(until="settled", wait_timeout=2), False)
    assert result["active"]["app"] == "app1-100"
    watched = result["waited"]["watched"]
    assert (
        "may still move the traffic to a version that was given up: app1-200, as the virtual service has had no pool"
        in watched
    )
    assert result["warnings"] == [watched]


def test_a_service_as_both_sides_show_it(cloud):
    result = migration_info(cloud.params(), check_mode=False)
    assert (result["changed"], result["active"]["app"], result["active"]["side"]) == (False, "app1-100", "b")
    assert [(item["app"], item["role"], item["side"]) for item in result["versions"]] == [
        ("app1", "listener", "a"),
        ("app1-100", "active", "b"),
    ]
    assert [item["app"] for item in result["retire"]] == ["app1"]
    assert [(problem["code"], problem["subject"]) for problem in result["problems"]] == [("broken_label", "app1-bad")]
    assert not {"plan", "waited"} & set(result)


@pytest.mark.parametrize(("app_id", "warnings"), [("app1", 0), ("app1-typo", 1)])
def test_that_an_app_is_drained_which_nobody_knows_is_warned_of(cloud, monkeypatch, app_id, warnings):
    monkeypatch.setattr(drained, "QUIET_SECONDS", 0.05)
    result = migration_info(cloud.params(until="drained", app=app_id), check_mode=False)
    assert result["waited"]["complete"] and len(result["warnings"]) == warnings
    assert all("Marathon shows no app app1-typo among those of app1" in warning for warning in result["warnings"])


def test_the_crash_of_a_task_keeps_the_way_back_open(cloud):
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    cloud.apps["/app1-100"]["lastTaskFailure"] = {"state": "TASK_FAILED", "host": "127.2", "timestamp": now}
    result = migration_info(cloud.params(), check_mode=False)
    assert (result["active"]["app"], result["retire"]) == ("app1-100", [])
    assert "TASK_FAILED on 127.2. It may fail again." in result["retire_blocked"]
    assert result["withdraw_blocked"] is None


def test_the_number_of_requests_depends_on_the_service_alone(cloud):
    migration_info(cloud.params(), check_mode=False)
    before = sorted(cloud.server.lines)
    for number in range(50):
        cloud.apps[f"/other-{number}"] = app(
            f"/other-{number}", {"ab_config": f'{{"service": "s{number}", "priority": 1}}'}, number
        )
    cloud.server.requests.clear()
    migration_info(cloud.params(), check_mode=False)
    assert sorted(cloud.server.lines) == before
    assert len(before) == 2 + 3 + 2 * 3 + 2


def test_a_wait_for_the_connector_takes_few_requests(cloud):
    """All tasks of app1-200 are healthy, but Avi knows nothing of them."""
    cloud.apps["/app1-200"] = app("/app1-200", LABELS_100 | {"ab_config": '{"service": "app1", "priority": 20}'}, 5)
    with pytest.raises(WaitTimeout, match="Its tasks are in no pool"):
        migration_info(cloud.params(until="active", app="app1-200", wait_timeout=3), check_mode=False)
    # One look in the beginning and one in the end, the virtual service only in these, and glances in between.
    assert cloud.server.lines.count("GET /api/virtualservice") == 2
    assert len(cloud.server.lines) == 2 + 2 * (3 + 2 + 2 * 3) + 2 * (cloud.server.lines.count("GET /api/pool/a") - 2)
    assert cloud.server.lines.count("GET /api/pool/a") > 4


def test_no_fewer_than_no_versions_are_kept(cloud):
    with pytest.raises(Refused, match="not -1"):
        migration_info(cloud.params(retire={"keep_warm": 0, "keep": -1}), check_mode=True)
    assert cloud.server.lines == []


def test_companions_are_shown_and_change_nothing_else(cloud):
    cloud.apps["/app1"]["labels"] = {**LISTENER_LABELS, "dcos_avi_service": "app1"}
    cloud.apps["/app1-100"]["labels"] = {**LABELS_100, "dcos_avi_service": "app1"}
    before = migration_info(cloud.rollout(version="300", image="x:2"), check_mode=False)
    lock = {
        "dcos_avi_lock_owner": "job 1",
        "dcos_avi_lock_purpose": "rollout",
        "dcos_avi_lock_since": "2026-01-15T10:20:30Z",
    }
    for name, labels in {
        "app1-200-preview": {"dcos_avi_service": "/app1", "proxy_listener": "no"},
        "app1-migration-lock-1": {"dcos_avi_service": "app1", **lock},
        "shop-migration-lock-1": {"dcos_avi_service": "shop", **lock},
        "shop-200-preview": {"dcos_avi_service": "shop"},
    }.items():
        cloud.apps[f"/{name}"] = app(f"/{name}", labels, 9, deployments=[{"id": f"of {name}"}])
    after = migration_info(cloud.rollout(version="300", image="x:2"), check_mode=False)
    assert after["lock"] == {
        "app": "app1-migration-lock-1",
        "owner": "job 1",
        "purpose": "rollout",
        "since": "2026-01-15T10:20:30Z",
        "gone": False,
    }
    *versions, preview = after["versions"]
    assert (preview["app"], preview["role"], preview["priority"]) == ("app1-200-preview", "preview", None)
    assert after["deployments"] == [{"id": "of app1-200-preview", "app": "app1-200-preview"}]
    # Who finishes deletes a preview that nobody waits for, and nothing else of them.
    assert (after["left_previews"], after["plan"]["leftovers"]) == (["app1-200-preview"], ["app1-200-preview"])
    assert after["plan"]["steps"].pop()["step"] == "delete"
    after["left_previews"], after["plan"]["leftovers"] = [], []
    shown = {"versions": versions, "lock": None, "deployments": []}
    assert {**after, **shown} == before


def test_a_preview_runs_the_same_as_its_version(cloud):
    labels = {name: value for name, value in LABELS_100.items() if name != "ab_config"}
    cloud.apps["/app1-100-preview"] = app("/app1-100-preview", {**labels, "dcos_avi_service": "app1"}, 9)
    _listener, version, preview = migration_info(cloud.params(), check_mode=False)["versions"]
    assert preview["definition_hash"] == version["definition_hash"]


def test_nothing_is_written_but_the_login(cloud):
    migration_info(cloud.rollout(version="200", image="x:2"), check_mode=False)
    writes = [line for line in cloud.server.lines if not line.startswith("GET ")]
    assert writes == ["POST /login", "POST /logout"]


def test_a_plan_for_a_rollout(cloud):
    plan = migration_info(cloud.rollout(version="200", image="x:2"), check_mode=True)["plan"]
    assert (plan["action"], plan["app"], plan["priority"], plan["refusals"]) == ("deploy", "app1-200", 20, [])
    assert [step["step"] for step in plan["steps"]] == [
        "lock",
        "deploy",
        "confirm",
        "drain",
        "retire",
        "drain",
        "retire",
    ]


def test_a_plan_to_go_back_passes_over_names_of_other_apps(cloud):
    cloud.apps["/app1-r2"] = app("/app1-r2", {})
    plan = migration_info(
        cloud.params(rollback={"version": None, "instances": None, "instant": True}), check_mode=False
    )["plan"]
    assert (plan["action"], plan["app"], plan["withdraw"]) == ("deploy", "app1-r3", [])


def test_a_plan_from_a_file(cloud, tmp_path):
    path = tmp_path / "app1-200.json"
    path.write_text('{"id": "app1-200", "cpus": 4}')
    plan = migration_info(cloud.rollout(version="200", src=str(path)), check_mode=False)["plan"]
    assert [refusal["code"] for refusal in plan["refusals"]] == ["no_health_check"]


def test_an_app_that_has_the_name_of_the_version_already(cloud):
    cloud.apps["/app1-200"] = app("/app1-200", {})
    plan = migration_info(cloud.rollout(version="200", image="x:2"), check_mode=False)["plan"]
    assert [refusal["code"] for refusal in plan["refusals"]] == ["id_taken"]


def test_a_plan_for_a_listener(cloud):
    params = cloud.params(listener={"definition": {**DEFINITION, "labels": LISTENER_LABELS}, "src": None, "avi": None})
    assert migration_info(params, check_mode=False)["plan"]["action"] == "none"


def test_waits(cloud):
    result = migration_info(cloud.params(until="active", app="/app1-100"), check_mode=False)
    assert (result["waited"]["complete"], result["warnings"]) == (True, [])
    cloud.bodies["/api/pool/a/runtime/detail"] = [{"pool_stats": {"current_connections": 4}}]
    result = migration_info(cloud.params(until="drained", app="app1", wait_timeout=0), check_mode=False)
    assert result["waited"]["complete"] is False
    (warning,) = result["warnings"]
    assert warning.endswith(" s for open connections to end: Pool a of app1 has 4 open connections.")


def test_a_service_that_could_be_none_asks_nobody(cloud):
    with pytest.raises(Refused, match="Underscores"):
        migration_info(cloud.params(service="app_1"), check_mode=False)
    assert cloud.server.lines == []


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
    ("name", "addresses"), [("10.0.0.1", []), ("::1", []), ("no.such.name.invalid", []), ("a..b", [])]
)
def test_what_has_no_other_address(name, addresses):
    assert addresses_of(name) == addresses


def test_short_forms_of_addresses_are_resolved_too():
    assert addresses_of("127.2") == ["127.0.0.2"]


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
    with avi.client_from(params) as controller:
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
    with avi.client_from(params) as controller:
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
    with avi.client_from(params) as controller:
        service = Service(marathon.client_from(params), controller, "app1", also=["odd"])
        seen = service.look()
        again = service.look_again(seen, [seen.traffic.taker.pool])
    assert (seen.active.id, again.active.id, again.observed) == ("odd", "odd", seen.observed)
