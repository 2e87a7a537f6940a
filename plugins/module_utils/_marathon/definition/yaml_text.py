# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads an app definition from YAML, as the person means it who writes YAML instead of JSON.

Only true, false, null and decimal numbers are anything else than text: no date, no octal or sexagesimal number, and ``yes`` is a
word. In labels and the like a number is the text that was written, so that a version 1.10 stays one. Keys are text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.types import STRING_MAPS, STRINGS

try:
    import yaml

    HAS_YAML = True
    NotYaml: type[Exception] = yaml.YAMLError
except ImportError:
    HAS_YAML = False
    NotYaml = ValueError

# No definition is larger: Marathon keeps an app in one node of ZooKeeper, of a megabyte at most.
MOST_NODES = 100_000
DEEPEST = 60
_TEXTS = STRINGS | STRING_MAPS | {"id", "image", "name", "path", "uri", "secret", "source"}
_TAG = "tag:yaml.org,2002:"
# Any other may be anything: a password that begins with "!".
_TAGS_SHOWN = (
    "!vault",
    "!unsafe",
    "!!binary",
    "!!set",
    "!!omap",
    "!!pairs",
    "!!timestamp",
    "!!python/object",
    "!!python/name",
    "!!python",
)
_NULL = ("", "~", "null", "Null", "NULL")
_TRUE, _FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,30})")
_DECIMAL = re.compile(r"[-+]?((0|[1-9][0-9]*)?\.[0-9]+([eE][-+]?[0-9]{1,3})?|(0|[1-9][0-9]*)[eE][-+]?[0-9]{1,3})")


def read_yaml(text: str) -> Any:
    """Return what a YAML text holds.

    :raises NotYaml: it is none.
    :raises Refused: it holds what cannot be part of a definition, or too much.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return None if node is None else _Reading().value(node, "", ())
    except RecursionError:
        raise _too_deep() from None


class _Reading:
    """One reading of a file. It ends where aliases make much out of little."""

    def __init__(self) -> None:
        self.nodes = 0

    def value(self, node: Any, key: str, above: tuple[int, ...]) -> Any:
        """Return what a node under a ``key`` stands for; ``above`` are the nodes that it is in."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise Refused(f"it holds more than {MOST_NODES} values, which is too much for an app")
        if id(node) in above:
            raise Refused("it holds an alias (*) of what the alias is in, so that it would never end")
        if len(above) > DEEPEST:
            raise _too_deep()
        inside = (*above, id(node))
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node, key)
        if isinstance(node, yaml.SequenceNode):
            _refuse_tag(node, "seq")
            return [self.value(item, key, inside) for item in node.value]
        _refuse_tag(node, "map")
        return dict(self.items(node, key, inside))

    def items(self, node: Any, key: str, above: tuple[int, ...]) -> Iterator[tuple[str, Any]]:
        """Yield the items of a mapping, first those that it merges (<<) from others."""
        for name, item in node.value:
            if _is_merge(name):
                for other in item.value if isinstance(item, yaml.SequenceNode) else [item]:
                    merged = self.value(other, key, above)
                    if not isinstance(merged, dict):
                        raise Refused(f"<< merges mappings, and there is none in line {_line(name)}")
                    yield from merged.items()
        for name, item in node.value:
            if _is_merge(name):
                continue
            if not isinstance(name, yaml.ScalarNode):
                raise Refused(f"in line {_line(name)} a list or a mapping is a key, which must be text")
            # What is in a map of texts is one, whatever its own name is.
            yield name.value, self.value(item, key if key in STRING_MAPS else name.value, above)


def _is_merge(key: Any) -> bool:
    return isinstance(key, yaml.ScalarNode) and key.tag == f"{_TAG}merge"


def _scalar(node: Any, key: str) -> Any:
    text: str = node.value
    if node.style is not None or node.tag == f"{_TAG}str":
        _refuse_tag(node, "str")
        return text
    _refuse_tag(node, "str", "int", "float", "bool", "null", "timestamp", "merge", "value")
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if key not in _TEXTS and _WHOLE.fullmatch(text):
        return int(text)
    if key not in _TEXTS and _DECIMAL.fullmatch(text):
        return float(text)
    return text


def _refuse_tag(node: Any, *known: str) -> None:
    if node.tag not in [_TAG + name for name in known]:
        tag = node.tag.replace(_TAG, "!!")
        found = next((f"the tag {known}" for known in _TAGS_SHOWN if tag.startswith(known)), "a tag")
        raise Refused(f"in line {_line(node)} it has {found}, which only other programs know")


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _too_deep() -> Refused:
    return Refused(f"it is nested more than {DEEPEST} levels deep, which no app is")
