# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which requests only look again, while something is waited for."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterable, Mapping
from typing import Any

Request = Mapping[str, Any]


def repeated(requests: Iterable[Request], avi_names: Mapping[str, str]) -> int:
    """How many are a GET of what the request before them, of those that name the same service, was a GET of.

    AVI_NAMES holds the names of pools and virtual services by their UUIDs.
    """
    last: dict[str, tuple[str, str]] = {}
    count = 0
    for request in requests:
        if service := service_of(request, avi_names):
            asked = (request["method"], request["path"])
            count += asked[0] == "GET" and asked == last.get(service)
            last[service] = asked
    return count


def service_of(request: Request, avi_names: Mapping[str, str]) -> str:
    """The service whose app, pool or virtual service a request names, empty where it names none."""
    named = request["path"].split("/")[3:]
    if named:
        name = avi_names.get(named[0], named[0])
    elif body := request.get("body"):
        name = body["id"].strip("/")
    else:
        name = dict(urllib.parse.parse_qsl(request["query"])).get("name", "")
    return name.partition("-")[0]
