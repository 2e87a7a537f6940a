# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles' files say in two places, or rely on in one another."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._plan import moves, recovery, release_given
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_steps import GATES

ROLES = Path(__file__).parents[2] / "roles"
MODULES = "ansible_collections.dcos.avi.plugins.modules"


def load(path: str) -> Any:
    return yaml.safe_load((ROLES / path).read_text())


def names(tasks: list[dict[str, Any]]) -> Iterator[str]:
    for task in tasks:
        yield task["name"]
        for part in ("block", "rescue", "always"):
            yield from names(task.get(part, []))


@pytest.mark.parametrize("phase", [recovery.DEPLOY, recovery.CONFIRM])
def test_what_is_taken_back_is_told_by_the_names_of_the_tasks(phase):
    """The rollout role takes the phase that failed from the name of the task."""
    found = list(names(load(f"rollout/tasks/{phase}.yml")))
    assert found
    assert {name.split(" | ")[0].lower() for name in found} == {phase}


@pytest.mark.parametrize("gate", ["smoke", "requests", "soak"])
def test_a_rollback_takes_the_gates_that_a_rollout_does(gate):
    rollout, rollback = (
        load(f"{role}/meta/argument_specs.yml")["argument_specs"]["main"]["options"][f"{role}_{gate}"]
        for role in ("rollout", "rollback")
    )
    assert rollback["options"] == rollout["options"]


OF_ONE_SERVICE = {
    "virtualservice": "{{ %s | default(omit, true) }}",
    "cloud": "{{ %s | default(omit, true) }}",
    "versions_also": "{{ %s }}",
}


