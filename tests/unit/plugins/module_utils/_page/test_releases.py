# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a page says of releases: what each made of which service, the newest first."""

from __future__ import annotations

from ansible_collections.dcos.avi.plugins.module_utils._page.page import page_of
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._page.page_data import NOW, entry, seen, told


def test_what_releases_made_of_the_services():
    api = [
        entry("app1-300", 40, release="autumn"),
        entry("app1-200", 20, 30, outcome="rolled_back", release="spring"),
        entry("app1-100", 0, 12),
    ]
    web = [entry("app1-150", 25, release="spring")]
    page = page_of([seen(), {**seen(), "service": "app2"}], [told(api), told(web)], {}, NOW)
    found = [
        (release.name, [(move.service, move.item.app, move.item.outcome) for move in release.moves])
        for release in page.releases
    ]
    assert found == [
        ("autumn", [("app1", "app1-300", "running")]),
        ("spring", [("app2", "app1-150", "running"), ("app1", "app1-200", "rolled back")]),
    ]
    assert page.services[0].history[1].reason == "release spring: TICKET-7"


def test_without_releases_there_are_none():
    assert page_of([seen()], [told()], {}, NOW).releases == ()
