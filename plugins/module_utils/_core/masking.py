# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hides what looks like a credential in what a program wrote: its output, or the body of an answer. Pure.

What is secret to somebody else's program nobody knows. Its form tells: a name such as PASSWORD before it, or that of a token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ansible_collections.dcos.avi.plugins.module_utils._core.hiding import LEAST_WITH_FORMS, STARS, hidden

_NAMES = r"passphrase|passw(?:or)?d|pwd|secret|token|credentials?|cookie|session[-_]?id|signature|api[-_]?key|access[-_]?key|private[-_]?key"
# Each looks at a text once: what follows a name has a bound, and nothing that repeats comes before it.
_LOOKS_SECRET = (
    re.compile(r"(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----).*?(?:-----END|\Z)", re.DOTALL),
    re.compile(r"(://[^\s/@:]{0,100}:)[^\s/@]{1,200}(?=@)"),
    re.compile(r"(authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:\w{1,20}\s{1,3})?)[^\s\"',;]{1,4000}", re.IGNORECASE),
    re.compile(r"\b((?:basic|bearer|negotiate|token=)\s{0,3})[\w.~+/=-]{16,}", re.IGNORECASE),
    re.compile(
        rf"((?:{_NAMES})[\w-]{{0,30}}[\"']?\s{{0,3}}[:=]\s{{0,3}})(?:\"[^\"\n]{{0,2000}}\"?|'[^'\n]{{0,2000}}'?|[^\s\"',;&]{{1,2000}})",
        re.IGNORECASE,
    ),
    re.compile(r"()\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]{0,2000}"),
    re.compile(r"()\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
)


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """Return a text with stars in place of what looks like a credential, and of known secrets in each of their forms."""
    text = hidden(text, {secret for secret in secrets if len(secret) >= LEAST_WITH_FORMS})
    for pattern in _LOOKS_SECRET:
        text = pattern.sub(rf"\g<1>{STARS}", text)
    return text
