# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Definition files as people write them load as they are meant, or are refused in words that say what to write."""

from __future__ import annotations

import builtins
import json
import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition import file
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.bodies import creation
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.file import decrypted_by, read_definition
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.wanted import wanted
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.whole import examples

MANY = settings(
    max_examples=examples(400),
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
# The words of Python that no user should meet.
CLASSES = [name for name in dir(builtins) if name.endswith(("Error", "Exception"))] + ["NoneType", "Traceback", "yaml."]
CART = "id: /shop/cart\ncmd: sleep 100\ncpus: 0.1\nmem: 32\n"


def loaded(path, content):
    path = path / "app"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_definition(str(path))


def sent(path, content):
    return creation(loaded(path, content), old_server=False)


def test_a_byte_order_mark_before_tabs(tmp_path):
    text = '{\r\n\t"id": "/shop/cart",\r\n\t"cmd": "sleep 100",\r\n\t"cpus": 0.1,\r\n\t"mem": 32\r\n}\r\n'
    cart = {"id": "/shop/cart", "cmd": "sleep 100", "cpus": 0.1, "mem": 32}
    for content in (text.encode("utf-8-sig"), text.encode("utf-16"), CART.encode("utf-8-sig"), CART.encode("utf-16")):
        assert loaded(tmp_path, content) == cart


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("FE-Proxy: yes", {"FE-Proxy": "yes"}),
        ("proxy_listener: no", {"proxy_listener": "no"}),
        ("2019-02-20: released", {"2019-02-20": "released"}),
        ("since: 2019-02-20", {"since": "2019-02-20"}),
        ("since: 2019-99-99", {"since": "2019-99-99"}),
        ("version: 1.10", {"version": "1.10"}),
        ("build: 007", {"build": "007"}),
        ("at: 12:30", {"at": "12:30"}),
        ("big: 1_000", {"big": "1_000"}),
        ("on: on", {"on": "on"}),
        ("debug: true", {"debug": "true"}),
        ("1: 2", {"1": "2"}),
        ("nan: .nan", {"nan": ".nan"}),
        ("quoted: '1.10'", {"quoted": "1.10"}),
    ],
)
def test_a_label_is_the_text_that_was_written(tmp_path, written, label):
    assert sent(tmp_path, f"{CART}labels:\n  {written}\n")["labels"] == label


def test_a_boolean_that_yaml_made_of_a_word_of_avi_is_that_word():
    labels = {"FE-Proxy": True, "proxy_listener": False, "other": True}
    body = creation({"id": "/a", "cmd": "run", "labels": labels}, old_server=False)
    assert body["labels"] == {"FE-Proxy": "yes", "proxy_listener": "no", "other": "true"}


def test_flags_and_numbers_are_what_yaml_takes_them_for(tmp_path):
    text = CART + "instances: 3\nrequirePorts: yes\nbackoffFactor: 1.5\nargs: [1.10, yes]\nenv: {N: 4}\n"
    body = sent(tmp_path, text)
    assert (body["instances"], body["requirePorts"], body["backoffFactor"]) == (3, True, 1.5)
    assert (body["args"], body["env"], body["cpus"]) == (["1.10", "yes"], {"N": "4"}, 0.1)


