# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JMESPath for the results of modules: to shape them, and to wait for a condition on them."""

from __future__ import annotations

import json
from typing import Any, Callable

from ansible.module_utils.basic import missing_required_lib
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import WAIT_OPTIONS, wait_until

try:
    import jmespath

    HAS_JMESPATH = True
except ImportError:
    HAS_JMESPATH = False

QUERY_OPTIONS: dict[str, Any] = {"query": {"type": "str"}, "wait_for": {"type": "str"}, **WAIT_OPTIONS}

Look = Callable[[], dict[str, Any]]


def answer(look: Look, params: dict[str, Any]) -> dict[str, Any]:
    """Return the result of ``look``, once ``wait_for`` holds for it, with ``result`` shaped by ``query``.

    :param look: returns a module's result.
    :param params: the options of a module with QUERY_OPTIONS.
    :raises Refused: an expression is no JMESPath, or fails on the result.
    :raises WaitTimeout: the condition did not hold in time; says its last value.
    """
    query, condition = (expression(name, params[name]) if params[name] else None for name in ("query", "wait_for"))
    seen = _wait(look, condition, params) if condition else look()
    return {**seen, "result": query(seen)} if query else seen


def _wait(look: Look, condition: Callable[[Any], Any], params: dict[str, Any]) -> dict[str, Any]:
    return wait_until(
        look,
        lambda seen: _holds(condition(seen)),
        timeout=params["wait_timeout"],
        interval=params["wait_interval"],
        describe=lambda seen: f"the value {json.dumps(condition(seen))}",
        what=f"{params['wait_for']} to hold",
    )


def expression(option: str, text: str) -> Callable[[Any], Any]:
    """Return what finds the value of a JMESPath expression in JSON-like data.

    :param option: the user's name for it, in errors.
    :raises Refused: it is none; or, when it is applied, it fails.
    """
    if not HAS_JMESPATH:
        raise Refused(missing_required_lib("jmespath", reason=f"for the option {option}"))
    # jmespath lets errors of Python's own through, as of a slice with the step 0, or of brackets nested a thousand deep.
    try:
        compiled = jmespath.compile(text)
    except Exception as error:
        raise Refused(f"{option} is not a JMESPath expression: {_in_one_line(error)}") from error

    def search(value: Any) -> Any:
        try:
            found = compiled.search(value)
            # An expression such as &pools has a value that is none of JSON.
            json.dumps(found, allow_nan=False)
        except Exception as error:
            raise Refused(f"{option} cannot be applied to the result: {_in_one_line(error)}") from error
        return found

    return search


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _holds(value: Any) -> bool:
    """Say what JMESPath calls true: all but false, null, and what is empty. The number 0 is true."""
    return value is not None and value is not False and value not in ("", [], {})
