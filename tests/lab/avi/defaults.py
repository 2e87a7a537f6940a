# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an object of each kind holds where nobody said otherwise, and the objects every Controller has.

The fields are those a container cloud's Controller shows (recorded exchanges and the vendor's schema).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CLOUD = "Default-Cloud"

_IN_CLOUD = {"cloud_ref": f"/api/cloud?name={CLOUD}"}
_NETWORKED = {**_IN_CLOUD, "vrf_ref": "/api/vrfcontext?name=global"}

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "tenant": {
        "local": True,
        "config_settings": {
            "tenant_vrf": False,
            "se_in_provider_context": True,
            "tenant_access_to_provider_se": True,
        },
    },
    "cloud": {"vtype": "CLOUD_MESOS", "enable_vip_static_routes": False, "dhcp_enabled": False},
    "vrfcontext": {**_IN_CLOUD, "system_default": True},
    "serviceenginegroup": {**_IN_CLOUD, "max_scaleout_per_vs": 2, "ha_mode": "HA_MODE_SHARED"},
    "serviceengine": {**_IN_CLOUD, "enable_state": "SE_STATE_ENABLED"},
    "analyticsprofile": {},
    "applicationprofile": {"type": "APPLICATION_PROFILE_TYPE_HTTP"},
    "networkprofile": {},
    "healthmonitor": {
        "type": "HEALTH_MONITOR_HTTP",
        "send_interval": 10,
        "receive_timeout": 4,
        "successful_checks": 2,
        "failed_checks": 2,
    },
    "vsvip": {**_IN_CLOUD, "vrf_context_ref": "/api/vrfcontext?name=global", "east_west_placement": False},
    "poolgroup": {**_IN_CLOUD, "implicit_priority_labels": True, "min_servers": 0, "members": []},
    "pool": {
        **_NETWORKED,
        "enabled": True,
        "default_server_port": 80,
        "graceful_disable_timeout": 1,
        "connection_ramp_duration": 10,
        "max_concurrent_connections_per_server": 0,
        "servers": [],
        "lb_algorithm": "LB_ALGORITHM_LEAST_CONNECTIONS",
        "lb_algorithm_hash": "LB_ALGORITHM_CONSISTENT_HASH_SOURCE_IP_ADDRESS",
        "lb_algorithm_core_nonaffinity": 2,
        "inline_health_monitor": True,
        "use_service_port": False,
        "capacity_estimation": False,
        "capacity_estimation_ttfb_thresh": 0,
        "fewest_tasks_feedback_delay": 10,
        "request_queue_enabled": False,
        "request_queue_depth": 128,
        "host_check_enabled": False,
        "sni_enabled": True,
        "rewrite_host_header_to_sni": False,
        "rewrite_host_header_to_server_name": False,
        "lookup_server_by_name": False,
        "server_timeout": 0,
        "delete_server_on_dns_refresh": True,
        "enable_http2": False,
        "ignore_server_port": False,
        "routing_pool": False,
        "analytics_profile_ref": "/api/analyticsprofile?name=System-Analytics-Profile",
    },
    "virtualservice": {
        **_IN_CLOUD,
        "vrf_context_ref": "/api/vrfcontext?name=global",
        "enabled": True,
        "services": [{"port": 80, "port_range_end": 80, "enable_ssl": False}],
        "type": "VS_TYPE_NORMAL",
        "cloud_type": "CLOUD_MESOS",
        "application_profile_ref": "/api/applicationprofile?name=System-HTTP",
        "network_profile_ref": "/api/networkprofile?name=System-TCP-Proxy",
        "analytics_profile_ref": "/api/analyticsprofile?name=System-Analytics-Profile",
        "se_group_ref": "/api/serviceenginegroup?name=Default-Group",
        "active_standby_se_tag": "ACTIVE_STANDBY_SE_1",
        "advertise_down_vs": False,
        "allow_invalid_client_cert": False,
        "bulk_sync_kvcache": False,
        "close_client_conn_on_config_update": False,
        "delay_fairness": False,
        "east_west_placement": False,
        "enable_autogw": True,
        "flow_dist": "LOAD_AWARE",
        "flow_label_type": "NO_LABEL",
        "ign_pool_net_reach": False,
        "limit_doser": False,
        "marked_for_delete": False,
        "max_cps_per_client": 0,
        "remove_listening_port_on_vs_down": False,
        "scaleout_ecmp": False,
        "self_se_election": False,
        "ssl_sess_cache_avg_size": 1024,
        "traffic_enabled": True,
        "use_bridge_ip_as_vip": False,
        "use_vip_as_snat": False,
        "version": "1",
        "vip_runtime": [
            {"vip_id": "0", "num_additional_se": 0, "requested_resource": {"num_se": 1, "num_standby_se": 0}}
        ],
        "weight": 1,
    },
}

#: Kind, name and fields; a reference leads to one further up.
SYSTEM_OBJECTS: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("cloud", CLOUD, {}),
    ("vrfcontext", "global", {}),
    ("serviceenginegroup", "Default-Group", {}),
    ("serviceengine", "lab-se-1", {"se_group_ref": "/api/serviceenginegroup?name=Default-Group"}),
    ("analyticsprofile", "System-Analytics-Profile", {}),
    ("applicationprofile", "System-HTTP", {}),
    ("applicationprofile", "System-L4-Application", {"type": "APPLICATION_PROFILE_TYPE_L4"}),
    ("networkprofile", "System-TCP-Proxy", {}),
    ("healthmonitor", "System-TCP", {"type": "HEALTH_MONITOR_TCP"}),
    ("healthmonitor", "System-HTTP", {"http_monitor": {"http_request": "GET / HTTP/1.0"}}),
)
