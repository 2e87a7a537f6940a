# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app whose fields are not what Marathon gives is refused where the answer comes in."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._marathon.shape import wrong_field

APP = {"id": "/web", "version": "2026-01-01T00:00:00.000Z"}
TASK = {"id": "web.1", "state": "TASK_RUNNING", "version": APP["version"], "startedAt": None}


def test_what_may_be_absent_may_be_null():
    assert wrong_field(APP) is None
    assert wrong_field({**APP, "tasks": [TASK, {}]}) is None


@pytest.mark.parametrize("field", ["id", "appId", "version", "state", "host", "slaveId", "stagedAt", "startedAt"])
@pytest.mark.parametrize("value", [1, [], {}, True])
def test_the_words_of_a_task_are_texts(field, value):
    """A list as an id cannot be looked up among others, and a number as a version cannot be compared with a moment."""
    assert wrong_field({**APP, "tasks": [{**TASK, field: value}]}) == "tasks"
