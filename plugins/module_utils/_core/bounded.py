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
# Statuses of answers that have no body, and say nothing of it.
BODILESS = (204, 304)


class TooLarge(Exception):
    """An answer has more bytes than are allowed."""


def read_whole(response: Any, most: int) -> bytes:
    """Return the body of an answer that requests is to stream.

    :param most: the bytes that it may have once it is decoded.
    :raises TooLarge: it has more.
    :raises http.client.HTTPException: it was cut short, or its encoding is none that was asked for.
    """
    # Up to urllib3 1.26 a body that was cut short would pass for a whole one.
    response.raw.enforce_content_length = True
    pieces, size = [], 0
    for piece in _decoded(response):
        size += len(piece)
        if size > most:
            raise TooLarge
        pieces.append(piece)
    body = b"".join(pieces)
    _refuse_cut_headers(response, body)
    return body


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
