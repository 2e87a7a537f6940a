# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads names, of versions and of services, that YAML or JSON may have turned into something else than text. Pure."""

from __future__ import annotations

import datetime
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused


def name_text(value: Any) -> str:
    """Return a name as text: whole numbers and days are what was written. Empty where none was given.

    What why_not_name refuses is put into words somehow.
    """
    return "" if value is None else str(value)


def why_not_name(value: Any, what: str) -> str:
    """Say why a value cannot be taken for the name that somebody wrote; empty where it can, or where there is none.

    :param what: what was to be given, such as "rollout_version".
    """
    if isinstance(value, bool):
        became = f"the value {str(value).lower()}, which may have been yes, no, on or off"
    elif isinstance(value, float):
        became = f"the number {value}, which may have lost a zero, or been written in another way"
    elif isinstance(value, datetime.datetime):
        became = "a time, which may have been written in another way"
    elif value is None or isinstance(value, (str, int, datetime.date)):
        return ""
    else:
        became = "not a text"
    return f"{what} is {became}: write it in quotes."


def given_name(value: Any, what: str) -> str | None:
    """Return a name that an option of a module was given; None where it was not given.

    :raises Refused: it is not known what was written.
    """
    why = why_not_name(value, what)
    if why:
        raise Refused(f"{why} Nothing was changed.")
    return None if value is None else name_text(value)
