# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuses ids that would lead a request to another path than the one that is meant. Pure."""

from __future__ import annotations

import re

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused

# What deployments, versions and objects of Avi have for ids. So it is neither "..", nor is anything in it encoded or a delimiter.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]*")


def one_segment(text: str, what: str) -> str:
    """Return an id that is one segment of a path as it is, whoever it came from.

    :param what: whose id it is, as in "a deployment".
    :raises Refused: it is none; nothing was sent.
    """
    if not _ID.fullmatch(text):
        raise Refused(f"{text[:80]!r} is not the id of {what}: it would lead to another path. Nothing was sent.")
    return text
