# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._plan.release import release_goes_on
from ansible_collections.dcos.avi.plugins.module_utils._plan.release_result import release_result


def member(service, stage, *after, before=None):
    return {
        "service": service,
        "version": "200",
        "after": list(after),
        "stage": stage,
        "before": before or f"{service}-100",
    }


def served(app):
    return {"outcome": "rolled_out", "failed": False, "sentence": f"{app} was rolled out.", "after": {"app": app}}


def test_a_wave_moves_when_all_before_it_have_and_nobody_failed():
    api, web = member("api", "ready"), member("web", "ready", "api")
    assert release_goes_on([api, web], 0) and not release_goes_on([api, web], 1)
    moved = {**api, "stage": "moved"}
    assert release_goes_on([moved, web], 1)
    assert not release_goes_on([moved, {**web, "stage": "locked"}], 1)
    assert not release_goes_on([{**api, "stage": "locked"}, web], 0)
    assert not release_goes_on([moved, {**web, "failed": True}], 1)


def test_the_previews_come_when_all_were_checked_and_nothing_goes_back():
    api, web = member("api", "checked"), member("web", "checked", "api")
    assert release_goes_on([api, web], -1)
    assert not release_goes_on([api, member("web", "locked", "api")], -1)
    assert not release_goes_on([api, {**web, "way": "back"}], -1)


def test_a_release_that_is_done():
    result = release_result(
        [member("api", "done"), member("web", "done", "api")],
        [served("api-200"), served("web-200")],
        "spring",
        "lockstep",
    )
    assert not result["failed"]
    assert result["sentence"] == "Release spring is done: api, web serve the versions that it asked for."
    assert result["shown"] == ["api: was api-100, is api-200, done", "web: was web-100, is web-200, done"]


def test_a_release_that_was_taken_back():
    failure = {
        "failed": True,
        "sentence": "The rollout of web-200 failed. Soak: too slow.",
        "after": {"app": "web-100-r2"},
    }
    result = release_result(
        [{**member("api", "taken_back"), "now": "api-100-r2"}, {**member("web", "ready", "api"), "failed": True}],
        [served("api-200"), failure],
        "spring",
        "lockstep",
    )
    assert result["failed"]
    assert (
        result["sentence"]
        == "Release spring failed at web. The rollout of web-200 failed. Soak: too slow. Taken back: api."
    )
    assert result["services"]["web"] == {
        "version": "200",
        "stage": "ready",
        "was": "web-100",
        "is": "web-100-r2",
        "why": failure["sentence"],
    }
    assert result["services"]["api"]["is"] == "api-100-r2"
    assert result["services"]["api"]["why"] == "It was taken back, because the release failed at web."


def test_only_what_failed_is_told_and_not_what_waited_for_it():
    members = [{**member("api", "locked"), "failed": True, "why": "It is frozen."}, member("web", "checked", "api")]
    result = release_result(members, [{}, {}], "spring", "ordered")
    assert result["sentence"] == "Release spring failed at api. It is frozen."
    assert result["services"]["web"]["why"] == "It was not moved, because the release failed at api."


def test_what_an_earlier_run_moved_is_told_as_it_is():
    """The release is refused when it is run again: what it moved before still serves."""
    moved = {**member("api", "checked"), "is_active": True}
    refused = {**member("web", "locked", "api"), "failed": True, "why": "web-200 differs."}
    result = release_result(
        [moved, refused], [{**served("api-200"), "sentence": "api-200 serves."}, {}], "spring", "lockstep"
    )
    assert (result["services"]["api"]["was"], result["services"]["api"]["is"]) == ("api-100", "api-200")
    assert result["services"]["api"]["why"] == "api-200 serves."


def test_one_whose_way_back_was_interrupted_is_taken_back():
    members = [member("api", "taken_back"), member("web", "taken_back", "api")]
    result = release_result(members, [{}, {}], "spring", "lockstep")
    assert result["failed"]
    assert result["sentence"].startswith("Release spring was taken back, which is done now. Taken back: api, web.")


def test_one_that_did_not_retire_is_not_done():
    result = release_result([member("api", "moved")], [served("api-200")], "spring", "lockstep")
    assert result["failed"] and result["sentence"].startswith("Release spring failed at api.")
    assert not release_result([member("api", "moved")], [served("api-200")], "spring", "ordered")["failed"]


@pytest.mark.parametrize("how", ["left", "unfinished"])
def test_what_failed_and_was_taken_back_is_named_all_the_same(how):
    web = {**member("web", "taken_back", "api"), how: True, "why": "Soak: no answer.", "now": "web-100-r2"}
    result = release_result([member("api", "taken_back"), web], [{}, {}], "spring", "lockstep")
    assert result["failed"]
    assert result["sentence"] == "Release spring failed at web. Soak: no answer. Taken back: api, web."
