# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The comparison against the lab's Marathon: what it stores, shows and changes for definitions drawn at random."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.bodies import creation, replacement, update
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import (
    after_update,
    canonical,
    differences,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.rules import equal
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.drawn import definitions
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.lab.marathon.config import Config
from tests.lab.marathon.definitions import checked_replacement, new_definition, read_update, updated_definition
from tests.lab.marathon.errors import Invalid, Refusal
from tests.lab.marathon.persona import PERSONAS
from tests.lab.marathon.ports import assign_service_ports
from tests.lab.marathon.render import definition_json
from tests.lab.marathon.root import is_upgrade
from tests.whole import also, examples

NOW = "2026-01-01T00:00:00.000Z"
# The seed is fixed, and no draw is too slow on a busy machine.
MANY = settings(
    max_examples=examples(250),
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


class PureMarathon:
    """One app in the lab's Marathon, without the server around it."""

    def __init__(self, release: str) -> None:
        self.config = Config(persona=PERSONAS[release])
        self.definition: dict[str, Any] = {}

    @property
    def is_old(self) -> bool:
        return self.config.persona.old_form

    def post(self, body: dict[str, Any]) -> None:
        base = body["id"] if self.is_old else "/"  # where relative dependencies start
        self.definition = self._stored(new_definition(body, self.config, base), None)

    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """Apply a partial update, and return the definition before it."""
        before = self.definition
        given = read_update(body, self.config)
        after = checked_replacement(updated_definition(given, before, self.config), before)
        self.definition = self._stored(after, before)
        return before

    def put_all(self, body: dict[str, Any]) -> dict[str, Any]:
        """Apply an update with partialUpdate=false, and return the definition before it."""
        before = self.definition
        after = new_definition({**body, "id": before["id"]}, self.config)
        self.definition = self._stored(checked_replacement(after, before), before)
        return before

    def _stored(self, definition: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
        return assign_service_ports(definition, before, [], self.config)

    def get(self) -> dict[str, Any]:
        return {**definition_json(self.definition, NOW, self.config.persona), "tasks": [], "deployments": []}


def created(release: str, definition: dict[str, Any]) -> PureMarathon:
    """Return a Marathon with that app, or skip a draw that Marathon refuses."""
    marathon = PureMarathon(release)
    try:
        marathon.post(creation(definition, old_server=marathon.is_old))
    except (Invalid, Refusal, Refused):
        assume(False)
    return marathon


def drawn_for(release: str) -> st.SearchStrategy[dict[str, Any]]:
    late = PERSONAS[release].executor_resources
    return st.booleans().flatmap(lambda new_form: definitions(new_form=new_form, late=late))


@pytest.mark.parametrize("release", ["1.4", *also("1.5", "1.8"), "1.11"])
def test_idempotence(release):
    """What was created is no difference; a scale never restarts; an update does what was predicted and no more."""

    @MANY
    @given(drawn_for(release), drawn_for(release), st.integers(0, 5), st.data())
    def check(definition, other, instances, data):
        marathon = created(release, definition)
        assert differences(definition, marathon.get()) == {}
        # And what is read can be asked for again.
        assert differences(marathon.get(), marathon.get()) == {}

        # An app with an external volume has one instance at most.
        instances = min(instances, 1) if '"external"' in json.dumps(definition) else instances
        scale = update({"instances": instances}, marathon.get())
        before = marathon.put(scale) if scale else marathon.definition
        assert not is_upgrade(before, marathon.definition)
        assert marathon.definition["instances"] == instances

        fields = data.draw(st.lists(st.sampled_from(sorted(set(other) - {"id"})), unique=True, min_size=1))
        check_update(marathon, {field: other[field] for field in fields})
        check_replacement(marathon, other)

    check()


IMAGE = {"docker": {"image": "nginx"}}


@pytest.mark.parametrize("release", PERSONAS)
@pytest.mark.parametrize(
    "fields",
    [
        {"healthChecks": [{"protocol": "MESOS_HTTPS", "path": "/", "ipProtocol": "IPv6"}]},
        {"networks": [{"mode": "container/bridge", "labels": {"a": "b"}}]},
        {"networks": [{"mode": "container", "name": "dcos", "labels": {"a": "b"}}]},
    ],
)
def test_what_a_release_does_not_take_is_no_difference_for_ever(release, fields):
    marathon, definition = PureMarathon(release), {"id": "web", "container": IMAGE, **fields}
    marathon.post(creation(definition, old_server=marathon.is_old))
    assert differences(definition, marathon.get()) == {}


@pytest.mark.parametrize("release", [release for release, persona in PERSONAS.items() if not persona.old_form])
@pytest.mark.parametrize(
    "ports", [{"ports": []}, {"ports": [0]}, {"ports": [0, 80]}, {"portDefinitions": [{"port": 0, "name": "x"}]}]
)
@pytest.mark.parametrize(
    "fields",
    [
        {"container": IMAGE, "networks": [{"mode": "container/bridge"}]},
        {"container": {**IMAGE, "portMappings": []}, "networks": [{"mode": "container/bridge"}]},
        {"container": {"docker": {"image": "nginx", "network": "BRIDGE"}}},
        {"cmd": "run a", "networks": [{"mode": "container", "name": "dcos"}]},
    ],
)
def test_ports_beside_a_network_of_the_container(release, ports, fields):
    marathon, definition = PureMarathon(release), {"id": "web", **ports, **fields}
    marathon.post(creation(definition, old_server=False))
    assert differences(definition, marathon.get()) == {}


@pytest.mark.parametrize("release", [release for release, persona in PERSONAS.items() if not persona.old_form])
def test_beside_an_address_of_its_own_there_are_no_ports(release):
    """Marathon's AppValidation since 1.5 says so of each but an empty list."""
    marathon, definition = PureMarathon(release), {"id": "web", "cmd": "run a", "ipAddress": {"networkName": "dcos"}}
    with pytest.raises(Invalid):
        marathon.post(creation({**definition, "ports": [0]}, old_server=False))
    marathon.post(creation({**definition, "ports": []}, old_server=False))
    assert differences({**definition, "ports": []}, marathon.get()) == {}


def check_update(marathon, desired):
    shown = marathon.get()
    found, predicted = differences(desired, shown), after_update(desired, shown)
    try:
        body = update(desired, shown)
        before = marathon.put(body) if body else marathon.definition
    except (Invalid, Refusal, Refused):
        assume(False)
    assert bool(body) == bool(found)
    # A difference is one in Marathon's eyes, too.
    assert bool(found) == (marathon.definition != before)
    # What was asked for is as predicted, what was not asked for stays.
    assert differences(desired, marathon.get()) == {}
    assert differences(predicted, marathon.get()) == {}
    if "networks" not in found:
        host = {"networks": [{"mode": "host"}]}
        was, now = {**host, **canonical(shown)}, {**host, **canonical(marathon.get())}
        untouched = set(now) - set(predicted) - {"portDefinitions", "requirePorts", "residency"}
        assert {field for field in untouched if not equal(now[field], was.get(field))} == set()


def check_replacement(marathon, desired):
    # Which default it has is not to be seen in what a release shows.
    desired = {"maxLaunchDelaySeconds": 60, **desired}
    shown = marathon.get()
    found = differences(desired, shown, complete=True)
    predicted = {
        field: value for field, value in after_update(desired, shown, complete=True).items() if value is not None
    }
    instances = marathon.definition["instances"]
    try:
        before = marathon.put_all(replacement(desired, shown)) if found else marathon.definition
    except (Invalid, Refusal, Refused):
        assume(False)
    assert bool(found) == (marathon.definition != before)
    assert differences(desired, marathon.get(), complete=True) == {}
    assert differences(predicted, marathon.get(), complete=True) == {}
    assert marathon.definition["instances"] == int(desired.get("instances", instances))
