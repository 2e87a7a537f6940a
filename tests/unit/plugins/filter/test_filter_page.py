# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the page says is text, whoever wrote it; and the page needs nothing but itself."""

from __future__ import annotations

import copy
import re
from html.parser import HTMLParser

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.dcos.avi.plugins.filter.page import TEMPLATES, rendered, report_page
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._page.page_data import (
    HISTORY,
    NOW,
    entry,
    result,
    seen,
    told,
    version,
)

HOSTILE = "</title></style></svg><script>alert(1)</script><img src=x onerror=alert(2)>\" onload='x' {{ 7*191 }}{% x %}\x1b[2J\u202e"
#: What reads a text as a command: the page has none of it.
ACTIVE_ELEMENTS = {
    "script",
    "img",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "base",
    "audio",
    "video",
    "foreignobject",
}


class Reader(HTMLParser):
    """The elements, the attributes and the text of a page."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.attributes, self.text, self.ids = [], [], "", []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data):
        self.text += data


def hostile(value):
    """The same data with markup at the end of each text in it, but for those that are chosen from."""
    if isinstance(value, dict):
        return {
            key: each if key in ("at", "outcome", "role", "side", "since", "phase", "failed_phase") else hostile(each)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [hostile(each) for each in value]
    # What was one app stays one.
    return value + HOSTILE if isinstance(value, str) and value else value


def test_markup_in_any_text_stays_text():
    history = told([*HISTORY, entry("app1-9", 1, None, unreadable=["dcos_avi_run"])])
    problems = [{"code": "x", "subject": "x", "sentence": "x"}]
    stopped = {
        "lock": {"owner": "x", "since": "x", "purpose": "x"},
        "freeze": {"by": "x", "since": "x", "until": "x", "reason": "x"},
    }
    locked = seen(problems=problems, drift=problems, **stopped)
    states = [locked, {"msg": "x", "item": "x"}]
    histories = [history, {"msg": "x"}]
    plain = Reader(rendered(states, histories, result(), NOW))
    page = rendered(hostile(copy.deepcopy(states)), hostile(copy.deepcopy(histories)), hostile(result()), NOW)
    attacked = Reader(page)
    assert attacked.elements == plain.elements
    assert [(tag, name) for tag, name, _value in attacked.attributes] == [
        (tag, name) for tag, name, _value in plain.attributes
    ]
    assert "<script>alert(1)</script>" in attacked.text and "{{ 7*191 }}" in attacked.text
    assert "1337" not in page and "\x1b" not in page and "\u202e" not in page


def test_a_choice_that_is_none_of_them_stays_text():
    """What stands in an attribute, or chooses a sign, is written by others, too."""
    edited = result(
        outcome=HOSTILE, failed_phase=HOSTILE, phases=[{"phase": HOSTILE, "seconds": 1}], evidence={HOSTILE: HOSTILE}
    )
    history = told([entry(HOSTILE, 1, 2, HOSTILE, HOSTILE, HOSTILE)])
    state = seen(versions=[version("app1", HOSTILE, 1, HOSTILE)], active={"app": HOSTILE, "side": HOSTILE})
    page = Reader(rendered([state], [history], edited, NOW))
    assert not ACTIVE_ELEMENTS.intersection(page.elements)
    assert {name for _tag, name, _value in page.attributes if name.startswith("on")} == set()


def test_the_page_asks_nobody_for_anything():
    page = Reader(rendered([seen()], [told()], result(), NOW))
    assert not (ACTIVE_ELEMENTS | {"link"}).intersection(page.elements)
    assert [
        value
        for _tag, name, value in page.attributes
        if name in ("href", "src", "xlink:href") and not value.startswith("#")
    ] == []
    (style,) = re.findall("<style>(.*?)</style>", rendered([seen()], [told()], {}, NOW), re.DOTALL)
    assert "url(" not in style and "@import" not in style


def test_no_two_elements_have_one_id():
    page = Reader(rendered([seen(), seen()], [told(), told()], result(), NOW))
    ids = [value for _tag, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))


def test_of_500_versions_all_are_listed():
    many = [
        entry(f"app1-{number}", number, number + 2, f"app1-{number - 1}", "retired") for number in range(500, 0, -1)
    ]
    page = rendered([seen()], [told(many)], {}, NOW)
    assert len(re.findall("<strong>app1-", page)) == 500
    assert "488 earlier" in page
    assert len(page) < 500_000


def test_a_label_of_megabytes_is_cut():
    page = rendered([seen()], [told([entry("app1-1", 1, None, reason="x" * 10_000_000)])], {}, NOW)
    assert len(page) < 60_000


def test_no_template_lets_a_value_through_unescaped():
    sources = [file.read_text(encoding="utf-8") for file in TEMPLATES.glob("report*")]
    assert sources and not [source for source in sources if re.search(r"\|\s*safe|autoescape|Markup", source)]


def test_it_takes_lists():
    with pytest.raises(AnsibleFilterError, match="lists of results"):
        report_page(seen())
    with pytest.raises(AnsibleFilterError, match="lists of results"):
        report_page([seen()], told())
