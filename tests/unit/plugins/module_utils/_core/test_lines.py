# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core import lines
from ansible_collections.dcos.avi.plugins.module_utils._core.lines import lines_of


class Raw:
    """An answer that comes in these pieces, and counts the reads."""

    def __init__(self, *pieces):
        self._fp = self
        self._pieces = list(pieces)
        self.reads = 0

    def read1(self, most):
        assert all(len(piece) <= most for piece in self._pieces)
        self.reads += 1
        return self._pieces.pop(0) if self._pieces else b""


@pytest.mark.parametrize(
    "pieces",
    [
        [b"event: x\r\ndata: 1\r\n\r\nevent: y"],
        [b"event: x\r", b"\ndata: 1\r\n", b"\r\n", b"event: y"],
        [b"event", b": x\n", b"data: 1\n\n", b"eve", b"nt: y\n"],
        [b"event: x\rdata: 1\r\revent: y\r"],
        [bytes([byte]) for byte in b"event: x\r\ndata: 1\r\n\r\nevent: y\r\n"],
    ],
)
def test_lines_end_as_they_may_and_come_in_any_pieces(pieces):
    assert list(lines_of(Raw(*pieces), 2**20)) == ["event: x", "data: 1", "", "event: y"]


def test_an_empty_answer_has_no_line():
    assert list(lines_of(Raw(), 2**20)) == []


def test_a_letter_may_come_in_two_pieces():
    first, second = "ä".encode()[:1], "ä".encode()[1:]
    assert list(lines_of(Raw(b"<" + first, second + b">\n"), 2**20)) == ["<ä>"]


def test_a_line_is_there_before_the_next_one_comes():
    raw = Raw(b"event: x\r\nda", b"ta\n")
    lines = lines_of(raw, 2**20)
    assert next(lines) == "event: x" and raw.reads == 1


def test_a_long_line_is_read_in_as_many_reads_as_it_has_pieces_and_put_together_once(monkeypatch):
    looked_through = []

    def split(piece):
        looked_through.append(len(piece))
        return end.split(piece)

    end = lines.LINE_END
    monkeypatch.setattr(lines, "LINE_END", type("End", (), {"split": staticmethod(split)}))
    raw = Raw(*[b"x" * 1000] * 1000, b"\n")
    assert list(lines_of(raw, 2**20)) == ["x" * 1_000_000]
    assert raw.reads == 1002 and sum(looked_through) == 1_000_001