def test_anchors_and_merges(tmp_path):
    text = "base: &base {cpus: 1, mem: 32}\nid: /a\n<<: *base\nmem: 64\n"
    assert loaded(tmp_path, text) == {"base": {"cpus": 1, "mem": 32}, "id": "/a", "cpus": 1, "mem": 64}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('id: /a\nimage: {{ image }}\n', "from_yaml"),
        ('id: /a\ncontainer: {docker: {image: "shop:{{ version }}"}}\n', "braces stands in container.docker.image.* template"),
        ('{"id": "/a", "cmd": "run {{ version | default(1) }}"}', "lookup\\('template'"),
        ("id: /a\n{% if x %}\ncmd: b\n{% endif %}\n", "lookup\\('template'"),
        ("id: /a\nlabels: {a: !vault x}\n", "in line 2 it has the tag !vault"),
        ("id: !!python/object:os.system x\n", "tag !!python/object"),
        ("id: !!binary aGk=\n", "tag !!binary"),
        ("? [a]\n: b\n", "in line 1 a list or a mapping is a key"),
        ("a: &a [*a]\n", "it would never end"),
        ("a: " + "[" * 2000 + "]" * 2000, "levels deep"),
        ('{"a": ' + "[" * 100000 + "]" * 100000 + "}", "deep"),
        ("a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(8)),
         "too much for an app"),
        ("a: b\n---\nc: d\n", "expected a single document"),
        ("word", "holds a string"),
        ("42", "holds a number"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_definition_is_refused_in_words(tmp_path, text, words):
    with pytest.raises(Refused, match=words) as refused:
        sent(tmp_path, text)
    no_python(refused.value.sentence)


def test_braces_of_other_programs_are_left_alone(tmp_path):
    cmd = "docker ps --format '{{.Names}}' && consul '{{key \"a\"}}' && {{range .Items}}{{end}}"
    assert loaded(tmp_path, json.dumps({"id": "/a", "cmd": cmd[: cmd.index(" && {{range")]}))["cmd"].startswith(
        "docker"
    )


def test_a_file_in_the_vault(tmp_path):
    path = tmp_path / "app"
    path.write_bytes(b"$ANSIBLE_VAULT;1.1;AES256\n6162\n")
    with pytest.raises(Refused, match=r"encrypted with Ansible Vault.*lookup\('file'"):
        read_definition(str(path))
    with decrypted_by(lambda given: CART.encode() if given == str(path) else b""):
        assert read_definition(str(path))["id"] == "/shop/cart"
    assert file._decrypt.get() is None


@pytest.mark.parametrize("name", ["nowhere", "", "a\0b", "."])
def test_a_path_that_cannot_be_read(tmp_path, name):
    with pytest.raises(Refused, match="cannot be read") as refused:
        read_definition(f"{tmp_path}/{name}")
    no_python(refused.value.sentence)


ANSWERS = {
    "app": ({"app": {"id": "/shop/cart", "cmd": "sleep 100", "tasks": []}}, "about one app.*answer.app"),
    "result": ({"app": {"id": "/a"}, "changed": False, "version": "x", "diff": {}}, "about one app.*answer.app"),
    "apps": ({"apps": [{"id": "/a"}]}, r"list of apps.*answer.apps\[0\]"),
    "info": ({"apps": [], "changed": False, "failed": False}, "list of apps"),
    "group": ({"id": "/", "apps": [], "groups": [], "pods": [], "version": "x", "dependencies": []}, "a group"),
    "group of one": ({"id": "/shop", "apps": [{"id": "/shop/cart"}]}, "a group"),
    "array": ([{"id": "/a", "cmd": "run"}], r"a list.*answer.apps\[0\]"),
    "versions": ({"versions": ["2019-02-20T00:00:00.000Z"]}, "an app's versions.*/versions/VERSION"),
    "change": ({"version": "2019-02-20T00:00:00.000Z", "deploymentId": "x"}, "answer to a change.*marathon_app_info"),
    "error": ({"message": "App '/a' does not exist"}, "an error"),
    "pod": ({"id": "/a", "containers": [{"name": "c"}]}, "a pod"),
}


@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.parametrize("by", ["src", "definition"])
@pytest.mark.parametrize("app_id", [None, "/shop/cart"])
def test_a_saved_answer_of_marathon_is_named(tmp_path, kind, by, app_id):
    answer, words = ANSWERS[kind]
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(answer))
    with pytest.raises(Refused, match=words):
        wanted({"id": app_id, by: str(path) if by == "src" else answer})


def no_python(sentence):
    assert not [name for name in CLASSES if re.search(rf"\b{re.escape(name)}\b", sentence)], sentence


SCALARS = st.one_of(
    st.sampled_from(
        "yes no on off y n ~ null true True .inf -.inf .nan 0x1F 0o17 010 1_000 1:30 190:20:30 1e3 1.5e400 2019-02-20 2019-99-99 "
        "2001-12-14t21:59:43.10-05:00 <<  = !!int !!float | > * & ! % @ ` ? - : , [ ] { } # '' \"\" {{x}} {% 9e9999999".split(" ")
    ),
    st.text(max_size=12),
    st.integers().map(str),
    st.floats().map(repr),
    st.sampled_from([".", "9" * 5000, "0." + "9" * 5000, "\ud7ff", "\x85", "\u2028", "!!timestamp x", "!!int x", "!!bool maybe"]),
)  # fmt: skip
TEXTS = st.one_of(
    st.builds(lambda key, value: f"id: /a\ncmd: run\n{key}: {value}\n", SCALARS, SCALARS),
    st.builds(lambda key, value: f"id: /a\ncmd: run\nlabels:\n  {key}: {value}\n", SCALARS, SCALARS),
    st.builds(lambda field, value: f"id: /a\ncmd: run\n{field}: {value}\n", st.sampled_from(["cpus", "instances", "tty", "args", "env", "ports"]), SCALARS),
    st.recursive(SCALARS, lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.builds(lambda key, value: f"{{{key}: {value}}}", inner, inner)), max_leaves=6),
)  # fmt: skip


def test_no_class_of_python_reaches_a_user(tmp_path):
    path = Path(tmp_path) / "app.yml"

    @MANY
    @given(st.one_of(TEXTS.map(lambda text: text.encode("utf-8", "replace")), st.binary(max_size=40)))
    def check(content):
        path.write_bytes(content)
        try:
            body = creation(read_definition(str(path)), old_server=False)
        except Refused as refused:
            no_python(refused.sentence)
        else:
            json.dumps(body, allow_nan=False)

    check()


WORDS = st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=5)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), WORDS)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=8,
)


@MANY
@given(st.dictionaries(WORDS, TREES, max_size=4))
def test_what_yaml_writes_is_read_again(tmp_path, value):
    path = Path(tmp_path) / "app.yml"
    path.write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")
    try:
        assert read_definition(str(path)).keys() == value.keys()
    except Refused as refused:
        no_python(refused.sentence)
