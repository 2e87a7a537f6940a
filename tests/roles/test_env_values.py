# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of environment variables stand in nothing that is printed, and reach Marathon all the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.demo import EXAMPLE
from tests.demo.playbook import Outcome, run_playbook
from tests.lab.process import LabProcess
from tests.roles.app1 import all_instances, in_a_file
from tests.soak.service import asked_of_marathon
from tests.whole import WHOLE, also

# Newer releases of Ansible keep the parameters of modules to themselves unless told otherwise.
WITH_PARAMETERS = {"ANSIBLE_INJECT_INVOCATION": "1"}
LISTENERS, STATED, CHANGED = "of-the-listener-6203", "as-stated-9517", "by-overrides-4480"
STATED_ENV = {"WORD": STATED, "SHORT": "1"}


class Plays:
    """Plays the roles for one service, with all that Ansible can tell."""

    def __init__(self, lab: LabProcess, folder: Path, environment: Mapping[str, str]) -> None:
        self.lab = lab
        self.folder = folder
        self.environment = environment

    def play(self, role: str, *options: str, **variables: Any) -> Outcome:
        play = {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "environment": self.environment,
            "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
            "roles": [f"dcos.avi.{role}"],
        }
        # In a file: extra variables on the command line are the user's own words, which Ansible repeats.
        given = in_a_file(self.folder / "given.json", {f"{role}_service": "app1", **variables})
        playbook = in_a_file(self.folder / "play.yml", [play])
        env = {**self.lab.env, **WITH_PARAMETERS}
        return run_playbook(playbook, {}, env, None, "-vvv", "--diff", "-e", f"@{given}", *options)

    def hides(self, role: str, *, fails: bool = False, **variables: Any) -> None:
        """Play a role in check mode and in earnest; in earnest alone as modules, which takes long, and where not all is run."""
        for options in [["--check"], []] if WHOLE and not self.environment else [[]]:
            outcome = self.play(role, *options, **variables)
            assert (outcome.returncode != 0) == (fails and not options), outcome.output
            assert "module_args" in outcome.output, "the parameters were not printed"
            assert told(outcome) == []


def told(outcome: Outcome) -> list[str]:
    """The lines of the output in which a value stands."""
    return [line for line in outcome.output.splitlines() if any(v in line for v in (LISTENERS, STATED, CHANGED))]


def example(name: str, **env: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((EXAMPLE / name).read_text())
    return {**read, "env": env}


def env_of(lab: LabProcess, app: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = asked_of_marathon(lab, f"/v2/apps/{app}")["app"]["env"]
    return found


@pytest.mark.parametrize("environment", [{}, *also({"THEREFORE": "as modules"})], ids=["in-process", "as-modules"])
def test_the_roles_show_names_and_no_values(tmp_path: Path, environment: dict[str, str]) -> None:
    with LabProcess() as lab:
        plays = Plays(lab, tmp_path, environment)
        src = in_a_file(tmp_path / "app1.json", example("app1.json", WORD=LISTENERS))
        plays.hides("listener", listener_src=src)
        assert env_of(lab, "app1") == {"WORD": LISTENERS}

        stated = example("app1-100.json", WORD=STATED, SHORT=1)
        plays.hides("rollout", rollout_version="100", rollout_definition=stated, rollout_strategy="preview")
        assert env_of(lab, "app1-100") == STATED_ENV

        overrides = {"env": {"MORE": CHANGED, "SHORT": None}}
        plays.hides("rollout", rollout_version="200", rollout_image="shop/server:200", rollout_overrides=overrides)
        assert env_of(lab, "app1-200") == {"WORD": STATED, "MORE": CHANGED}

        failing: dict[str, Any] = {"rollout_image": "lab/never-healthy", "rollout_wait_timeout": 3}
        plays.hides("rollout", fails=True, rollout_version="300", **failing)
        assert env_of(lab, "app1-300") == {"WORD": STATED, "MORE": CHANGED}

        plays.hides("rollback")
        assert env_of(lab, "app1-100-r2") == STATED_ENV
        plays.hides("retire", retire_keep=0)
        assert "app1-100" not in all_instances(lab), "nothing was pruned"


def test_a_value_is_shown_where_that_is_asked_for(tmp_path: Path) -> None:
    with LabProcess() as lab:
        src = in_a_file(tmp_path / "app1.json", example("app1.json", WORD=LISTENERS))
        shown = Plays(lab, tmp_path, {}).play("listener", listener_src=src, listener_no_log_env=False)
        assert told(shown)
        assert env_of(lab, "app1") == {"WORD": LISTENERS}
