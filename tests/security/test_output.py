# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What other tenants write is printed as one text: it can neither command a terminal nor look like a line of Ansible."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata

import pytest
from ansible_collections.dcos.avi.plugins.filter.migration import migration_steps, migration_table, printed_result
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import ApiError, Refused, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._core.outside import clean, harms_in_json
from ansible_collections.dcos.avi.plugins.module_utils._core.session import Connection, HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import failure_in_words
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply
from hypothesis import given
from hypothesis import strategies as st

FORGED = "boom\x1b[2K\x1b]0;title\x07\x9b31m\r\nok: [localhost] => rolled out\u2028\u2029\x85\u202eevil\u2066\u200b\ufeff\x7f\x00\ud800"
DANGEROUS = ("Cc", "Cf", "Cs", "Zl", "Zp")


def texts_of(value):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts_of(key)
            yield from texts_of(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, str):
        yield value


def is_safe(value):
    return not any(unicodedata.category(character) in DANGEROUS for text in texts_of(value) for character in text)


@given(st.text(st.characters(exclude_categories=())))
def test_nothing_dangerous_is_left_and_nothing_else_is_changed(text):
    printed = clean(text)
    assert is_safe(printed) and len(printed) == len(text)
    assert all(old == new for old, new in zip(text, printed, strict=True) if unicodedata.category(old) not in DANGEROUS)


def test_a_name_with_an_invisible_character_does_not_look_like_the_one_without():
    assert clean("app1\u200b") != clean("app1")
    assert clean("Grüße an 東京 👍 é") == "Grüße an 東京 👍 é"


def test_a_page_of_an_error_is_one_line(server):
    server.answer = lambda request: Reply(400, {"message": FORGED, "details": [{"path": FORGED, "errors": [FORGED]}]})
    with pytest.raises(ApiError) as raised:
        HttpSession(Connection(base_url=server.url, what="Marathon")).request("GET", "/v2/apps")
    assert "ok: [localhost]" in raised.value.sentence
    assert is_safe(raised.value.sentence) and is_safe(str(raised.value)) and is_safe(raised.value.as_result())


def test_where_a_redirect_leads_to_is_printed_clean(server):
    server.answer = lambda request: Reply(302, headers={"Location": "http://x/\x1b[2K\x9b"})
    with pytest.raises(ApiError) as raised:
        HttpSession(Connection(base_url=server.url, what="Marathon")).request("GET", "/v2/apps")
    assert is_safe(raised.value.sentence)


def test_the_failure_of_a_task_cannot_forge_a_line():
    said = failure_in_words({"state": "TASK_FAILED", "host": FORGED, "message": FORGED})
    assert "boom" in said
    assert is_safe(WaitTimeout(said, details={"last_task_failure": {"message": FORGED}}).as_result())
    assert is_safe(WaitTimeout(said).sentence)


def result_of(do, diff_mode=False):
    return Work(do, {}).result({}, module="migration_info", check_mode=False, diff_mode=diff_mode)


def test_a_result_is_clean_but_for_the_data_that_is_used_as_it_is():
    app = {"id": "/app1", "cmd": "printf 'a\n\tb\x1b'"}
    answer = {
        "changed": False,
        "problems": [{"code": "odd", "subject": FORGED, "sentence": FORGED}],
        "versions": [{"app": FORGED, FORGED: 1}],
        "warnings": [FORGED],
        "app": app,
        "apps": [app],
        "plan": {"app": FORGED, "reason": FORGED, "definition": app, "preview": {"app": FORGED, "definition": app}},
    }
    result = result_of(lambda params, check_mode: answer)
    assert result["app"] == app and result["apps"] == [app]
    assert result["plan"].pop("definition") == app and result["plan"]["preview"].pop("definition") == app
    del result["app"], result["apps"]
    assert is_safe(result)


def test_a_diff_shows_what_changes_and_commands_nothing():
    diff = {"before": {"cmd": "a\nb\x1b"}, "after": {"cmd": "a b\x9b"}, "before_header": FORGED, "after_header": "x"}
    result = result_of(lambda params, check_mode: {"changed": True, "diff": diff}, diff_mode=True)
    assert is_safe(result)
    assert result["diff"]["before"] == {"cmd": r"a\nb\x1b"} and result["diff"]["after"] == {"cmd": r"a b\x9b"}


def test_a_traceback_has_no_lines_but_its_own():
    def fail(params, check_mode):
        try:
            raise KeyError(FORGED)
        except KeyError as error:
            raise RuntimeError(FORGED) from error

    result = result_of(fail)
    lines = result["exception"].splitlines()
    assert all(is_safe(line) for line in lines)
    assert not any(line.startswith("ok:") for line in lines)
    assert "in fail" in result["exception"] and "RuntimeError: boom" in result["exception"]


