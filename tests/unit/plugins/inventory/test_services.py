# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin against a Marathon that answers as a test says."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.dcos.avi.tests.unit.plugins.inventory.reader import Reader
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply, ScriptedServer

ROOT = Path(__file__).parents[4]
VERSION = "2026-01-01T00:00:00.000Z"


def app(app_id: str, instances: int = 1, deployments: tuple[str, ...] = (), **labels: str) -> dict[str, Any]:
    tasks = [{"id": f"{app_id}.{number}", "state": "TASK_RUNNING", "startedAt": VERSION} for number in range(instances)]
    return {
        "id": app_id,
        "version": VERSION,
        "instances": instances,
        "labels": labels,
        "tasks": tasks,
        "deployments": [{"id": each} for each in deployments],
    }


def version(service: str, name: str, priority: int, instances: int = 1, **more: Any) -> dict[str, Any]:
    labels = {"ab_config": json.dumps({"service": service, "priority": priority}), "proxy_listener": "no"}
    return app(f"/{service}-{name}", instances, **labels, **more)


APPS = [
    app("/shop/cart", 0, **{"FE-Proxy": "yes", "team": "checkout"}),
    version("shop/cart", "100", 10, 0),
    version("shop/cart", "200", 20, 2, deployments=("d1",)),
    app("/shop/cart-300-preview", dcos_avi_service="shop/cart", dcos_avi_awaits_approval="yes"),
    app("/search", avi_proxy="{}"),
    app("/worker"),
]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


@pytest.fixture
def marathon(server: ScriptedServer) -> ScriptedServer:
    server.answer = lambda request: Reply(200, {"apps": APPS})
    return server


def source(folder: Path, **options: Any) -> str:
    file = folder / "services.dcos_avi.yml"
    file.write_text(yaml.safe_dump({"plugin": "dcos.avi.services", **options}))
    return str(file)


def test_services_are_hosts_with_their_state_for_one_request(reader, marathon, tmp_path):
    read = reader.read(source(tmp_path, marathon_url=marathon.url))
    assert not read["warnings"]
    assert sorted(read["hosts"]) == ["search", "shop_cart"]
    assert read["hosts"]["shop_cart"] == {
        "inventory_file": str(tmp_path / "services.dcos_avi.yml"),
        "inventory_dir": str(tmp_path),
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "dcos_avi_service": "shop/cart",
        "dcos_avi_labels": {"FE-Proxy": "yes", "team": "checkout"},
        "dcos_avi_versions": [
            {"app": "shop/cart", "version": None, "priority": 0, "instances": 0, "healthy": 0},
            {"app": "shop/cart-100", "version": "100", "priority": 10, "instances": 0, "healthy": 0},
            {"app": "shop/cart-200", "version": "200", "priority": 20, "instances": 2, "healthy": 2},
        ],
        "dcos_avi_highest": {
            "app": "shop/cart-200",
            "version": "200",
            "priority": 20,
            "instances": 2,
            "healthy": 2,
        },
        "dcos_avi_previews": [
            {
                "app": "shop/cart-300-preview",
                "version": "300",
                "instances": 1,
                "healthy": 1,
                "awaits_approval": True,
            }
        ],
        "dcos_avi_lock": None,
        "dcos_avi_freeze": None,
        "dcos_avi_deployments": [{"id": "d1", "app": "shop/cart-200"}],
    }
    assert marathon.lines == ["GET /v2/apps"]


def test_groups_are_made_and_a_secret_may_be_a_template(reader, marathon, tmp_path):
    asked = source(
        tmp_path,
        marathon_url=marathon.url,
        marathon_username="me",
        marathon_password="{{ lookup('ansible.builtin.env', 'SECRET') }}",
        compose={"size": "dcos_avi_highest.instances"},
        keyed_groups=[{"key": "dcos_avi_labels.team", "prefix": "team"}],
        groups={"to_approve": "dcos_avi_previews | selectattr('awaits_approval') | list | length > 0"},
    )
    read = reader.read(asked, SECRET="of-mine")
    assert read["hosts"]["shop_cart"]["size"] == 2
    assert read["groups"]["team_checkout"] == read["groups"]["to_approve"] == ["shop_cart"]
    assert marathon.requests[0].headers["Authorization"] == "Basic bWU6b2YtbWluZQ=="


def test_the_environment_is_read_as_the_modules_read_it(reader, marathon, tmp_path):
    read = reader.read(
        source(tmp_path, services=["shop/*"]),
        MARATHON_URL=marathon.url,
        MARATHON_TOKEN="t0ken-of-mine",
        MARATHON_ALLOW_HTTP="yes",
    )
    assert list(read["hosts"]) == ["shop_cart"]
    assert marathon.requests[0].headers["Authorization"] == "token=t0ken-of-mine"


def test_what_is_wanted_and_not_there_is_said(reader, marathon, tmp_path):
    read = reader.read(source(tmp_path, marathon_url=marathon.url, services=["worker", "shop/card"]))
    assert list(read["hosts"]) == ["worker"]
    assert read["warnings"] == [
        "No service in Marathon is shop/card. Check its id, and whether this login may read it."
    ]


