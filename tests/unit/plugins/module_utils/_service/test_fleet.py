# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which services there are among all apps, and what belongs to each."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi import options as avi
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon import options as marathon
from ansible_collections.dcos.avi.plugins.module_utils._plan.services_result import service_facts
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import read_app
from ansible_collections.dcos.avi.plugins.module_utils._service.fleet import (
    not_found,
    services_among,
    wanted_services,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Run, definition_of, new_lock
from ansible_collections.dcos.avi.plugins.module_utils._service.observe_all import Fleet

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
FRONT = {"FE-Proxy": "yes"}


def app(app_id: str, labels: dict[str, str], instances: int = 1) -> dict[str, Any]:
    return {"id": app_id, "version": "2026-01-01T00:00:00.000Z", "instances": instances, "labels": labels}


def version(app_id: str, service: str, priority: int = 10) -> dict[str, Any]:
    return app(app_id, {"ab_config": json.dumps({"service": service, "priority": priority})})


def among(*apps, wanted=(), also=()):
    read = []

    def reading(item):
        read.append(item["id"])
        return read_app(item, lambda host: (), NOW)

    found = services_among(apps, reading, wanted, also)
    assert len(read) == len(set(read)), "each app is read once"
    return {each.service: [*(item.id for item in each.apps)] for each in found}, found


def test_a_service_has_a_listener_or_versions_that_belong_to_it():
    names, _found = among(
        app("/shop/app1", FRONT),
        version("/shop/app1-100", "shop/app1", 20),
        version("/shop/app1-90", "/shop/app1", 10),
        version("/other/thing-1", "other/thing"),
        app("/plain", {}),
        app("/sidecar", {"avi_proxy": "{}", "proxy_listener": "no"}),
    )
    assert names == {
        "shop/app1": ["shop/app1", "shop/app1-90", "shop/app1-100"],
        "other/thing": ["other/thing-1"],
    }


def test_an_app_from_elsewhere_makes_no_service_and_is_none_of_its_versions():
    names, found = among(
        app("/shop/app1", FRONT), version("/evil/app1-999", "shop/app1", 999), version("/evil/x-1", "nobody")
    )
    assert names == {"shop/app1": ["shop/app1"]}
    assert [each.id for each in found[0].members.foreign] == ["evil/app1-999"]
    assert among(version("/old", "app1"), also=["old"])[0] == {"app1": ["old"]}


def test_a_name_that_cannot_be_an_id_is_no_service():
    assert among(version("/a--1", "a-"), app("/A_b", FRONT), app("/all/*", FRONT))[0] == {}


def test_previews_locks_and_unreadable_versions_come_with_their_service():
    lock = definition_of(new_lock("app1", 1, Run("me", "nonce"), "a rollout", NOW), "app1")
    preview = app("/app1-2-preview", {"dcos_avi_service": "app1"})
    _names, (only,) = among({**app("", {}), **lock}, preview, app("/app1-x", {"ab_config": "{"}), app("/app1", {}))
    assert only.listener.id == "app1" and only.members.lock.owner == "me"
    assert [each.id for each in only.members.previews] == ["app1-2-preview"]
    assert [each.id for each in only.members.unreadable] == ["app1-x"]


def test_ids_and_patterns_choose_and_what_matches_nothing_is_told():
    apps = [app("/shop/cart", FRONT), app("/shop/deep/er", FRONT), app("/blog", FRONT), app("/plain", {})]
    assert list(among(*apps, wanted=["shop/*"])[0]) == ["shop/cart", "shop/deep/er"]
    names, found = among(*apps, wanted=["plain", "blo[fg]", "gone", "nothing/*"])
    assert list(names) == ["blog", "plain"]
    assert not_found(["plain", "gone", "nothing/*"], found) == ["gone", "nothing/*"]


def test_what_is_wanted_is_checked():
    assert wanted_services(["/shop/a/", " ", "shop/a", "*"]) == ("shop/a", "*")
    with pytest.raises(Refused, match="'App' cannot be the id"):
        wanted_services(["App"])


def test_with_avi_who_takes_the_traffic_is_proven_for_two_requests_to_marathon(server, cloud, monkeypatch):
    for name, value in {"MARATHON_URL": server.url, "AVI_CONTROLLER": server.url, "AVI_USERNAME": "u"}.items():
        monkeypatch.setenv(name, value)
    client = marathon.client_from({**dict.fromkeys(marathon.MARATHON_OPTIONS), "marathon_url": [server.url]})
    with avi.controller_from({"controller": server.url, "password": "p"}) as controller:
        seen = Fleet(client, controller, resolve=lambda name: ["127.0.0.2"]).look()
    facts = {each.apps.service: service_facts(each) for each in seen}
    assert list(facts) == ["app1", "app2"]
    assert (facts["app1"]["active"]["app"], facts["app1"]["active"]["role"]) == ("app1-100", "active")
    assert facts["app1"]["active"]["pool"] == "b"
    assert facts["app2"]["active"] is None
    assert [each["code"] for each in facts["app2"]["problems"]] == ["no_virtualservice", "no_listener"]
    assert server.lines.count("GET /v2/apps") == 2 and "GET /api/virtualservice" in server.lines
