# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A frozen service: no rollout of it begins, on any release, and whatever brings it back to health goes on."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_freeze import MIGRATION_FREEZE

from tests.migration.user import User
from tests.modules import call
from tests.whole import also

HOLIDAYS: dict[str, Any] = {"service": "app1", "by": "jane", "reason": "holidays"}
NEXT = {"version": "200", "image": "shop/server:200"}


def codes(user: User, **rollout: Any) -> list[str]:
    return [refusal["code"] for refusal in user.info(rollout={**NEXT, **rollout})["plan"]["refusals"]]


@pytest.mark.parametrize(
    "user", [{"marathon": "1.4"}, *also({"marathon": "1.5"}, {"marathon": "1.8"}), {"marathon": "1.11"}], indirect=True
)
def test_freeze_and_lift(user: User) -> None:
    user.listen()
    seen = user.roll_out("100")
    frozen = call(MIGRATION_FREEZE, **HOLIDAYS)
    assert frozen["changed"] and not call(MIGRATION_FREEZE, **HOLIDAYS)["changed"]
    now = user.info(rollout=NEXT, retire={})
    assert now["freeze"] == frozen["freeze"] and now["active"] == seen["active"]
    assert [each["code"] for each in now["plan"]["refusals"]] == ["frozen"]
    assert [each["role"] for each in now["versions"]] == ["listener", "active"]
    # What serves can be left, what is there can be finished, and who says why goes on.
    assert user.info(rollback={})["plan"]["action"] == "deploy"
    assert user.info(rollout={**NEXT, "version": "100", "image": "shop/server:100"})["plan"]["action"] == "none"
    assert codes(user, override_freeze=True) == ["override_without_reason"]
    assert codes(user, override_freeze=True, reason="TICKET-9") == []

    assert call(MIGRATION_FREEZE, **HOLIDAYS, until="2099-01-01T00:00:00Z")["changed"]
    assert codes(user) == ["frozen"]
    assert call(MIGRATION_FREEZE, service="app1", state="absent")["changed"]
    assert not call(MIGRATION_FREEZE, service="app1", state="absent")["changed"]
    assert codes(user) == [] and user.info()["freeze"] is None
    started = [entry for entry in user.lab.journal(kind="task") if "freeze" in str(entry)]
    assert started == []


def test_windows_hold_up_a_beginning(user: User) -> None:
    user.listen()
    user.roll_out("100")
    # A window of one minute a week is shut now, whenever this runs, but for that minute; two of them are not both open.
    shut = [{"days": ["mon"], "hours": "03:00-03:01"}, {"days": ["thu"], "hours": "15:00-15:01"}]
    assert any(codes(user, windows=[window]) == ["outside_windows"] for window in shut)
    assert codes(user, windows=[{"hours": "00:00-24:00", "time_zone": "Europe/Berlin"}]) == []
