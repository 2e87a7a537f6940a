# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import read_app
from ansible_collections.dcos.avi.plugins.module_utils._service.freeze import (
    freeze_definition,
    freeze_of,
    new_freeze,
    read_until,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.members import members_of

NOW = datetime(2026, 11, 27, 18, 5, tzinfo=timezone.utc)
FREEZE = new_freeze("jane", "holidays", NOW + timedelta(hours=1), NOW)


def seen(app):
    return members_of("app1", [read_app(app, lambda host: (), NOW)])


def test_what_is_written_is_read():
    definition = freeze_definition(FREEZE, "app1")
    assert freeze_of(definition, "app1") == FREEZE
    members = seen(definition)
    assert (members.freeze, members.previews, members.lock, members.foreign) == (FREEZE, (), None, ())


@pytest.mark.parametrize("app_id", ["/other/app1-migration-freeze", "/app1-freeze", "/app1-migration-freeze-preview"])
def test_labels_alone_freeze_nothing(app_id):
    members = seen({**freeze_definition(FREEZE, "app1"), "id": app_id})
    assert (members.freeze, members.previews) == (None, ())
    assert [app.id for app in members.foreign] == [app_id[1:]]


def test_the_freeze_of_another_service_is_none():
    assert freeze_of({**freeze_definition(FREEZE, "app2"), "id": "/app1-migration-freeze"}, "app1") is None


def test_it_ends_by_itself():
    assert not FREEZE.is_over(NOW)
    assert FREEZE.is_over(NOW + timedelta(hours=1))
    assert not new_freeze("jane", "", None, NOW).is_over(NOW + timedelta(days=999))


def test_an_end_that_cannot_be_read_is_none():
    definition = freeze_definition(FREEZE, "app1")
    definition["labels"]["dcos_avi_freeze_until"] = "soon"
    assert not freeze_of(definition, "app1").is_over(NOW + timedelta(days=999))


def test_texts_that_do_something_become_texts_that_are_seen():
    definition = freeze_definition(FREEZE, "app1")
    definition["labels"]["dcos_avi_freeze_reason"] = "\x1b[2Jok: [localhost]\n" + "x" * 9999
    reason = freeze_of(definition, "app1").reason
    assert "\x1b" not in reason and "\n" not in reason and len(reason) == 300


@pytest.mark.parametrize("written", ["2026-12-27T08:00:00+01:00", "2026-12-27 07:00:00+00:00", "2026-12-27T07:00Z"])
def test_an_end_with_an_offset_is_read(written):
    assert read_until(written, NOW) == datetime(2026, 12, 27, 7, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "written", ["2026-12-27", "2026-12-27T08:00:00", "tomorrow", "2026-11-27T18:05:00Z", "9999-12-31T23:59:59-01:00"]
)
def test_any_other_end_is_refused(written):
    with pytest.raises(Refused, match="until"):
        read_until(written, NOW)
    assert read_until("", NOW) is read_until(None, NOW) is None
