# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What running Marathons refuse of external volumes, IPv6 checks, lists of apps, and groups; and what they take."""

from __future__ import annotations

from typing import Any

import pytest
from hosted import HostedMarathon

from tests.lab.marathon.config import Config
from tests.lab.marathon.definitions import new_definition
from tests.lab.marathon.errors import Invalid
from tests.lab.marathon.persona import PERSONAS

EXTERNAL = {"name": "v", "provider": "dvdi", "options": {"dvdi/driver": "rexray"}}
IMAGE = {"docker": {"image": "lab/ok"}, "type": "DOCKER"}
ZERO = {"cmd": "sleep 1000", "cpus": 0.01, "mem": 1, "instances": 0}


def volume(mode: str = "RW", **external: Any) -> dict[str, Any]:
    return {"containerPath": "data", "mode": mode, "external": {**EXTERNAL, **external}}


def refused(sent: dict[str, Any], release: str = "1.8") -> list[str]:
    """Where the problems of a new app are."""
    try:
        new_definition({"id": "/x", "cmd": "sleep 1000", **sent}, Config(PERSONAS[release]))
    except Invalid as invalid:
        return [each["path"] for each in invalid.body["details"]]
    return []


@pytest.mark.parametrize("release", PERSONAS)
@pytest.mark.parametrize(
    ("container", "more", "paths"),
    [
        ({"type": "MESOS", "volumes": [volume(size=1)]}, {}, []),
        ({**IMAGE, "volumes": [volume()]}, {}, []),
        ({**IMAGE, "volumes": [volume(size=1)]}, {}, ["/container/volumes(0)/external/size"]),
        (
            {**IMAGE, "volumes": [volume(options={"dvdi/driver": "rexray", "dvdi/iops": "1"})]},
            {},
            ["/container/volumes(0)/external/options"],
        ),
        ({"type": "MESOS", "volumes": [volume("RO")]}, {}, ["/container/volumes(0)/mode"]),
        (
            {"type": "MESOS", "volumes": [volume(options={})]},
            {},
            ['/container/volumes(0)/external/options("dvdi/driver")'],
        ),
        (
            {"type": "MESOS", "volumes": [volume(provider="other")]},
            {"instances": 2},
            ["/container/volumes(0)/external/provider"],
        ),
        ({"type": "MESOS", "volumes": [volume()]}, {"instances": 2}, ["/"]),
        (
            {"type": "MESOS", "volumes": [volume()]},
            {"upgradeStrategy": {"maximumOverCapacity": 1, "minimumHealthCapacity": 1}},
            ["/upgradeStrategy/maximumOverCapacity"],
        ),
    ],
)  # fmt: skip
def test_external_volumes(release: str, container: dict[str, Any], more: dict[str, Any], paths: list[str]) -> None:
    assert refused({"container": container, **more}, release) == paths


@pytest.mark.parametrize("release", PERSONAS)
def test_a_volume_is_in_an_app_once(release: str) -> None:
    container = {"type": "MESOS", "volumes": [volume(), volume()]}
    by_name = [] if release == "1.4" else ["/container/volumes"]
    assert refused({"container": container}, release) == [*by_name, "/"]


def test_a_volume_is_in_one_app_only(marathon: HostedMarathon) -> None:
    container = {"type": "MESOS", "volumes": [volume()]}
    assert marathon.ask("POST", "/v2/apps", {**ZERO, "id": "/one", "container": container}).status == 201
    answer = marathon.ask("POST", "/v2/apps", {**ZERO, "id": "/two", "container": container})
    assert answer.status == 422
    assert "Volume name 'v' in /two conflicts with volume(s) of same name in app(s): /one" in str(answer.body)


@pytest.mark.parametrize(
    ("check", "container", "good"),
    [
        ({"protocol": "MESOS_HTTP"}, IMAGE, True),
        ({"protocol": "MESOS_TCP"}, IMAGE, True),
        ({"protocol": "HTTP"}, IMAGE, False),
        ({"protocol": "MESOS_HTTP"}, {"type": "MESOS"}, False),
    ],
)
def test_checks_by_ipv6(check: dict[str, Any], container: dict[str, Any], good: bool) -> None:
    """Only Mesos' checks of Docker containers; releases before 1.6 know no ipProtocol."""
    sent = {"container": container, "healthChecks": [{**check, "ipProtocol": "IPv6"}]}
    assert refused(sent) == refused(sent, "1.11") == ([] if good else ["/healthChecks(0)"])
    assert refused(sent, "1.4") == refused(sent, "1.5") == []


def test_a_patch_creates_nothing(marathon: HostedMarathon) -> None:
    """What is wrong with it is said first, then that it is not there (B 33)."""
    assert marathon.ask("PATCH", "/v2/apps/none", {"cpus": "x"}).status in (400, 422)
    assert marathon.ask("PATCH", "/v2/apps/none", ZERO).status == 404
    assert marathon.ask("PATCH", "/v2/apps", [{**ZERO, "id": "/none"}]).status == 404
    assert marathon.ask("GET", "/v2/apps/none").status == 404


def test_lists_of_apps(marathon: HostedMarathon) -> None:
    """An app that a list makes has no default port; 1.5 and 1.8 pass over one without an id (B 33)."""
    assert marathon.ask("PUT", "/v2/apps", [{**ZERO, "id": "/listed"}]).status == 200
    assert marathon.app("/listed")["portDefinitions"] == []
    passes = marathon.settings.marathon in ("1.5", "1.8")
    for method in ("PUT", "PATCH"):
        assert marathon.ask(method, "/v2/apps", [ZERO]).status == (200 if passes else 422)
    assert [app["id"] for app in marathon.ask("GET", "/v2/apps").body["apps"]] == ["/listed"]


def test_groups_that_are_there_keep_what_they_say_of_roles(marathon: HostedMarathon) -> None:
    """1.11 refuses to change apps of groups that list others without their enforceRole (B 29)."""
    app = {**ZERO, "id": "a", "portDefinitions": []}
    whole = {"apps": [app], "groups": [{"id": "below"}]}
    assert marathon.ask("PUT", "/v2/groups/g", whole).status == 200
    assert marathon.ask("PUT", "/v2/groups/g", whole).status == 200, "nothing of its apps changes"
    changed = {**whole, "apps": [{**app, "cmd": "sleep 2000"}]}
    answer = marathon.ask("PUT", "/v2/groups/g", changed)
    is_strict = marathon.settings.marathon == "1.11"
    assert answer.status == (422 if is_strict else 200)
    if is_strict:
        (detail,) = answer.body["details"]
        assert detail["path"] == "/groups(0)/enforceRole"
        assert detail["errors"][0].startswith("enforceRole cannot be modified in a request that adds, removes or")
    kept = {**changed, "groups": [{"id": "below", "enforceRole": False}]}
    assert marathon.ask("PUT", "/v2/groups/g", kept).status == 200
    top = {"id": "/", "groups": [{"id": "g", "apps": [app]}]}
    assert marathon.ask("PUT", "/v2/groups", top).status == (422 if is_strict else 200)
