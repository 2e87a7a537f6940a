# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who names the wrong file as a definition finds none of its lines in a log."""

from __future__ import annotations

import json

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.file import read_definition

SECRET = "hunter2-of-the-database"
FILES = {
    "variables": f"DB_USER=app\nDB_PASSWORD={SECRET}\nDB_URL: [{SECRET}\n",
    "exports": f"export DB_PASSWORD='{SECRET}'\nexport X: {SECRET}: y\n",
    "one variable": f"DB_PASSWORD={SECRET}\n",
    "alias": f"password: *{SECRET}\n",
    "anchor twice": f"a: &{SECRET} b\nc: &{SECRET} [\n",
    "tag": f"password: !{SECRET} x\n",
    "tag of python": f"password: !!python/object:{SECRET} x\n",
    "tag of yaml": f"password: !!{SECRET} x\n",
    "tag handle": f"password: !{SECRET}!x y\n",
    "directive": f"%YAML {SECRET}\n---\na: b\n",
    "tab": f"password:\n\t{SECRET}: x\n",
    "unclosed": f"password: '{SECRET}\n",
    "json": f'{{"password": "{SECRET}" "x": 1}}',
    "json cut short": f'{{"password": "{SECRET}',
    "json with a bad escape": f'{{"password": "\\q{SECRET}"}}',
    "json, then more": f'{{"id": "/a"}} {SECRET}',
    "not text": b"\xff\xfe\x00" + SECRET.encode(),
    "control": f"password: {SECRET}\x07\n",
    "template": json.dumps({"id": "/a", "cmd": f"login --password {SECRET} {{{{ x }}}}"}),
    "template as a name": json.dumps({"id": "/a", f"{SECRET} {{{{ x }}}}": 1}),
    "template that is no file of either": f"password: {SECRET}\n{{% if x %}}\n",
    "list": json.dumps([SECRET]),
    "list of objects": json.dumps([{"password": SECRET}]),
    "private key": f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n",
    "merge": f"<<: {SECRET}\n",
    "number": f'{{"password": {"9" * 5000}, [}}',
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_no_error_quotes_the_file(tmp_path, content):
    path = tmp_path / "cred.env"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(Refused) as raised:
        read_definition(str(path))
    sentence = raised.value.sentence
    assert SECRET not in sentence and "hunter2" not in sentence and "9999" not in sentence
    assert str(path) in sentence


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (FILES["tab"], "in line 2, column 1"),
        (FILES["alias"], "in line 1, column 11"),
        (FILES["tag"], "in line 1 "),
        (FILES["json"], "in line 1, column 40"),
        (FILES["control"], "in line 1, column 34"),
        ("id: /a\ncmd: b\x07\n", "in line 2, column 7"),
        (FILES["template"], "braces stands in cmd"),
    ],
)
def test_each_says_where(tmp_path, content, place):
    path = tmp_path / "app.yml"
    path.write_text(content)
    with pytest.raises(Refused, match=place):
        read_definition(str(path))


@pytest.mark.parametrize("content", ['{"a": ' + "[" * 200 + "]" * 200 + "}", "a: " + "[" * 200 + "]" * 200])
def test_a_file_has_a_depth(tmp_path, content):
    path = tmp_path / "app.json"
    path.write_text(content)
    with pytest.raises(Refused, match="nested"):
        read_definition(str(path))
