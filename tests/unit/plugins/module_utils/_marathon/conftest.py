# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The app that a module is to have, against a Marathon at the other end of the test's server."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app import ensure_app
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import (
    MiniMarathon,
)


@pytest.fixture
def marathon(server):
    """A Marathon at the other end of the test's server."""
    mini = MiniMarathon()
    server.answer = mini.answer
    return mini


@pytest.fixture
def ensure(server, marathon):
    """Call ensure_app with the module's defaults, against that Marathon."""

    def call(check_mode=False, **params):
        defaults = {
            "id": None,
            "definition": None,
            "src": None,
            "update": "merge",
            "avi": None,
            "instances": None,
            "state": "present",
            "exclusive": False,
            "expected_version": None,
            "delete_listener": False,
            "force": False,
            "wait": True,
            "on_failure": "keep",
            "allow_outage": False,
            "wait_timeout": 2,
            "wait_interval": 0.02,
            "marathon_url": [server.url],
            "marathon_username": None,
            "marathon_password": None,
            "marathon_token": None,
            "marathon_service_account": None,
            "marathon_service_account_key": None,
            "marathon_client_cert": None,
            "marathon_client_key": None,
            "marathon_validate_certs": True,
            "marathon_ca_path": None,
            "marathon_timeout": 30,
        }
        return ensure_app({**defaults, **copy.deepcopy(params)}, check_mode)

    return call


@pytest.fixture
def writes(server):
    """Return the requests so far that could change something, as "METHOD /path"."""
    return lambda: [line for line in server.lines if not line.startswith("GET")]
