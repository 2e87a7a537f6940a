# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Some of the cuts of `make soak SECTION=cuts`: each write of a rollout is cut once, behind a proxy with TLS and one without."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._ending import last_check
from ansible_collections.dcos.avi.plugins.module_utils._gates import drained

from tests.cuts.run import cut_rollouts
from tests.whole import also

# The others are less of the same: no proxy, and what the client makes of a cut there has tests of its own.
WAYS = ("proxy", "connect")


@pytest.mark.parametrize("way", [WAYS[0], *also(*WAYS[1:])])
def test_no_write_is_made_twice_or_called_undone(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # How long a drain must stay quiet is tested apart; here it would only take time.
    monkeypatch.setattr(drained, "QUIET_SECONDS", 0.5)
    # So is the age of a proof; a read that is cut is asked for again, which takes a busy machine longer.
    monkeypatch.setattr(last_check, "GREATEST_AGE", 20.0)
    account = cut_rollouts(way, "ab_pool", way == "connect", 0, lambda account: account.writes > 0)
    assert not account.wrong
    assert account.writes == 6 and account.cuts.total() >= 6
