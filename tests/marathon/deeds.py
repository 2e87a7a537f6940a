# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an administrator does to an app, one deed for each way to write to Marathon."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from tests.marathon.administrator import Administrator

T = TypeVar("T")
SLEEP: dict[str, Any] = {"cmd": "sleep 1000", "cpus": 0.1, "mem": 16}
#: Its tasks take a second and a half to be healthy.
SLOW_START: dict[str, Any] = {
    "cpus": 0.1,
    "mem": 16,
    "env": {"SLOW_START_SECONDS": "1.2"},
    "container": {"docker": {"image": "lab/slow-start", "network": "BRIDGE", "portMappings": [{"containerPort": 80}]}},
    "healthChecks": [{"path": "/", "gracePeriodSeconds": 300, "intervalSeconds": 5}],
}


@dataclass(frozen=True)
class Deed:
    """Something done to an app: what is asked for, by which request, and how many versions the app has before and after.

    There is no app where it has no versions.
    """

    method: str
    before: int
    after: int
    options: Mapping[str, Any] = field(default_factory=dict)

    def prepared(self, admin: Administrator, definition: dict[str, Any] | None = None) -> str:
        """Return the id of an app it can be done to."""
        app_id = admin.new_id()
        if self.before:
            admin.ensure(id=app_id, definition=definition or SLEEP)
        return app_id

    def do(
        self, admin: Administrator, app_id: str, definition: dict[str, Any] | None = None, **options: Any
    ) -> dict[str, Any]:
        """Do it."""
        given = self.options if self.before else {"definition": definition or SLEEP}
        return admin.ensure(id=app_id, **given, **options)


DEEDS = {
    "create": Deed("POST", 0, 1),
    "change": Deed("PUT", 1, 2, {"definition": {"user": "nobody"}}),
    "restart": Deed("POST", 1, 2, {"state": "restarted"}),
    "remove": Deed("DELETE", 1, 0, {"state": "absent"}),
}
EVERY_DEED = pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
EVERY_DEED_TO_AN_APP = pytest.mark.parametrize(
    "deed", [deed for deed in DEEDS.values() if deed.before], ids=[name for name, deed in DEEDS.items() if deed.before]
)


def meanwhile(seconds: float, work: Callable[[], Any]) -> threading.Timer:
    """Do something a little later, beside what goes on."""
    timer = threading.Timer(seconds, work)
    timer.start()
    return timer


def at_once(work: Callable[[T], object], items: Iterable[T]) -> None:
    """Do something with each item, all at the same time."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, items))
