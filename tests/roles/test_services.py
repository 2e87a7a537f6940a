# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several services in one run, as the hosts of a play."""

from __future__ import annotations

import contextlib
import re
import threading
import urllib.request
from pathlib import Path

from tests.demo.playbook import module_result, run_playbook
from tests.lab.process import LabProcess
from tests.migration.user import LISTENER
from tests.soak.configurations import definition
from tests.soak.service import asked_of_marathon, create_listeners
from tests.whole import whole

PLAYBOOK = Path(__file__).parents[1] / "bench" / "playbooks" / "rollout.yml"
VERSION = {"rollout_version": "100", "rollout_definition": definition("avinetworks/server")}


def test_a_listener_does_not_take_over_the_virtual_service_of_another() -> None:
    """In Avi, shop/app1 and shop-app1 have the same name."""
    with LabProcess(service="shop-app1") as lab:
        create_listeners(lab, ["shop-app1"])
        own = {key: value for key, value in LISTENER.items() if key != "id"}
        variables = {"listener_service": "shop/app1", "listener_definition": own}
        outcome = run_playbook("dcos.avi.listener", variables, lab.env)
        assert "Avi shows a virtual service shop-app1 already" in outcome.failure, outcome.output
        assert [app["id"] for app in asked_of_marathon(lab, "/v2/apps")["apps"]] == ["/shop-app1"]


def test_services_are_drained_at_once_and_not_one_after_another() -> None:
    with LabProcess() as lab:
        create_listeners(lab, ["s1", "s2"])
        outcome = run_playbook(str(PLAYBOOK), VERSION, lab.env, None, "-i", "s1,s2,")
        assert outcome.returncode == 0, outcome.output
        drain, *others = re.findall(r"^TASK \[.*Drain \|[^\n]*\n(.*?)^$", outcome.output, re.MULTILINE | re.DOTALL)
        assert {"changed: [s1]", "changed: [s2]"} <= set(drain.splitlines()), outcome.output
        assert others == []
        for service in ("s1", "s2"):
            seen = module_result("dcos.avi.migration_info", {"service": service}, lab.env)
            assert {each["app"]: each["instances"] for each in seen["versions"]} == {service: 0, f"{service}-100": 2}


def test_no_service_is_scaled_down_by_what_was_seen_before_another_had_drained() -> None:
    """While s2 drains, which takes long, the version of s1 would have time to fail: s1 goes when its own drain is over."""
    with LabProcess(service="s2") as lab:
        create_listeners(lab, ["s1", "s2"])

        def hold_a_connection() -> None:
            urllib.request.urlopen(f"{lab.env['LAB_VIP_URL']}?delay=60", timeout=90).close()

        threading.Thread(target=hold_a_connection).start()
        outcome = run_playbook(str(PLAYBOOK), VERSION, lab.env, None, "-i", "s1,s2,")
        assert outcome.returncode == 0, outcome.output
        requests = lab.journal(kind="request", client="dcos.avi")
        scaled = {entry["path"]: entry for entry in requests if entry["method"] == "PUT"}
        looks = [
            entry["time"]
            for entry in requests
            if entry["path"].startswith("/api/") and entry["seq"] < scaled["/v2/apps/s1"]["seq"]
        ]
    drained_alone = scaled["/v2/apps/s2"]["time"] - scaled["/v2/apps/s1"]["time"]
    assert drained_alone > 5
    # Compared with each other, as a busy machine takes its time for both.
    assert scaled["/v2/apps/s1"]["time"] - max(looks) < drained_alone / 2


@whole
def test_no_service_waits_for_the_end_of_the_tasks_of_another_before_it_is_scaled_down() -> None:
    """With one fork, s1 is scaled down first. Its tasks have seconds to finish what they began, in which s2 could change."""
    with LabProcess(service="s1", kill_grace=8) as lab:
        create_listeners(lab, ["s1", "s2"])

        def hold_a_connection() -> None:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{lab.env['LAB_VIP_URL']}?delay=60", timeout=70).close()

        threading.Thread(target=hold_a_connection, daemon=True).start()
        asked = {**VERSION, "rollout_drain_timeout": 1}
        outcome = run_playbook(str(PLAYBOOK), asked, lab.env, None, "-i", "s1,s2,", "-f", "1")
        assert outcome.returncode == 0, outcome.output
        scaled = {entry["path"]: entry["time"] for entry in lab.journal(kind="request", method="PUT")}
        ended = max(entry["time"] for entry in lab.journal(kind="end") if entry["app"] == "/s1")
    assert ended - scaled["/v2/apps/s1"] > 5
    assert scaled["/v2/apps/s2"] < ended