@pytest.mark.parametrize(("services", "is_taken"), [([], False), (["*"], False), (["search"], True)])
def test_a_machine_of_another_source_is_none_for_an_app_that_has_its_name(
    reader, marathon, tmp_path, services, is_taken
):
    """Who may create an app could else have what is meant for the machine run where Ansible runs."""
    (tmp_path / "hosts.ini").write_text("[dbs]\nsearch ansible_host=10.0.0.5\n")
    source(tmp_path, marathon_url=marathon.url, services=services)
    read = reader.read(str(tmp_path))
    machine = read["hosts"]["search"]
    assert machine["ansible_host"] == "10.0.0.5"
    assert (machine.get("ansible_connection"), "dcos_avi_service" in machine) == (
        ("local", True) if is_taken else (None, False)
    )
    assert any("search is a host of another source" in each for each in read["warnings"]) == (not is_taken)
    assert ("shop_cart" in read["hosts"]) == (services != ["search"])


def test_two_sources_may_show_one_service(reader, marathon, tmp_path):
    text = yaml.safe_dump({"plugin": "dcos.avi.services", "marathon_url": marathon.url})
    for name in ("a", "b"):
        (tmp_path / f"{name}.dcos_avi.yml").write_text(text)
    read = reader.read(str(tmp_path))
    assert not read["warnings"]
    assert sorted(read["hosts"]) == ["search", "shop_cart"]


def test_text_from_outside_loses_what_commands_a_terminal(reader, server, tmp_path):
    labels = {"avi_proxy": "{}", "team": "a\u001b[2Jb\u202e"}
    server.answer = lambda request: Reply(200, {"apps": [app("/a", **labels), app("/b:c, d", **labels)]})
    read = reader.read(source(tmp_path, marathon_url=server.url))
    assert list(read["hosts"]) == ["a"]
    assert read["hosts"]["a"]["dcos_avi_labels"]["team"] == "a\ufffd[2Jb\ufffd"


BAD = {
    "unknown option": ({"servces": ["a"]}, Reply(200, {"apps": []}), "has no option servces. Check the spelling."),
    "no number": ({"marathon_timeout": "soon"}, Reply(200, {"apps": []}), "marathon_timeout"),
    "no id": ({"services": ["A"]}, Reply(200, {"apps": []}), "'A' cannot be the id of an app"),
    "wrong token": ({}, Reply(401, {"message": "Invalid"}), "does not accept the credentials"),
    "not allowed": ({}, Reply(403, {"message": "Not Authorized"}), "docs/permissions.md"),
    "garbage": ({}, Reply(200, text="<html><title>Login</title>"), "something that is not JSON"),
    "cut": ({}, Reply(200, text='{"apps": [{"id"'), "something that is not JSON"),
    "another shape": ({}, Reply(200, {"apps": [{"id": 1}]}), "holds an app whose id is missing"),
    "away": ({"marathon_url": "http://127.0.0.1:1"}, Reply(), "Marathon at http://127.0.0.1:1"),
    "no address": ({"marathon_url": "marathon"}, Reply(), "begins with http:// or https://"),
    "without Avi": ({"with_avi": True}, Reply(200, {"apps": APPS}), "controller (AVI_CONTROLLER)"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_a_sentence(reader, server, tmp_path, name):
    options, reply, sentence = BAD[name]
    server.answer = lambda request: reply
    read = reader.read(source(tmp_path, **{"marathon_url": server.url, **options}))
    assert read["hosts"] == {}
    assert sentence in read["warnings"][0] and "Traceback" not in read["warnings"][0]


def cached(folder: Path, marathon: ScriptedServer, **options: Any) -> str:
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(folder / "cache")}
    return source(folder, marathon_url=marathon.url, **cache, **options)


def test_a_cache_answers_instead_of_marathon_until_it_is_flushed(reader, marathon, tmp_path):
    asked = cached(tmp_path, marathon)
    first = reader.read(asked)
    assert len(marathon.requests) == 1 and reader.read(asked) == first and len(marathon.requests) == 1
    reader.read(asked, cache=False)
    assert len(marathon.requests) == 2
    (file,) = (tmp_path / "cache").iterdir()
    assert "password" not in file.read_text()


def test_a_cache_of_another_question_does_not_answer(reader, marathon, tmp_path):
    reader.read(cached(tmp_path, marathon))
    assert list(reader.read(cached(tmp_path, marathon, services=["search"]))["hosts"]) == ["search"]
    assert len(marathon.requests) == 2


@pytest.mark.parametrize("harm", ["cut", "null", "other"])
def test_a_cache_that_is_of_no_use_is_passed_over(reader, marathon, tmp_path, harm):
    asked = cached(tmp_path, marathon)
    first = reader.read(asked)
    (file,) = (tmp_path / "cache").iterdir()
    kept = file.read_text()
    other = re.sub(r'shop/cart(\\?")', r"{{ 1 }}\1", kept)
    file.write_text({"cut": kept[: len(kept) // 2], "null": "null", "other": other}[harm])
    again = reader.read(asked)
    assert again["hosts"] == first["hosts"] and len(marathon.requests) == 2
    assert any("so Marathon is asked instead" in warning for warning in again["warnings"])


def test_its_example_runs(reader, marathon, tmp_path):
    text = (ROOT / "plugins/inventory/services.py").read_text().partition('EXAMPLES = r"""')[2].partition('"""')[0]
    # The sanity tests of older cores want one document.
    example = yaml.safe_load(text)
    del example["plugin"], example["services"]
    example.update(marathon_url=marathon.url, cache_connection=str(tmp_path / "cache"))
    env = {"DCOS_TOKEN": "t0ken-of-mine", "MARATHON_ALLOW_HTTP": "yes"}
    read = reader.read(source(tmp_path, **example), **env)
    assert "shop_cart" in read["hosts"] and read["warnings"] == []
    assert read["groups"]["team_checkout"] == read["groups"]["to_approve"] == ["shop_cart"]
    assert read["groups"]["team_nobody"] == ["search"]
