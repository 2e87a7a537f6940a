# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Avi's labels take. Pure.

The sub-objects ``virtualservice`` and ``pool`` of the label avi_proxy are written in the schema of Avi's REST API. The values of the keys that
Avi's pages on Mesos name are checked here; of the other keys, that the schema has them. A key that Avi does not know would vanish without a word.
"""

from __future__ import annotations

import difflib
import ipaddress
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.schema import POOL_FIELDS, VIRTUAL_SERVICE_FIELDS
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import is_unsaid, number
from ansible_collections.dcos.avi.plugins.module_utils._core.text import shortened

# The keys of which the values are numbers, wherever they stand.
NUMBERS = frozenset(
    """
    connection_ramp_duration default_server_port duration graceful_disable_timeout mask max_concurrent_connections_per_server port
    port_range_end priority ratio service_port
    """.split()
)
# So many keys can be named in a sentence.
_FEW = 5
# Yields (path, what is wrong there) for a value at a path.
Check = Callable[[Any, str], Iterator[tuple[str, str]]]


def wrong_in_proxy(proxy: Any) -> list[str]:
    """Return a sentence for each key of the label avi_proxy that Avi does not know or whose value cannot be right, which names its path.

    Such as: avi_proxy.pool.lb_algorithm must be one of ..., not "ROUND_ROBIN".
    """
    return [f"{path} {what}" for path, what in PROXY(proxy, "avi_proxy")]


def wrong_in_ab_config(value: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each key of the label ab_config that Avi does not know, such as a ratio."""
    return [f"{path} {what}" for path, what in _unknown(value, "ab_config", AB_CONFIG_KEYS)]


def wrong_in_vip(address: str) -> list[str]:
    """Return a sentence where the label FE-Proxy-VIP holds no address."""
    return [f"FE-Proxy-VIP {what}" for _path, what in VIP(address, "")]


def wrong_in_data(avi: Any) -> list[str]:
    """Return the same for all labels as data, the form of the option ``avi``."""
    return [f"{path} {what}" for path, what in LABELS(avi, "avi")]


