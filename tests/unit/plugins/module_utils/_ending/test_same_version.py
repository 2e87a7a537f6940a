# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Of four clients that wrote at once, 160 answers had 134 versions (1.4), 145 (1.5) or 153 (1.11): an equal version proves nothing."""

from __future__ import annotations

import contextlib
import dataclasses
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._ending.deletion import Deletion
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app import guards
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_scale_down import _Leaving
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import listener, upgraded

VERSION = "2026-01-01T00:00:00.000Z"
APP = {"id": "/app1", "version": VERSION, "instances": 2, "cpus": 0.5}


def test_what_marathon_adds_to_an_app_is_no_change():
    now = {**APP, "tasksRunning": 2, "deployments": [{"id": "d"}], "tasks": [{"id": "t"}]}
    guards.refuse_changed_app("/app1", APP, now)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"instances": 3}, "its instances changed"),
        ({"cpus": 1, "labels": {"a": "b"}}, "its cpus, labels changed"),
        ({"version": "2026-01-01T00:00:00.001Z"}, "has version 2026-01-01T00:00:00.001Z"),
    ],
)
def test_an_app_that_changed_is_refused_whatever_its_version(change, why):
    with pytest.raises(Refused, match=why):
        guards.refuse_changed_app("/app1", APP, {**APP, **change})
    with pytest.raises(Refused, match="is gone"):
        guards.refuse_changed_app("/app1", APP, None)


def superseded(**definition):
    """The listener has two tasks that nobody needs any more."""
    return picture(dataclasses.replace(upgraded(), listener=listener((1, 2), version=VERSION, **definition)))


class Changing:
    """A service whose listener somebody changes right after the first check, and the Marathon that gets the requests."""

    def __init__(self):
        self.sent = []

    def look(self):
        return superseded()

    def look_again(self, _seen, _pools):
        return superseded(cpus=2)

    def now(self):
        return datetime(2026, 1, 1, tzinfo=timezone.utc)

    def update_app(self, *_args, **_more):
        self.sent.append("PUT")


def test_a_superseded_version_that_changed_under_the_same_version_is_not_scaled_down():
    service = Changing()
    params = {
        "retire": {"keep_warm": 0, "by": "app1-100", "at_least": None, "drain_timeout": 0},
        "rollback": None,
        "recover": None,
        "force": False,
        "wait_timeout": 1,
        "wait_interval": 0.1,
    }
    leaving, seen = _Leaving(service, service, "app1", params, None), superseded()
    with pytest.raises(Refused, match=r"/app1 still has version .* its cpus changed.*Nothing was changed"):
        leaving.scale_down(leaving.proof(seen), seen, "run")
    assert service.sent == []


def test_nor_is_a_retired_one_deleted(monkeypatch):
    service = SimpleNamespace(
        look=superseded,
        look_again=lambda _seen, _pools: superseded(),
        app=lambda _app_id: {**superseded().app("app1").definition, "cpus": 2},
        listening=lambda *_args: contextlib.nullcontext(),
    )
    monkeypatch.setattr(Deletion, "_unneeded", lambda *_args: SimpleNamespace(reason="it is retired", version=VERSION))
    with pytest.raises(Refused, match="its cpus changed"):
        Deletion(service, service, "app1", "run").prune(0, 1, 0.1)
