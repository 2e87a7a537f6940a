# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else, who changes a service while a run does: what is done to it, written past the collection's own code."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

import requests

from tests.demo import EXAMPLE
from tests.lab.process import LabProcess

Deed = Callable[[LabProcess, str], None]
"""Done in a lab, to the app that is to serve when the run's own has gone."""
Aim = Callable[[list[requests.PreparedRequest]], bool]
"""Whether the moment has come, by the requests of the step so far, the one that is about to be sent included."""


def _write(lab: LabProcess, method: str, path: str, body: Mapping[str, Any] | None = None) -> None:
    """Have the lab's Marathon change something; what is not there any more cannot be changed."""
    url = lab.env["MARATHON_URL"].split(",")[0] + path
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        urllib.request.urlopen(request, timeout=10).close()
    except urllib.error.HTTPError as error:
        if error.code not in (404, 409):
            raise


def _scale(lab: LabProcess, app: str) -> None:
    _write(lab, "PUT", f"/v2/apps/{app}?force=true", {"instances": 0})


def _restart(lab: LabProcess, app: str) -> None:
    _write(lab, "POST", f"/v2/apps/{app}/restart?force=true")


def _delete(lab: LabProcess, app: str) -> None:
    _write(lab, "DELETE", f"/v2/apps/{app}?force=true")


def _break_the_lock(lab: LabProcess, _app: str) -> None:
    _write(lab, "DELETE", "/v2/apps/app1-migration-lock-1?force=true")


def _move_the_traffic(lab: LabProcess, _app: str) -> None:
    """A version with a higher priority than all gets the traffic."""
    definition = json.loads((EXAMPLE / "app1-100.json").read_text())
    labels = {**definition["labels"], "ab_config": json.dumps({"service": "app1", "priority": 1000})}
    _write(lab, "POST", "/v2/apps", {**definition, "id": "/app1-999", "labels": labels})


DEEDS: Mapping[str, Deed] = {
    "scale": _scale,
    "restart": _restart,
    "delete": _delete,
    "break": _break_the_lock,
    "move": _move_the_traffic,
}
