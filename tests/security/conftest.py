# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers on the loopback, which answer as a test says: those of the unit tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.dcos.avi.tests.unit.plugins.conftest import certificate, server, tls_server
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import ScriptedServer

from tests.security.raw_server import RawServer

__all__ = ["certificate", "other", "server", "tls_server"]


@pytest.fixture
def other() -> Iterator[ScriptedServer]:
    """A server of somebody else."""
    scripted = ScriptedServer()
    yield scripted
    scripted.close()


@pytest.fixture
def serving() -> Iterator[Callable[..., RawServer]]:
    """Return a function that starts a server which answers each request by a function of its connection."""
    servers: list[RawServer] = []

    def start(serve: Callable[[Any], Any]) -> RawServer:
        servers.append(RawServer(serve))
        return servers[-1]

    yield start
    for started in servers:
        started.close()
