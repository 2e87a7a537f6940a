# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta, timezone

from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import DEPLOY, PREVIEW, REFUSE
from ansible_collections.dcos.avi.plugins.module_utils._plan.preview import left_previews
from ansible_collections.dcos.avi.plugins.module_utils._service.approval import approval_is_late, approval_label
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.rollout_plans import plan
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import fresh, task

NOW = datetime(2026, 11, 27, 18, 5, tzinfo=timezone.utc)
UNTIL = approval_label(3600, NOW)
PREVIEW_ID = "app1-200-preview"
IMAGE = {"image": "shop/server:200", "strategy": "preview"}


def left(late):
    """A preview that was left to be approved within an hour."""
    definition = plan(fresh(), promote=False, to_approve=UNTIL, **IMAGE).preview.definition
    preview = App(PREVIEW_ID, 1, (task(9),), definition=definition)
    return dataclasses.replace(fresh(), previews=(preview,), late_previews=frozenset({PREVIEW_ID} if late else ()))


def label(seen):
    return seen.preview.definition["labels"]["dcos_avi_awaits_approval"]


def test_the_label_says_until_when():
    assert UNTIL == "2026-11-27T19:05:00Z" and approval_label(0, NOW) == "yes"
    for ever in (10**12, 10**20):
        assert approval_label(ever, NOW) == "9999-12-31T23:59:59Z"
    labels = {"labels": {"dcos_avi_awaits_approval": UNTIL}}
    assert not approval_is_late(labels, NOW + timedelta(minutes=59))
    assert approval_is_late(labels, NOW + timedelta(minutes=60))
    for written in ("yes", "tomorrow", ""):
        assert not approval_is_late({"labels": {"dcos_avi_awaits_approval": written}}, NOW + timedelta(days=999))
    assert not approval_is_late({}, NOW)


def test_in_time_it_is_promoted_and_kept():
    assert plan(left(late=False), **IMAGE).action == DEPLOY
    assert left_previews(picture(left(late=False))) == ()


def test_too_late_it_is_not_promoted_and_others_delete_it():
    refused = plan(left(late=True), **IMAGE)
    assert (refused.action, refused.refusals[0].code) == (REFUSE, "approval_too_late")
    assert UNTIL in refused.refusals[0].sentence
    assert left_previews(picture(left(late=True))) == (PREVIEW_ID,)
    assert PREVIEW_ID in plan(left(late=True), name="300", image="shop/server:300").leftovers


def test_one_that_is_tested_anew_in_time_keeps_its_end_and_a_late_one_gets_another():
    later = approval_label(7200, NOW)
    again = plan(left(late=False), promote=False, to_approve=later, **IMAGE)
    assert (again.action, label(again)) == (PREVIEW, UNTIL)
    anew = plan(left(late=True), promote=False, to_approve=later, **IMAGE)
    assert (anew.action, label(anew)) == (PREVIEW, later)
