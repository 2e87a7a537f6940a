# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marathon and an Avi Controller behind one address, which answer as a service after its first upgrade."""

from __future__ import annotations

from ansible_collections.dcos.avi.plugins.module_utils._questions.rollout import ROLLOUT_OPTIONS
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    DEFINITION,
    LISTENER_LABELS,
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
            "retire": None, "recover": None, "planned": None, "mesos_master": None, "drift": False,
            "until": None, "app": None,
            "wait_timeout": 60, "wait_interval": 0.01, "marathon_url": [self.server.url], "controller": self.server.url,
            "username": "admin", "password": "x", "tenant": "admin", "api_version": "17.2.14", "validate_certs": True,
            "ca_path": None, "timeout": 30, **more,
        }  # fmt: skip

    def rollout(self, **more):
        given = {name: option.get("default") for name, option in ROLLOUT_OPTIONS.items()}
        return self.params(rollout={**given, **more})
