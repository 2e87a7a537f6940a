# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups, as GroupsResource, GroupUpdate and the group validators of Marathon's sources have them at the personas' tags."""

from __future__ import annotations

from typing import Any

import pytest
from hosted import HostedMarathon

ZERO = {"cmd": "sleep 1000", "cpus": 0.01, "mem": 1, "instances": 0}
NOT_CHILD = {"1.11": "Identifier is not child of '/g'"}


@pytest.fixture(name="group")
def fixture_group(marathon: HostedMarathon) -> HostedMarathon:
    """A group with an app, and one in it."""
    sent = {"id": "/g", "apps": [{**ZERO, "id": "a"}], "groups": [{"id": "h"}]}
    assert marathon.ask("POST", "/v2/groups", sent).status == 201
    marathon.settle()
    return marathon


def wrong(answer: Any) -> Any:
    """What is wrong where, or what is said of it all."""
    details = answer.body.get("details")
    if not details:
        return answer.status, answer.body["message"]
    return answer.status, *((each["path"], *each["errors"]) for each in details)


def test_where_a_created_group_is_said_to_be(group: HostedMarathon) -> None:
    """Behind the path of the request with Jersey 1, else at the root; without an id the path is the group."""
    answer = group.ask("POST", "/v2/groups/g", {"id": "k"})
    path = "/v2/groups/g/g/k" if group.settings.marathon in ("1.4", "1.5") else "/g/k"
    assert (answer.status, answer.headers["Location"]) == (201, f"{group.url}{path}")
    assert "Marathon-Deployment-Id" in answer.headers
    again = group.ask("POST", "/v2/groups/g", {})
    assert wrong(again) == (409, "Group /g is already created. Use PUT to change this group.")


def test_what_is_embedded_in_a_group(group: HostedMarathon) -> None:
    """Only what is asked for; the newest release has every key, empty if need be."""
    every = {"id", "version", "dependencies", "apps", "groups", "pods"}
    is_newest = group.settings.marathon == "1.11"
    assert every <= group.ask("GET", "/v2/groups").body.keys()
    for part in ("apps", "groups", "pods"):
        seen = group.ask("GET", f"/v2/groups?embed=group.{part}").body
        assert seen.keys() == (every if is_newest else {"id", "version", "dependencies", part})
    (below,) = group.ask("GET", "/v2/groups?embed=group.groups").body["groups"]
    assert below.get("apps", []) == []
    (below,) = group.ask("GET", "/v2/groups?embed=group.groups&embed=group.apps&embed=group.apps.counts").body["groups"]
    assert below["apps"][0]["tasksRunning"] == 0
    assert "tasksRunning" not in group.ask("GET", "/v2/groups/g?embed=group.apps").body["apps"][0]
    assert group.ask("GET", "/v2/groups/none/apps").body == []


def test_versions_of_groups(group: HostedMarathon) -> None:
    """A group of the past has definitions only; a version that is not there is no group."""
    version = group.ask("GET", "/v2/groups").body["version"]
    (app,) = group.ask("GET", f"/v2/groups/g/versions/{version}").body["apps"]
    assert app["id"] == "/g/a"
    assert "tasksRunning" not in app
    unknown = "2014-01-01T00:00:00.000Z"
    assert wrong(group.ask("GET", f"/v2/groups/g/versions/{unknown}")) == (404, "Group '/g' does not exist")
    answer = group.ask("PUT", "/v2/groups/g", {"version": unknown})
    assert wrong(answer) == (422, f"Group /g not available in version {unknown}")


def test_scaling_and_going_back_go_with_nothing_else(group: HostedMarathon) -> None:
    """Not even with the id."""
    text = "not allowed in conjunction with other properties."
    for name, value in (("scaleBy", 2), ("version", "2014-01-01T00:00:00.000Z")):
        for more in ({"apps": []}, {"id": "/g"}):
            assert wrong(group.ask("PUT", "/v2/groups/g", {name: value, **more})) == (422, (f"/{name}", text))
        assert wrong(group.ask("POST", "/v2/groups", {name: value, "id": "/k"})) == (422, (f"/{name}", text))
    below_zero = group.ask("PUT", "/v2/groups/g", {"scaleBy": -1})
    old = group.settings.marathon == "1.4"
    assert below_zero.status == 200 if old else wrong(below_zero) == (422, ("/scaleBy", "error.min"))


def test_ids_within_a_group(group: HostedMarathon) -> None:
    release = group.settings.marathon
    text = NOT_CHILD.get(release, "Identifier is not child of /g. Hint: use relative paths.")
    for app_id in ("/other", "/g/x/y"):
        answer = group.ask("PUT", "/v2/groups/g", {"apps": [{**ZERO, "id": app_id}]})
        assert wrong(answer) == (422, ("/apps(0)/id", text))
    answer = group.ask("PUT", "/v2/groups/g", {"groups": [{"id": "/other"}]})
    assert wrong(answer) == (422, ("/groups(0)", "Group has to be child of groups with parent id"))
    answer = group.ask("PUT", "/v2/groups/g", {"groups": [{}]})
    assert wrong(answer) == (422 if release == "1.4" else 500, "No group id was given!")
    assert group.ask("PUT", "/v2/groups/g", {"id": "/q"}).status == 200, "it is the id that counts"
    assert group.ask("GET", "/v2/groups/q").status == 200


def test_where_what_is_wrong_with_an_app_of_a_group_is_said_to_be(group: HostedMarathon) -> None:
    """Types in each release with the place in the group, rules only before 1.5."""
    old = group.settings.marathon == "1.4"
    answer = group.ask("PUT", "/v2/groups/g", {"apps": [{"id": "a", "cmd": 1}]})
    assert wrong(answer) == (400 if old else 422, ("/apps(0)/cmd", "error.expected.jsstring"))
    answer = group.ask("PUT", "/v2/groups/g", {"apps": [{"id": "a"}]})
    text = "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'."
    assert wrong(answer) == (422, ("/apps(0)" if old else "/", text))


def test_a_dry_run_compares_before_ports_are_assigned(group: HostedMarathon) -> None:
    """So an app with its default port is shown as restarted where it is scaled from none to one."""
    answer = group.ask("PUT", "/v2/groups/g?dryRun=true", {"apps": [{**ZERO, "id": "a", "instances": 1}]})
    assert answer.body == {"steps": [{"actions": [{"action": "RestartApplication", "app": "/g/a"}]}]}
    assert group.app("/g/a")["instances"] == 0


def test_only_the_newest_release_patches_groups(group: HostedMarathon) -> None:
    """Their role, and at the top only."""
    answer = group.ask("PATCH", "/v2/groups/g", {"enforceRole": True})
    if group.settings.marathon != "1.11":
        assert answer.status == 405
        return
    assert answer.status == 200
    assert group.ask("GET", "/v2/groups/g").body["enforceRole"] is True
    assert wrong(group.ask("PATCH", "/v2/groups/g/h", {})) == (422, ("/", "Path needs to be top-level"))
    answer = group.ask("PUT", "/v2/groups/g", {"groups": [{"id": "h", "enforceRole": True}]})
    text = "enforceRole can only be set for top-level groups, and /g/h is not top-level"
    assert ("/groups(0)/enforceRole", text) in wrong(answer)


def test_a_group_that_is_not_there_is_not_deleted(marathon: HostedMarathon) -> None:
    assert marathon.ask("DELETE", "/v2/groups/none").body == {"message": "Group '/none' does not exist"}
