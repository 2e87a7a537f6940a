# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a guide: the commands it gives, in their order, and the output it shows for them.

A block ``code-block:: bash`` is run as it stands, in one shell from the first to the last. The option ``:class: fails`` says that it
fails. A block ``code-block:: text`` after it shows lines of its output: each must appear, in this order; ``…`` stands for anything.
A block ``code-block:: console`` is for the reader's own cluster, and is not run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDES = sorted((ROOT / "docs/docsite/rst").glob("guide_*.rst"))
_BLOCK = re.compile(
    r"^\.\. code-block:: (?P<language>\S+)\n(?P<options>(?:    :.*\n|   :.*\n)*)\n(?P<body>(?:(?:    .*)?\n)+)", re.M
)


@dataclass(frozen=True)
class Block:
    """What is run at once, and what it must come to."""

    commands: str
    fails: bool = False
    shows: tuple[str, ...] = ()
    """Lines of its output."""


def blocks(text: str) -> list[Block]:
    """Return what a guide tells a reader to run."""
    found: list[Block] = []
    before = ""
    for match in _BLOCK.finditer(text):
        body = _body(match)
        if match["language"] == "bash":
            found.append(Block(body, fails=":class: fails" in match["options"]))
        elif match["language"] == "text" and before == "bash":
            last = found.pop()
            found.append(Block(last.commands, last.fails, tuple(filter(None, map(str.strip, body.splitlines())))))
        before = match["language"]
    return found


def code(text: str, language: str) -> list[str]:
    """Return the bodies of a page's blocks in a language."""
    return [_body(match) for match in _BLOCK.finditer(text) if match["language"] == language]


def _body(match: re.Match[str]) -> str:
    return "\n".join(line[4:] for line in match["body"].strip("\n").splitlines())


def not_shown(block: Block, output: str) -> list[str]:
    """Return the lines that the guide shows and the output lacks. Spaces count as one."""
    rest = " ".join(output.split())
    missing = []
    for line in block.shows:
        pattern = ".*?".join(re.escape(" ".join(part.split())) for part in line.split("…"))
        if match := re.search(pattern, rest):
            rest = rest[match.end() :]
        else:
            missing.append(line)
    return missing
