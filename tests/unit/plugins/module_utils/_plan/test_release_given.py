# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._plan.release_given import release_mistakes

API = {"service": "api", "version": "200"}


def test_what_can_be_meant():
    web = {"service": "web", "version": 310, "after": ["api"], "requests": {"path": "/"}, "mesos_master": "none"}
    assert release_mistakes([API, web]) == []


@pytest.mark.parametrize("listed", ["", "api, web", '[{"service": "api"}]', {"service": "api"}, None, 7])
def test_what_is_no_list(listed):
    (said,) = release_mistakes(listed)
    assert said.startswith("release_services must be a list of services")


def test_what_is_no_service():
    assert release_mistakes([API, "web"]) == [
        "Number 2 in release_services must be a dictionary with service and version."
    ]


@pytest.mark.parametrize(
    ("key", "advice"),
    [
        ("request", "Check the spelling."),
        ("rollout_requests", "Write it without the prefix: requests."),
        ("promote", "Check the spelling."),
        ("reason", "It is one for all services: release_reason."),
    ],
)
def test_a_key_that_would_be_passed_over(key, advice):
    (said,) = release_mistakes([{**API, key: "x"}])
    assert said.startswith(f"api has {key} in release_services") and advice in said


def test_what_the_waves_cannot_have():
    assert release_mistakes([{**API, "after": ["db"]}]) == ["api comes after db, which is not in the release."]
    (said,) = release_mistakes([{**API, "version": 2.10}])
    assert said.startswith("The version of api in the release is the number 2.1")
    assert release_mistakes([API], " ") == ["release_name is empty."]
