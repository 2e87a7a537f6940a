# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house stands as CONTRIBUTING.md draws it: imports point down, a module's work has its name, and a name means one thing."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
MODULE_UTILS = PLUGINS / "module_utils"
PREFIX = "ansible_collections.dcos.avi.plugins.module_utils."
FLOORS = (
    "_core",
    "_avi",
    "_marathon",
    "_marathon.definition",
    "_marathon.app",
    "_service",
    "_plan",
    "_page",
    "_gates",
    "_ending",
    "_questions",
    "_sources",
    "_modules",
)
"""From the ground up: each may import what stands below it, and what is in the same room. No module's work imports another's."""


def imports_of(source: str) -> Iterator[str]:
    """The modules of module_utils that a source imports, by their names below module_utils."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith(PREFIX):
            continue
        module = (node.module or "").removeprefix(PREFIX)
        for name in node.names:
            inner = f"{module}.{name.name}"
            yield inner if (MODULE_UTILS / f"{inner.replace('.', '/')}.py").exists() else module


def wrong_imports(room: str, source: str) -> list[str]:
    allowed = FLOORS[: FLOORS.index(room)] if room == "_modules" else FLOORS[: FLOORS.index(room) + 1]
    return [module for module in imports_of(source) if module.rpartition(".")[0] not in allowed]


FILES = sorted(MODULE_UTILS.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(MODULE_UTILS)))
def test_imports_point_down(file: Path) -> None:
    room = ".".join(file.relative_to(MODULE_UTILS).parent.parts)
    assert room in FLOORS, "each file stands in a room"
    assert wrong_imports(room, file.read_text(encoding="utf-8")) == []


def test_an_import_that_points_up_or_sideways_is_found() -> None:
    assert wrong_imports("_core", f"from {PREFIX}_plan.rollout import plan_rollout") == ["_plan.rollout"]
    assert wrong_imports("_modules", f"from {PREFIX}_modules import marathon_app") == ["_modules.marathon_app"]
    assert (
        wrong_imports("_plan", f"from {PREFIX}_plan.plan import Plan\nfrom {PREFIX}_core.wait import wait_until") == []
    )


def test_the_work_of_a_module_has_its_name() -> None:
    modules = {file.name for file in (PLUGINS / "modules").glob("*.py")}
    assert {file.name for file in (MODULE_UTILS / "_modules").glob("*.py")} == modules


CONTRIBUTING = (PLUGINS.parent / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Run the checks")[0]
MENTIONED = sorted(
    set(re.findall(r"`((?:_[a-z]+|plugins|roles|tests|meta|changelogs|docs)/[a-zA-Z0-9_/.]*)`", CONTRIBUTING))
)
"""What the page sends a reader to. NAME stands for one that the reader chooses."""


@pytest.mark.parametrize("path", [path for path in MENTIONED if "NAME" not in path])
def test_what_contributing_names_is_there(path: str) -> None:
    assert (MODULE_UTILS / path if path.startswith("_") else PLUGINS.parent / path).exists()


def test_contributing_draws_the_rooms_from_the_top_down() -> None:
    picture = CONTRIBUTING.partition("```text")[2].partition("```")[0]
    drawn = re.findall(r"^(_[a-z]+) ", picture, re.MULTILINE)
    assert drawn == [room for room in reversed(FLOORS) if "." not in room]


VAGUE = {"answers", "carry_out", "keep", "news", "sending", "settling", "words", "work"}
"""Names that do not say what they are about; ``_core/work.py`` holds the work of a module, by the word of its class."""


def defined_in(source: str) -> Iterator[str]:
    """The functions and classes that a source defines for others."""
    for node in ast.parse(source).body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_"):
            yield node.name


def named_twice(sources: dict[str, str]) -> dict[str, list[str]]:
    """The names that several sources define, with these sources."""
    found = defaultdict(list)
    for file, source in sources.items():
        for name in defined_in(source):
            found[name].append(file)
    return {name: files for name, files in found.items() if len(files) > 1}


def vague_names(path: Path, source: str) -> list[str]:
    """The names of a file and of what it defines, public or not, that do not say what they are about."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.ClassDef, ast.FunctionDef))]
    names = [node.name for node in nodes] + ([path.stem] if path.name != "work.py" else [])
    return [name for name in names if name.strip("_") in VAGUE]


def test_no_two_public_functions_or_classes_share_a_name() -> None:
    assert named_twice({str(file.relative_to(MODULE_UTILS)): file.read_text(encoding="utf-8") for file in FILES}) == {}


def test_two_of_a_name_are_found() -> None:
    assert named_twice(
        {"a": "def same(): ...\n", "b": "class same: ...\ndef _own(): ...\n", "c": "def _own(): ..."}
    ) == {"same": ["a", "b"]}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(MODULE_UTILS)))
def test_names_say_what_they_are_about(file: Path) -> None:
    assert vague_names(file, file.read_text(encoding="utf-8")) == []


def test_a_vague_name_is_found() -> None:
    assert vague_names(Path("_settling.py"), "class A:\n    def carry_out(self): ...\n") == ["carry_out", "_settling"]


LONGEST_FUNCTION = 60
"""Lines, with its documentation: what one screen shows."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(MODULE_UTILS)))
def test_a_function_fits_one_screen(file: Path) -> None:
    functions = [
        each for each in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(each, ast.FunctionDef)
    ]
    lines = {each.name: (each.end_lineno or 0) - each.lineno + 1 for each in functions}
    assert {name: count for name, count in lines.items() if count > LONGEST_FUNCTION} == {}
