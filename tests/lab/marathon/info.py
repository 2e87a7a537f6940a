# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Marathon says about how it was built and started: /v2/info."""

from __future__ import annotations

from typing import Any

from tests.lab.marathon.config import Config

#: The features in the order in which a release lists them.
_OLD_FEATURES = ("external_volumes", "gpu_resources", "task_killing", "secrets", "vips")
_FEATURES = ("secrets", "external_volumes", "vips", "gpu_resources", "task_killing")
_ZOOKEEPER = {
    "zk": "zk://127.0.0.1:2181/marathon",
    "zk_compression": True,
    "zk_compression_threshold": 65536,
    "zk_connection_timeout": 10000,
    "zk_max_node_size": 1024000,
    "zk_max_versions": 50,
    "zk_session_timeout": 10000,
    "zk_timeout": 10000,
}
#: What nobody set when the lab's Marathon was started.
_DEFAULTS: dict[str, Any] = {
    "access_control_allow_origin": None,
    "checkpoint": True,
    "decline_offer_duration": 120000,
    "env_vars_prefix": None,
    "executor": "//cmd",
    "failover_timeout": 604800,
    "framework_name": "marathon",
    "ha": True,
    "hostname": "127.0.0.1",
    "launch_token": 100,
    "launch_token_refresh_interval": 30000,
    "leader_proxy_connection_timeout_ms": 5000,
    "leader_proxy_read_timeout_ms": 10000,
    "master": "127.0.0.1:5050",
    "max_instances_per_offer": 5,
    "mesos_heartbeat_failure_threshold": 5,
    "mesos_heartbeat_interval": 15000,
    "mesos_leader_ui_url": "http://127.0.0.1:5050/",
    "mesos_user": "root",
    "on_elected_prepare_timeout": 180000,
    "reconciliation_initial_delay": 15000,
    "reconciliation_interval": 600000,
    "scale_apps_initial_delay": 15000,
    "scale_apps_interval": 300000,
    "store_cache": True,
    "task_launch_confirm_timeout": 300000,
    "task_launch_timeout": 300000,
    "task_lost_expunge_initial_delay": 300000,
    "task_lost_expunge_interval": 30000,
    "task_reservation_timeout": 20000,
    "webui_url": None,
}


def info_json(config: Config, port: int | None) -> dict[str, Any]:
    """Return what does not depend on who leads; `port` is where the request came in."""
    persona = config.persona
    order = _OLD_FEATURES if persona.jersey_1 else _FEATURES
    started = {
        **_DEFAULTS,
        "default_network_name": config.default_network_name,
        "features": sorted(config.features, key=order.index),
        "local_port_min": config.local_port_min,
        "local_port_max": config.local_port_max,
        # A role that is not set is "*" to Mesos.
        "mesos_role": config.mesos_role if persona.roles or config.mesos_role != "*" else None,
        "min_revive_offers_interval": 1000 if not persona.jersey_1 and not persona.roles else 5000,
        "offer_matching_timeout": 1000 if persona.old_form else 3000,
    }
    if not persona.old_form:
        started["mesos_bridge_name"] = config.mesos_bridge_name
    if persona.roles:
        started["new_group_enforce_role"] = "Off"
    else:
        started.update(revive_offers_for_new_apps=True, revive_offers_repetitions=3)
    if not persona.jersey_1:
        started["maintenance_mode"] = True
    return {
        "name": "marathon",
        "version": persona.version,
        "buildref": "lab",
        "frameworkId": "16fbb498-022a-4943-aae5-a8bbdf73bbf0-0000",
        "marathon_config": started,
        "zookeeper_config": _ZOOKEEPER,
        **({"event_subscriber": None} if persona.old_form else {}),
        "http_config": {"http_port": port, "https_port": 8443},
    }
