# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services that belong together move in waves, and one that fails takes the others back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_freeze import MIGRATION_FREEZE

from tests.demo.playbook import Outcome, run_playbook
from tests.lab.process import LabProcess
from tests.lab.traffic.process import TrafficProcess
from tests.modules import call
from tests.soak import release, release_pair
from tests.soak.release_fleet import LOCKSTEP, ORDERED
from tests.soak.service import asked_of_marathon, create_listeners

SERVICES = ["s1", "s2"]
FREEZE = "/s2-migration-freeze"
SECRET = "a-token-that-nobody-reads"
REASON = "CHANGE-4711"
PLAY = Path(__file__).parent / "playbooks" / "release.yml"
EVERY = 12
"""A release is killed at every so many-th of its steps; `make soak SECTION=release` kills it at each."""


def released(lab: LabProcess, version: str, *options: str, **second: Any) -> Outcome:
    """Release a version of both services; s2 comes after s1. The name is what YAML makes of a number."""
    first = {"service": "s1", "version": version, "image": f"shop/server:{version}"}
    members = [first, {**first, "service": "s2", "after": ["s1"], **second}]
    variables = {"release_name": int(version), "release_services": members, "release_reason": REASON}
    return run_playbook("dcos.avi.release", variables, lab.env, None, *options)


def instances(lab: LabProcess) -> dict[str, int]:
    return {app["id"]: app["instances"] for app in asked_of_marathon(lab, "/v2/apps")["apps"]}


def test_what_cannot_be_meant_is_refused_before_anything_is_written() -> None:
    with LabProcess(service="s1") as lab:
        outcome = released(lab, "100", after=["s3"])
        assert outcome.returncode != 0 and "s2 comes after s3, which is not in the release" in outcome.failure
        assert instances(lab) == {}


def test_the_variables_of_a_play_count_and_its_services_take_part_at_once() -> None:
    variables = {"release_name": "spring", "release_mode": "ordered"}
    planned = run_playbook(str(PLAY), variables, {}, None, "-i", "api,web")
    assert planned.returncode == 0, planned.output
    shown = "['api', 'ordered', 'preview', 600, 40]"
    assert shown in planned.output, planned.output
    apart = run_playbook(str(PLAY), {**variables, "at_once": 1}, {}, None, "-i", "api,web")
    assert apart.failure.startswith("All services of a release take part at once, and web does not"), apart.output


@pytest.mark.whole
def test_in_lockstep_and_taken_back() -> None:
    """No request to the first service is lost, neither while it moves nor while it is taken back for the second one's sake."""
    with LabProcess(service="s1") as lab:
        create_listeners(lab, SERVICES)
        with TrafficProcess(lab.env["LAB_VIP_URL"], rate=100) as traffic:
            planned = released(lab, "100", "--check")
            assert planned.returncode == 0 and "wave 2: s2" in planned.output, planned.output
            call(MIGRATION_FREEZE, service="s2", reason="holidays", marathon_url=[lab.env["MARATHON_URL"]])
            refused = released(lab, "100")
            assert refused.returncode != 0 and "s2 is frozen by " in refused.failure, refused.output
            assert instances(lab) == {"/s1": 2, "/s2": 2, FREEZE: 0}

            done = released(
                lab,
                "100",
                "-v",
                service="/s2",
                override_freeze=True,
                requests={"headers": {"X": SECRET}, "url": lab.env["LAB_VIP_URL"]},
            )
            assert done.returncode == 0, done.output
            assert SECRET not in done.output
            assert instances(lab) == {"/s1": 0, "/s1-100": 2, "/s2": 0, "/s2-100": 2, FREEZE: 0}
            history = run_playbook("dcos.avi.history", {"history_service": "s2"}, lab.env)
            assert f"release 100: {REASON}" in history.output, history.output
            call(MIGRATION_FREEZE, service="s2", state="absent", marathon_url=[lab.env["MARATHON_URL"]])

            # Its preview passes, and its switch, and then nobody answers.
            failed = released(lab, "200", requests={"url": "http://127.0.0.1:9/", "wait_timeout": 2})
            assert failed.returncode != 0
            assert "Release 200 failed at s2. The rollout of s2-200 failed." in failed.failure, failed.output
            assert "Taken back: s1." in failed.failure
            left = {app: number for app, number in instances(lab).items() if number}
            assert left == {"/s1-100-r2": 2, "/s2-100-r2": 2}
            total = traffic.stop()
        assert not total.lost_total, total
        assert set(total.answered_by) == {"/s1", "/s1-100", "/s1-200", "/s1-100-r2"}


@pytest.mark.whole
def test_a_preview_that_fails_keeps_all_where_they_are() -> None:
    with LabProcess(service="s1") as lab:
        create_listeners(lab, SERVICES)
        since = len(lab.journal())
        outcome = released(lab, "100", image="lab/never-healthy", wait_timeout=8)
        assert outcome.returncode != 0 and "Release 100 failed at s2" in outcome.failure, outcome.output
        assert instances(lab) == {"/s1": 2, "/s2": 2}
        created = [
            entry["body"]["id"]
            for entry in lab.journal()[since:]
            if entry.get("method") == "POST" and entry.get("write")
        ]
        assert not {"/s1-100", "/s2-100"}.intersection(created)


@pytest.mark.whole
@pytest.mark.parametrize(("mode", "fails"), [(LOCKSTEP, ""), (LOCKSTEP, release.GATE), (ORDERED, release.SWITCH)])
def test_one_that_is_killed_goes_on_where_it_was(mode: str, fails: str) -> None:
    """On the way forth, and while it is taken back for the sake of one that failed its gate, or its switch."""
    figures = release.killed(mode, 0, EVERY, fails=fails)
    assert figures["good"], figures


@pytest.mark.whole
def test_what_was_held_up_after_it_had_begun_is_finished() -> None:
    figures = release.frozen()
    assert figures["good"], figures


@pytest.mark.whole
@pytest.mark.parametrize("waits", [0, release.WAITS])
def test_of_two_with_services_in_common_one_is_refused_or_waits(waits: int) -> None:
    figures = release.two_at_once((LOCKSTEP, ORDERED), waits)
    assert figures["good"], figures


@pytest.mark.whole
@pytest.mark.parametrize("way", [LOCKSTEP, ORDERED])
def test_a_pair_that_needs_its_own_versions_moves_in_lockstep_only(way: str) -> None:
    figures = release_pair.moved(release_pair.BY_NAME, way, is_bad=False)
    assert figures["good"], figures
