# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.filter.migration import migration_steps, migration_table

LOCK = {"owner": "AWX job 4711", "since": "2026-01-15T10:20:30Z", "purpose": "rollout of version 200"}


def test_a_lock_is_shown_in_the_line_of_its_service():
    for lock, shown in ((LOCK, True), (None, False)):
        (line,) = migration_table([{"service": "app1", "lock": lock}])
        assert ("locked by AWX job 4711 since 2026-01-15T10:20:30Z for rollout of version 200" in line) is shown


def test_the_lock_of_the_run_that_shows_the_table_is_not_shown():
    seen = [{"service": "app1", "lock": LOCK}]
    assert migration_table(seen, own_lock=LOCK["owner"]) == ["app1: no version is proven to take the traffic"]
    assert "locked by AWX job 4711" in migration_table(seen, own_lock="AWX job 4712")[0]


def test_a_preview_has_a_row_without_a_priority():
    preview = {"app": "app1-200-preview", "version": "200-preview", "priority": None, "instances": 2, "healthy": 2}
    *_head, row = migration_table([{"service": "app1", "versions": [{**preview, "role": "preview", "pool": None}]}])
    assert row.split() == ["app1-200-preview", "200-preview", "-", "2", "2", "preview", "-"]


def test_a_refused_plan_is_not_nothing_to_do():
    plan = {
        "action": "refuse",
        "steps": [],
        "refusals": [{"code": "superseded", "sentence": "app1-100 was superseded."}],
    }
    assert migration_steps(plan) == ["refused: app1-100 was superseded."]


def app_at_rest(number, role="retired", **more):
    app = {"app": f"app1-{number}", "version": str(number), "priority": number, "instances": 0, "healthy": 0}
    return {**app, "role": role, "pool": None, **more}


LISTENER = app_at_rest(0, "listener", app="app1", version=None)


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([LISTENER], "scaled to zero: listener app1"),
        ([LISTENER, app_at_rest(100)], "scaled to zero: listener app1; retired app1-100"),
        (list(map(app_at_rest, (100, 110, 120))), "scaled to zero: retired app1-100, app1-110, app1-120"),
        (
            [LISTENER, *map(app_at_rest, range(100, 600))],
            "scaled to zero: listener app1; 500 retired, app1-100 … app1-599",
        ),
    ],
)
def test_all_that_is_scaled_to_zero_takes_one_line(versions, expected):
    active = app_at_rest(900, "active", instances=2, healthy=2, pool="p")
    *_head, row, line = migration_table([{"service": "app1", "versions": [*versions, active]}])
    assert row.split() == ["app1-900", "900", "900", "2", "2", "active", "p"]
    assert line.strip() == expected
    assert migration_table([{"service": "app1", "versions": versions}])[1:] == [line]


@pytest.mark.parametrize("more", [{"instances": 2}, {"healthy": 1}, {"pool": "p"}, {"role": "preview"}])
def test_what_runs_or_may_get_traffic_has_a_row_of_its_own(more):
    _headline, _columns, row = migration_table([{"service": "app1", "versions": [app_at_rest(100, **more)]}])
    assert row.split()[0] == "app1-100"