def numbers_read(value: Any) -> Any:
    """Return labels as data with their numbers read, and without those that were left empty."""
    if isinstance(value, list):
        return [numbers_read(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {key: _number_read(key, item) for key, item in value.items() if not (key in NUMBERS and is_unsaid(item))}


def _number_read(key: str, value: Any) -> Any:
    found = number(value) if key in NUMBERS else None
    return numbers_read(value) if found is None else found


def _of_type(kind: type, name: str) -> Check:
    def check(value: Any, path: str) -> Iterator[tuple[str, str]]:
        # A boolean is an int to Python, but not to Avi.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            yield path, f"must be {name}, not {shortened(value)}"

    return check


def _within(lowest: int, highest: int) -> Check:
    def check(value: Any, path: str) -> Iterator[tuple[str, str]]:
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            yield path, f"must be a whole number from {lowest} to {highest}, not {shortened(value)}"

    return check


def _one_of(*words: str) -> Check:
    def check(value: Any, path: str) -> Iterator[tuple[str, str]]:
        if value not in words:
            yield path, f"must be one of {', '.join(words)}, not {shortened(value)}"

    return check


def _list_of(item: Check) -> Check:
    def check(value: Any, path: str) -> Iterator[tuple[str, str]]:
        if not isinstance(value, list):
            yield path, f"must be a list, not {shortened(value)}"
            return
        for place, each in enumerate(value):
            yield from item(each, f"{path}[{place}]")

    return check


def _object(required: tuple[str, ...] = (), known: Collection[str] = (), **keys: Check) -> Check:
    """Return the check of an object. ``known`` are all keys that there are; where they are not given, any other key may be one."""

    def check(value: Any, path: str) -> Iterator[tuple[str, str]]:
        if not isinstance(value, Mapping):
            yield path, f"must be an object, not {shortened(value)}"
            return
        if known:
            yield from _unknown(value, path, known)
        yield from ((path, f"must have {key}") for key in required if value.get(key) is None)
        for key, each in value.items():
            # Ansible fills in null for what a user leaves out of an option.
            if key in keys and each is not None:
                yield from keys[key](each, f"{path}.{key}")

    return check


def _unknown(value: Mapping[str, Any], path: str, known: Collection[str]) -> Iterator[tuple[str, str]]:
    for key in value:
        if key in known:
            continue
        if len(known) <= _FEW:
            yield f"{path}.{key}", f"is not known; there are {', '.join(known)}"
        else:
            alike = difflib.get_close_matches(str(key), sorted(known), n=1)
            meant = f"; is {alike[0]} meant?" if alike else ""
            yield f"{path}.{key}", f"is not in Avi's schema, and Avi would ignore it{meant}"


def _address(value: Any, path: str) -> Iterator[tuple[str, str]]:
    try:
        # An empty one denies the label.
        if value != "":
            ipaddress.ip_address(value)
    except ValueError:
        yield path, f"must be an IP address, not {shortened(value)}"


def _text_or(other: Check) -> Check:
    return lambda value, path: iter(()) if isinstance(value, str) else other(value, path)


TEXT = _of_type(str, "a string")
FLAG = _of_type(bool, "true or false")
NUMBER = _of_type(int, "a whole number")
PORT = _within(1, 65535)
REFERENCES = _list_of(TEXT)
ADDRESS = _object(addr=TEXT, type=_one_of("V4", "V6", "DNS"))
SUBNET = _object(ip_addr=ADDRESS, mask=_within(0, 128))
SWITCH = _object(enabled=FLAG, duration=NUMBER)
LB_ALGORITHMS = tuple(
    f"LB_ALGORITHM_{name}"
    for name in """
    LEAST_CONNECTIONS ROUND_ROBIN FASTEST_RESPONSE CONSISTENT_HASH LEAST_LOAD FEWEST_SERVERS RANDOM FEWEST_TASKS
    NEAREST_SERVER CORE_AFFINITY TOPOLOGY
    """.split()
)

VIP: Check = _address
AB_CONFIG_KEYS = ("service", "priority")
VIRTUAL_SERVICE = _object(
    known=VIRTUAL_SERVICE_FIELDS,
    name=TEXT,
    enabled=FLAG,
    fqdn=TEXT,
    services=_list_of(_object(port=PORT, port_range_end=PORT, enable_ssl=FLAG)),
    auto_allocate_ip=FLAG,
    ip_address=ADDRESS,
    # Avi's page on IPAM gives a plain string, its schema an object.
    subnet=_text_or(SUBNET),
    enable_rhi=FLAG,
    se_group_ref=TEXT,
    application_profile_ref=TEXT,
    network_profile_ref=TEXT,
    analytics_profile_ref=TEXT,
    ssl_profile_ref=TEXT,
    ssl_key_and_certificate_refs=REFERENCES,
    east_west_placement=FLAG,
    service_pool_select=_list_of(_object(service_port=PORT, service_pool_ref=TEXT)),
    analytics_policy=_object(
        client_insights=_one_of("NO_INSIGHTS", "PASSIVE", "ACTIVE"),
        metrics_realtime_update=SWITCH,
        full_client_logs=SWITCH,
    ),
)
POOL = _object(
    known=POOL_FIELDS,
    name=TEXT,
    enabled=FLAG,
    lb_algorithm=_one_of(*LB_ALGORITHMS),
    default_server_port=PORT,
    health_monitor_refs=REFERENCES,
    application_persistence_profile_ref=TEXT,
    ssl_profile_ref=TEXT,
    autoscale_policy_ref=TEXT,
    autoscale_launch_config_ref=TEXT,
    capacity_estimation=FLAG,
    graceful_disable_timeout=NUMBER,
    connection_ramp_duration=NUMBER,
    max_concurrent_connections_per_server=NUMBER,
    ab_pool=_object(known=("pool_ref", "ratio"), pool_ref=TEXT, ratio=_within(0, 100)),
)
PROXY = _object(
    known=("virtualservice", "pool", "tenant", "version"),
    virtualservice=VIRTUAL_SERVICE,
    pool=POOL,
    tenant=TEXT,
    version=TEXT,
)
LABELS = _object(
    known=("frontend", "frontend_vip", "proxy", "proxy_listener", "ab_config"),
    frontend=FLAG,
    frontend_vip=VIP,
    proxy=PROXY,
    proxy_listener=FLAG,
    ab_config=_object(required=AB_CONFIG_KEYS, known=AB_CONFIG_KEYS, service=TEXT, priority=NUMBER),
)
