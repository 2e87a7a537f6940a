# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run would change is shown against what serves."""

from __future__ import annotations

from typing import Any

from tests.lab.process import LabProcess
from tests.roles.app1 import play
from tests.whole import whole


@whole
def test_check_mode_shows_a_version_against_the_one_that_serves(lab: LabProcess) -> None:
    asked: dict[str, Any] = {"rollout_service": "app1", "rollout_version": "200", "rollout_image": "shop/server:200"}
    asked["rollout_overrides"] = {"mem": 48, "env": {"WORD": "more"}}
    shown = play(lab, "dcos.avi.rollout", asked, "--check", "--diff").output
    old, new = ([line for line in shown.splitlines() if line.startswith(sign)] for sign in ("-", "+"))
    fields = [line[1:].split('":')[0].strip(' "') for line in new if '":' in line]
    assert fields == ["image", "env", "WORD", "id", "ab_config", "dcos_avi_takes_over_from", "mem"], shown
    assert old[0].endswith("/app1-100") and "shop/server:100" in shown
