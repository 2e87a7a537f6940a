# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever stands in a definition in a place of something else, it is refused in words, or left for Marathon to refuse."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.bodies import creation, replacement, update
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import differences, ignored_fields
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.app_forms import SHOWN

WRONG = (1, True, "x", "", [], [1], ["x"], [[1]], [{}], {}, {"x": 1}, {"x": [1]}, {"x": {"y": [1]}}, None, [None], [[None]], ["x", None])  # fmt: skip
ASKED = {
    "id": "web",
    "cmd": "sleep 1",
    "args": ["a"],
    "cpus": 0.1,
    "instances": 2,
    "constraints": [["hostname", "UNIQUE"]],
    "dependencies": ["/db"],
    "acceptedResourceRoles": ["*"],
    "env": {"A": "b", "S": {"secret": "s"}},
    "labels": {"a": "b", "avi_proxy": '{"virtualservice": {"name": "web"}}', "ab_config": '{"service": "w", "priority": 1}'},
    "secrets": {"s": {"source": "path"}},
    "fetch": [{"uri": "http://example.com/a.tgz", "extract": True}],
    "portDefinitions": [{"port": 80, "protocol": "tcp", "name": "http", "labels": {"a": "b"}}],
    "networks": [{"mode": "container", "name": "n", "labels": {"a": "b"}}],
    "container": {
        "type": "DOCKER",
        "docker": {"image": "nginx", "parameters": [{"key": "a", "value": "b"}]},
        "volumes": [{"containerPath": "/a", "persistent": {"size": 1}}],
        "portMappings": [{"containerPort": 80, "protocol": "tcp", "labels": {"a": "b"}, "networkNames": ["n"]}],
    },
    "healthChecks": [{"protocol": "COMMAND", "command": {"value": "true"}}, {"protocol": "HTTP", "path": "/"}],
    "readinessChecks": [{"name": "ready", "httpStatusCodesForReady": [200]}],
    "check": {"http": {"path": "/"}},
    "upgradeStrategy": {"maximumOverCapacity": 1},
    "unreachableStrategy": {"inactiveAfterSeconds": 0},
    "residency": {"taskLostBehavior": "WAIT_FOREVER"},
    "resourceLimits": {"cpus": 1},
}  # fmt: skip
WITHOUT_CONTAINER = {
    **{key: value for key, value in ASKED.items() if key not in ("fetch", "networks", "portDefinitions", "container")},
    "uris": ["http://example.com/a.tgz"],
    "ports": [80],
    "ipAddress": {"networkName": "n", "labels": {"a": "b"}, "discovery": {"ports": [{"number": 80, "name": "http"}]}},
}
IN_THE_OLD_FORM = {
    **WITHOUT_CONTAINER,
    "container": {"docker": {"image": "nginx", "network": "USER", "portMappings": [{"containerPort": 80}]}},
}
# All of it twice, as 1.4 shows some of it. A wrong value makes most of it contradict itself.
IN_BOTH_FORMS = {**ASKED, "uris": ["http://example.com/a.tgz"], "ports": [80]}
IN_BOTH_FORMS["container"] = {
    **ASKED["container"],
    "docker": {**ASKED["container"]["docker"], "network": "USER", "portMappings": ASKED["container"]["portMappings"]},
}
IN_BOTH_FORMS["ipAddress"] = {"networkName": "n", "labels": {"a": "b"}}
FORMS = (ASKED, IN_THE_OLD_FORM, WITHOUT_CONTAINER, IN_BOTH_FORMS)


def places(value, path=()):
    """The path of everything in a definition that can be replaced."""
    if path:
        yield path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(item, (*path, key))


def with_wrong(definition, path, wrong):
    definition = copy.deepcopy(definition)
    *above, last = path
    place = definition
    for key in above:
        place = place[key]
    place[last] = copy.deepcopy(wrong)
    return definition


@pytest.mark.parametrize("asked", FORMS, ids=["new", "old", "without container", "both"])
def test_nothing_in_these_is_refused_before_it_is_wrong(asked):
    """Else a test with a wrong value in one of them would not reach what reads it."""
    differences(asked, SHOWN)
    ignored_fields(asked, (1, 8))
    for old_server in (True, False):
        creation(asked, old_server=old_server)


@pytest.mark.parametrize(
    ("asked", "path"),
    [(asked, path) for asked in FORMS for path in places(asked)],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_no_other_error_comes_of_it(asked, path):
    old = {key: value for key, value in SHOWN.items() if key != "networks"}
    for wrong in WRONG:
        definition = with_wrong(asked, path, wrong)
        for use in (
            lambda given: creation(given, old_server=True),
            lambda given: creation(given, old_server=False),
            lambda given: differences(given, SHOWN),
            lambda given: differences(given, old, complete=True),
            lambda given: update(given, SHOWN),
            lambda given: update(given, old),
            lambda given: replacement(given, SHOWN),
            lambda given: ignored_fields(given, (1, 8)),
        ):
            try:
                use(definition)
            except Refused as refused:
                assert refused.sentence


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("dependencies", [None]),
        ("uris", ["http://example.com/a.tgz", None]),
        ("args", [None]),
        ("acceptedResourceRoles", [None]),
        ("constraints", [None]),
        ("constraints", [["hostname", None]]),
        ("ports", [None]),
        ("fetch", [None]),
        ("healthChecks", [None]),
    ],
)
def test_nothing_in_a_list_is_refused_not_taken_for_the_word_null(field, wrong):
    for use in (lambda given: creation(given, old_server=False), lambda given: differences(given, SHOWN)):
        with pytest.raises(Refused, match=f"In the definition, .*{field}"):
            use({"id": "web", field: wrong})
