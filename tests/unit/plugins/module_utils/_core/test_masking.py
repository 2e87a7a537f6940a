# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.masking import masked

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJ1aWQiOiJhbm4ifQ.sflKxwRJSMeKKF2QT4fwpM"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password=hunter2", "password=********"),
        ("DB_PASSWORD: 'hunter 2' at start", "DB_PASSWORD: ******** at start"),
        ('{"api_key": "0a1b", "host": "db"}', '{"api_key": ********, "host": "db"}'),
        ("GET /?access_token=abc&page=2", "GET /?access_token=********&page=2"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic ********"),
        ("'Authorization': 'token=0a1b2c'", "'Authorization': '********'"),
        ("sent Bearer 0123456789abcdef0", "sent Bearer ********"),
        ("postgres://app:s3cret@db:5432/shop", "postgres://app:********@db:5432/shop"),
        (f"got {JWT} back", "got ******** back"),
        ("uses AKIAIOSFODNN7EXAMPLE now", "uses ******** now"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabcd\n-----END RSA PRIVATE KEY-----\nnext",
            "-----BEGIN RSA PRIVATE KEY-----******** RSA PRIVATE KEY-----\nnext",
        ),
        ("-----BEGIN PRIVATE KEY-----\nMIIE", "-----BEGIN PRIVATE KEY-----********"),
    ],
)
def test_what_looks_like_a_credential_is_hidden(text, shown):
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "basic authentication failed",
        "no password given",
        "listening on http://127.0.0.1:8080/health",
        "Traceback (most recent call last):",
        "tokenizer ready",
    ],
)
def test_what_does_not_is_shown(text):
    assert masked(text) == text


def test_a_known_secret_is_hidden_in_each_form_and_a_short_word_is_not():
    assert masked("a hunter2 and aHVudGVyMg", {"hunter2"}) == "a ******** and ********"
    assert masked("10 of 10", {"10"}) == "10 of 10"


@pytest.mark.parametrize(
    "piece",
    [
        "password",
        "password=",
        "a:",
        "://",
        "://a:",
        "-----BEGIN PRIVATE KEY-----",
        "eyJ",
        "'",
        "token=token=",
        "bearer ",
    ],
)
def test_no_text_takes_long(piece):
    begin = time.monotonic()
    masked(piece * (16384 // len(piece)))
    assert time.monotonic() - begin < 30
