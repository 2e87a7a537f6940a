# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorded rollout: its format, what it must not hold, and that the roles still have the tasks that it shows."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.demo.drawing import drawn, shown, wrapped
from tests.demo.recording import CAST, COMMAND, PICTURE, cast_of, masked, played

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(name="lines", scope="module")
def fixture_lines() -> list[Any]:
    return [json.loads(line) for line in CAST.read_text().splitlines()]


@pytest.fixture(name="text", scope="module")
def fixture_text(lines: list[Any]) -> str:
    """What the terminal showed, without colours."""
    return "\n".join(line.text for line in shown((at, text) for at, _kind, text in lines[1:]))


def names_of_tasks(tasks: Any) -> set[str]:
    """Return the names of these tasks and of those within them."""
    if isinstance(tasks, list):
        return {name for task in tasks for name in names_of_tasks(task)}
    if not isinstance(tasks, dict):
        return set()
    inner = {name for part in ("block", "rescue", "always") for name in names_of_tasks(tasks.get(part))}
    return inner | ({tasks["name"]} if "name" in tasks else set())


def test_it_is_a_recording_of_asciinema_version_2(lines: list[Any]) -> None:
    header, *events = lines
    assert header["version"] == 2 and header["width"] > 0 and header["height"] > 0
    assert isinstance(header["timestamp"], int)
    assert all(len(event) == 3 and event[1] == "o" and isinstance(event[2], str) for event in events)
    times = [at for at, _kind, _text in events]
    assert times == sorted(times) and all(isinstance(at, float) for at in times)


def test_its_command_is_the_one_that_is_run_and_it_succeeds(text: str) -> None:
    assert text.startswith(f"$ {COMMAND}\n")
    assert re.search(r"^localhost .* failed=0 ", text, re.MULTILINE)
    assert "app1-200: 0 of 2 tasks healthy" in text  # the wait for the slow start is seen


def test_each_task_that_it_shows_is_one_of_a_role(text: str) -> None:
    files = [file for role in ("rollout", "retire") for file in (ROOT / "roles" / role / "tasks").glob("*.yml")]
    names = {name for file in files for name in names_of_tasks(yaml.safe_load(file.read_text()))}
    patterns = [".+?".join(re.escape(part) for part in re.split(r"\{\{.*?\}\}", name)) for name in names]
    known = re.compile("|".join([*patterns, r"Validating arguments against arg spec .*"]), re.DOTALL)
    found = re.findall(r"^TASK \[dcos\.avi\.\w+ : ([^]]+)\]", text, re.MULTILINE)
    assert len(found) >= 4
    assert [name for name in found if not known.fullmatch(name)] == []


@pytest.mark.parametrize("file", [CAST, PICTURE], ids=lambda file: file.name)
def test_no_path_of_a_machine_stands_in_it(file: Path) -> None:
    assert re.findall(r"(?<![\w~.-])/(?:work|root|home|tmp|usr|var|opt|Users|builds?)/\S*", file.read_text()) == []


def test_the_picture_shows_what_was_recorded(lines: list[Any]) -> None:
    header, *events = lines
    assert PICTURE.read_text() == drawn([(at, text) for at, _kind, text in events], header["width"])


def test_a_command_is_played_in_a_terminal_as_it_prints() -> None:
    program = "import sys; print(sys.stdout.isatty(), 'ä'); sys.stdout.flush(); sys.stdin.close()"
    events = list(played([sys.executable, "-c", program], os.environ))
    assert "".join(text for _at, text in events) == "True ä\r\n"


def test_paths_of_this_machine_are_those_of_a_user() -> None:
    role = "ansible_collections/dcos/avi/roles"
    assert masked(f"included: {ROOT}/.build/collections/{role} in {ROOT}") == (
        f"included: ~/.ansible/collections/{role} in ~/dcos.avi"
    )


def test_events_become_a_header_and_a_line_each() -> None:
    header, event = map(json.loads, cast_of([(0.123, "ä\r\n")], 7).splitlines())
    assert (header["version"], header["timestamp"]) == (2, 7)
    assert event == [0.123, "o", "ä\r\n"]


def test_lines_have_the_colours_and_times_of_a_terminal() -> None:
    lines = shown([(0.0, "a\x1b[0;32mb"), (1.0, "c\x1b[0m\r\n"), (2.0, "\r\nd\r\n\r\n")])
    assert [(line.at, line.pieces) for line in lines] == [
        (0.0, [("", "a"), ("green", "b"), ("green", "c")]),
        (2.0, []),
        (2.0, [("", "d")]),
    ]
    assert [line.text for line in wrapped(lines[:1], 2)] == ["ab", "c"]


def test_a_picture_is_text_and_plays_without_long_pauses() -> None:
    svg = ElementTree.fromstring(drawn([(0.0, "<a> & b\r\n"), (60.0, "\x1b[0;31mred\x1b[0m\r\n")], 80))
    first, last = svg.findall(f"{SVG}text")
    assert "".join(first.itertext()) == "<a> & b"
    assert last.attrib["style"] == "animation-delay:1.50s"
    assert [span.attrib["class"] for span in last] == ["red"]
