# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi import labels
from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AbConfig
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

VERSION_LABELS = {
    "proxy_listener": "no",
    "ab_config": '{"service": "app1", "priority": 10}',
    "avi_proxy": '{"pool": {"lb_algorithm": "LB_ALGORITHM_ROUND_ROBIN"}}',
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = ["FE-Proxy", "avi_proxy", "proxy_listener", "ab_config", "other"]
# A busy machine draws slowly; that says nothing about the code.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_render_listener():
    rendered = labels.render(
        {
            "frontend": True,
            "proxy": {
                "virtualservice": {"services": [{"port": 80}]},
                "pool": {"lb_algorithm": "LB_ALGORITHM_ROUND_ROBIN"},
            },
            "proxy_listener": None,
            "ab_config": None,
        }
    )
    assert rendered == {
        "FE-Proxy": "yes",
        "avi_proxy": '{"pool":{"lb_algorithm":"LB_ALGORITHM_ROUND_ROBIN"},"virtualservice":{"services":[{"port":80}]}}',
    }


def test_render_a_fixed_address():
    assert labels.render({"frontend": True, "frontend_vip": "10.1.2.3"}) == {
        "FE-Proxy": "yes",
        "FE-Proxy-VIP": "10.1.2.3",
    }


@pytest.mark.parametrize(
    ("avi", "words"),
    [
        (
            {"proxy": {"pool": {"lb_algorithm": "ROUND_ROBIN"}}},
            "avi.proxy.pool.lb_algorithm must be one of LB_ALGORITHM_",
        ),
        (
            {"proxy": {"pool": {"health_monitor_refs": "/api/x"}}},
            'avi.proxy.pool.health_monitor_refs must be a list, not "/api/x"',
        ),
        (
            {"proxy": {"virtualservice": {"services": [{"port": "http"}]}}},
            "avi.proxy.virtualservice.services[0].port must be a whole number",
        ),
        ({"proxy": "{}"}, "avi.proxy must be an object"),
        ({"frontend": "yes"}, "avi.frontend must be true or false"),
        ({"ab_config": {"service": "app1"}}, "avi.ab_config must have priority"),
        ({"ab_config": {"service": "app1", "priority": True}}, "avi.ab_config.priority must be a whole number"),
        ({"fe_proxy": True}, "avi.fe_proxy is not known; there are frontend, "),
        ([], "avi must be an object"),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_path(avi, words):
    with pytest.raises(Refused) as raised:
        labels.render(avi)
    assert words in raised.value.sentence


def test_read_a_setting_that_cannot_be_right():
    found = labels.read(
        {"avi_proxy": '{"virtualservice": {"ssl_key_and_certificate_refs": "/api/x"}, "pool": {"name": "p"}}'}
    )
    assert found.broken == ()
    assert found.proxy["pool"] == {"name": "p"}
    assert [item.sentence for item in found.wrong] == [
        'avi_proxy.virtualservice.ssl_key_and_certificate_refs must be a list, not "/api/x"'
    ]


def test_render_version():
    assert labels.render({"proxy_listener": False, "ab_config": {"service": "app1", "priority": 10}}) == {
        "proxy_listener": "no",
        "ab_config": '{"priority":10,"service":"app1"}',
    }


@pytest.mark.parametrize(
    "avi",
    [{}, {"frontend": False}, {"proxy": {}}, {"proxy": {"virtualservice": None, "pool": None}}, {"ab_config": None}],
)
def test_nothing_given_renders_nothing(avi):
    assert labels.render(avi) == {}


def test_read_version_of_the_article():
    found = labels.read(VERSION_LABELS)
    assert found.ab_config == AbConfig(service="app1", priority=10)
    assert found.proxy == {"pool": {"lb_algorithm": "LB_ALGORITHM_ROUND_ROBIN"}}
    assert found.proxy_listener is False
    assert found.frontend is False
    assert found.broken == ()


@pytest.mark.parametrize("value", ["yes", "Yes", "YES"])
def test_read_frontend_in_any_case_of_the_value(value):
    assert labels.read({"FE-Proxy": value}).frontend is True


@pytest.mark.parametrize(
    ("given_labels", "key", "words"),
    [
        ({"ab_config": "{"}, "ab_config", "not valid JSON"),
        ({"ab_config": "[" * 100_000}, "ab_config", "not valid JSON"),
        ({"avi_proxy": "{\u201cpool\u201d: {}}"}, "avi_proxy", "curly quotes"),
        ({"avi_proxy": '["pool"]'}, "avi_proxy", "JSON object"),
        ({"avi_proxy": None}, "avi_proxy", "not valid JSON"),
        ({"ab_config": '{"priority": 10}'}, "ab_config", "name its service"),
        ({"ab_config": '{"service": "/", "priority": 10}'}, "ab_config", "name its service"),
        ({"ab_config": '{"service": "app1"}'}, "ab_config", "whole number"),
        ({"ab_config": '{"service": "app1", "priority": true}'}, "ab_config", "whole number"),
        ({"ab_config": '{"service": "app1", "priority": 1.5}'}, "ab_config", "whole number"),
        ({"proxy_listener": "none"}, "proxy_listener", '"yes" or "no"'),
        ({"FE-proxy": "yes"}, "FE-proxy", "FE-Proxy"),
    ],
)
def test_a_broken_label_is_named_and_then_ignored(given_labels, key, words):
    found = labels.read(given_labels)
    assert [item.key for item in found.broken] == [key]
    assert words in found.broken[0].sentence
    assert (found.ab_config, found.proxy, found.proxy_listener, found.frontend) == (None, None, None, False)


def test_a_priority_in_quotes_is_reported_and_still_counts():
    found = labels.read({"ab_config": '{"service": "app1", "priority": "20"}'})
    assert found.ab_config == AbConfig("app1", 20)
    assert [item.key for item in found.broken] == ["ab_config"]


@pytest.mark.parametrize(
    ("key", "one", "other", "expected"),
    [
        ("ab_config", '{"service": "app1", "priority": 10}', '{"priority":10,"service":"app1"}', True),
        ("ab_config", '{"service": "app1", "priority": 10}', '{"service": "app1", "priority": 20}', False),
        ("avi_proxy", '{"pool": {"enabled": true}}', '{"pool": {"enabled": 1}}', False),
        ("avi_proxy", "{", "{ ", False),
        ("avi_proxy", "{", "{", True),
        ("avi_proxy", "{}", None, False),
        ("FE-Proxy", "yes", "Yes", True),
        ("FE-Proxy", "yes", "no", False),
        ("team", "1", "1.0", False),
        ("team", "A", "a", False),
        ("team", "a", "a", True),
    ],
)
def test_same(key, one, other, expected):
    for before, after in [(one, other), (other, one)]:
        assert labels.same_label(key, before, after) is expected


@unhurried
@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=8) | json_values.map(json.dumps)))
def test_read_never_raises(given_labels):
    labels.read(given_labels)


