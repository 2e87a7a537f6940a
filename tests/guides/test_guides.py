# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each guide, run as it stands: its commands do what it says, and show what it shows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guides.guide import GUIDES, blocks
from tests.guides.session import clone, run
from tests.lab.process import LabProcess
from tests.roles.app1 import standing
from tests.whole import whole

TO_RUN = [guide for guide in GUIDES if blocks(guide.read_text())]
#: What others run already, in one more shape.
LONG = (
    "guide_approval",
    "guide_by_hand",
    "guide_from_scripts",
    "guide_notifications",
    "guide_rollback",
    "guide_services",
)
#: A guide that says so begins where another one ends.
BEGINS_WITH_100 = "begins with version 100 of"


@contextlib.contextmanager
def lab_for(guide: str) -> Iterator[LabProcess]:
    """The lab in which a guide begins: an empty one, or one in which version 100 of app1 serves."""
    with standing("100") if BEGINS_WITH_100 in guide else LabProcess() as lab:
        yield lab


@pytest.mark.parametrize(
    "guide",
    [pytest.param(guide, id=guide.stem, marks=[whole] if guide.stem in LONG else []) for guide in TO_RUN],
)
def test_each_command_of_a_guide_runs_as_it_stands(guide: Path, tmp_path: Path) -> None:
    text = guide.read_text()
    with lab_for(text) as lab:
        clone(tmp_path, lab)
        wrong = run(blocks(text), tmp_path, lab.env)
    assert not wrong, "\n\n".join(wrong)
