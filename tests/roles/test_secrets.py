# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No credential stands in anything that is printed, returned, logged or kept as a fact."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.demo import EXAMPLE
from tests.demo.playbook import run_playbook
from tests.lab.process import LabProcess

CREDENTIALS = str(Path(__file__).parent / "playbooks" / "credentials.yml")
MARATHON, AVI, WRONG = "marathon-secret-7391", "avi-secret-5128", "wrong-secret-2406"
SECRETS = (
    MARATHON,
    AVI,
    WRONG,
    *(base64.b64encode(f"deployer:{word}".encode()).decode() for word in (MARATHON, WRONG)),
)
MOST_VERBOSE = ("-vvvv", "--diff")
# Newer releases of Ansible keep the parameters of modules to themselves unless told otherwise.
WITH_PARAMETERS = {"ANSIBLE_INJECT_INVOCATION": "1"}


@pytest.fixture(scope="module")
def lab() -> Iterator[LabProcess]:
    with LabProcess(marathon_username="deployer", marathon_password=MARATHON, avi_password=AVI) as lab:
        yield lab


def found(output: str) -> list[str]:
    return [secret for secret in SECRETS if secret in output]


def credentials_of(lab: LabProcess) -> dict[str, Any]:
    return {
        "marathon_username": "deployer",
        "marathon_password": MARATHON,
        "marathon_address": lab.env["MARATHON_URL"].removeprefix("http://"),
        "avi_username": "admin",
        "avi_password": AVI,
        "wrong_password": WRONG,
    }


def test_a_rollout_tells_none(lab: LabProcess, tmp_path: Path) -> None:
    env = {**lab.env, **WITH_PARAMETERS, "MARATHON_USERNAME": "deployer", "MARATHON_PASSWORD": MARATHON}
    listener = {"listener_service": "app1", "listener_src": str(EXAMPLE / "app1.json")}
    outcome = run_playbook("dcos.avi.listener", listener, env, None, *MOST_VERBOSE)
    assert outcome.returncode == 0, outcome.output
    # In a file: extra variables on the command line are the user's own words, which Ansible repeats.
    gate = {"headers": {"Authorization": f"Bearer {WRONG}", "X-Debug": "1"}, "count": 0}
    (tmp_path / "gate.json").write_text(json.dumps({"rollout_smoke": gate}))
    version = {"rollout_service": "app1", "rollout_version": "100", "rollout_src": str(EXAMPLE / "app1-100.json")}
    outcome = run_playbook("dcos.avi.rollout", version, env, None, *MOST_VERBOSE, "-e", f"@{tmp_path}/gate.json")
    assert "count must be at least 1" in outcome.output and not found(outcome.output)
    (tmp_path / "gate.json").write_text(json.dumps({"rollout_smoke": {**gate, "count": 1}}))
    outcome = run_playbook("dcos.avi.rollout", version, env, None, *MOST_VERBOSE, "-e", f"@{tmp_path}/gate.json")
    assert outcome.returncode == 0, outcome.output
    # The rest can be read all the same.
    assert "app1-100 was rolled out" in outcome.output
    assert not found(outcome.output)


def test_modules_tell_none_and_the_search_finds_a_planted_one(lab: LabProcess, tmp_path: Path) -> None:
    # In a file: extra variables on the command line are the user's own words, which Ansible repeats.
    given = tmp_path / "given.json"
    outcome = run_credentials(lab, given, {})
    assert outcome.returncode == 0, outcome.output
    assert outcome.output.count("(401)") >= 2, "a refusal was not printed"
    assert "module_args" in outcome.output, "the parameters were not printed"
    assert not found(outcome.output)
    planted = run_credentials(lab, given, {"planted": AVI})
    assert found(planted.output) == [AVI]


def run_credentials(lab: LabProcess, file: Path, more: dict[str, Any]) -> Any:
    file.write_text(json.dumps({"given": credentials_of(lab), **more}))
    return run_playbook(CREDENTIALS, {}, {**lab.env, **WITH_PARAMETERS}, None, *MOST_VERBOSE, "-e", f"@{file}")
