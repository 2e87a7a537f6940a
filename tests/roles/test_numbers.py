# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that come as text, and those that a survey left empty."""

from __future__ import annotations

from tests.lab.process import LabProcess
from tests.roles.app1 import instances, run, writes
from tests.soak.service import create_listeners

EMPTY = ("instances", "priority", "preview_instances", "lock_timeout", "lock_lease", "drain_timeout", "keep_warm")


def test_numbers_as_a_survey_gives_them() -> None:
    with LabProcess() as lab:
        create_listeners(lab, ["app1"])
        asked = {"rollout_service": "app1", "rollout_version": "100", "rollout_image": "shop/server:100"}
        since = len(lab.journal())
        outcome = run("rollout", {**asked, "rollout_instances": "two", "rollout_drain_timeout": "soon"}, lab)
        assert "rollout_instances must be a whole number, not two." in outcome.output
        assert "rollout_drain_timeout must be a whole number, not soon." in outcome.output
        assert writes(lab, since) == []

        left_empty = {f"rollout_{name}": "" for name in EMPTY}
        outcome = run("rollout", {**asked, **left_empty, "rollout_wait_timeout": "60"}, lab)
        assert outcome.returncode == 0, outcome.output
        assert instances(lab) == {"app1-100": 2}

        more = {"rollout_version": "200", "rollout_image": "shop/server:200", "rollout_instances": "3.0"}
        outcome = run("rollout", {**asked, **more}, lab)
        assert outcome.returncode == 0, outcome.output
        assert instances(lab) == {"app1-200": 3}

        outcome = run("retire", {"retire_service": "app1", "retire_keep": "", "retire_lock_timeout": ""}, lab)
        assert outcome.returncode == 0, outcome.output
