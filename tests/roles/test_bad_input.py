# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input gets a sentence that a person can act on, and nothing is written."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.demo import EXAMPLE
from tests.demo.playbook import run_playbook
from tests.lab.process import LabProcess
from tests.roles.app1 import writes
from tests.whole import also, few

EXAMPLE_VERSION = json.loads((EXAMPLE / "app1-100.json").read_text())
# Without what the role fills in.
VERSION = {key: value for key, value in EXAMPLE_VERSION.items() if key not in ("id", "labels")}
LISTENER = json.loads((EXAMPLE / "app1.json").read_text())


@dataclass(frozen=True)
class Bad:
    """A run that must be refused, and the words its error must have."""

    name: str
    variables: Mapping[str, Any]
    words: tuple[str, ...]
    playbook: str = "dcos.avi.rollout"
    env: Mapping[str, str] = field(default_factory=dict)
    fault: Mapping[str, Any] = field(default_factory=dict)


def changed(definition: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    return {**copy.deepcopy(dict(definition)), **fields}


def mapped(*mappings: Mapping[str, Any]) -> dict[str, Any]:
    bad = changed(VERSION)
    bad["container"]["docker"]["portMappings"] = list(mappings)
    return bad


def rollout(version: str | float = "200", service: str = "app1", **more: Any) -> dict[str, Any]:
    return {"rollout_service": service, "rollout_version": version, **more}


PORT = {"containerPort": 80, "hostPort": 0, "servicePort": 0, "protocol": "tcp"}

# Marathon gives the first free one to app1, the second to app1-100.
SERVING_PORT = 10001

CASES = [
    Bad(
        "Marathon refuses the login",
        rollout(rollout_definition=VERSION),
        ("Marathon", "credentials"),
        fault={"api": "marathon", "action": "error", "status": 401},
    ),
    Bad(
        "Avi is something else",
        rollout(rollout_definition=VERSION),
        ("Avi", "JSON"),
        fault={"api": "avi", "action": "garbage", "path": "/api/"},
    ),
    Bad(
        "Marathon hangs",
        rollout(rollout_definition=VERSION),
        ("Marathon", "within 1 s"),
        env={"MARATHON_TIMEOUT": "1"},
        fault={"api": "marathon", "action": "slow", "seconds": 3},
    ),
    Bad(
        "an ab_config of another service",
        rollout(rollout_definition=changed(VERSION, labels={"ab_config": '{"service": "app9", "priority": 20}'})),
        ("app9", "app1"),
    ),
    Bad(
        "fewer instances than serve",
        rollout(rollout_definition=changed(VERSION, instances=1)),
        ("1 instance", "app1-100", "rollout_instances"),
    ),
    Bad(
        "a fixed port that the serving version uses",
        rollout(rollout_definition=mapped({**PORT, "servicePort": SERVING_PORT})),
        ("servicePort 10001", "app1-100"),
    ),
    Bad(
        "a listener's id with an underscore",
        {"listener_service": "app_9", "listener_definition": LISTENER},
        ("app_9", "Underscores"),
        playbook="dcos.avi.listener",
    ),
    Bad("an id with an underscore", rollout("2_0", rollout_definition=VERSION), ("app1-2_0", "Underscores")),
    Bad("a definition that is no object", rollout(rollout_definition=[1, 2]), ("rollout_definition", "dict")),
    Bad("a file that holds no object", rollout(rollout_src="LIST"), ("list.json", "object")),
    Bad("a file that is not there", rollout(rollout_src="nowhere.json"), ("nowhere.json",)),
    Bad(
        "a priority that is not above the others",
        rollout(rollout_definition=VERSION, rollout_priority=10),
        ("Priority 10", "20"),
    ),
    Bad(
        "no room for its tasks",
        rollout(rollout_overrides={"cpus": 20}, rollout_instances=3, rollout_capacity="require"),
        ("There is no room for 3 instances of app1-200, each with 20 cpus", "2 of 3 fit", "rollout_capacity: warn"),
        env={"MESOS_MASTER": "MASTER"},
    ),
    Bad("a service that does not exist", rollout(service="app9", rollout_definition=VERSION), ("app9", "listener")),
    Bad(
        "a version that exists with another definition",
        rollout("100", rollout_definition=changed(VERSION, mem=128)),
        ("app1-100", "mem"),
    ),
    Bad(
        "no preview to approve",
        rollout(rollout_definition=VERSION, rollout_promote=False),
        ("rollout_promote", "rollout_strategy"),
    ),
    Bad(
        "a hook that is not there",
        rollout(rollout_definition=VERSION, rollout_hooks={"after_switch": "nowhere.yml"}),
        ("nowhere.yml", "Nothing was changed"),
    ),
    Bad(
        "smoke tasks that are not there",
        rollout(rollout_definition=VERSION, rollout_smoke_tasks="nowhere.yml"),
        ("nowhere.yml", "Nothing was changed"),
    ),
    Bad(
        "a pattern that is none",
        rollout(
            rollout_definition=VERSION, rollout_requests={"url": "http://127.0.0.1", "answer_headers": {"X-A": "*1"}}
        ),
        ("answer_headers", "'*1'", "X-A", "regular expression"),
    ),
    Bad(
        "a soak without a limit",
        rollout(rollout_definition=VERSION, rollout_soak={"seconds": 5}),
        ("max_error_percent", "min_health_score"),
    ),
    Bad(
        "an address without a scheme",
        rollout(rollout_definition=VERSION, rollout_requests={"url": "app1.example.com"}),
        ("app1.example.com cannot be asked", "http://"),
    ),
    Bad(
        "a soak without a time",
        rollout(rollout_definition=VERSION, rollout_soak={"seconds": 0, "max_error_percent": 1}),
        ("seconds", "above 0"),
    ),
    Bad(
        "no request of a smoke test",
        rollout(rollout_definition=VERSION, rollout_smoke={"count": 0}),
        ("count must be at least 1",),
    ),
    Bad(
        "a preview of nothing",
        rollout(rollout_definition=VERSION, rollout_strategy="preview", rollout_preview_instances=0),
        ("preview", "at least one instance", "0"),
    ),
    Bad(
        "a time of less than nothing to keep a version warm",
        rollout(rollout_definition=VERSION, rollout_keep_warm=-1),
        ("keep_warm", "-1"),
    ),
    Bad(
        "a gate of a rollback that has no address",
        {"rollback_service": "app1", "rollback_requests": {"path": "/"}},
        ("rollback_requests", "url"),
        playbook="dcos.avi.rollback",
    ),
    Bad(
        "a misspelt limit of a rollback",
        {"rollback_service": "app1", "rollback_soak": {"seconds": 5, "max_error_pct": 1}},
        ("rollback_soak", "max_error_pct"),
        playbook="dcos.avi.rollback",
    ),
    Bad(
        "no request of a rollback's gate",
        {"rollback_service": "app1", "rollback_requests": {"url": "http://127.0.0.1", "count": 0}},
        ("count must be at least 1",),
        playbook="dcos.avi.rollback",
    ),
    Bad(
        "a soak of a rollback without a limit",
        {"rollback_service": "app1", "rollback_soak": {"seconds": 5}},
        ("max_error_percent", "min_health_score"),
        playbook="dcos.avi.rollback",
    ),
    Bad(
        "fewer than no versions to keep",
        {"retire_service": "app1", "retire_keep": -1},
        ("keep", "-1"),
        playbook="dcos.avi.retire",
    ),
    Bad("several ports", rollout(rollout_definition=mapped(PORT, {**PORT, "containerPort": 81})), ("ports",)),
    Bad("no health check", rollout(rollout_definition=changed(VERSION, healthChecks=[])), ("healthChecks",)),
    Bad(
        "answers of a survey that were left empty",
        rollout(rollout_src="", rollout_image=""),
        ("definition", "image", "overrides"),
    ),
    Bad(
        "a misspelt variable",
        rollout(rollout_definition=VERSION, rollout_stategy="preview"),
        ("no variable rollout_stategy", "Nothing was changed"),
    ),
    Bad(
        "a misspelt variable of a rollback",
        {"rollback_service": "app1", "rollback_versoin": "100"},
        ("no variable rollback_versoin", "Nothing was changed"),
        playbook="dcos.avi.rollback",
    ),
    Bad(
        "a misspelt variable of a retirement",
        {"retire_service": "app1", "retire_kep_warm": 3600},
        ("no variable retire_kep_warm", "Nothing was changed"),
        playbook="dcos.avi.retire",
    ),
    Bad(
        "a misspelt variable of a listener",
        {"listener_service": "app2", "listener_definition": LISTENER, "listener_avvi": {"frontend": True}},
        ("no variable listener_avvi", "Nothing was changed"),
        playbook="dcos.avi.listener",
    ),
    Bad(
        "no time to wait for a listener",
        {"listener_service": "app2", "listener_definition": LISTENER, "listener_wait_timeout": 0},
        ("listener_wait_timeout must be at least 1", "Nothing was changed"),
        playbook="dcos.avi.listener",
    ),
    Bad(
        "a gate that is a text",
        rollout(rollout_definition=VERSION, rollout_smoke='{"path": "/x"}'),
        ("rollout_smoke must be a dictionary", "Nothing was changed"),
    ),
    Bad(
        "a gate of a rollback that is a text",
        {"rollback_service": "app1", "rollback_soak": "seconds=60 max_error_percent=1"},
        ("rollback_soak must be a dictionary", "Nothing was changed"),
        playbook="dcos.avi.rollback",
    ),
    Bad(
        "hooks that are a text",
        rollout(rollout_definition=VERSION, rollout_hooks="after_switch=x.yml"),
        ("rollout_hooks must be a dictionary", "Nothing was changed"),
    ),
    Bad(
        "a body that is a number",
        rollout(rollout_definition=VERSION, rollout_requests={"url": "http://127.0.0.1", "body": 5}),
        ("body",),
    ),
    Bad("no version", rollout("", rollout_definition=VERSION), ("rollout_version is empty", "Nothing was changed")),
    Bad("a version that lost a zero", rollout(2.10, rollout_definition=VERSION), ("rollout_version", "2.1", "quotes")),
    Bad(
        "a version to go back to that lost a zero",
        {"rollback_service": "app1", "rollback_version": 1.10},
        ("rollback_version", "1.1", "quotes"),
        playbook="dcos.avi.rollback",
    ),
    Bad(
        "no time to wait",
        rollout(rollout_definition=VERSION, rollout_wait_timeout=0),
        ("rollout_wait_timeout must be at least 1", "Nothing was changed"),
    ),
    Bad(
        "less than no time to drain",
        {"retire_service": "app1", "retire_drain_timeout": -1},
        ("retire_drain_timeout must be 0 or more", "Nothing was changed"),
        playbook="dcos.avi.retire",
    ),
    Bad(
        "a status that no answer has",
        rollout(rollout_definition=VERSION, rollout_requests={"url": "http://127.0.0.1", "status": [999]}),
        ("no answer has the status 999",),
    ),
    Bad(
        "a path without a slash",
        rollout(rollout_definition=VERSION, rollout_smoke={"path": "health"}),
        ("path begins with a slash",),
    ),
    Bad("no address of Marathon", rollout(rollout_definition=VERSION), ("MARATHON_URL",), env={"MARATHON_URL": ""}),
    Bad("neither a definition nor a change", rollout(), ("definition", "image", "overrides")),
    Bad(
        "Marathon is not there",
        rollout(rollout_definition=VERSION),
        ("Marathon", "refused"),
        env={"MARATHON_URL": "http://127.0.0.1:9"},
    ),
    Bad("Marathon is something else", rollout(rollout_definition=VERSION), ("JSON",), env={"MARATHON_URL": "VIP"}),
    Bad(
        "Avi is not there",
        rollout(rollout_definition=VERSION),
        ("Avi", "refused"),
        env={"AVI_CONTROLLER": "127.0.0.1:9"},
    ),
    Bad(
        "Avi refuses the login",
        rollout(rollout_definition=VERSION),
        ("Avi", "login", "password"),
        env={"AVI_PASSWORD": "wrong"},
    ),
    Bad(
        "Avi's certificate is not trusted",
        rollout(rollout_definition=VERSION),
        ("certificate", "AVI_CA_PATH"),
        env={"AVI_CA_PATH": ""},
    ),
    Bad(
        "a listener that differs from the running one",
        {"listener_service": "app1", "listener_definition": changed(LISTENER, mem=128)},
        ("app1", "mem"),
        playbook="dcos.avi.listener",
    ),
    Bad(
        "a misspelt variable of a freeze",
        {"freeze_services": "app1", "freeze_reason": "holidays"},
        ("has no variable freeze_services",),
        playbook="dcos.avi.freeze",
    ),
    Bad(
        "a misspelt key in a service of a release",
        {
            "release_name": "spring",
            "release_services": [{"service": "app1", "version": "200", "request": {"path": "/"}}],
        },
        ("app1 has request in release_services", "Nothing was changed."),
        playbook="dcos.avi.release",
    ),
]

#: What each role refuses at all, and each way to refuse it. The modules that refuse the others have tests of their own.
KEPT = (
    "Marathon refuses the login",
    "Avi is something else",
    "Marathon hangs",
    "fewer instances than serve",
    "a definition that is no object",
    "a file that is not there",
    "no room for its tasks",
    "a service that does not exist",
    "a hook that is not there",
    "a soak without a limit",
    "answers of a survey that were left empty",
    "a misspelt variable",
    "a misspelt variable of a freeze",
    "a gate that is a text",
    "no address of Marathon",
    "Avi's certificate is not trusted",
    "a listener that differs from the running one",
)


@pytest.fixture(scope="module")
def lab() -> Iterator[LabProcess]:
    """A lab with app1 retired and app1-100 active."""
    with LabProcess() as lab:
        for playbook, variables in (
            ("dcos.avi.listener", {"listener_service": "app1", "listener_definition": LISTENER}),
            ("dcos.avi.rollout", rollout("100", rollout_definition=EXAMPLE_VERSION)),
        ):
            outcome = run_playbook(playbook, variables, lab.env)
            assert outcome.returncode == 0, outcome.output
        yield lab


@pytest.mark.parametrize("bad", few({bad.name: bad for bad in CASES}, *KEPT))
def test_it_is_refused_in_words_and_writes_nothing(bad: Bad, lab: LabProcess, tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[1, 2]")
    variables = {
        name: str(tmp_path / "list.json") if value == "LIST" else value for name, value in bad.variables.items()
    }
    named = {"VIP": lab.env["LAB_VIP_URL"], "MASTER": lab.env["LAB_MESOS_MASTER"]}
    env = {name: named.get(value, value) for name, value in bad.env.items()}
    last = lab.journal()[-1]["seq"]

    if bad.fault:
        lab.fault(**bad.fault)
    try:
        outcome = run_playbook(bad.playbook, variables, {**lab.env, **env})
    finally:
        lab.clear_faults()

    assert outcome.returncode != 0, outcome.output
    assert outcome.changed == 0, outcome.output
    missing = [word for word in bad.words if word not in outcome.failure]
    assert not missing, f"{missing} not in {outcome.failure!r}\n{outcome.output}"
    assert "Traceback" not in outcome.output
    assert not writes(lab, last)


def test_a_hook_that_ansible_cannot_read_ends_the_run_before_anything_is_written(
    lab: LabProcess, tmp_path: Path
) -> None:
    hook = tmp_path / "hook.yml"
    hook.write_text('[{"name": "Do what nobody can", "no.such.module": {}}]')
    last = lab.journal()[-1]["seq"]
    asked = rollout(rollout_definition=VERSION, rollout_hooks={"after_switch": str(hook)})
    outcome = run_playbook("dcos.avi.rollout", asked, lab.env)
    assert outcome.returncode == 4
    assert "no.such.module" in outcome.output
    assert not writes(lab, last)


@pytest.mark.parametrize(
    ("playbook", "variables"),
    [
        ("rollout", {"rollout_service": "app1", "rollout_version": "200", "rollout_definition": VERSION}),
        *also(
            ("rollback", {"rollback_service": "app1"}),
            ("retire", {"retire_service": "app1"}),
            ("listener", {"listener_service": "app1", "listener_definition": LISTENER}),
        ),
    ],
)
def test_what_stands_after_a_space_is_not_cut_off_without_a_word(
    playbook: str, variables: dict[str, Any], lab: LabProcess
) -> None:
    last = lab.journal()[-1]["seq"]
    outcome = run_playbook(f"dcos.avi.{playbook}", variables, lab.env, None, "-e", f"{playbook}_wait_timeout=3 00")
    assert '-e was given "00", which has no name' in outcome.failure, outcome.output
    assert writes(lab, last) == []
