# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the lines of an answer that does not end: each as soon as it has come, and in a time that grows with its length alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.bounded import TooLarge

# Bytes to read at most at once. As many as have come are enough for a read.
MOST_AT_ONCE = 65536
LINE_END = re.compile(rb"\r\n|\n|\r")


def lines_of(raw: Any, most: int) -> Iterator[str]:
    """Yield the lines of an answer, without their ends; the last one also where it has none.

    :param raw: the answer as urllib3 has it. What its own methods read is waited for until it is as much as they were asked for.
    :param most: the bytes that a line may have.
    :raises TooLarge: one has more.
    """
    begun: list[bytes] = []
    length = 0
    after_return = False
    while True:
        piece = raw._fp.read1(MOST_AT_ONCE)
        if not piece:
            break
        if after_return:
            # A line that ends in two characters may come in two pieces.
            piece = piece.removeprefix(b"\n")
        after_return = piece.endswith(b"\r")
        first, *more = LINE_END.split(piece)
        begun.append(first)
        length += len(first)
        for following in more:
            yield _text(begun)
            begun, length = [following], len(following)
        if length > most:
            raise TooLarge
    if any(begun):
        yield _text(begun)


def _text(pieces: list[bytes]) -> str:
    return b"".join(pieces).decode("utf-8", "replace")
