# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What no gate could judge by is found in the variables of a role."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.dcos.avi.plugins.filter.names import mistakes_of_a_role
from ansible_collections.dcos.avi.plugins.plugin_utils._gate_mistakes import gate_mistakes

URL = "http://127.0.0.1"
METRIC = {"name": "errors", "url": URL, "query": "errors_total", "max": 1}


@pytest.mark.parametrize(
    "given",
    [
        {"smoke": {}, "requests": None, "soak": ""},
        {"smoke": {"scheme": "https", "validate_certs": False, "ca_path": "/ca.pem", "max_seconds": None}},
        {
            "requests": {
                "url": URL,
                "count": "3",
                "status": [200, "204"],
                "headers": {"X-Day": datetime.date(2026, 1, 5)},
            }
        },
        {"requests": {"url": URL, "body": {"a": 1}, "wait_timeout": ""}},
        {"soak": {"seconds": "5", "max_error_percent": 1}},
        # Nobody is asked for it here.
        {"soak": {"seconds": 5, "metrics": [METRIC]}},
        {"soak": "no dictionary", "hooks": {"count": 0}},
    ],
)
def test_what_a_gate_can_judge_by_is_no_mistake(given):
    assert gate_mistakes(given, "rollout") == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"smoke": {"count": 0}}, "rollout_smoke: count must be at least 1, not 0."),
        ({"smoke": {"path": "health"}}, "rollout_smoke: path begins with a slash, and 'health' does not."),
        ({"smoke": {"wait_interval": -1}}, "rollout_smoke: wait_interval must be above 0 (seconds), not -1.0."),
        ({"requests": {"url": "app1"}}, "rollout_requests: app1 cannot be asked: "),
        ({"requests": {"url": URL, "body": 5}}, "rollout_requests: argument 'body' is of type "),
        ({"requests": {"url": URL, "cuont": 5}}, "rollout_requests: cuont. Supported parameters include: "),
        ({"soak": {"seconds": 5}}, "rollout_soak: There is nothing to judge by. "),
        ({"soak": {"seconds": 0, "max_error_percent": 1}}, "rollout_soak: seconds and interval must be above 0."),
        ({"soak": {"seconds": 5, "metrics": [METRIC, METRIC]}}, "rollout_soak: Two metrics have the name errors. "),
    ],
)
def test_what_no_gate_could_judge_by_is_told(given, sentence):
    (found,) = gate_mistakes(given, "rollout")
    assert found.startswith(sentence)


def test_a_secret_of_a_gate_is_not_told():
    headers = {"Authorization": "Bearer of-the-shop"}
    asked = {"url": URL, "headers": headers, "answer_headers": {"X-Echo": "*Bearer of-the-shop"}}
    (found,) = gate_mistakes({"requests": asked}, "rollout")
    assert "X-Echo" in found and "of-the-shop" not in found


def test_all_mistakes_are_told_at_once():
    given = {"service": "app1", "version": "", "smoke": {"count": 0}}
    found = mistakes_of_a_role(given, "rollout", names=[], known=[])
    assert found == ["rollout_version is empty.", "rollout_smoke: count must be at least 1, not 0."]
