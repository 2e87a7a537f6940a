# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module is done without a process of its own only where nobody could tell the difference."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from ansible_collections.dcos.avi.plugins.action.migration_info import ActionModule
from ansible_collections.dcos.avi.plugins.plugin_utils import _in_process


def comes_to_the_same(transport="local", become=None, async_val=0, environment=(), python=None):
    action = ActionModule.__new__(ActionModule)
    action._templar = SimpleNamespace(template=lambda value: value)
    action._connection = SimpleNamespace(transport=transport, become=become)
    action._task = SimpleNamespace(async_val=async_val, environment=list(environment))
    return action._comes_to_the_same({"ansible_python_interpreter": python} if python else {})


def test_here_as_this_user_it_comes_to_the_same():
    assert comes_to_the_same()
    assert comes_to_the_same(environment=[{}])
    assert comes_to_the_same(python=sys.executable)
    assert comes_to_the_same(python="auto_silent")


@pytest.mark.parametrize(
    "otherwise",
    [
        {"transport": "ssh"},
        {"become": object()},
        {"python": "/opt/another/bin/python"},
        {"async_val": 10},
        {"environment": [{}, {"MARATHON_URL": "http://m"}]},
    ],
)
def test_elsewhere_as_somebody_else_by_another_python_later_or_with_another_environment_it_does_not(otherwise):
    assert not comes_to_the_same(**otherwise)


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("REQUESTS_IMPORT_ERROR", "No module named requests"),
        ("HAS_JMESPATH", False),
        ("sys", SimpleNamespace(platform="darwin", executable=sys.executable)),
    ],
)
def test_without_what_it_takes_it_does_not(monkeypatch, what, value):
    monkeypatch.setattr(_in_process, what, value)
    assert not comes_to_the_same()


@pytest.mark.parametrize("has_banner", [True, False])
def test_a_line_of_a_wait_shows_no_secret_and_begins_no_line_of_its_own(monkeypatch, capsys, has_banner):
    action = ActionModule.__new__(ActionModule)
    action._task = SimpleNamespace(get_name=lambda: "Wait for app1")
    monkeypatch.setattr(ActionModule, "_has_no_banner", lambda self: not has_banner)
    tell = action._teller({"marathon_password": "s3cr3t-of-marathon"})
    tell("app1: failed with\nok: [localhost] s3cr3t-of-marathon\x1b[2J")
    tell("app1: 1 of 2")
    shown = capsys.readouterr()
    lines = ["  app1: failed with ok: [localhost] ********\ufffd[2J", "  app1: 1 of 2"]
    assert shown.err.splitlines() == ([] if has_banner else ["TASK [Wait for app1]"]) + lines
    assert shown.out == ""


@pytest.mark.parametrize(
    ("off", "waited", "lines"),
    [
        ((), False, ["  done", "  table"]),
        (("display_skipped_hosts",), False, ["TASK [Report]", "  done", "  table"]),
        (("display_skipped_hosts",), True, ["TASK [Report]", "  app1: 1 of 2", "  done", "  table"]),
        (("display_ok_hosts",), False, ["  done"]),
        (("display_ok_hosts",), True, ["TASK [Report]", "  app1: 1 of 2", "  done"]),
    ],
)
def test_what_a_task_shows_as_it_ends_stands_below_its_name(monkeypatch, capsys, off, waited, lines):
    """Ansible prints the name with the result, where it shows no task that is skipped."""
    action = ActionModule.__new__(ActionModule)
    action._task = SimpleNamespace(get_name=lambda: "Report")
    monkeypatch.setattr(ActionModule, "_is_on", lambda self, setting: setting not in off)
    if waited:
        action._teller({})("app1: 1 of 2")
    action._show("done", ["table"])
    assert capsys.readouterr().err.splitlines() == lines


@pytest.mark.parametrize("can_register", [True, False])
def test_ansible_is_told_what_to_hide_where_it_can(monkeypatch, can_register):
    told = []
    monkeypatch.setattr(_in_process, "register_secrets", told.extend if can_register else None)
    action = ActionModule.__new__(ActionModule)
    action._register({"marathon_url": "http://u:in-a-url@m", "marathon_password": "s3cr3t", "avi_token": "abc"})
    assert sorted(told) == (["in-a-url", "s3cr3t"] if can_register else [])


def test_it_is_told_before_any_work_is_done(monkeypatch):
    told = []
    monkeypatch.setattr(_in_process, "register_secrets", told.extend)
    work = SimpleNamespace(
        options={"url": {"type": "str"}}, rules={}, result=lambda *_args, **_more: {"seen": list(told)}
    )
    monkeypatch.setattr(ActionModule, "work", work)
    monkeypatch.setattr(ActionModule, "_comes_to_the_same", lambda *_: True)
    monkeypatch.setattr(_in_process, "printable", lambda _options, _params, result: {**result, "invocation": {}})
    action = ActionModule.__new__(ActionModule)
    action._loader = SimpleNamespace(get_basedir=lambda: ".")
    action._task = SimpleNamespace(
        args={"url": "http://u:in-a-url@m"},
        action="x",
        check_mode=False,
        diff_mode=False,
        diff=False,
        get_name=lambda: "x",
    )
    assert action._result(None, None)["seen"] == ["in-a-url"]
