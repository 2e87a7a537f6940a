# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._plan.release import release_plan


def member(service, *after, version="200"):
    return {"service": service, "version": version, "after": list(after)}


def test_a_service_comes_after_all_that_it_names():
    plan = release_plan([member("web", "api", "auth"), member("api", "db"), member("db"), member("auth")])
    assert plan.pop("shown") == ["wave 1: auth, db", "wave 2: api", "wave 3: web"]
    assert plan == {"waves": [["auth", "db"], ["api"], ["web"]], "order": ["api", "auth", "db", "web"], "mistakes": []}


def test_names_are_read_as_everywhere():
    plan = release_plan(
        [{"service": "/shop/web", "version": 200, "after": "shop/api, /shop/db"}, member("shop/api"), member("shop/db")]
    )
    assert plan["waves"] == [["shop/api", "shop/db"], ["shop/web"]]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([], "has no services"),
        ([member("a"), member("/a/")], "a is in the release 2 times"),
        ([member("a", "b")], "a comes after b, which is not in the release"),
        ([member("a", "a")], "a wait for each other"),
        ([member("a", "b"), member("b", "c"), member("c", "a"), member("d")], "a, b, c wait for each other"),
        ([member("")], "has no name"),
        ([member("a", version="")], "a has no version"),
        ([member("a", version=1.1)], "The version of a in the release is the number 1.1, which may have lost a zero"),
        ([member(True)], "The service of True in the release is the value true"),
    ],
)
def test_what_cannot_be_meant(members, said):
    plan = release_plan(members)
    assert any(said in mistake for mistake in plan["mistakes"]), plan
    assert plan["waves"] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "release_name is empty"),
        (2026.1, "the number 2026.1, which may have lost a zero"),
        (True, "the value true"),
    ],
)
def test_what_is_no_name_of_a_release(name, said):
    """By its name, a release finds again what it has made."""
    plan = release_plan([member("a")], name)
    assert any(said in mistake for mistake in plan["mistakes"]), plan
    assert plan["waves"] == []
