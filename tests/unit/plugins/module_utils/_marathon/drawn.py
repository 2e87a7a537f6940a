# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hypothesis strategies that draw app definitions as people write them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

WORDS = st.sampled_from(["a", "web", "db", "prod", "x-1", "Ünïcode", "two words", "80", "true", "", "{", '"'])
NAMES = st.sampled_from(["http", "admin", "p2", "metrics"])
KEYS = st.sampled_from(["team", "TIER", "a.b", "url", "N", "port"])
PORTS = st.sampled_from([0, 80, 443, 8080, 10050, 31000])


def _maybe_text(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Numbers, which templates turn into strings now and then."""
    return st.one_of(values, values, values.map(str))


def _some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with any of the fields."""
    return st.fixed_dictionaries({}, optional=fields)


def _structure() -> st.SearchStrategy[Any]:
    leaves = st.one_of(st.integers(0, 9), st.booleans(), WORDS)
    return st.dictionaries(WORDS, st.one_of(leaves, st.lists(leaves, max_size=2)), max_size=3)


JSON_TEXTS = st.tuples(_structure(), st.sampled_from([None, 2]), st.booleans()).map(
    lambda drawn: json.dumps(drawn[0], indent=drawn[1], sort_keys=drawn[2])
)
AVI_LABELS = _some(
    **{
        "FE-Proxy": st.sampled_from(["yes", "Yes"]),
        "avi_proxy": st.one_of(JSON_TEXTS, _structure()),
        "proxy_listener": st.just("no"),
        "ab_config": st.builds(lambda priority: {"service": "app1", "priority": priority}, st.integers(1, 99)),
    }
)
LABELS = st.builds(
    lambda plain, avi: {**plain, **avi},
    st.dictionaries(KEYS, st.one_of(WORDS, st.integers(0, 9), st.booleans(), st.just(1.5), JSON_TEXTS), max_size=3),
    AVI_LABELS,
)
ENV = st.dictionaries(KEYS, st.one_of(WORDS, st.integers(0, 9), st.booleans(), st.just({"secret": "s1"})), max_size=3)
SECONDS = _maybe_text(st.sampled_from([0, 1, 5, 30, 60, 300]))
TIMES = _some(
    gracePeriodSeconds=SECONDS,
    intervalSeconds=_maybe_text(st.sampled_from([1, 5, 60])),
    timeoutSeconds=_maybe_text(st.sampled_from([1, 20])),
    maxConsecutiveFailures=_maybe_text(st.integers(0, 3)),
    delaySeconds=SECONDS,
)
CHECKED_PORT = st.sampled_from([{}, {"portIndex": 0}, {"portIndex": "0"}, {"port": 8080}])
HTTP_CHECKS = st.builds(
    lambda protocol, port, times, rest: {**protocol, **port, **times, **rest},
    st.sampled_from([{}, {"protocol": "HTTP"}, {"protocol": "HTTPS"}, {"protocol": "TCP"}]),
    CHECKED_PORT,
    TIMES,
    _some(path=st.sampled_from(["/", "/health"]), ignoreHttp1xx=st.booleans()),
)
MESOS_CHECKS = st.one_of(
    st.builds(
        lambda protocol, port, times, rest: {"protocol": protocol, **port, **times, **rest},
        st.sampled_from(["MESOS_HTTP", "MESOS_HTTPS", "MESOS_TCP"]),
        CHECKED_PORT,
        TIMES,
        _some(path=st.sampled_from(["/", "/health"])),
    ),
    TIMES.map(lambda times: {"protocol": "COMMAND", "command": {"value": "true"}, **times}),
)
HEALTH_CHECKS = st.builds(
    lambda http, mesos: http + mesos, st.lists(HTTP_CHECKS, max_size=2), st.lists(MESOS_CHECKS, max_size=1)
)
CONSTRAINTS = st.lists(
    st.sampled_from(
        [["hostname", "UNIQUE"], ["rack", "GROUP_BY", 2], ["rack", "LIKE", "r[0-9]"], ["a", "MAX_PER", "3"]]
    ),
    max_size=3,
)
FETCHES = st.lists(
    st.builds(
        lambda uri, rest: {"uri": uri, **rest},
        st.sampled_from(["http://x/a", "http://x/b.tgz"]),
        _some(extract=st.booleans(), executable=st.booleans(), cache=st.sampled_from([True, "true"])),
    ),
    max_size=2,
)
VOLUMES = st.lists(
    st.one_of(
        st.builds(
            lambda mode: {"containerPath": "/data", "hostPath": "/srv", **mode},
            st.sampled_from([{}, {"mode": "RO"}, {"mode": "RW"}]),
        ),
        st.builds(
            lambda rest: {"containerPath": "keep", "mode": "RW", "persistent": {"size": 10, **rest}},
            _some(type=st.sampled_from(["root", "mount"]), constraints=st.just([["path", "LIKE", "/x"]])),
        ),
        st.just(
            {
                "containerPath": "/ext",
                "mode": "RW",
                "external": {"name": "v", "provider": "dvdi", "options": {"dvdi/driver": "rexray"}},
            }
        ),
    ),
    max_size=1,
)
PORT_MAPPINGS = st.lists(
    st.builds(
        lambda ports, rest: {**ports, **rest},
        _some(
            containerPort=_maybe_text(PORTS),
            hostPort=st.sampled_from([0, 31001]),
            servicePort=st.sampled_from([0, 10077, 10078]),
        ),
        _some(protocol=st.sampled_from(["tcp", "udp", "tcp,udp", "udp,tcp"]), labels=st.just({"VIP_0": "/x:80"})),
    ),
    max_size=2,
)
PORT_DEFINITIONS = st.lists(
    _some(port=st.sampled_from([0, 10033]), protocol=st.sampled_from(["tcp", "udp"]), labels=st.just({"a": "b"})),
    max_size=2,
)
IMAGES = st.builds(
    lambda image, rest: {"image": image, **rest},
    st.sampled_from(["nginx", "shop/cart:2"]),
    _some(
        forcePullImage=st.sampled_from([True, False, "true"]),
        privileged=st.booleans(),
        parameters=st.lists(
            st.sampled_from([{"key": "hostname", "value": "a"}, {"key": "cpu", "value": 1}]), max_size=2
        ),
    ),
)
STRATEGY = st.builds(
    lambda over, health: {"maximumOverCapacity": over, "minimumHealthCapacity": health},
    st.sampled_from([0, 0.5, 1]),
    st.sampled_from([0, "0.5", 1.0]),
)
UNREACHABLE = st.sampled_from(
    ["disabled", {}, {"inactiveAfterSeconds": 5, "expungeAfterSeconds": 60}, {"expungeAfterSeconds": 60}]
)


@st.composite
def networked(draw: st.DrawFn, *, new_form: bool) -> dict[str, Any]:
    """Draw what runs and how it is connected: container, network and ports in one of the two forms."""
    kind = draw(st.sampled_from(["command", "docker", "mesos image", "mesos command"]))
    container: dict[str, Any] = {}
    fields: dict[str, Any] = (
        {} if kind in ("docker", "mesos image") else {"cmd": draw(st.sampled_from(["run a", "run b"]))}
    )
    if kind == "docker":
        container = {"docker": draw(IMAGES), **draw(st.sampled_from([{}, {"type": "DOCKER"}]))}
    elif kind != "command":
        container = {"type": "MESOS", **({"docker": draw(IMAGES)} if kind == "mesos image" else {})}
    if draw(st.booleans()) and container:
        container["volumes"] = draw(VOLUMES)
    mode = draw(st.sampled_from(["unsaid", "host", "bridge", "container"]))
    ports = draw(st.one_of(st.none(), PORT_MAPPINGS))
    (_new if new_form else _old)(fields, container, mode, ports)
    if mode in ("unsaid", "host") and draw(st.booleans()):
        definitions = draw(PORT_DEFINITIONS)
        if draw(st.booleans()):
            fields["portDefinitions"] = definitions
        else:
            fields["ports"] = [definition.get("port", 0) for definition in definitions]
        fields["requirePorts"] = draw(st.booleans())
    if container:
        fields["container"] = container
    return fields


def _new(fields: dict[str, Any], container: dict[str, Any], mode: str, ports: list[dict[str, Any]] | None) -> None:
    networks = {"host": {"mode": "host"}, "bridge": {"mode": "container/bridge"}, "container": {"name": "dcos"}}
    if mode in networks:
        fields["networks"] = [networks[mode]]
    if container and ports is not None and mode != "unsaid":
        container["portMappings"] = ports


def _old(fields: dict[str, Any], container: dict[str, Any], mode: str, ports: list[dict[str, Any]] | None) -> None:
    is_docker = "docker" in container and container.get("type", "DOCKER") == "DOCKER"
    if is_docker and mode != "unsaid":
        container["docker"] = {
            **container["docker"],
            "network": {"bridge": "BRIDGE", "container": "USER"}.get(mode, "HOST"),
        }
        if ports is not None:
            container["docker"]["portMappings"] = ports
    if mode == "container":
        fields["ipAddress"] = {"networkName": "dcos", "labels": {"a": "b"}}
        if not is_docker and ports is not None:
            fields["ipAddress"]["discovery"] = {
                "ports": [{"name": f"p{at}", "number": 80 + at, "protocol": "tcp"} for at, _port in enumerate(ports)]
            }


def other_fields(*, late: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Fields that do not depend on each other. ``late``: also those that came with later releases."""
    fields: dict[str, st.SearchStrategy[Any]] = {
        "instances": _maybe_text(st.integers(0, 3)),
        "cpus": _maybe_text(st.sampled_from([0.1, 1, 1.0, 2.5])),
        "mem": _maybe_text(st.sampled_from([32, 128, 64.0])),
        "disk": st.sampled_from([0, 10]),
        "user": st.sampled_from(["nobody", "root"]),
        "env": ENV,
        "labels": LABELS,
        "constraints": CONSTRAINTS,
        "healthChecks": HEALTH_CHECKS,
        "backoffSeconds": SECONDS,
        "backoffFactor": st.sampled_from([1.15, 1.5, "2"]),
        "maxLaunchDelaySeconds": SECONDS,
        "taskKillGracePeriodSeconds": SECONDS,
        "upgradeStrategy": STRATEGY,
        "unreachableStrategy": UNREACHABLE,
        "killSelection": st.sampled_from(["YOUNGEST_FIRST", "OLDEST_FIRST"]),
        "acceptedResourceRoles": st.just(["*"]),
        "dependencies": st.lists(st.sampled_from(["/db", "../db", "/cache"]), max_size=2),
        "readinessChecks": st.just([]),
    }
    if late:
        fields["executorResources"] = st.just({"cpus": 0.1})
    return st.fixed_dictionaries({}, optional=fields)


FETCH_FIELDS = st.one_of(
    st.just({}),
    FETCHES.map(lambda each: {"fetch": each}),
    FETCHES.map(lambda each: {"uris": [one["uri"] for one in each]}),
)


@st.composite
def definitions(draw: st.DrawFn, *, new_form: bool, late: bool) -> dict[str, Any]:
    """Draw a whole definition that Marathon can take; a few it cannot are left for the caller to skip."""
    app = {
        "id": draw(st.sampled_from(["app1", "/shop/app1"])),
        **draw(networked(new_form=new_form)),
        **draw(other_fields(late=late)),
        **draw(FETCH_FIELDS),
    }
    if any(isinstance(value, dict) for value in app.get("env", {}).values()):
        app["secrets"] = {"s1": {"source": "/vault/s1"}}
    return app
