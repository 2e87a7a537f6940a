# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs between two JSON values."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.rules import equal


def pruned(before: Any, after: Any) -> tuple[Any, Any]:
    """Return both values without what is the same in them: equal members of objects go, at any depth. Lists stay whole."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return before, after
    differing = [key for key in {**before, **after} if not equal(before.get(key), after.get(key))]
    inner = {key: pruned(before.get(key), after.get(key)) for key in differing}
    return (
        {key: values[0] for key, values in inner.items() if key in before},
        {key: values[1] for key, values in inner.items() if key in after},
    )
