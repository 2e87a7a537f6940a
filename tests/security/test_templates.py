# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text from outside that looks like a template stays text in Ansible, from end to end. The check oldest-core runs this, too."""

from __future__ import annotations

import base64
import json

from ansible_collections.dcos.avi.plugins.module_utils._service.lock import definition_of
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._service.test_lock import lock
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.cloud import Cloud
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

from tests.demo.playbook import run_playbook

VERSION = "2026-01-01T00:00:00.000Z"


def template(file):
    return f"{{{{ lookup('pipe', 'touch {file}') }}}}{{% set x = 1 %}}"


def test_a_template_from_outside_stays_text(server, tmp_path):
    """In labels, values of the environment, failures of tasks, and the body of an error; also when it is written back."""
    file = tmp_path / "evaluated"
    text = template(file)
    app = {
        "id": "/a",
        "version": VERSION,
        "instances": 0,
        "cmd": text,
        "env": {"A": text},
        "labels": {"A": text, text: "b", "dcos_avi_lock_owner": text},
        "tasks": [],
        "deployments": [],
        "lastTaskFailure": {"state": "TASK_FAILED", "message": text, "host": text, "timestamp": VERSION},
    }
    created = {}
    server.answer = lambda request: _answer(request, app, text, created)
    to = {"marathon_url": server.url}
    found = "found.apps[0]"
    same = [f"{found}.{each} == sent" for each in ("cmd", "env.A", "labels.A", "lastTaskFailure.message")]
    tasks = [
        {"dcos.avi.marathon_app_info": {**to, "id": "a"}, "register": "found"},
        {"set_fact": {"kept": f"{{{{ {found}.labels.A }}}}"}},
        {"debug": {"var": "kept"}},
        {"name": f"Look at {{{{ {found}.labels.A }}}}", "assert": {"that": [*same, "kept == sent", f"sent in {found}.labels"]}},
        {
            "dcos.avi.marathon_app": {
                **to, "id": "b", "definition": {"cmd": "{{ kept }}", "labels": f"{{{{ {found}.labels }}}}"}, "wait": False,
            }
        },
        {"dcos.avi.marathon_app_info": {**to, "id": "broken"}, "register": "refused", "ignore_errors": True},
        {"assert": {"that": ["refused is failed", "sent in refused.msg"]}},
        {"debug": {"msg": "{{ refused.msg }}"}},
    ]  # fmt: skip
    playbook = tmp_path / "play.yml"
    sent = "{{ '" + base64.b64encode(text.encode()).decode() + "' | b64decode }}"
    plays = [{"hosts": "localhost", "gather_facts": False, "vars": {"sent": sent}, "tasks": tasks}]
    playbook.write_text(json.dumps(plays))
    outcome = run_playbook(str(playbook), {}, {})
    assert outcome.returncode == 0, outcome.output
    assert not file.exists()
    assert created["cmd"] == text and created["labels"] == app["labels"]


def test_a_template_from_outside_stays_text_in_the_inventory(server, tmp_path):
    """In the variables of a host, and in what an inventory composes of them."""
    file = tmp_path / "evaluated"
    text = template(file)
    labels = {"avi_proxy": "{}", "team": text, text: "b"}
    server.answer = lambda request: Reply(200, {"apps": [{"id": "/a", "version": VERSION, "labels": labels}]})
    source = tmp_path / "services.dcos_avi.yml"
    options = {"compose": {"of_team": "dcos_avi_labels.team"}, "keyed_groups": [{"key": "dcos_avi_labels.team"}]}
    source.write_text(json.dumps({"plugin": "dcos.avi.services", "marathon_url": server.url, **options}))
    same = ["dcos_avi_labels.team == sent", "of_team == sent", "sent in dcos_avi_labels", "dcos_avi_service == 'a'"]
    tasks = [
        {"debug": {"var": "of_team"}},
        {"set_fact": {"kept": "{{ dcos_avi_labels.team }}", "all_of_it": "{{ dcos_avi_labels }}"}},
        {"debug": {"var": "all_of_it"}},
        {"assert": {"that": [*same, "kept == sent"]}},
    ]
    sent = "{{ '" + base64.b64encode(text.encode()).decode() + "' | b64decode }}"
    playbook = tmp_path / "play.yml"
    playbook.write_text(json.dumps([{"hosts": "a", "gather_facts": False, "vars": {"sent": sent}, "tasks": tasks}]))
    outcome = run_playbook(str(playbook), {}, {}, None, "-i", str(source))
    assert outcome.returncode == 0 and "a  " in outcome.output, outcome.output
    assert not file.exists()


def test_a_template_from_outside_stays_text_in_the_state_of_a_service(server, tmp_path):
    """In hosts of tasks, the text of the lock, and the names of Avi's pools: as a rollout, the state, and the page show them."""
    file, page = tmp_path / "evaluated", tmp_path / "page.html"
    text = template(file)
    cloud = Cloud(server)
    made = {"dcos_avi_run": json.dumps({"by": text, "job": text, "reason": text, "at": "2026-01-01T00:00:00Z"})}
    for each in cloud.apps.values():
        each["labels"] = each["labels"] | made
        each["lastTaskFailure"] = {"state": "TASK_FAILED", "message": text, "host": text, "timestamp": VERSION}
        for task in each["tasks"]:
            task["host"] = text
    taken = definition_of(lock(1, text), "app1")
    taken["labels"] |= {
        name: text for name in taken["labels"] if name.startswith("dcos_avi_lock_") and "proof" not in name
    }
    cloud.apps[taken["id"]] = {**taken, "version": VERSION, "tasks": []}
    cloud.bodies |= {f"/v2/apps{each}/versions": {"versions": []} for each in cloud.apps}
    for path, body in cloud.bodies.items():
        if path in ("/api/pool/a", "/api/pool/b"):
            body.update(name=text, description=text)
            body["servers"] = [{**each, "hostname": text} for each in body["servers"]]
    env = {
        "MARATHON_URL": server.url,
        "AVI_CONTROLLER": server.url,
        "AVI_USERNAME": "admin",
        "AVI_PASSWORD": "of a test",
    }
    version = {"rollout_service": "app1", "rollout_version": "200", "rollout_priority": 20, "rollout_image": "app1:200"}
    refused = run_playbook("dcos.avi.rollout", {**version, "rollout_lock_timeout": 0}, env)
    assert refused.returncode == 2 and "locked by {{ lookup" in refused.failure, refused.output
    shows = {"status_services": "app1", "history_service": "app1", "report_services": "app1", "report_path": str(page)}
    for playbook in ("status", "history", "report"):
        shown = run_playbook(f"dcos.avi.{playbook}", shows, env)
        assert shown.returncode == 0, shown.output
        assert "{{ lookup" in (page.read_text() if playbook == "report" else shown.output), shown.output
    assert not file.exists()


def _answer(request, app, text, created):
    if request.method == "POST":
        created.update(request.body, version=VERSION, deployments=[{"id": "d"}])
        return Reply(201, created)
    if created and request.path == "/v2/apps/b":
        return Reply(200, {"app": created})
    if "broken" in request.path:
        return Reply(400, {"message": text})
    if request.path.startswith("/v2/apps/a"):
        return Reply(200, {"app": app})
    return Reply(404, {"message": "App '/b' does not exist"})
