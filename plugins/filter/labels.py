# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters between the labels that Avi reads and what they say as data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.dcos.avi.plugins.module_utils._avi import labels
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused


def avi_labels(avi: Any) -> dict[str, str]:
    """Return the label strings for labels as data, the form of the option ``avi`` of M(dcos.avi.marathon_app).

    Raises AnsibleFilterError where a value cannot be right; names its path.
    """
    try:
        return labels.render(avi)
    except Refused as refused:
        raise AnsibleFilterError(f"dcos.avi.avi_labels: {refused.sentence}") from refused


def from_avi_labels(app_labels: Any) -> dict[str, Any]:
    """Return the Avi labels among the labels of an app, as data; others are left out.

    What cannot be read, or cannot be right, is listed under "broken". Raises AnsibleFilterError for what are no labels.
    """
    if not isinstance(app_labels, Mapping):
        raise AnsibleFilterError("dcos.avi.from_avi_labels takes the labels of an app, which are a dictionary")
    found = labels.read(app_labels)
    broken = [dataclasses.asdict(label) for label in (*found.broken, *found.wrong)]
    return {**labels.as_data(found), **({"broken": broken} if broken else {})}


class FilterModule:
    """The filters of the collection about labels."""

    def filters(self) -> dict[str, Any]:
        return {"avi_labels": avi_labels, "from_avi_labels": from_avi_labels}
