# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the page that the demo wrote, as a browser shows its upper part: docs/report.png, which the README shows."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.demo.run import PAGE
from tests.environments import ROOT
from tests.page.browser import Browser, NoBrowserError

PICTURE = ROOT / "docs/report.png"
#: Up to the end of the picture of the versions over time.
WIDTH, HEIGHT = 1060, 915


def draw(page: Path, picture: Path) -> None:
    """Raises NoBrowserError, with what to do."""
    with Browser() as browser:
        browser.open(page, WIDTH)
        browser.screenshot(picture, HEIGHT)


if __name__ == "__main__":
    try:
        draw(PAGE, PICTURE)
    except NoBrowserError as missing:
        sys.exit(str(missing))
