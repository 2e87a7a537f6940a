# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of a pool and of a virtual service in the schema of Avi's REST API, of all releases. Pure.

The label avi_proxy is written in this schema. Avi ignores what is not in it without a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# How a pool treats its servers and its clients: the same settings can be those of any pool.
POOL_SETTINGS = frozenset(
    """
    analytics_policy analytics_profile_ref append_port application_persistence_profile_ref autoscale_launch_config_ref autoscale_networks
    autoscale_policy_ref capacity_estimation capacity_estimation_ttfb_thresh conn_pool_properties connection_ramp_duration
    default_server_port delete_server_on_dns_refresh description domain_name east_west enable_http2 enabled fail_action
    fewest_tasks_feedback_delay graceful_disable_timeout health_monitor_refs host_check_enabled ignore_server_port
    inline_health_monitor lb_algorithm lb_algorithm_consistent_hash_hdr lb_algorithm_core_nonaffinity lb_algorithm_hash
    lookup_server_by_name max_concurrent_connections_per_server max_conn_rate_per_server min_health_monitors_up min_servers_up
    pki_profile_ref placement_networks prst_hdr_name request_queue_depth request_queue_enabled resolve_pool_by_dns
    rewrite_host_header_to_server_name rewrite_host_header_to_sni routing_pool server_auto_scale server_name server_reselect server_timeout
    sni_enabled ssl_key_and_certificate_ref ssl_profile_ref use_service_port use_service_ssl_mode vrf_ref
    """.split()
)
# Which pool it is, which servers it has, and which other pools belong to it.
POOL_IDENTITY = frozenset(
    """
    _last_modified a_pool ab_pool ab_priority apic_epg_name cloud_config_cksum cloud_ref created_by external_autoscale_groups
    gslb_sp_enabled ipaddrgroup_ref labels markers name networks nsx_securitygroup server_count servers service_metadata tenant_ref
    tier1_lr url uuid
    """.split()
)
POOL_FIELDS = POOL_SETTINGS | POOL_IDENTITY
VIRTUAL_SERVICE_FIELDS = frozenset(
    """
    _last_modified active_standby_se_tag advertise_down_vs allow_invalid_client_cert analytics_policy analytics_profile_ref apic_contract_graph
    application_profile_ref auto_allocate_floating_ip auto_allocate_ip availability_zone avi_allocated_fip avi_allocated_vip azure_availability_set
    bgp_peer_labels bot_policy_ref bulk_sync_kvcache client_auth close_client_conn_on_config_update cloud_config_cksum cloud_ref cloud_type
    connections_rate_limit content_rewrite created_by csrf_policy_ref delay_fairness description discovered_network_ref discovered_networks
    discovered_subnet dns_info dns_policies east_west east_west_placement enable_autogw enable_rhi enable_rhi_snat enable_service_engine
    enabled error_page_profile_ref floating_ip floating_subnet_uuid flow_dist flow_label_type fqdn host_name_xlate http_policies icap_request_profile_refs
    ign_pool_net_reach ip_address ipam_network_subnet jwt_config l4_policies labels ldap_vs_config limit_doser markers max_cps_per_client
    microservice_ref min_pools_up name network_profile_ref network_ref network_security_policy_ref nsx_securitygroup oauth_vs_config
    performance_limits pool_group_ref pool_ref port_uuid remove_listening_port_on_vs_down requests_rate_limit saml_sp_config scaleout_ecmp
    se_group_ref security_policy_ref server_network_profile_ref service_metadata service_pool_select services sideband_profile snat_ip
    sp_pool_refs ssl_key_and_certificate_refs ssl_profile_ref ssl_profile_selectors ssl_sess_cache_avg_size sso_policy sso_policy_ref
    static_dns_records subnet subnet_uuid tenant_ref test_se_datastore_level_1_ref topology_policies traffic_clone_profile_ref
    traffic_enabled type url use_bridge_ip_as_vip use_vip_as_snat uuid vh_domain_name vh_matches vh_parent_vs_ref vh_parent_vs_uuid vh_type
    vip vip_type vrf_context_ref vs_datascripts vsvip_cloud_config_cksum vsvip_ref waf_policy_ref weight
    """.split()
)


def settings_of(pool: Mapping[str, Any]) -> dict[str, Any]:
    """Return what another pool may have of this one: its settings, without its identity and without references to further pools."""
    return {key: value for key, value in pool.items() if key in POOL_SETTINGS and not _refers_to_a_pool(value)}


def _refers_to_a_pool(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(
            key.endswith(("pool_ref", "pool_group_ref")) or _refers_to_a_pool(item) for key, item in value.items()
        )
    if isinstance(value, list):
        return any(map(_refers_to_a_pool, value))
    return isinstance(value, str) and "/api/pool" in value
