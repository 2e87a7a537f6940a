# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A name is text on every path, also where Jinja makes of a text whatever it looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.demo.playbook import run_playbook
from tests.lab.process import LabProcess
from tests.roles.app1 import all_instances, instances
from tests.whole import also

NATIVE = {"ANSIBLE_JINJA2_NATIVE": "1"}


def rolled_out(lab: LabProcess, version: str) -> dict[str, int]:
    asked = {"rollout_service": "app1", "rollout_version": version, "rollout_image": f"shop/server:{version}"}
    ended = run_playbook("dcos.avi.rollout", asked, {**lab.env, **NATIVE})
    assert ended.returncode == 0, ended.output
    return instances(lab)


def test_a_version_that_looks_like_a_number_stays_what_it_is(lab: LabProcess) -> None:
    assert rolled_out(lab, "1.10") == {"app1-1.10": 2}
    assert rolled_out(lab, "0x10") == {"app1-0x10": 2}
    ended = run_playbook(
        "dcos.avi.rollback", {"rollback_service": "app1", "rollback_version": "1.10"}, {**lab.env, **NATIVE}
    )
    assert ended.returncode == 0, ended.output
    assert instances(lab) == {"app1-1.10-r2": 2}
    asked = {"rollout_service": "app1", "rollout_version": "1e3"}
    ended = run_playbook("dcos.avi.withdraw", asked, {**lab.env, **NATIVE})
    assert ended.returncode == 0, ended.output
    assert not any("1000" in app for app in all_instances(lab))


@pytest.mark.parametrize(
    ("playbook", "variable", "yaml", "why"),
    [
        ("rollout", "rollout_version", "yes", "rollout_version is the value true, which may have been yes"),
        ("rollback", "rollback_version", "1.10", "rollback_version is the number 1.1"),
        *also(
            ("rollout", "rollout_version", "1.10", "rollout_version is the number 1.1, which may have lost a zero"),
            ("withdraw", "rollout_version", "1.10", "rollout_version is the number 1.1"),
            ("rollback", "rollback_service", "on", "rollback_service is the value true"),
            ("retire", "retire_service", "1.10", "retire_service is the number 1.1"),
            ("listener", "listener_service", "no", "listener_service is the value false"),
        ),
    ],
)
def test_what_yaml_made_something_else_of_is_refused_in_words(
    playbook: str, variable: str, yaml: str, why: str, lab: LabProcess, tmp_path: Path
) -> None:
    before = all_instances(lab)
    (tmp_path / "asked.yml").write_text(f"{variable}: {yaml}\n")
    known: dict[str, object] = (
        {"rollout_service": "app1", "rollback_service": "app1"} if "version" in variable else {"rollout_version": "1"}
    )
    known["rollout_image"] = "shop/server:1"
    known["listener_definition"] = {}
    asked = {name: value for name, value in known.items() if name.startswith(variable.partition("_")[0])}
    ended = run_playbook(f"dcos.avi.{playbook}", asked, lab.env, None, "-e", f"@{tmp_path / 'asked.yml'}")
    assert ended.returncode and why in ended.failure, ended.output
    assert all_instances(lab) == before
