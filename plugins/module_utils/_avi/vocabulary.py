# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of the label avi_proxy that are known, and what they take. Pure.

The sub-objects ``virtualservice`` and ``pool`` are written in the schema of Avi's REST API; the keys here are those that
Avi's pages on Mesos name. A key that is not here may still be one of Avi's, and is passed through as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._words import shown

# Yields (path, what is wrong there) for a value at a path.
Check = Callable[[Any, str], Iterator[tuple[str, str]]]


def wrong_in_proxy(proxy: Any) -> list[str]:
    """Return a sentence for each known key of the label avi_proxy whose value cannot be right, which names its path.

    Such as: avi_proxy.pool.lb_algorithm must be one of ..., not "ROUND_ROBIN".
    """
    return [f"{path} {what}" for path, what in PROXY(proxy, "avi_proxy")]


def wrong_in_data(avi: Any) -> list[str]:
    """Return the same for all labels as data, the form of the option ``avi``; here unknown keys at the top are wrong, too."""
    unknown = [str(key) for key in avi if key not in LABEL_NAMES] if isinstance(avi, Mapping) else []
    sentences = [f"avi.{key} is not known; there are {', '.join(LABEL_NAMES)}" for key in unknown]
    return sentences + [f"{path} {what}" for path, what in LABELS(avi, "avi")]


def _of_type(kind: type, name: str) -> Check:
    def check(value: Any, path: str) -> Iterator[tuple[str, str]]:
        # A boolean is an int to Python, but not to Avi.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            yield path, f"must be {name}, not {shown(value)}"

    return check


def _within(lowest: int, highest: int) -> Check:
    def check(value: Any, path: str) -> Iterator[tuple[str, str]]:
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            yield path, f"must be a whole number from {lowest} to {highest}, not {shown(value)}"

    return check


def _one_of(*words: str) -> Check:
    def check(value: Any, path: str) -> Iterator[tuple[str, str]]:
        if value not in words:
            yield path, f"must be one of {', '.join(words)}, not {shown(value)}"

    return check


def _list_of(item: Check) -> Check:
    def check(value: Any, path: str) -> Iterator[tuple[str, str]]:
        if not isinstance(value, list):
            yield path, f"must be a list, not {shown(value)}"
            return
        for number, each in enumerate(value):
            yield from item(each, f"{path}[{number}]")

    return check


def _object(required: tuple[str, ...] = (), **keys: Check) -> Check:
    def check(value: Any, path: str) -> Iterator[tuple[str, str]]:
        if not isinstance(value, Mapping):
            yield path, f"must be an object, not {shown(value)}"
            return
        yield from ((path, f"must have {key}") for key in required if value.get(key) is None)
        for key, each in value.items():
            # Ansible fills in null for what a user leaves out of an option.
            if key in keys and each is not None:
                yield from keys[key](each, f"{path}.{key}")

    return check


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

VIRTUAL_SERVICE = _object(
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
    ab_pool=_object(pool_ref=TEXT, ratio=_within(0, 100)),
)
PROXY = _object(virtualservice=VIRTUAL_SERVICE, pool=POOL, tenant=TEXT, version=TEXT)
LABELS = _object(
    frontend=FLAG,
    frontend_vip=TEXT,
    proxy=PROXY,
    proxy_listener=FLAG,
    ab_config=_object(required=("service", "priority"), service=TEXT, priority=NUMBER),
)
LABEL_NAMES = ("frontend", "frontend_vip", "proxy", "proxy_listener", "ab_config")
