# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# /// script
# dependencies = ["nox>=2025.02.09", "antsibull-nox"]
# ///
"""The linters, by antsibull-nox (see antsibull-nox.toml): `nox -l` lists them."""

from __future__ import annotations

import antsibull_nox
import nox

antsibull_nox.load_antsibull_nox_toml()


@nox.session(default=False)
def docsite(session: nox.Session) -> None:
    """Build the docsite, and fail on a warning about this collection."""
    session.install(
        "ansible-core >=2.19, <2.22", "antsibull-docs >=2.20, <3", "sphinx >=8, <10", "sphinx-ansible-theme >=0.10"
    )
    session.run("python", "-m", "tests.check.docsite")


if __name__ == "__main__":
    nox.main()
