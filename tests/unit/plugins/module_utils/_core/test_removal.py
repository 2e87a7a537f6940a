# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ast
import datetime
from pathlib import Path

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.removal import HIDDEN, STARS, without_secrets

PLUGINS = Path(__file__).parents[5] / "plugins"
#: What ansible-core 2.22 warns of, in whatever a run prints: (module, name).
DEPRECATED = {
    ("ansible.module_utils.common.parameters", "remove_values"),
    ("ansible.module_utils.common.parameters", "sanitize_keys"),
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("abc", HIDDEN),
        ("an abcd and an abc", f"an {STARS} and an {STARS}"),
        ({"abc": ["abc", {"deep": ("x abc", 5)}]}, {"abc": [HIDDEN, {"deep": [f"x {STARS}", 5]}]}),
        (17, HIDDEN),
        (3.175, HIDDEN),
        (5, 5),
        ([True, False, None, ""], [True, False, None, ""]),
        (datetime.date(2026, 1, 2), "2026-01-02"),
    ],
    ids=str,
)
def test_secrets_are_removed(value: object, expected: object) -> None:
    assert without_secrets(value, {"abc", "abcd", "17", "", "True", "None"}) == expected


def test_what_it_is_given_stays_as_it_is() -> None:
    given = {"a": ["abc"]}
    without_secrets(given, {"abc"})
    assert given == {"a": ["abc"]}


def test_data_may_be_deeper_than_a_function_may_call_itself() -> None:
    deep: list[object] = ["abc"]
    for _each in range(100_000):
        deep = [deep]
    found = without_secrets(deep, {"abc"})
    while isinstance(found, list):
        found = found[0]
    assert found == HIDDEN


def test_nothing_deprecated_of_ansible_is_used() -> None:
    used = {
        (node.module, name.name)
        for file in PLUGINS.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    assert not used & DEPRECATED
