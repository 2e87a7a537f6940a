# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables and lists as Markdown has them."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

Row = Sequence[object]


def table(head: Row, rows: Iterable[Row]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell(each) for each in line) + " |\n" for line in lines)


def cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else plain(value).replace("|", "\\|")


def plain(value: object) -> str:
    """On one line, and what looks like HTML as it stands: an answer that is quoted may be a page."""
    return html.escape(str(value), quote=False).replace("\n", " ")


def bullets(lines: Iterable[str]) -> str:
    return "".join(f"- {line}\n" for line in lines)


def inner(lines: Iterable[str]) -> str:
    """A list within a bullet."""
    return "\n".join(f"  - {line}" for line in lines)


def folded(title: str, body: str) -> str:
    """What is shown only to who asks for it."""
    return f"<details><summary>{title}</summary>\n\n{body}\n</details>\n"


def listed(values: Iterable[object]) -> str:
    *before, last = [str(value) for value in values] or [""]
    return f"{', '.join(before)} and {last}" if before else last


def counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