OBSERVED = {
    "service": FORGED,
    "active": {"app": FORGED, "pool": FORGED, "side": "a"},
    "virtualservice": {"name": FORGED, "oper_state": FORGED, "ratio": 0},
    "versions": [{"app": FORGED, "version": FORGED, "priority": 1, "instances": 1, "healthy": 1, "role": "waiting"}],
    "problems": [{"code": "x", "subject": "x", "sentence": FORGED}],
    "lock": {"owner": FORGED, "since": FORGED, "purpose": FORGED},
}


def test_a_table_has_the_lines_that_it_counts():
    lines = migration_table([OBSERVED, OBSERVED])
    assert is_safe(lines)
    assert len(lines) == 3 + 1 + 2 * 4


def test_steps_and_refusals_are_one_line_each():
    steps = {"action": "create", "steps": [{"step": "deploy", "app": FORGED, "reason": FORGED}]}
    assert is_safe(migration_steps(steps)) and len(migration_steps(steps)) == 1
    assert is_safe(migration_steps({"action": "refuse", "steps": [], "refusals": [{"sentence": FORGED}]}))


def test_what_a_rollout_hands_on_is_clean():
    plan = {"app": FORGED, "steps": [], "action": "none"}
    look = {"service": FORGED, "active": None, "problems": [{"sentence": FORGED}], "plan": plan, "versions": []}
    spent = {"spent": {"seconds": 1, "requests": 1}}
    assert is_safe(printed_result({"observe": {**look, **spent}, "report": {"skipped": True}}))


def test_jinja_from_outside_stays_text(server):
    server.answer = lambda request: Reply(400, {"message": "{{ lookup('pipe', 'id') }}"})
    with pytest.raises(ApiError, match=r"\{\{ lookup\('pipe', 'id'\) \}\}"):
        HttpSession(Connection(base_url=server.url, what="Marathon")).request("GET", "/v2/apps")


def test_refusals_quote_what_they_refuse_clean():
    assert is_safe(Refused(f"{FORGED} is no id").sentence)


PLAYBOOK = """
- hosts: localhost
  gather_facts: false
  tasks:
    - dcos.avi.marathon_app_info:
        marathon_url: {url}
        id: app1
"""


def test_nothing_of_a_failure_is_data():
    def fail(params, check_mode):
        raise WaitTimeout("boom", details={"app": {"env": {"A": FORGED}}, "definition": [FORGED]})

    assert is_safe(result_of(fail))


@given(st.dictionaries(st.text(st.characters(exclude_categories=())), st.text(st.characters(exclude_categories=()))))
def test_what_harms_as_json_is_found(value):
    assert harms_in_json([value]) == (not is_safe(json.dumps(value, ensure_ascii=False)))


@pytest.mark.parametrize("environment", [{}, {"ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"}], ids=["json", "yaml"])
def test_on_the_screen_there_is_no_line_that_ansible_did_not_write(server, tmp_path, environment):
    server.answer = lambda request: Reply(400, {"message": FORGED, "details": FORGED})
    playbook = tmp_path / "play.yml"
    playbook.write_text(PLAYBOOK.format(url=server.url))
    done = played(playbook, environment)
    printed = done.stdout + done.stderr
    assert done.returncode == 2 and "boom" in printed
    assert not any(line.startswith("ok: ") for line in printed.splitlines())
    assert is_safe(printed.replace("\n", ""))


def played(playbook, environment, *options):
    command = [sys.executable, "-m", "ansible", "playbook", "-i", "localhost,", "-c", "local", str(playbook), *options]
    given_env = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=given_env)


def test_with_v_an_app_cannot_command_the_screen_and_stays_what_it_is(server, tmp_path):
    """The app is there to be written back. Only that value is shown which JSON escapes."""
    sent = FORGED.replace("\ud800", "")  # half a character, which no file of Ansible can hold
    app = {
        "id": "/app1",
        "version": "2026-01-01T00:00:00.000Z",
        "instances": 0,
        "labels": {"A": sent},
        "tasks": [],
        "deployments": [],
    }
    plain = {**app, "labels": {"A": "to be seen"}}
    server.answer = lambda request: Reply(200, {"app": plain if "plain" in request.path else app})
    check = {"assert": {"that": ["found.apps[0].labels.A == sent"], "quiet": True}}
    tasks = [
        {"dcos.avi.marathon_app_info": {"marathon_url": server.url, "id": "plain"}},
        {"dcos.avi.marathon_app_info": {"marathon_url": server.url, "id": "app1"}, "register": "found"},
        {**check, "vars": {"sent": sent}},
    ]
    playbook = tmp_path / "play.json"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    done = played(playbook, {}, "-v")
    printed = done.stdout + done.stderr
    assert done.returncode == 0, printed
    assert "to be seen" in printed and "it is not shown" in printed
    assert is_safe(printed.replace("\n", ""))
