# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The codes that stand in the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.dcos.avi.plugins.module_utils._core import errors
from ansible_collections.dcos.avi.plugins.module_utils._core.work import DEFECT

SOURCE = Path(__file__).resolve().parents[2] / "plugins" / "module_utils"
KINDS = {"Problem": "problem", "Refusal": "refusal", "_nowhere": "problem"}
"""What makes a problem or a refusal, with its code as the first argument."""


def codes_of_errors() -> set[str]:
    """The codes of failures: those of the errors, and that of a failure that nobody thought of."""
    return {DEFECT, *_codes_of(errors.DcosAviError)}


def _codes_of(error: type[errors.DcosAviError]) -> Iterator[str]:
    yield error.code
    for each in error.__subclasses__():
        yield from _codes_of(each)


def codes_in_source() -> dict[str, set[str]]:
    """Each code of a problem or a refusal, by its kind; `error` are those of failures."""
    found: dict[str, set[str]] = {"problem": set(), "refusal": set(), "error": codes_of_errors()}
    trees = [ast.parse(path.read_text()) for path in sorted(SOURCE.rglob("*.py"))]
    names: dict[str, set[str]] = {}
    for name, value in (pair for tree in trees for pair in _constants(tree)):
        names.setdefault(name, set()).add(value)
    for tree in trees:
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and function.name not in KINDS:
                for kind, argument in _made_in(function):
                    found[kind] |= set(_values(argument, function, names))
    return found


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Names of texts, as in `A = "a"` and in `A, B = "a", "b"`."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            pairs = (
                zip(target.elts, value.elts, strict=True)
                if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
                else [(target, value)]
            )
            for name, text in pairs:
                if isinstance(name, ast.Name) and isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield name.id, text.value


def _made_in(function: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
            yield KINDS[node.func.id], node.args[0]


def _values(argument: ast.expr, function: ast.FunctionDef, names: dict[str, set[str]]) -> Iterator[str]:
    """The codes that an expression may stand for. That of another problem is made where that one is."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from _values(argument.body, function, names)
        yield from _values(argument.orelse, function, names)
    elif isinstance(argument, ast.Name) and argument.id in names:
        (value,) = names[argument.id]
        yield value
    elif isinstance(argument, ast.Name):
        given = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and any(getattr(each, "id", "") == argument.id for each in node.targets)
        ]
        assert given, f"which code {ast.unparse(argument)} is in {function.name} cannot be told"
        for each in given:
            yield from _values(each, function, names)
    else:
        assert isinstance(argument, ast.Attribute) and argument.attr == "code", ast.unparse(argument)
