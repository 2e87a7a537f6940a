# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings, the journal, and what is no fault."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.lab.faults import Fault, Faults
from tests.lab.journal import Journal
from tests.lab.process import read_env_file, write_env_file
from tests.lab.settings import Settings


def test_settings_come_from_the_environment_and_by_hand() -> None:
    environment = {"MARATHON": "1.4", "FLIP": "on_all", "CONNECTOR_DELAY": "5", "AVI_PASSWORD": "not mine", "SPEED": ""}
    settings = Settings.load(environment, {"flip": "on_create", "agents": "3"})
    assert (settings.marathon, settings.flip, settings.connector_delay, settings.agents) == ("1.4", "on_create", 5.0, 3)
    assert (settings.avi_password, settings.speed) == (Settings().avi_password, Settings().speed)
    assert "avi_password" not in settings.as_dict()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("flip", "never", "one of on_server"),
        ("speed", "fast", "takes a float"),
        ("colour", "red", "no setting 'colour'"),
    ],
)
def test_settings_refuse_what_does_not_fit(name: str, value: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Settings.load({}, {name: value})


def test_the_journal_finds_by_fields() -> None:
    journal = Journal(clock=lambda: 12.3456)
    journal.add("request", api="avi", write=True)
    late = journal.add("request", api="marathon", write=False)
    journal.add("flip", service="app1")
    late["status"] = 200
    assert journal.entries(since=2) == [{"seq": 3, "time": 12.346, "kind": "flip", "service": "app1"}]
    assert [entry["seq"] for entry in journal.entries(match={"kind": "request", "write": "false"})] == [2]
    assert [entry["seq"] for entry in journal.entries(match={"status": "200"})] == [2]


def test_env_files_bring_back_what_was_written(tmp_path: Path) -> None:
    variables = {"A_URL": "http://127.0.0.1:1/", "PASSWORD": 'it\'s $HOME "x"'}
    write_env_file(tmp_path / "sub/lab.env", variables)
    assert read_env_file(tmp_path / "sub/lab.env") == variables


def test_a_fault_lets_requests_pass_and_tells_them_by_their_query() -> None:
    async def met() -> list[bool]:
        faults = Faults()
        await faults.add({"api": "marathon", "action": "error", "query": "^id=app1$", "skip": 1, "times": 1})
        queries = ["id=app1", "label=x", "id=app1", "id=app1"]
        return [faults.meet("marathon", "GET", "/v2/apps", query) is not None for query in queries]

    assert asyncio.run(met()) == [False, False, True, False]


@pytest.mark.parametrize("wrong", [{"api": "zookeeper"}, {"action": "explode"}, {"path": "("}, {"query": "("}])
def test_faults_that_are_none(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        Fault(**{"api": "marathon", "action": "error", **wrong})
