# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several services in one run, as the hosts of a play."""

from __future__ import annotations

import re
from pathlib import Path

from tests.demo.playbook import module_result, run_playbook
from tests.lab.process import LabProcess
from tests.soak.configurations import definition
from tests.soak.service import create_listeners

PLAYBOOK = Path(__file__).parents[1] / "bench" / "playbooks" / "rollout.yml"


def test_services_are_drained_at_once_and_not_one_after_another() -> None:
    variables = {"rollout_version": "100", "rollout_definition": definition("avinetworks/server")}
    with LabProcess() as lab:
        create_listeners(lab, ["s1", "s2"])
        outcome = run_playbook(str(PLAYBOOK), variables, lab.env, None, "-i", "s1,s2,")
        assert outcome.returncode == 0, outcome.output
        assert re.search(r"tasks/one\.yml for (s1, s2|s2, s1)", outcome.output), outcome.output
        for service in ("s1", "s2"):
            seen = module_result("dcos.avi.migration_info", {"service": service}, lab.env)
            assert {each["app"]: each["instances"] for each in seen["versions"]} == {service: 0, f"{service}-100": 2}
