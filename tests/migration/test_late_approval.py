# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A preview that nobody approved in time is not promoted, and whoever comes next deletes it."""

from __future__ import annotations

import time

import pytest

from tests.migration.user import User

PREVIEW = "app1-200-preview"


@pytest.mark.parametrize("user", [{"marathon": "1.4"}, {"marathon": "1.11"}], indirect=True)
def test_a_preview_is_left_for_a_second(user: User) -> None:
    user.listen()
    asked = {"version": "200", "image": "shop/server:200", "strategy": "preview"}
    left = user.info(rollout={**asked, "promote": False, "approval_timeout": 1})["plan"]
    user.app(definition=left["preview"]["definition"])
    deadline = time.monotonic() + 30
    while user.info(retire={})["left_previews"] != [PREVIEW]:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    refused = user.info(rollout=asked)["plan"]
    assert (refused["action"], refused["refusals"][0]["code"]) == ("refuse", "approval_too_late")
    # Who has it tested anew, or does not ask for an end, goes on.
    assert user.info(rollout={**asked, "promote": False, "approval_timeout": 3600})["plan"]["action"] == "preview"
