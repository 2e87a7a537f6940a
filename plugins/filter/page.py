# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A filter that writes results as a page of HTML."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.dcos.avi.plugins.module_utils._page.page import page_of
from ansible_collections.dcos.avi.plugins.module_utils._page.rollout_picture import lane_label
from ansible_collections.dcos.avi.plugins.module_utils._page.wording import length_of_time
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).resolve().parents[2] / "playbooks/templates"


def report_page(
    observed: Sequence[Mapping[str, Any]], histories: Sequence[Mapping[str, Any]] = (), result: Any = None
) -> str:
    """Return a page about services, as HTML that needs nothing else.

    Takes the results of M(dcos.avi.migration_info) and of M(dcos.avi.migration_history_info), one for each service in the same order, and the result
    of a rollout.
    Raises AnsibleFilterError where they are no lists.
    """
    if any(isinstance(each, (str, Mapping)) or not isinstance(each, Sequence) for each in (observed, histories)):
        raise AnsibleFilterError(
            "dcos.avi.report_page takes lists of results of dcos.avi.migration_info and dcos.avi.migration_history_info"
        )
    return rendered(observed, histories, result, datetime.now(timezone.utc))


def rendered(
    observed: Sequence[Mapping[str, Any]], histories: Sequence[Mapping[str, Any]], result: Any, now: datetime
) -> str:
    """Return the page as it is at a time. Ansible's own templates do not escape, so that it is not one of them that writes it."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(length_of_time=length_of_time, lane_label=lane_label)
    style = environment.get_template("report.css.j2").render()
    page = environment.get_template("report.html.j2")
    return page.render(page=page_of(observed, histories, result, now), style_hash=_hash(style))


def _hash(style: str) -> str:
    """Return what a browser compares with the style before it takes it: no other one counts."""
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


class FilterModule:
    """The filter that writes a page."""

    def filters(self) -> dict[str, Any]:
        return {"report_page": report_page}
