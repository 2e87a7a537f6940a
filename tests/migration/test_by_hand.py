# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody changed by hand since a version was rolled out is told, on each release."""

from __future__ import annotations

import pytest

from tests.migration.user import QUICKLY, User
from tests.soak.service import send
from tests.whole import also


def told(user: User) -> list[tuple[str, str]]:
    return [(each["code"], each["subject"]) for each in user.info(drift=True)["drift"]]


@pytest.mark.parametrize(
    "user",
    [{"marathon": "1.4"}, *also({"marathon": "1.5", "avi": "pool_group"}, {"marathon": "1.8"}), {"marathon": "1.11"}],
    indirect=True,
)
def test_by_hand(user: User) -> None:
    user.listen()
    user.roll_out("100")
    assert told(user) == []
    assert "drift" not in user.info()

    send(user.lab, "PUT", "/v2/apps/app1-100", {"instances": 3})
    user.info(until="active", app="app1-100", **QUICKLY)
    assert told(user) == [("resized", "app1-100")]

    send(user.lab, "PUT", "/v2/apps/app1-100", {"cpus": 0.2})
    user.info(until="active", app="app1-100", **QUICKLY)
    assert told(user) == [("edited", "app1-100"), ("resized", "app1-100")]
