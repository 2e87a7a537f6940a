# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws what a terminal showed as an SVG that plays: each line appears when it was printed, and stays. Pauses are cut short.

It needs no script and no font of its own. Whoever asks for less motion, or cannot show motion, sees the whole text at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

LONGEST_PAUSE = 1.5
"""Seconds."""
_LINE, _CHARACTER, _MARGIN, _SIZE = 17, 7.83, 14, 13
_STYLE = re.compile(r"\x1b\[([\d;]*)m")
_OTHER = re.compile(r"\x1b\[[\d;?]*[A-Za-z]|\x1b[=>]|[\x07\r]")
_CLASSES = {"31": "red", "32": "green", "33": "yellow", "34": "blue", "35": "purple", "36": "cyan"}
_HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{label}">
<!-- Made by "make recording" from what docs/rollout.cast holds. -->
<style>
rect {{ fill: #1e2127 }}
text {{ font: {size}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d7dae0; white-space: pre }}
.red {{ fill: #ff7b72 }} .green {{ fill: #7ee787 }} .yellow {{ fill: #e3b341 }} .blue {{ fill: #79c0ff }} .purple {{ fill: #d2a8ff }} .cyan {{ fill: #56d4dd }}
@media (prefers-reduced-motion: no-preference) {{ text {{ animation: appear 0.1s backwards }} }}
@keyframes appear {{ from {{ opacity: 0 }} }}
</style>
<rect width="100%" height="100%" rx="8"/>
"""


@dataclass
class Line:
    """A line of the screen: when it began, and its text in pieces with their colours."""

    at: float
    pieces: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(text for _colour, text in self.pieces)


def shown(events: Iterable[tuple[float, str]]) -> list[Line]:
    """Return the lines that a terminal shows after these events. Only colours and line ends are understood: Ansible uses nothing else."""
    lines: list[Line] = []
    colour = ""
    fresh = True
    for at, text in events:
        for part in re.split(r"(\n|\x1b\[[\d;]*m)", text):
            if style := _STYLE.fullmatch(part):
                colour = next((_CLASSES[code] for code in style[1].split(";") if code in _CLASSES), "")
                continue
            if fresh and part:
                lines.append(Line(at))
                fresh = False
            if part == "\n":
                fresh = True
            elif visible := _OTHER.sub("", part):
                lines[-1].pieces.append((colour, visible))
    while lines and not lines[-1].text.strip():
        lines.pop()
    return lines


def wrapped(lines: Iterable[Line], width: int) -> Iterator[Line]:
    """Break lines where a terminal of this width does."""
    for line in lines:
        rows = [Line(line.at)]
        for colour, text in line.pieces:
            rest = text
            while rest:
                room = width - len(rows[-1].text)
                rows[-1].pieces.append((colour, rest[:room]))
                if rest := rest[room:]:
                    rows.append(Line(line.at))
        yield from rows


def drawn(events: Iterable[tuple[float, str]], width: int) -> str:
    """Return the SVG."""
    lines = list(wrapped(shown(events), width))
    size = {"width": round(width * _CHARACTER + 2 * _MARGIN), "height": len(lines) * _LINE + 2 * _MARGIN}
    parts = [_HEAD.format(**size, size=_SIZE, label="A rollout in a terminal, from its first line to its last")]
    shift, before = 0.0, 0.0
    for number, line in enumerate(lines):
        shift += max(0.0, line.at - before - LONGEST_PAUSE)
        before = line.at
        if not line.text.strip():
            continue
        y = _MARGIN + _LINE * number + _SIZE
        spans = "".join(_span(colour, text) for colour, text in line.pieces)
        parts.append(f'<text x="{_MARGIN}" y="{y}" style="animation-delay:{line.at - shift:.2f}s">{spans}</text>\n')
    return "".join([*parts, "</svg>\n"])


def _span(colour: str, text: str) -> str:
    return f'<tspan class="{colour}">{escape(text)}</tspan>' if colour else escape(text)
