# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.file import read_definition


@pytest.mark.parametrize("text", ['{"id": "app1", "cpus": 0.5}', "id: app1\ncpus: 0.5\n"])
def test_json_or_yaml(tmp_path, text):
    path = tmp_path / "app1"
    path.write_text(text)
    assert read_definition(str(path)) == {"id": "app1", "cpus": 0.5}


def test_what_only_yaml_has_becomes_what_json_has(tmp_path):
    path = tmp_path / "app1.yml"
    path.write_text("labels: {80: web, since: 2026-01-31}")
    assert read_definition(str(path)) == {"labels": {"80": "web", "since": "2026-01-31"}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"id": "app1-100"\n  "cpus": 0.5}', r"neither JSON nor YAML: Expecting ',' delimiter in line 2, column 3"),
        (
            "id: [",
            "neither JSON nor YAML: while parsing a flow node, expected the node content, but found something in line 1, column 6",
        ),
        ("[1]", "must be an object with the fields of an app, but the file holds a list"),
        ("", "holds nothing"),
    ],
)
def test_what_holds_no_definition(tmp_path, text, words):
    path = tmp_path / "app1.json"
    path.write_text(text)
    with pytest.raises(Refused, match=words):
        read_definition(str(path))


def test_no_file(tmp_path):
    with pytest.raises(Refused, match=r"The definition in .*app1\.json cannot be read: No such file or directory\."):
        read_definition(str(tmp_path / "app1.json"))


def test_not_text(tmp_path):
    path = tmp_path / "app1.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refused, match="cannot be read"):
        read_definition(str(path))
