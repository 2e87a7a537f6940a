# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user in a lab of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from ansible_collections.dcos.avi.plugins.module_utils._gates import drained

from tests.lab.process import LabProcess
from tests.migration.others import Aim
from tests.migration.user import User


@pytest.fixture
def user(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[User]:
    """A user in a lab with the settings that a test's parameter gives."""
    # How long a drain must stay quiet is tested apart; here it would only take time.
    monkeypatch.setattr(drained, "QUIET_SECONDS", 0.5)
    with LabProcess(**getattr(request, "param", {})) as lab:
        for name, value in lab.env.items():
            monkeypatch.setenv(name, value)
        yield User(lab)


@pytest.fixture(name="aimed")
def fixture_aimed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Aim, Callable[[], None]], None]]:
    """Have something done once, right before the request at which an aim is taken is sent."""
    send = requests.Session.send

    def aim_at(aim: Aim, deed: Callable[[], None]) -> None:
        sent: list[requests.PreparedRequest] = []
        left = [deed]

        def send_after_it(session: requests.Session, request: requests.PreparedRequest, **kwargs: Any) -> Any:
            sent.append(request)
            if left and aim(sent):
                left.pop()()
            return send(session, request, **kwargs)

        monkeypatch.setattr(requests.Session, "send", send_after_it)

    yield aim_at
