# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where there is no browser, the tests of the page say what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.page.browser import NAMES, NoBrowserError, browser_path

NEEDED = ("bash", "dirname")


def test_without_a_browser_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NEEDED:
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    monkeypatch.setenv("PATH", str(tmp_path))
    for consent in ("CI", "APT"):
        monkeypatch.delenv(consent, raising=False)
    with pytest.raises(NoBrowserError, match=r"Chromium is missing.*make test APT=1.*sudo apt-get install chromium"):
        browser_path()


@pytest.mark.parametrize("name", NAMES)
def test_any_of_its_names_will_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    browser = tmp_path / name
    browser.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browser_path() == str(browser)
