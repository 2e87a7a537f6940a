# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.failed_words import failed_words

ITEMS = {
    "msg": "One or more items failed",
    "results": [
        {"msg": "fine"},
        {"failed": True, "msg": "a"},
        {"failed": True, "msg": "b"},
        {"failed": True, "msg": "a"},
    ],
}


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"msg": "no such file"}, "no such file"),
        (ITEMS, "a b"),
        ({"msg": "One or more items failed", "results": [{"failed": True}]}, "One or more items failed"),
        ({"failed": True}, "it failed without a word"),
        ({}, "it ended, because another host of it failed"),
        (None, "it ended, because another host of it failed"),
    ],
)
def test_what_is_told(result, said):
    assert failed_words(result) == said
    assert failed_words(result, no_log=True) == "what it says is hidden by no_log"
