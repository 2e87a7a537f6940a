# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/proof.md is what its figures make it, and nothing else."""

from __future__ import annotations

from tests.soak.records import PROOF
from tests.soak.render import text


def test_the_proof_is_rendered_from_its_figures() -> None:
    assert PROOF.with_suffix(".md").read_text() == text(PROOF), "Run: python -m tests.soak.render"