@unhurried
@given(
    st.booleans(),
    st.dictionaries(
        st.sampled_from(["fail_action", "server_reselect", "placement_networks"]),
        json_values.filter(lambda value: value is not None),
        min_size=1,
    ),
    st.text(max_size=8).filter(lambda name: name.strip("/ ")),
    st.integers(),
)
def test_read_gives_back_what_render_wrote(flag, pool, service, priority):
    data = {"proxy": {"pool": pool}, "proxy_listener": flag, "ab_config": {"service": service, "priority": priority}}
    if flag:
        data.update(frontend=True, frontend_vip="10.1.2.3")
    found = labels.read(labels.render(data))
    assert labels.as_data(found) == data
    assert found.broken == ()


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        (
            "ab_config",
            '{"service": "app1", "priority": 10, "ratio": 10}',
            "ab_config.ratio is not known; there are service, priority",
        ),
        ("avi_proxy", '{"pools": {}}', "avi_proxy.pools is not known; there are virtualservice, pool, tenant, version"),
        ("FE-Proxy-VIP", "app1.example.com", 'FE-Proxy-VIP must be an IP address, not "app1.example.com"'),
    ],
)
def test_what_avi_would_ignore_is_wrong_in_every_label(key, value, sentence):
    found = labels.read({key: value})
    assert [(label.key, label.sentence) for label in found.wrong] == [(key, sentence)]
    assert found.broken == ()


def test_a_version_with_a_key_too_many_is_still_read():
    found = labels.read({"ab_config": '{"service": "app1", "priority": 10, "ratio": 10}'})
    assert found.ab_config == labels.AbConfig("app1", 10)


@pytest.mark.parametrize("key", ["ab-config", "AB_CONFIG", "fe_proxy", "FE Proxy VIP", "avi-proxy", "proxylistener"])
def test_a_label_that_is_nearly_one_of_avis_is_broken(key):
    (label,) = labels.read({key: "no"}).broken
    assert label.key == key
    assert "Avi reads the label" in label.sentence


def test_data_with_a_ratio_is_refused():
    with pytest.raises(Refused, match=r"ab_config\.ratio is not known"):
        labels.render({"ab_config": {"service": "app1", "priority": 10, "ratio": 10}})
