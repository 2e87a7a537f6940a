# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Of a long error only its begin is looked at, and the title of a page is looked for once."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core import error_bodies
from ansible_collections.dcos.avi.plugins.module_utils._core.error_bodies import (
    what_it_says,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    ApiError,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

from tests.security.hostile_answers import to_marathon


@pytest.mark.parametrize(
    "page",
    ["<title>" * 40_000, "<title" * 40_000, "<title>x" + "</titl" * 40_000, "<" * 200_000, "\n" * 200_000],
    ids=["begins", "begins unclosed", "ends", "signs", "lines"],
)
def test_the_title_of_a_page_is_looked_for_once(page, monkeypatch):
    looked = []

    class Text(str):
        def lower(self):
            return Text(super().lower())

        def find(self, *args):
            looked.append(args)
            return super().find(*args)

    monkeypatch.setattr(error_bodies, "LONGEST_ERROR", 10**9)
    error_bodies._title(Text(page))
    assert len(looked) <= 3
    assert len(what_it_says(page)) <= 300


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("<html><TITLE lang='en'>Not\n here</TITLE>", "a page titled 'Not here'"),
        ("<title>never closed", "<title>never closed"),
        ("</title><title>x</title>", "a page titled 'x'"),
    ],
)
def test_titles(page, says):
    assert what_it_says(page) == says


def test_of_a_long_error_only_its_begin_is_looked_at(server):
    server.answer = lambda request: Reply(400, {"message": "x" * 1_000_000})
    with pytest.raises(ApiError) as raised:
        to_marathon(server).request("GET", "/v2/apps")
    assert raised.value.details is None and len(raised.value.sentence) < 500
