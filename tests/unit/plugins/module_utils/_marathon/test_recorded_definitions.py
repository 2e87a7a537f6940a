# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What running Marathons showed of definitions that were sent to them is no difference, and can be created again anywhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.bodies import creation
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import differences, ignored_fields
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.test_idempotence import PureMarathon

from tests.lab.marathon.errors import Invalid
from tests.lab.marathon.persona import PERSONAS

RECORDED = json.loads(Path(__file__).with_name("recorded_definitions.json").read_text(encoding="utf-8"))
# In a form that this release did not understand, and therefore another app.
NOT_UNDERSTOOD = {("docker-bridge-new", "1.4"), ("docker-user-new", "1.4"), ("networks-bridge", "1.4")}
SETS = ("constraints",)
# By the clock.
MOMENTS = ("version", "versionInfo")


def known(definition, release):
    ignored = ignored_fields(definition, tuple(map(int, release.split("."))))
    return {field: value for field, value in definition.items() if field not in ignored}


def each(recorded):
    return pytest.mark.parametrize("row", recorded, ids=[f"{row['case']}-{row['release']}" for row in recorded])


UNDERSTOOD = [row for row in RECORDED if (row["case"], row["release"]) not in NOT_UNDERSTOOD]


@each(UNDERSTOOD)
@pytest.mark.parametrize("complete", [False, True])
def test_what_was_sent_is_no_difference_to_what_is_shown(row, complete):
    assert differences(known(row["sent"], row["release"]), row["shown"], complete=complete) == {}


@each(RECORDED)
@pytest.mark.parametrize("release", PERSONAS)
def test_what_is_shown_can_be_created_on_every_release(row, release):
    copy = known({**row["shown"], "id": "/copy"}, release)
    marathon = PureMarathon(release)
    try:
        body = creation(copy, old_server=marathon.is_old)
    except Refused as refused:
        assert "only for containers of type DOCKER" in refused.sentence
        return
    if release == "1.11" and "residency" in body:
        # As recorded: data on an agent needs a role of its own there.
        with pytest.raises(Invalid, match="not valid"):
            marathon.post(body)
        return
    marathon.post(body)
    assert differences(copy, marathon.get()) == {}


@each(RECORDED)
def test_the_lab_shows_what_the_running_one_showed(row):
    marathon = PureMarathon(row["release"])
    marathon.post(row["sent"])
    lab, real = (
        {key: value for key, value in app.items() if key not in MOMENTS} for app in (marathon.get(), row["shown"])
    )
    for name in SETS:
        lab[name], real[name] = (sorted(app.get(name) or []) for app in (lab, real))
    assert lab == {"tasks": [], "deployments": [], **real}


WORKER = {"id": "/jobs/worker", "cpus": 0.1, "mem": 32, "instances": 1}
DEFAULT_PORT = {"port": 10000, "name": "default", "protocol": "tcp", "labels": {}}
SHOWN_OF_DOCKER = {"image": "jobs/worker:1", "privileged": False, "parameters": [], "forcePullImage": False, "portMappings": []}  # fmt: skip


@pytest.mark.parametrize("network", ["BRIDGE", "USER", "HOST", None])
@pytest.mark.parametrize("complete", [False, True])
def test_a_container_without_mappings_is_no_difference_on_1_4(network, complete):
    docker = {"image": "jobs/worker:1", **({"network": network} if network else {})}
    stated = {**WORKER, "container": {"type": "DOCKER", "docker": docker}}
    marathon = PureMarathon("1.4")
    marathon.post(creation(stated, old_server=True))
    app = marathon.get()
    assert app["portDefinitions"] == [DEFAULT_PORT]
    assert app["container"]["docker"] == {**SHOWN_OF_DOCKER, "network": network}
    assert differences(stated, app, complete=complete) == {}


@pytest.mark.parametrize("release", PERSONAS)
def test_files_and_ports_that_are_said_twice_are_sent_once(release):
    uri = "http://files.example.com/app.tgz"
    copy = {
        "id": "/shop/cart-copy",
        "cmd": "./start.sh",
        "uris": [uri],
        "fetch": [{"uri": uri, "extract": True, "executable": False, "cache": False}],
        "ports": [10000],
        "portDefinitions": [{"port": 10000, "protocol": "tcp", "labels": {}}],
        "ipAddress": None,
        "version": "2017-07-19T17:34:41.967Z",
    }
    marathon = PureMarathon(release)
    marathon.post(creation(copy, old_server=marathon.is_old))
    assert differences(copy, marathon.get()) == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"uris": ["http://x/a"], "fetch": [{"uri": "http://x/b"}]},
        {"ports": [80], "portDefinitions": [{"port": 81}]},
        {"networks": [{"mode": "host"}], "container": {"docker": {"image": "a", "network": "BRIDGE"}}},
        {"networks": [{"mode": "container", "name": "a"}], "ipAddress": {"networkName": "b"}},
        {"container": {"docker": {"image": "a", "portMappings": [{"containerPort": 1}]}, "portMappings": [{"containerPort": 2}]}},
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused(fields):
    with pytest.raises(Refused, match="in two ways that differ"):
        creation({"id": "/a", "cmd": "run", **fields}, old_server=False)
    with pytest.raises(Refused, match="in two ways that differ"):
        differences({"id": "/a", "cmd": "run", **fields}, UNDERSTOOD[0]["shown"])


@pytest.mark.parametrize("release", PERSONAS)
@pytest.mark.parametrize("transport", ["tcp,udp", "udp,tcp"])
def test_both_transports_are_sent_in_the_order_that_every_release_knows(release, transport):
    mapping = {"containerPort": 53, "protocol": transport}
    stated = {"id": "/dns", "container": {"docker": {"image": "dns:1", "network": "BRIDGE", "portMappings": [mapping]}}}
    marathon = PureMarathon(release)
    body = creation(stated, old_server=marathon.is_old)
    assert body["container"]["docker"]["portMappings"][0]["protocol"] == "udp,tcp"
    marathon.post(body)
    assert differences(stated, marathon.get()) == {}
