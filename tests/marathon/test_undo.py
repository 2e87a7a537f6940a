# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What serves goes on serving while a change in place is undone, and while an app is scaled down: samples of the soak, by release."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import WaitTimeout

from tests.lab.process import LabProcess
from tests.marathon.administrator import Administrator
from tests.marathon.deeds import SLEEP
from tests.soak.undo import MARATHON, STEPS, undone
from tests.whole import also, whole


@pytest.mark.parametrize(("release", "instances"), [*also(("1.4", 2), ("1.8", 1)), ("1.11", 2)])
def test_an_undo_in_steps_leaves_somebody_serving(release: str, instances: int) -> None:
    figures = undone(STEPS, release, "{1, 1}", instances)
    assert figures["fewest_answering"] > 0, figures
    assert figures["good"], figures


@whole
def test_marathons_own_rollback_leaves_nobody_serving() -> None:
    """Else the test above would prove nothing. It is so for less than a second, which the samples of a busy machine may miss."""
    tries = (undone(MARATHON, "1.8", "{1, 1}", 2)["fewest_answering"] for _each in range(3))
    assert any(fewest == 0 for fewest in tries)


@pytest.mark.parametrize("release", ["1.4", *also("1.8", "1.11")])
def test_an_app_of_which_a_task_has_died_is_not_scaled_down(release: str) -> None:
    with LabProcess(marathon=release) as lab:
        admin = Administrator(lab)
        slow = {**SLEEP, "instances": 2, "backoffSeconds": 3600, "maxLaunchDelaySeconds": 3600}
        admin.ensure(id="/a", definition=slow)
        lab.crash("/a", 1)
        running = [task["id"] for task in _running(admin)]
        with pytest.raises(WaitTimeout, match="1 of its 2 tasks run"):
            admin.ensure(id="/a", instances=1, wait_timeout=1)
        assert [task["id"] for task in _running(admin)] == running
        assert admin.info(id="/a")[0]["instances"] == 2


def _running(admin: Administrator) -> list[dict[str, str]]:
    tasks: list[dict[str, str]] = admin.info(id="/a")[0]["tasks"]
    return [task for task in tasks if task["state"] == "TASK_RUNNING"]
