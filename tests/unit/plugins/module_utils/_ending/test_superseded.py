# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All superseded versions are retired by one task, one after another."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, NotNow, Refused
from ansible_collections.dcos.avi.plugins.module_utils._ending.superseded import retire_all
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import listener, upgraded, version

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
BY_ANY = {"keep_warm": 0, "by": None, "at_least": None}


def superseded(*versions):
    """The listener has two tasks that nobody needs any more, and so have these versions."""
    state = upgraded()
    return picture(dataclasses.replace(state, listener=listener((1, 2)), versions=(*versions, *state.versions)))


def left(app):
    return {"changed": True, "app": app, "waited": {"complete": True}, "warnings": [f"{app} is slow"], "diff": {}}


def must_not_run(app):
    raise AssertionError(app)


def test_each_superseded_version_leaves_and_what_it_took_is_returned():
    result = retire_all(superseded(), BY_ANY, NOW, must_not_run, left)
    assert (result["changed"], result["ended"], result["warm"]) == (True, [], [])
    (retired,) = result["retired"]
    assert (retired["app"], retired["drained"], set(retired["spent"])) == (
        "app1",
        {"complete": True},
        {"seconds", "requests"},
    )
    assert result["warnings"] == ["app1 is slow"]


@pytest.mark.parametrize(("by", "is_shown"), [(None, False), ("app1-100", True)])
def test_what_keeps_its_instances_is_shown_where_nobody_could_tell_before(by, is_shown):
    seen = superseded()
    active = dataclasses.replace(seen.observed.versions[0], changed_at="2026-01-01T00:00:00Z")
    seen = picture(dataclasses.replace(seen.observed, versions=(active,)))
    result = retire_all(seen, {**BY_ANY, "keep_warm": 60, "by": by}, NOW, must_not_run, must_not_run)
    (warm,) = result["warm"]
    shown = f"{warm['app']} keeps its instances until {warm['until']}, ready for a rollback. A run after that scales it to zero."
    assert result["more_shown"] == ([shown] if is_shown else [])


def test_nothing_leaves_while_another_version_takes_the_traffic():
    with pytest.raises(Refused, match=r"^Nothing of app1 is scaled down\. app1-200 does not take the traffic any more"):
        retire_all(superseded(), {**BY_ANY, "by": "app1-200"}, NOW, must_not_run, must_not_run)


def test_nothing_is_changed_where_nothing_is_superseded():
    nothing = picture(dataclasses.replace(upgraded(), listener=listener((), 0)))
    result = retire_all(nothing, BY_ANY, NOW, must_not_run, must_not_run)
    assert (result["changed"], result["retired"], result["diff"]) == (False, [], [])


@pytest.mark.parametrize(("first", "before"), [("app1", []), ("app1-50", ["app1"])])
def test_what_fails_after_another_one_has_left_tells_what_was_done(first, before):
    def leave(app):
        if app == first:
            raise NotNow(f"{app} is not scaled to zero.")
        return left(app)

    with pytest.raises(DcosAviError) as failed:
        retire_all(superseded(version("50", 5, (5, 6))), BY_ANY, NOW, must_not_run, leave)
    assert failed.value.changed is bool(before)
    assert [each["app"] for each in failed.value.as_result()["retired"]] == before
