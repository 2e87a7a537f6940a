# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes out where each code is provoked, as the page quotes it."""

from __future__ import annotations

from tests.codes.failures import failures
from tests.codes.page import Examples
from tests.codes.problems import problems
from tests.codes.refusals import refusals


def examples() -> Examples:
    """Provoke each code, and return the messages by kind and code."""
    return {"problem": problems(), "refusal": refusals(), "error": failures()}
