# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the retire playbook keeps: superseded versions warm for a time, and a number of retired ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_deployment import DEPLOYMENT

from tests.migration.user import QUICKLY, User
from tests.modules import call
from tests.roles.app1 import all_instances, in_a_file, play, rollout, run, writes
from tests.whole import also, whole


@whole
def test_what_is_kept_warm_blocks_nothing_and_what_is_not_kept_is_pruned(user: User) -> None:
    for version in ("100", "200", "300"):
        user.retire(user.roll_out(version))
    seen = user.roll_out("400")
    last = user.lab.journal()[-1]["seq"]
    outcome = retire(user, retire_keep_warm=3600)
    assert (outcome.changed, writes(user.lab, last)) == (0, [])
    assert "app1-300 keeps its instances until 20" in outcome.output
    assert seen["active"]["app"] == "app1-400"

    outcome = retire(user, retire_keep_warm=1, retire_keep=1)
    assert outcome.changed == 3
    assert all_instances(user.lab) == {"app1": 0, "app1-300": 0, "app1-400": 2}
    assert user.answering() == {"app1-400"}


@whole
@pytest.mark.parametrize("user", [{"agent_cpus": 3}], indirect=True)
@pytest.mark.parametrize(
    ("playbook", "variables"),
    [
        ("rollout", {"rollout_service": "app1", "rollout_version": "200"}),
        *also(("retire", {"retire_service": "app1"})),
    ],
)
def test_a_superseded_version_whose_deployment_does_not_end_is_not_left_running_without_a_word(
    user: User, playbook: str, variables: dict[str, str]
) -> None:
    user.retire(user.roll_out("100"))
    user.roll_out("200")
    user.app(id="app1-100", instances=13, wait=False)
    outcome = run(playbook, variables, user.lab)
    assert outcome.returncode != 0, outcome.output
    assert "app1-100 is superseded, but deployment " in outcome.failure, outcome.output
    assert "end it with dcos.avi.marathon_deployment" in outcome.failure
    assert all_instances(user.lab)["app1-100"] == 13
    call(DEPLOYMENT, app="app1-100", state="rolled_back", allow_outage=True, **QUICKLY)
    assert retire(user).changed == 1
    assert all_instances(user.lab) == {"app1": 0, "app1-100": 0, "app1-200": 2}


@pytest.mark.parametrize("user", [{"agent_cpus": 8}], indirect=True)
def test_a_rollout_retires_nothing_while_the_new_version_is_smaller_than_the_one_before(
    user: User, tmp_path: Path
) -> None:
    """As where an autoscaler scales the old one up after the new one was planned."""
    user.retire(user.roll_out("100"))
    task = {"name": "Be the autoscaler", "dcos.avi.marathon_app": {"id": "app1-100", "instances": 4}}
    hook = in_a_file(tmp_path / "before_switch.yml", [task])
    outcome = rollout(user.lab, "110", "shop/server:110", rollout_hooks={"before_switch": hook})
    assert "app1-110 has 2 instances, and app1-100, which it takes over from, has 4" in outcome.failure, outcome.output
    assert all_instances(user.lab) == {"app1": 0, "app1-100": 4, "app1-110": 2}
    user.app(id="app1-110", instances=4)
    assert rollout(user.lab, "110").returncode == 0
    assert all_instances(user.lab) == {"app1": 0, "app1-100": 0, "app1-110": 4}
    # Fewer that were asked for are enough.
    assert rollout(user.lab, "120", "shop/server:120", rollout_instances=1).returncode == 0
    assert all_instances(user.lab) == {"app1": 0, "app1-100": 0, "app1-110": 0, "app1-120": 1}


@pytest.mark.parametrize("user", [{"marathon": "1.4"}], indirect=True)
def test_a_version_that_is_retired_while_an_agent_is_lost_may_still_serve_there(user: User) -> None:
    """Marathon scales it to zero at once, and ends the lost task only when the agent is back. This one does not even show it."""
    user.retire(user.roll_out("100", overrides={"unreachableStrategy": "disabled"}))
    user.roll_out("200", overrides={"constraints": [["hostname", "LIKE", "127.3"]]})
    user.lab.lose_agent(0)
    outcome = retire(user)
    warning = "app1-100 may still serve on 127.2: Marathon has lost sight of 1 of its tasks there"
    assert warning in " ".join(outcome.output.split()), outcome.output
    assert all_instances(user.lab) == {"app1": 0, "app1-100": 0, "app1-200": 2}


def retire(user: User, **variables: Any) -> Any:
    return play(user.lab, "dcos.avi.retire", {"retire_service": "app1", **variables})
