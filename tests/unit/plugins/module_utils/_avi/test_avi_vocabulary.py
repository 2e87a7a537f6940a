# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.vocabulary import wrong_in_proxy

# Each is a value that Avi's pages on Mesos show, as data.
RIGHT = {
    "north-south": {
        "virtualservice": {
            "services": [{"port": 80}],
            "auto_allocate_ip": True,
            "analytics_policy": {
                "metrics_realtime_update": {"duration": 0, "enabled": True},
                "client_insights": "NO_INSIGHTS",
            },
        },
        "pool": {"lb_algorithm": "LB_ALGORITHM_ROUND_ROBIN"},
    },
    "fixed address": {"virtualservice": {"ip_address": {"addr": "10.10.10.100", "type": "V4"}}},
    "subnet": {
        "virtualservice": {
            "ip_address": {"addr": "172.17.0.9", "type": "V4"},
            "subnet": {"ip_addr": {"addr": "172.17.0.0", "type": "V4"}, "mask": 16},
        }
    },
    "IPAM": {"virtualservice": {"auto_allocate_ip": True, "subnet": "20.20.20.0/24"}},
    "SSL": {
        "virtualservice": {
            "services": [{"port": 443, "enable_ssl": True}, {"port": 80}],
            "ssl_key_and_certificate_refs": ["/api/sslkeyandcertificate/?name=System-Default-Cert"],
            "ssl_profile_ref": "/api/sslprofile/?name=System-Standard",
        }
    },
    "health monitors": {"pool": {"health_monitor_refs": ["/api/healthmonitor?name=System-TCP"]}},
    "persistence": {"pool": {"application_persistence_profile_ref": "/api/applicationpersistenceprofile?name=P"}},
    "SE group and RHI": {
        "virtualservice": {"se_group_ref": "/api/serviceenginegroup/?name=frontend", "enable_rhi": True}
    },
    "ratio": {"pool": {"ab_pool": {"pool_ref": "/api/pool/?name=app-green-pool-80", "ratio": 10}}},
    "tenant and version": {"tenant": "blue", "version": "18.1.5"},
    "keys that the pages do not show": {"virtualservice": {"vs_datascripts": [1]}, "pool": {"fail_action": {}}},
    "nothing": {"virtualservice": None, "pool": {}},
}


@pytest.mark.parametrize("proxy", RIGHT.values(), ids=RIGHT)
def test_what_the_pages_show_is_right(proxy):
    assert wrong_in_proxy(proxy) == []


@pytest.mark.parametrize(
    ("proxy", "sentence"),
    [
        (
            {"pool": {"lb_algoritm": "x"}},
            "avi_proxy.pool.lb_algoritm is not in Avi's schema, and Avi would ignore it; is lb_algorithm meant?",
        ),
        (
            {"virtualservice": {"later": 1}},
            "avi_proxy.virtualservice.later is not in Avi's schema, and Avi would ignore it",
        ),
        (
            {"pool": {"ab_pool": {"pool_ref": "p", "weight": 1}}},
            "avi_proxy.pool.ab_pool.weight is not known; there are pool_ref, ratio",
        ),
        ({"poolgroup": {}}, "avi_proxy.poolgroup is not known; there are virtualservice, pool, tenant, version"),
        ([], "avi_proxy must be an object, not []"),
        ({"pool": "x"}, 'avi_proxy.pool must be an object, not "x"'),
        ({"tenant": 1}, "avi_proxy.tenant must be a string, not 1"),
        (
            {"virtualservice": {"auto_allocate_ip": "true"}},
            'avi_proxy.virtualservice.auto_allocate_ip must be true or false, not "true"',
        ),
        (
            {"virtualservice": {"services": {"port": 80}}},
            'avi_proxy.virtualservice.services must be a list, not {"port": 80}',
        ),
        (
            {"virtualservice": {"services": [{"port": 0}]}},
            "avi_proxy.virtualservice.services[0].port must be a whole number from 1 to 65535, not 0",
        ),
        (
            {"virtualservice": {"ip_address": {"type": "v4"}}},
            'avi_proxy.virtualservice.ip_address.type must be one of V4, V6, DNS, not "v4"',
        ),
        (
            {"virtualservice": {"subnet": {"mask": 200}}},
            "avi_proxy.virtualservice.subnet.mask must be a whole number from 0 to 128, not 200",
        ),
        (
            {"pool": {"ab_pool": {"ratio": True}}},
            "avi_proxy.pool.ab_pool.ratio must be a whole number from 0 to 100, not true",
        ),
        (
            {"pool": {"graceful_disable_timeout": 1.5}},
            "avi_proxy.pool.graceful_disable_timeout must be a whole number, not 1.5",
        ),
        ({"pool": {"health_monitor_refs": ["x", 1]}}, "avi_proxy.pool.health_monitor_refs[1] must be a string, not 1"),
    ],
)
def test_what_cannot_be_right_is_named_with_its_path(proxy, sentence):
    assert wrong_in_proxy(proxy) == [sentence]


def test_everything_wrong_is_named():
    assert len(wrong_in_proxy({"tenant": 1, "pool": {"lb_algorithm": "x", "enabled": "x"}})) == 3
