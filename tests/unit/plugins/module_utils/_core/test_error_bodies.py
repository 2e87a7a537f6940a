# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.error_bodies import what_it_says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"message": "App \'/x\' does not exist"}', "App '/x' does not exist"),
        ('{"message": "Invalid JSON", "details": "Unexpected end\\n at [Source]"}', "Invalid JSON (Unexpected end)"),
        (
            '{"message": "Object is not valid", "details": [{"path": "/id", "errors": ["a", "b"]}, {"path": "/cpus", "errors": ["c"]}]}',
            "Object is not valid (/id: a, b; /cpus: c)",
        ),
        ('{"message": "No", "details": [{"path": "/", "errors": null}]}', "No (/: no reason given)"),
        (
            '{"message": "No", "details": [{"errors": "a"}, {"path": "/id", "errors": [null]}, 5]}',
            "No (/: a; /id: None)",
        ),
        ('{"error": "Invalid credentials"}', "Invalid credentials"),
        ('{"code": 7}', '{"code": 7}'),
        ("<html><head>\n<title>Error 401\n Unauthorized</title></head>", "a page titled 'Error 401 Unauthorized'"),
        ("\n  plain words \nmore", "plain words"),
        ("", ""),
        ("x" * 1000, "x" * 299 + "…"),
    ],
)
def test_what_it_says(text, says):
    assert what_it_says(text) == says
