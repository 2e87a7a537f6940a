# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of the example in the lab: their environment is what AWX's injector makes of credentials, their variables what it makes of answers."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.awx.administrator import Administrator
from tests.awx.awx import Stored
from tests.awx.example import PROJECT
from tests.awx.job import injected, run_job
from tests.awx.surveys import given, mistakes_of_answers
from tests.demo import EXAMPLE
from tests.demo.playbook import Outcome
from tests.lab.process import LabProcess
from tests.whole import whole

LOGIN = "/acs/api/v1/auth/login"
#: What is answered where an answer is needed and there is no default. The rest is left empty.
ANSWERS = {
    "listener_service": "app1",
    "listener_src": "app1.json",
    "rollout_service": "app1",
    "rollout_version": "100",
    "rollout_image": "shop/server:100",
    "rollback_service": "app1",
    "retire_service": "app1",
    "status_services": ["app1"],
    "history_service": "app1",
}


@dataclass(frozen=True)
class Jobs:
    """Starts jobs in a lab."""

    lab: LabProcess
    folder: Path
    env: dict[str, str]
    templates: dict[str, Stored]

    def variables(self, name: str, **answers: Any) -> dict[str, Any]:
        """What a job of a template is given where all that may be left empty is."""
        template = self.templates[name]
        asked = {question["variable"]: question for question in template.survey["spec"]}
        needed = {
            one: ANSWERS[one] for one, question in asked.items() if question["required"] and "default" not in question
        }
        defaults = {one: question["default"] for one, question in asked.items() if "default" in question}
        answered = {**defaults, **needed, **answers}
        assert not list(mistakes_of_answers(template.survey, answered))
        return {**json.loads(template.values["extra_vars"] or "{}"), **given(template.survey, answered)}

    def run(self, *names: str, **more: Any) -> Outcome:
        """Run jobs of these templates one after another, in one process."""
        variables = {name: value for template in names for name, value in self.variables(template).items()}
        return run_job(self.folder, self.env, {**variables, **more}, *(f"{name}.yml" for name in names))


@pytest.fixture(name="jobs", scope="module")
def fixture_jobs(
    templates: dict[str, Stored], credential_types: dict[str, Stored], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Jobs]:
    """Jobs that log in to Marathon as a service account of DC/OS, and know the CAs of both APIs from their credentials alone."""
    folder = tmp_path_factory.mktemp("job")
    shutil.copytree(PROJECT, folder / "project")
    shutil.copy(EXAMPLE / "app1.json", folder / "project")
    with LabProcess(dcos="https") as lab:
        marathon = {
            "url": lab.env["MARATHON_URL"],
            "service_account_key": Path(lab.env["LAB_DCOS_SERVICE_ACCOUNT"]).read_text(),
            "ca": Path(lab.env["MARATHON_CA_PATH"]).read_text(),
        }
        avi = {
            "controller": lab.env["AVI_CONTROLLER"],
            "username": lab.env["AVI_USERNAME"],
            "password": lab.env["AVI_PASSWORD"],
            "ca": Path(lab.env["AVI_CA_PATH"]).read_text(),
        }
        credentials = injected(
            folder,
            (credential_types["Marathon by DC/OS service account"], marathon),
            (credential_types["Avi Controller"], avi),
        )
        yield Jobs(lab, folder, credentials.env, templates)


def test_a_rollout_with_what_is_injected_and_all_that_is_optional_left_empty(jobs: Jobs) -> None:
    outcome = jobs.run("listener", "rollout", "status", "history")
    assert outcome.returncode == 0, outcome.output
    asked = jobs.lab.journal(kind="request", api="dcos")
    assert [entry for entry in asked if entry["path"] == LOGIN], "the service account logs in"
    assert not [entry for entry in asked if entry["status"] in (401, 403)], outcome.output
    assert "app1-100" in outcome.output and "AWX job 7" in outcome.output and "ada" in outcome.output


@whole
def test_a_preview_that_is_denied_and_the_jobs_that_end_versions(jobs: Jobs, admin: Administrator) -> None:
    """A workflow gives its answers to each job, and what an earlier rollout handed on, whether a survey asks for it or not."""
    workflow = jobs.variables("workflow", rollout_version="200")
    node = admin.one("workflow_job_template_nodes", "preview").values["extra_data"]
    earlier = {"outcome": "that of an earlier rollout"}
    handed_on = {"rollout_result": earlier, "rollout_result_app1": earlier}
    schedule = admin.one("schedules", "Retire superseded versions of app1").values["extra_data"]
    outcome = jobs.run("rollout", "withdraw", "retire", "rollback", **workflow, **node, **handed_on, **schedule)
    assert outcome.returncode == 0, outcome.output
    # What a rollout hands on is its own result, although the extra variable of an earlier one hides the fact.
    told = json.loads(re.findall(r"RUN: (\{.*\})", outcome.output)[0])
    assert {result["outcome"] for result in told.values()} == {"previewed"}
    created = [
        entry["body"]["id"]
        for entry in jobs.lab.journal(kind="request", api="marathon", method="POST", path="/v2/apps")
    ]
    assert [app for app in created if "lock" not in app][-2:] == ["/app1-200-preview", "/app1-r2"], created
    assert jobs.lab.journal(kind="request", api="marathon", method="DELETE", path="/v2/apps/app1-200-preview")
