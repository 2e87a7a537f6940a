# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No answer ends Python: JSON that is too deep ends in a sentence, and what was begun is undone or named."""

from __future__ import annotations

import json

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.error_bodies import (
    TooDeep,
    parsed,
    read_json,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    ApiError,
    DcosAviError,
    NotJson,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Run
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_keeper import LockKeeper
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

from tests.security.hostile_answers import deep, to_marathon


@pytest.mark.parametrize("levels", [101, 900, 100_000])
def test_json_that_is_too_deep_is_an_error_of_the_server(server, levels):
    server.answer = lambda request: Reply(200, text=deep(levels))
    with pytest.raises(NotJson, match="nested more than 100 levels deep"):
        to_marathon(server).request("GET", "/v2/apps")
    server.answer = lambda request: Reply(400, text=deep(levels))
    with pytest.raises(ApiError) as raised:
        to_marathon(server).request("GET", "/v2/apps")
    assert raised.value.details is None


def test_depth_has_a_bound():
    assert read_json(deep(100)) and parsed(deep(101)) is None
    with pytest.raises(TooDeep):
        read_json('{"a":' * 101 + "1" + "}" * 101)
    assert read_json(json.dumps({str(number): [{}] for number in range(1000)}))


class DeepAfterLocking:
    """A Marathon that takes the lock, and whose answers nobody can read."""

    def __init__(self, *, deletes):
        self.app, self.deletes = None, deletes

    def __call__(self, request):
        if request.method == "POST":
            self.app = request.body
            return Reply(201, text=deep(50_000))
        if request.method == "DELETE":
            if self.deletes:
                self.app = None
            return Reply(200 if self.deletes else 403, {"deploymentId": "d", "version": "v"})
        if request.path == "/v2/apps":
            return Reply(200, text=deep(50_000)) if self.app else Reply(200, {"apps": []})
        if self.app is None:
            return Reply(404, {"message": f"App '{request.path}' does not exist"})
        return Reply(200, {"app": {**self.app, "version": "v"}})


def test_a_lock_just_taken_is_given_back(server):
    marathon = server.answer = DeepAfterLocking(deletes=True)
    with pytest.raises(NotJson):
        LockKeeper(Marathon(to_marathon(server)), "app1", Run("me", "its nonce")).take("test")
    assert marathon.app is None


def test_a_lock_that_cannot_be_given_back_is_named(server):
    server.answer = DeepAfterLocking(deletes=False)
    with pytest.raises(DcosAviError) as raised:
        LockKeeper(Marathon(to_marathon(server)), "app1", Run("me", "its nonce")).take("test")
    assert "/app1-migration-lock-1 may have been taken" in raised.value.sentence
