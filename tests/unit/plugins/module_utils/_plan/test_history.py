# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a service's apps record is read as text, whatever is in it."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from ansible_collections.dcos.avi.plugins.filter.history import history_table
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import (
    OWN_LABELS,
    with_own_labels,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.history import history_of
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import read_app
from ansible_collections.dcos.avi.plugins.module_utils._service.record import (
    LONGEST,
    LONGEST_LABEL,
    RETIRED,
    Told,
    creation_label,
    end_label,
    read_record,
)

NOW = datetime(2026, 1, 15, 12, 0, 0, tzinfo=timezone.utc)
EARLIER = datetime(2026, 1, 14, 12, 0, 0, tzinfo=timezone.utc)
HOSTILE = "<script>alert(1)</script> {{ lookup('pipe', 'id') }} \x1b[2J\u202e\nok: [localhost]"
TOLD = Told("ann", "AWX job 4711", "TICKET-7")
NOT_A_RECORD = ["", "{", "[1]", "null", '"text"', "7", "[" * 9000, "x" * (LONGEST_LABEL + 1), None, 5]


def app(app_id, instances=1, priority=None, changed="2026-01-14T12:00:00.000Z", **labels):
    if priority:
        labels["ab_config"] = json.dumps({"service": "app1", "priority": priority})
    times = {"lastConfigChangeAt": changed, "lastScalingAt": changed}
    found = {"id": f"/{app_id}", "instances": instances, "labels": labels, "versionInfo": times}
    return read_app(found, lambda host: (), NOW)


def history(*versions, listener=None):
    return [entry.as_result(NOW) for entry in history_of("app1", listener, versions)]


def test_who_made_a_version_and_who_ended_it():
    labels = {
        "dcos_avi_run": creation_label(TOLD, EARLIER),
        "dcos_avi_takes_over_from": "app1",
        "dcos_avi_ended": end_label(Told("bob"), NOW, RETIRED, "app1-200", "requests: 3 of 10 failed", "b"),
    }
    (entry,) = history(app("app1-100", 0, 10, changed="2026-01-15T12:00:00.000Z", **labels))
    assert (entry["by"], entry["job"], entry["reason"], entry["from"]) == ("ann", "AWX job 4711", "TICKET-7", "app1")
    assert (entry["at"], entry["seconds"], entry["outcome"]) == ("2026-01-14T12:00:00Z", 86400, "retired")
    assert entry["ended"] == {
        "at": "2026-01-15T12:00:00Z",
        "to": "app1-200",
        "by": "bob",
        "job": None,
        "reason": None,
        "release": None,
        "said": "requests: 3 of 10 failed",
        "side": "b",
    }
    shown = history_table([{"service": "app1", "total": 1, "history": [entry]}])[-1]
    assert "app1 -> app1-100  ann (AWX job 4711)  TICKET-7" in shown
    assert shown.endswith("retired 2026-01-15T12:00:00Z for app1-200 by bob (requests: 3 of 10 failed)")
    (again,) = history(app("app1-100", 2, 10, **labels))
    assert (again["outcome"], again["ended"]) == ("running", None)


def test_what_others_made_is_shown_with_what_marathon_knows():
    listener, stopped = app("app1", 2), app("app1-100", 0, 10)
    found = history(stopped, listener=listener)
    assert [(each["app"], each["source"], each["outcome"]) for each in found] == [
        ("app1-100", "marathon", "stopped"),
        ("app1", "marathon", "running"),
    ]
    assert [each["at"] for each in found] == ["2026-01-14T12:00:00Z"] * 2
    assert history_table([{"service": "app1", "total": 2, "history": found}])[2].split() == [
        *("2026-01-14T12:00:00Z", "app1-100", "-", "-", "0", "s", "stopped", "2026-01-14T12:00:00Z"),
    ]


@pytest.mark.parametrize("label", NOT_A_RECORD, ids=lambda label: str(label)[:10] or "empty")
def test_what_is_no_record_is_named_and_not_read(label):
    assert read_record(label) is None
    if isinstance(label, str):
        (entry,) = history(app("app1-100", 0, 10, dcos_avi_run=label, dcos_avi_ended=label))
        assert entry["unreadable"] == ["dcos_avi_run", "dcos_avi_ended"]
        assert (entry["by"], entry["outcome"], entry["source"]) == (None, "stopped", "marathon")


@pytest.mark.parametrize(
    "value", [HOSTILE, "x" * 9000, {"a": [HOSTILE]}, 7, True, ["a"]], ids=lambda value: str(value)[:10]
)
def test_each_value_is_shown_as_one_short_line(value):
    label = json.dumps(dict.fromkeys(("at", "by", "job", "reason", "to", "said", "outcome"), value))
    (entry,) = history(app("app1-100", 0, 10, dcos_avi_run=label[:LONGEST_LABEL], dcos_avi_ended=label[:LONGEST_LABEL]))
    texts = [entry["by"], entry["job"], entry["reason"], *entry["ended"].values()]
    assert all(text is None or (text.isprintable() and len(text) <= LONGEST) for text in texts)
    assert entry["outcome"] == "stopped"
    lines = history_table([{"service": "app1", "total": 1, "history": [entry]}])
    assert len(lines) == 3 and all(line.isprintable() for line in lines)


def test_five_hundred_versions_with_whatever_labels():
    bad = {"dcos_avi_run": "x" * LONGEST_LABEL, "dcos_avi_takes_over_from": "y" * 9000}
    found = history(*(app(f"app1-{number}", 0, number + 1, **bad) for number in range(500)))
    assert [each["app"] for each in found[:2]] == ["app1-499", "app1-498"]
    lines = history_table([{"service": "app1", "total": 500, "history": found[:50]}])
    assert lines[0] == "app1: 500 apps, the newest 50 of them" and len(lines) == 52
    assert len(json.dumps(found)) < 500 * 2000


def test_a_label_holds_no_more_than_it_can():
    label = creation_label(Told(*(HOSTILE * 100 for _each in range(3))), NOW)
    assert len(label) < LONGEST_LABEL
    assert read_record(label).told.bounded() == read_record(label).told


def test_own_labels_are_kept_and_are_no_difference():
    present = {"labels": {**dict.fromkeys(OWN_LABELS, "noted"), "tier": "gone"}}
    assert with_own_labels({"tier": "web"}, present) == {**dict.fromkeys(OWN_LABELS, "noted"), "tier": "web"}
    assert with_own_labels({OWN_LABELS[0]: "stated"}, present)[OWN_LABELS[0]] == "stated"
    assert with_own_labels({"tier": "web"}, None) == {"tier": "web"}


def test_a_service_without_apps():
    assert history_table([{"service": "app1", "total": 0, "history": []}]) == ["app1: Marathon has no app of it"]
