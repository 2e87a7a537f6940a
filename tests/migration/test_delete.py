# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A retired version and a preview are deleted right after a check, and not by what a run saw before it was stopped."""

from __future__ import annotations

import time
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_lock import MIGRATION_LOCK
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_scale_down import MIGRATION_SCALE_DOWN
from ansible_collections.dcos.avi.plugins.module_utils._service.lease import GREATEST_AGE
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import Service

from tests.migration.others import DEEDS
from tests.migration.test_ghost_guard import first
from tests.migration.user import QUICKLY, User
from tests.modules import call

RUN = "a test"
PREVIEW = "app1-200-preview"
PRUNE: dict[str, Any] = {"app": "app1-100", "prune": {"keep": 0}}


def lock() -> None:
    call(MIGRATION_LOCK, service="app1", owner=RUN, purpose="a test", wait_timeout=0)


def delete(**options: Any) -> dict[str, Any]:
    return call(MIGRATION_SCALE_DOWN, service="app1", **{"owner": RUN, **QUICKLY, **options})


def deletions(user: User, app: str) -> int:
    return len(user.lab.journal(kind="request", method="DELETE", path=f"/v2/apps/{app}"))


def is_there(user: User, app: str) -> bool:
    return f"/{app}" in user.lab.state()["marathon"]["apps"]


def test_a_retired_version(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    user.listen()
    for version in ("100", "200", "300"):
        user.retire(user.roll_out(version))
    lock()
    with pytest.raises(Refused, match="app1-200 is not deleted: a fresh look does not find it retired and unneeded"):
        delete(app="app1-200", prune={"keep": 0})
    predicted = delete(**PRUNE, check_mode=True)

    first(monkeypatch, Service, "look_again", lambda: DEEDS["break"](user.lab, "app1-100"))
    with pytest.raises(Refused, match="nobody holds the lock of app1") as refused:
        delete(**PRUNE)
    assert not refused.value.changed
    lock()

    def stopped() -> None:
        """Somebody brings the version back, before the run that is about to delete it wakes."""
        DEEDS["break"](user.lab, "app1-100")
        user.app(id="app1-100", instances=1)
        time.sleep(GREATEST_AGE + 0.1)

    first(monkeypatch, Marathon, "delete_app", stopped)
    with pytest.raises(Refused):
        delete(**PRUNE)
    assert deletions(user, "app1-100") == 0

    user.app(id="app1-100", instances=0)
    lock()
    assert delete(**PRUNE) == predicted
    assert predicted["changed"] and not is_there(user, "app1-100")
    with pytest.raises(Refused, match="app1-100 is not deleted"):
        delete(**PRUNE)


def test_a_preview(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    user.listen()
    asked = {"version": "200", "image": "shop/server:200", "strategy": "preview"}
    user.app(definition=user.info(rollout=asked)["plan"]["preview"]["definition"])
    with pytest.raises(Refused, match=f"{PREVIEW} is not deleted, because nobody holds the lock of app1"):
        delete(app=PREVIEW, preview=True)
    lock()
    with pytest.raises(Refused, match="app1 is not deleted, because it is no preview of app1"):
        delete(app="app1", preview=True)
    assert delete(app=PREVIEW, preview=True, check_mode=True)["changed"] and is_there(user, PREVIEW)

    def stopped() -> None:
        DEEDS["break"](user.lab, PREVIEW)
        time.sleep(GREATEST_AGE + 0.1)

    first(monkeypatch, Marathon, "delete_app", stopped)
    with pytest.raises(Refused, match="nobody holds the lock of app1"):
        delete(app=PREVIEW, preview=True)
    assert deletions(user, PREVIEW) == 0

    lock()
    assert delete(app=PREVIEW, preview=True)["changed"] and not is_there(user, PREVIEW)
    assert not delete(app=PREVIEW, preview=True)["changed"]
