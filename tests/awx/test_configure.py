# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example's playbook makes all of AWX, changes nothing the second time, and then what differs. AWX refuses none of it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import yaml
from packaging.specifiers import SpecifierSet

from tests.awx.administrator import SECRETS, Administrator
from tests.awx.example import EXAMPLE, PROJECT
from tests.environments import ROOT


def test_the_first_run_makes_everything(admin: Administrator) -> None:
    assert Counter(stored.endpoint for stored in admin.server.awx.objects.values()) == {
        "organizations": 1,
        "execution_environments": 1,
        "notification_templates": 2,
        # Four, and AWX's own.
        "credential_types": 5,
        "credentials": 3,
        "projects": 1,
        "inventories": 1,
        "inventory_sources": 1,
        "job_templates": 8,
        "workflow_job_templates": 1,
        "workflow_job_template_nodes": 4,
        "workflow_approval_templates": 1,
        "schedules": 2,
    }


def test_a_preview_that_is_approved_is_promoted_and_another_one_withdrawn(admin: Administrator) -> None:
    nodes = {
        name: admin.one("workflow_job_template_nodes", name) for name in ("preview", "approval", "promote", "withdraw")
    }
    links = {
        (name, end, to)
        for name, node in nodes.items()
        for end, numbers in node.lists.items()
        for to in admin.named(numbers)
    }
    assert links == {
        ("preview", "success_nodes", "approval"),
        ("approval", "success_nodes", "promote"),
        ("approval", "failure_nodes", "withdraw"),
    }
    assert {name: admin.named([node.values["unified_job_template"]]) for name, node in nodes.items()} == {
        "preview": ["Roll out a version"],
        "approval": ["Move the traffic to the version"],
        "promote": ["Roll out a version"],
        "withdraw": ["Withdraw a version"],
    }
    workflow = admin.one("workflow_job_templates", "Roll out a version after approval")
    # What the workflow is told goes to each job, and over what a node gives.
    assert not {question["variable"] for question in workflow.survey["spec"]} & set(
        nodes["preview"].values["extra_data"]
    )
    assert admin.named(workflow.lists["notification_templates_approvals"]) == ["Approval of a preview"]


def test_each_job_logs_in_to_marathon_avi_and_awx(admin: Administrator) -> None:
    for name, stored in admin.state.items():
        if stored.endpoint == "job_templates":
            assert sorted(admin.named(stored.lists["credentials"])) == ["AWX", "Avi", "Marathon"], name


def test_the_second_run_changes_nothing(admin: Administrator) -> None:
    before = admin.state
    outcome = admin.configure()
    assert (outcome.changed, admin.state) == (0, before), outcome.output


def test_another_service_and_another_time_change_what_they_are_about(admin: Administrator, tmp_path: Path) -> None:
    before = admin.state
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "awx"))
    settings = folder / "settings.yml"
    text = settings.read_text()
    changed = text.replace("  - shop\n", "  - shop\n  - billing\n").replace("awx_keep_warm: 3600", "awx_keep_warm: 60")
    assert len(changed) == len(text) + len("  - billing\n") - 2
    settings.write_text(changed)
    # That a secret is another one cannot be seen, so it is replaced only if the settings say so.
    admin.configure(folder, {name: f"another {secret}" for name, secret in SECRETS.items()})
    differs = {name for name, stored in admin.state.items() if before.get(name) != stored}
    asks_for_a_service = {name for name in before if name.startswith(("job_templates", "workflow_job_templates"))}
    schedules = {f"schedules: Retire superseded versions of {service}" for service in ("app1", "shop", "billing")}
    assert differs == asks_for_a_service | schedules
    assert admin.one("schedules", "Retire superseded versions of billing").values["extra_data"] == {
        "retire_service": "billing",
        "retire_keep_warm": 60,
    }
    variables = json.loads(admin.one("job_templates", "Roll out a version").values["extra_vars"])
    assert variables["rollout_keep_warm"] == 60
    for name in asks_for_a_service - {"job_templates: Roll out a version"}:
        assert admin.state[name].values == before[name].values, "only the survey's choices are others"


def test_each_file_is_used(admin: Administrator) -> None:
    playbooks = {stored.values["playbook"] for stored in admin.state.values() if stored.endpoint == "job_templates"}
    sources = {
        stored.values["source_path"] for stored in admin.state.values() if stored.endpoint == "inventory_sources"
    }
    read_by_awx = {"collections/requirements.yml"}
    files = {str(file.relative_to(PROJECT)) for file in PROJECT.rglob("*") if file.is_file()}
    assert files == playbooks | sources | read_by_awx
    (play,) = yaml.safe_load((EXAMPLE / "configure.yml").read_text())
    loaded = {"configure.yml", *play["vars_files"]}
    rest = {str(file.relative_to(EXAMPLE)) for file in EXAMPLE.rglob("*") if file.is_file()}
    assert {name for name in rest if not name.startswith("project/")} == loaded
    (needed,) = yaml.safe_load((PROJECT / "collections/requirements.yml").read_text())["collections"]
    ours = yaml.safe_load((ROOT / "galaxy.yml").read_text())
    assert needed["name"] == f"{ours['namespace']}.{ours['name']}"
    assert SpecifierSet(needed["version"]).contains(ours["version"])
