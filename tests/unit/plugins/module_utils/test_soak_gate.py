# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils import _soak_gate
from ansible_collections.dcos.avi.plugins.module_utils._errors import GateFailed, Unreachable
from ansible_collections.dcos.avi.plugins.module_utils._soak_gate import SOAK_OPTIONS, migration_soak


def test_a_soak_in_which_no_look_succeeded_says_what_failed_last(monkeypatch):
    def fail(*_arguments):
        raise Unreachable("Marathon at http://m cannot be reached.")

    monkeypatch.setattr(_soak_gate, "_look", fail)
    params = {name: option.get("default") for name, option in SOAK_OPTIONS.items()}
    params.update(
        service="app1", app="app1-300", seconds=1, interval=0.1, max_latency_ms=5.0, marathon_url=["http://m"]
    )
    params.update(controller="avi", username="u", password="p")
    with pytest.raises(GateFailed) as raised:
        migration_soak(params, check_mode=False)
    assert raised.value.sentence == (
        "Within 1 s nothing could be seen of how app1-300 does, which is no pass. "
        "The last look failed: Marathon at http://m cannot be reached."
    )
