# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A version carries who made it and who ended it: that restarts nothing, and is no difference of its definition."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app import APP
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app_info import APP_INFO
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_lock import MIGRATION_LOCK
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_scale_down import MIGRATION_SCALE_DOWN

from tests.lab.traffic.process import TrafficProcess
from tests.migration.user import QUICKLY, User
from tests.modules import call
from tests.whole import also

RUN = "a test"
LOCK = {"service": "app1", "owner": RUN, "nonce": "of these tests"}
TOLD: dict[str, Any] = {"by": "ann", "job": "AWX job 4711", "reason": "TICKET-7: {{ 1 + 1 }} \x1b[31m"}
NOTED = {"by": "ann", "job": "AWX job 4711", "reason": "TICKET-7: {{ 1 + 1 }} \ufffd[31m"}


def labels_of(app: str) -> dict[str, str]:
    (found,) = [each for each in call(APP_INFO)["apps"] if each["id"] == f"/{app}"]
    return dict(found["labels"])


def without_time(label: str) -> dict[str, Any]:
    found = json.loads(label)
    assert found.pop("at").endswith("Z")
    return dict(found)


def roll_out(user: User, version: str) -> dict[str, Any]:
    plan = user.info(rollout={"version": version, "image": f"shop/server:{version}"})["plan"]
    user.app(definition=plan["definition"], exclusive=True, lock=LOCK)
    user.info(until="active", app=plan["app"], **QUICKLY)
    return dict(plan["definition"])


@pytest.mark.parametrize("user", [*also({"marathon": "1.4"}), {"marathon": "1.11", "avi": "pool_group"}], indirect=True)
def test_what_a_version_records(user: User) -> None:
    user.listen()
    call(MIGRATION_LOCK, service="app1", owner=RUN, purpose="a test", wait_timeout=0, **TOLD)
    stated = roll_out(user, "100")
    assert without_time(labels_of("app1-100")["dcos_avi_run"]) == NOTED

    # Whoever has the definition in a file, or plans once more, finds no difference.
    assert not call(APP, definition=stated, **QUICKLY)["changed"]
    assert user.info(rollout={"version": "100", "image": "shop/server:100"})["plan"]["action"] == "none"

    roll_out(user, "200")
    with TrafficProcess(user.lab.env["LAB_VIP_URL"], rate=100) as traffic:
        since = max(entry["seq"] for entry in user.lab.journal())
        asked: dict[str, Any] = {"retire": {"by": "app1-200", "drain_timeout": 10}, "said": "", "owner": RUN}
        call(MIGRATION_SCALE_DOWN, service="app1", app="app1-100", **asked, **QUICKLY)
        total = traffic.stop()
    assert total.lost_total == 0
    (write,) = user.lab.journal(since=since, kind="request", method="PUT")
    assert write["path"] == "/v2/apps/app1-100"
    assert user.lab.journal(since=since, kind="start") == []
    ended = without_time(labels_of("app1-100")["dcos_avi_ended"])
    assert (ended["outcome"], ended["to"]) == ("retired", "app1-200")
    assert ended["said"].startswith("app1-200 takes all traffic") and NOTED.items() <= ended.items()

    # It comes back as another app, which has a record of its own.
    plan = user.info(rollback={"version": "100"})["plan"]
    assert not {"dcos_avi_run", "dcos_avi_ended"} & plan["definition"]["labels"].keys()
    assert not call(APP, definition={**stated, "instances": 0}, **QUICKLY)["changed"]


def test_a_listener_keeps_its_labels(user: User) -> None:
    user.listen()
    before = labels_of("app1")
    call(MIGRATION_LOCK, service="app1", owner=RUN, purpose="a test", wait_timeout=0, **TOLD)
    roll_out(user, "100")
    call(
        MIGRATION_SCALE_DOWN,
        service="app1",
        app="app1",
        owner=RUN,
        retire={"by": "app1-100", "drain_timeout": 10},
        **QUICKLY,
    )
    assert labels_of("app1") == before
