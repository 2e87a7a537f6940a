# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules as Ansible runs them: parameters in, one JSON result out."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from ansible.module_utils.common.parameters import PASS_VARS
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import MiniMarathon
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

PACKAGE = "ansible_collections.dcos.avi.plugins.modules"
SECRET = "s3cr3t-w0rd"


@pytest.fixture
def marathon(server):
    mini = MiniMarathon()
    server.answer = mini.answer
    return mini


def run(module, params, tmp_path, env=None):
    """Run a module in a process of its own, as Ansible does, and return its result with all it printed."""
    arguments = {"ANSIBLE_MODULE_ARGS": params}
    code = (
        "import json, sys; from ansible.module_utils import basic; from unittest import mock\n"
        "try:\n"
        "    from ansible.module_utils.testing import patch_module_args\n"
        "except ImportError:\n"
        "    patch_module_args = lambda args: mock.patch.object(basic, '_ANSIBLE_ARGS', json.dumps({'ANSIBLE_MODULE_ARGS': args}).encode())\n"
        f"from {PACKAGE}.{module} import main\n"
        "with patch_module_args(json.load(sys.stdin)['ANSIBLE_MODULE_ARGS']):\n"
        "    main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(arguments),
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **(env or {})},
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout), done.stdout + done.stderr


def test_options_come_from_the_environment(server, marathon, tmp_path):
    env = {"MARATHON_URL": f"http://127.0.0.1:1, {server.url}", "MARATHON_USERNAME": "me", "MARATHON_PASSWORD": SECRET}
    result, printed = run("marathon_app", {"id": "a", "definition": {"cmd": "x"}}, tmp_path, env)
    assert result["changed"] and result["app"]["id"] == "/a"
    assert server.requests[0].headers["Authorization"].startswith("Basic ")
    assert SECRET not in printed


def test_a_token_from_the_environment(server, marathon, tmp_path):
    env = {"MARATHON_URL": server.url, "MARATHON_TOKEN": SECRET + "\n"}
    result, printed = run("marathon_app_info", {}, tmp_path, env)
    assert result["apps"] == [] and SECRET not in printed
    assert server.requests[0].headers["Authorization"] == f"token={SECRET}"


def test_secrets_are_in_no_failure(server, tmp_path):
    server.answer = lambda request: Reply(401, {"message": f"not {SECRET}"})
    url = server.url.replace("://", f"://me:{SECRET}@")
    # As with -vvv.
    params = {"marathon_url": [url], "_ansible_verbosity": 3}
    if "inject_invocation" in PASS_VARS:  # Older releases of ansible-core always do.
        params["_ansible_inject_invocation"] = True
    result, printed = run("marathon_app_info", params, tmp_path)
    assert result["failed"] and result["status"] == 401 and "credentials" in result["msg"]
    assert SECRET not in printed
    # The test can fail: what is no secret is printed.
    assert "://me:********@" in printed


def test_the_diff_is_returned_in_diff_mode_only(server, marathon, tmp_path):
    params = {"marathon_url": server.url, "id": "a", "definition": {"cmd": "x"}}
    plain, _printed = run("marathon_app", {**params, "_ansible_check_mode": True}, tmp_path)
    diff, _printed = run("marathon_app", {**params, "_ansible_check_mode": True, "_ansible_diff": True}, tmp_path)
    assert "diff" not in plain and diff["diff"]["after"]["cmd"] == "x"
    assert not marathon.apps


def test_refusals_are_failures_with_a_sentence(server, marathon, tmp_path):
    result, printed = run("marathon_app", {"marathon_url": server.url, "id": "my_app", "definition": {}}, tmp_path)
    assert result["failed"] and "Underscores" in result["msg"] and "Traceback" not in printed
    assert not server.requests


def test_warnings_are_warnings(server, marathon, tmp_path):
    params = {"marathon_url": server.url, "id": "a", "definition": {"cmd": "x", "instnaces": 2}}
    result, _printed = run("marathon_app", params, tmp_path)
    assert any("instnaces" in str(warning) for warning in result["warnings"])


def test_app_info_filters_on_the_server(server, marathon, tmp_path):
    marathon.add("/b", cmd="x", labels={"team": "shop"})
    marathon.add("/a", cmd="x", labels={"team": "shop"})
    params = {"marathon_url": server.url, "label": "team", "id_contains": "A", "cmd_contains": "x", "embed": ["tasks"]}
    result, _printed = run("marathon_app_info", params, tmp_path)
    assert [app["id"] for app in result["apps"]] == ["/a", "/b"]
    (request,) = server.requests
    assert request.query == {"label": ["team"], "id": ["A"], "cmd": ["x"], "embed": ["apps.tasks"]}


def test_app_info_of_one_app(server, marathon, tmp_path):
    marathon.add("/a", cmd="x")
    found, _printed = run("marathon_app_info", {"marathon_url": server.url, "id": "a"}, tmp_path)
    missing, _printed = run("marathon_app_info", {"marathon_url": server.url, "id": "b"}, tmp_path)
    assert ([app["id"] for app in found["apps"]], missing["apps"]) == (["/a"], [])
