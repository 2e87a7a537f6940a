# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Some of the cuts of `make soak SECTION=cuts`: each write of a rollout is cut once, on each way to Marathon."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils import _until_drained

from tests.cuts.run import cut_rollouts
from tests.cuts.ways import WAYS


@pytest.mark.parametrize("way", WAYS)
def test_no_write_is_made_twice_or_called_undone(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # How long a drain must stay quiet is tested apart; here it would only take time.
    monkeypatch.setattr(_until_drained, "QUIET_SECONDS", 0.5)
    account = cut_rollouts(way, "ab_pool", way in ("direct", "connect"), 0, lambda account: account.writes > 0)
    assert not account.wrong
    assert account.writes == 6 and account.cuts.total() >= 6
