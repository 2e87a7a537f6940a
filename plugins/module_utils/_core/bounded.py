# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads an answer as a whole, and never more of it than is allowed: not once it is decoded either."""

from __future__ import annotations

import http.client
import zlib
from collections.abc import Iterator
from typing import Any

# Bytes that are read, and decoded, at once.
PIECE = 65536
# What is asked for. Two encodings one in the other, or one that grows more, would be decoded by others, who know no bounds.
ENCODINGS = "gzip"
_GZIP = ("gzip", "x-gzip")
_GZIP_HEADER = 16 + zlib.MAX_WBITS
# Bytes of the line before a chunk, and of one after the last: as many as http.client allows. Older releases of urllib3 know no bound.
_LONGEST_LINE = 65536
# Statuses of answers that have no body, and say nothing of it.
BODILESS = (204, 304)


class TooLarge(Exception):
    """An answer has more bytes than are allowed."""


class _Connection:
    """What an answer is read from, of which no single read is larger than an answer may be.

    Who reads chunks believes what each says of its own length: one of -1 bytes is read to the end of the connection, at once.
    """

    def __init__(self, file: Any, most: int) -> None:
        self._file = file
        self._most = most

    def read(self, amount: int | None = -1) -> bytes:
        is_bounded = amount is not None and 0 <= amount <= self._most
        found: bytes = self._file.read(amount if is_bounded else self._most + 1)
        if len(found) > self._most:
            raise TooLarge
        return found

    def readline(self, limit: int = -1) -> bytes:
        line: bytes = self._file.readline(limit if 0 <= limit <= _LONGEST_LINE else _LONGEST_LINE + 1)
        if len(line) > _LONGEST_LINE:
            raise http.client.LineTooLong("chunk")
        return line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def read_whole(response: Any, most: int) -> bytes:
    """Return the body of an answer that requests is to stream.

    :param most: the bytes that it may have once it is decoded.
    :raises TooLarge: it has more.
    :raises http.client.HTTPException: it was cut short, or its encoding is none that was asked for.
    """
    # Up to urllib3 1.26 a body that was cut short would pass for a whole one.
    response.raw.enforce_content_length = True
    _bind(response.raw, most)
    pieces, size = [], 0
    for piece in _decoded(response):
        size += len(piece)
        if size > most:
            raise TooLarge
        pieces.append(piece)
    body = b"".join(pieces)
    _refuse_cut_headers(response, body)
    return body


def _bind(raw: Any, most: int) -> None:
    """Have an answer, as urllib3 has it, read from its connection in bounds."""
    answer: Any = getattr(raw, "_fp", None)
    file = getattr(answer, "fp", None)
    if file is not None:
        answer.fp = _Connection(file, most)


def _decoded(response: Any) -> Iterator[bytes]:
    said = response.headers.get("Content-Encoding", "").strip().lower()
    encoded = response.raw.stream(PIECE, decode_content=False)
    if said in ("", "identity"):
        return encoded
    if said not in _GZIP:
        raise http.client.HTTPException("it has an encoding that was not asked for")
    return _inflated(encoded)


def _inflated(encoded: Iterator[bytes]) -> Iterator[bytes]:
    engine, has_begun = zlib.decompressobj(_GZIP_HEADER), False
    for piece in encoded:
        left, is_more = piece, bool(piece)
        while is_more:
            try:
                found = engine.decompress(left, PIECE)
            except zlib.error:
                raise http.client.HTTPException("it is not compressed as it says") from None
            yield found
            left, has_begun = engine.unconsumed_tail, True
            if engine.eof:
                # Another part may follow.
                left, has_begun, found = engine.unused_data, False, b""
                engine = zlib.decompressobj(_GZIP_HEADER)
            # What did not fit may already be out of the input.
            is_more = bool(left) or len(found) == PIECE
    if has_begun:
        raise http.client.IncompleteRead(b"")


def _refuse_cut_headers(response: Any, body: bytes) -> None:
    """Refuse an answer that ended in its headers: to http.client, what has come of them is all, and no body the body.

    :raises http.client.IncompleteRead: it has no body, and does not say so.
    """
    says_its_length = "Content-Length" in response.headers or "Transfer-Encoding" in response.headers
    if not body and not says_its_length and response.status_code not in BODILESS:
        raise http.client.IncompleteRead(b"")