def tasks_of(tasks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for task in tasks:
        yield task
        for part in ("block", "rescue", "always"):
            yield from tasks_of(task.get(part, []))


@pytest.mark.parametrize("path", sorted(ROLES.glob("*/tasks/*.yml")), ids=lambda path: "/".join(path.parts[-3::2]))
def test_whoever_looks_is_told_which_virtual_service_it_is(path):
    """Where one task of a role left it out, that one would look at another virtual service, or be refused."""
    role = path.parts[-3]
    for task in tasks_of(yaml.safe_load(path.read_text()) or []):
        for module in ("migration_info", "migration_end", "migration_scale_down", "migration_soak"):
            options = task.get(f"dcos.avi.{module}", {})
            if options:
                given = {name: options.get(name) for name in OF_ONE_SERVICE}
                assert given == {name: value % f"__{role}_{name}" for name, value in OF_ONE_SERVICE.items()}
        handed = task.get("vars") or {}
        for other in ("rollout", "rollback", "retire", "__rollout", "__rollback", "__retire"):
            if f"{other}_service" in handed:
                assert {f"{other}_{name}" for name in OF_ONE_SERVICE} <= handed.keys(), task["name"]


@pytest.mark.parametrize("path", sorted(ROLES.glob("*/tasks/*.yml")), ids=lambda path: "/".join(path.parts[-3::2]))
def test_a_module_is_only_given_options_that_it_has(path):
    for task in tasks_of(yaml.safe_load(path.read_text()) or []):
        for name in (name for name in task if name.startswith("dcos.avi.")):
            module = importlib.import_module(f"{MODULES}.{name.rpartition('.')[2]}")
            (work,) = (value for value in vars(module).values() if isinstance(value, Work))
            assert set(task[name]) <= set(work.options), task["name"]


LOCK = {"service": "{{ %s_service }}", "owner": "{{ %s_owner | default(omit, true) }}"}


@pytest.mark.parametrize("path", sorted(ROLES.glob("*/tasks/*.yml")), ids=lambda path: "/".join(path.parts[-3::2]))
def test_what_a_run_writes_under_its_lock_is_not_written_without_it(path):
    """A task without an option that changes something only waits. The role listener takes no lock."""
    role = path.parts[-3]
    for task in tasks_of(yaml.safe_load(path.read_text()) or []):
        options = task.get("dcos.avi.marathon_app", {})
        if role != "listener" and {"definition", "src", "instances", "state"} & options.keys():
            assert options.get("lock") == {each: value % f"__{role}" for each, value in LOCK.items()}, task["name"]
        assert "dcos.avi.marathon_deployment" not in task, "it takes no lock"


@pytest.mark.parametrize(
    ("observed", "file"),
    [
        # Older cores ask before anything was planned, for the static imports of the file.
        ({}, ""),
        ({"way": ""}, ""),
        ({"way": "usual"}, "usual"),
    ],
)
def test_what_follows_the_plan_of_a_rollout_is_one_file(observed, file):
    way = load("rollout/vars/main.yml")["__rollout_way"]
    template = jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(way)
    assert template.render(__rollout_observed=observed).strip() == file


@pytest.mark.parametrize(("more", "fails"), [({}, False), ({"__rollout_planned": {}}, True)])
def test_what_is_planned_once_more_fails_at_once(more, fails):
    """Before that, an earlier rollout of the play is forgotten first. Afterwards, what this one did is not taken for an earlier one."""
    (begin,) = load("rollout/tasks/begin.yml")
    environment = jinja2.Environment()
    environment.tests["failed"] = lambda result: result["failed"]
    failed_when = environment.compile_expression(begin["failed_when"])
    assert failed_when(__rollout_observed={"failed": True}, __rollout_is_another=True, **more) is fails


def test_the_sequence_of_a_rollout_is_read_in_one_file():
    """What main.yml shows, in its order, is what a rollout with everything does."""
    lines = (ROLES / "rollout/tasks/main.yml").read_text().splitlines()
    shown = [line[4:].split("  ")[0] for line in lines if line.startswith("#   ")]
    hooks = ("before_deploy", "before_switch", "after_switch", "before_retire")
    plan = {
        "action": "deploy", "steps": ["lock"], "preview": {"app": "", "definition": {"id": ""}}, "leftovers": [""], "judges": True, "deploys": True,
    }  # fmt: skip
    all_moves = moves.rollout_moves(plan, [], moves.MovesAsked(GATES, hooks))
    assert shown == [
        "begin",
        moves.CHECK,
        moves.PLAN_ANEW,
        *(" ".join(filter(None, each)) for each in all_moves),
        "report",
    ]
    for name in shown:
        assert (ROLES / f"rollout/tasks/{name.split(' ')[0]}.yml").exists()


def patient(tasks: list[dict[str, Any]], inherited: bool = False) -> Iterator[tuple[str, bool]]:
    """Each file that tasks include, and whether its tasks wait for a Marathon that is away."""
    for task in tasks:
        waits = inherited or "marathon_away_timeout" in task.get("module_defaults", {}).get(
            "group/dcos.avi.marathon", {}
        )
        for part in ("block", "rescue", "always"):
            yield from patient(task.get(part, []), waits)
        for how in ("ansible.builtin.include_tasks", "ansible.builtin.import_tasks"):
            if how in task:
                yield task[how], waits


def test_a_release_that_has_begun_waits_for_a_marathon_that_is_away():
    """A change of its leader takes longer than a read by itself does. What could not be read was not taken back."""
    waits = dict(patient(load("release/tasks/main.yml")))
    assert waits == {
        "plan.yml": False, "lock.yml": False, "check.yml": True, "move.yml": True, "report.yml": True, "unlock.yml": True,
    }  # fmt: skip


def test_a_service_of_a_release_takes_what_a_rollout_does():
    """Whatever is one for all services, or decided by the release, is left out."""
    options = load("rollout/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    of_release = {"service", "version", "promote", "approval_timeout", "owner", *release_given.OF_RELEASE}
    wanted = {name.removeprefix("rollout_") for name in options} - of_release
    assert set(release_given.OF_ROLLOUT) == wanted
    playbook = yaml.safe_load((ROLES.parent / "playbooks" / "release.yml").read_text())
    given = next(task for task in playbook[0]["tasks"] if "ansible.builtin.add_host" in task)[
        "ansible.builtin.add_host"
    ]
    assert {name.removeprefix("rollout_") for name in given if name.startswith("rollout_")} == {
        "service",
        "version",
        *wanted,
    }
    readme = (ROLES / "release" / "README.md").read_text()
    assert not [name for name in wanted if f"`{name}`" not in readme]
