# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the retire playbook keeps: superseded versions warm for a time, and a number of retired ones."""

from __future__ import annotations

from typing import Any

from tests.migration.user import User
from tests.roles.app1 import all_instances, play, writes


def test_what_is_kept_warm_blocks_nothing_and_what_is_not_kept_is_pruned(user: User) -> None:
    for version in ("100", "200", "300"):
        user.retire(user.roll_out(version))
    seen = user.roll_out("400")
    last = user.lab.journal()[-1]["seq"]
    outcome = retire(user, retire_keep_warm=3600)
    assert (outcome.changed, writes(user.lab, last)) == (0, [])
    assert "app1-300 keeps its instances until 20" in outcome.output
    assert seen["active"]["app"] == "app1-400"

    outcome = retire(user, retire_keep_warm=1, retire_keep=1)
    assert outcome.changed == 3
    assert all_instances(user.lab) == {"app1": 0, "app1-300": 0, "app1-400": 2}
    assert user.answering() == {"app1-400"}


def retire(user: User, **variables: Any) -> Any:
    return play(user.lab, "dcos.avi.retire", {"retire_service": "app1", **variables})
