# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run asks for the locks of several services, all or none, and gives them back.

Everybody takes them in the order of their names, so that no two runs wait for each other. The first that is not to be had ends it: whoever
went on would stand in the way of a run that can have them all.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import attended
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_request import LockRequest

Result = dict[str, Any]


class LocksRequest:
    """A run that asks for the locks of the ``services``, or gives them back. ``params`` are as LockRequest takes them."""

    def __init__(self, params: dict[str, Any], services: Sequence[str], check_mode: bool) -> None:
        self._params, self._check_mode = params, check_mode
        self._services = sorted({short_id(validate_id(service)) for service in services})
        self._held: list[LockRequest] = []

    def present(self) -> Result:
        """Take all locks, and return what came of it, of each service what LockRequest returns. Those that it holds it renews where that is due.

        :raises DcosAviError: as LockRequest does, for the first that could not be had. Those that were taken now are given back.
        """
        until = time.monotonic() + self._params["wait_timeout"]
        taken: list[LockRequest] = []
        found: dict[str, Result] = {}
        with attended(self._renew_what_is_held):
            for service in self._services:
                left = max(0, math.ceil(until - time.monotonic()))
                request = self._request(service, left)
                try:
                    found[service] = request.present()
                except BaseException as error:
                    self._give_back(taken, error)
                    raise
                self._held.append(request)
                if found[service]["taken"]:
                    taken.append(request)
        return {**self._summed(found), "taken": bool(taken)}

    def absent(self) -> Result:
        """Give all locks back, each of them whatever becomes of the others.

        :raises DcosAviError: as LockRequest does, for the first that could not be given back.
        """
        found: dict[str, Result] = {}
        failures: list[DcosAviError] = []
        for service in self._services:
            try:
                found[service] = self._request(service, 0).absent()
            except DcosAviError as error:
                failures.append(error)
        if failures:
            raise failures[0]
        return self._summed(found)

    def _request(self, service: str, timeout: int) -> LockRequest:
        return LockRequest({**self._params, "service": service, "wait_timeout": timeout}, self._check_mode)

    def _renew_what_is_held(self) -> None:
        """While one is waited for, those that are held are not to end."""
        for request in self._held:
            request.renew_if_due()

    @staticmethod
    def _give_back(taken: Sequence[LockRequest], error: BaseException) -> None:
        for request in reversed(taken):
            try:
                request.give_back()
            except DcosAviError as kept:
                if isinstance(error, DcosAviError):
                    error.sentence += f" {kept.sentence}"

    def _summed(self, found: dict[str, Result]) -> Result:
        names = ("broken", "taken_over")
        header = f"locks of {', '.join(self._services)}"
        return {
            "changed": any(each["changed"] for each in found.values()),
            "owner": next((each["owner"] for each in found.values()), None),
            "lock": None,
            "locks": {service: each["lock"] for service, each in found.items()},
            **{name: next((each[name] for each in found.values() if each[name]), None) for name in names},
            "waited": round(sum(each["waited"] for each in found.values()), 1),
            "warnings": [sentence for each in found.values() for sentence in each.get("warnings", ())],
            "diff": {
                **{side: {name: each["diff"][side] for name, each in found.items()} for side in ("before", "after")},
                "before_header": header,
                "after_header": header,
            },
        }
