# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions of restarts and rollbacks, and launches that wait for offers: as running Marathons of each release did."""

from __future__ import annotations

from hosted import HostedMarathon

APP = {"id": "/timed", "cmd": "sleep 1000", "cpus": 0.01, "mem": 1}


def test_a_restart_moves_one_of_two_times(marathon: HostedMarathon) -> None:
    """lastScalingAt up to 1.9, lastConfigChangeAt on 1.11."""
    created = marathon.ask("POST", "/v2/apps", APP).body["version"]
    marathon.settle()
    (task,) = marathon.app("/timed")["tasks"]
    version = marathon.ask("POST", "/v2/apps/timed/restart").body["version"]
    marathon.settle()
    app = marathon.app("/timed")
    moved, stayed = ("lastConfigChangeAt", "lastScalingAt")
    if marathon.settings.marathon != "1.11":
        moved, stayed = stayed, moved
    assert app["versionInfo"] == {moved: version, stayed: created}
    assert [each["version"] for each in app["tasks"]] == [app["version"]] == [version]
    assert app["tasks"][0]["id"] != task["id"]


def test_the_version_of_a_rollback(marathon: HostedMarathon) -> None:
    """1.11: the moment when Marathon began, for each rollback, older than what it replaces; before, a new one."""
    versions = []
    for number in range(2):
        marathon.ask("POST", "/v2/apps", {**APP, "id": f"/timed{number}"})
        marathon.settle()
        bad = marathon.ask("PUT", f"/v2/apps/timed{number}", {"cpus": 1000}).body
        rollback = marathon.ask("DELETE", f"/v2/deployments/{bad['deploymentId']}").body
        marathon.settle()
        app = marathon.app(f"/timed{number}")
        assert (app["cpus"], app["version"]) == (0.01, rollback["version"])
        assert [task["version"] for task in app["tasks"]] == [app["version"]]
        assert (app["version"] < bad["version"]) is (marathon.settings.marathon == "1.11")
        versions.append(app["version"])
    assert (versions[0] == versions[1]) is (marathon.settings.marathon == "1.11")


def test_a_launch_waits_for_an_offer_as_long_as_it_is_told(marathon: HostedMarathon) -> None:
    """Up to 5 s after a quiet spell, up to 58 s on 1.8; until then the queue shows it, and no offer was looked at."""
    marathon.settings.offer_wait = 60
    assert marathon.ask("POST", "/v2/apps", APP).status == 201
    (entry,) = marathon.until("/v2/queue", lambda body: body["queue"])["queue"]
    assert (entry["count"], entry["processedOffersSummary"]["processedOffersCount"]) == (1, 0)
    marathon.until("/v2/apps/timed", lambda body: body["app"]["tasksRunning"] == 1)
    marathon.settings.offer_wait = 0
