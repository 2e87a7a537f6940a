# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives back the names that `collections` had until Python 3.10: the package `marathon` 0.13 still uses collections.Iterable.

It comes first on PYTHONPATH, because what a distribution calls sitecustomize would hide one in the environment.
"""

from __future__ import annotations

import collections
import collections.abc

for name in collections.abc.__all__:
    setattr(collections, name, getattr(collections.abc, name))
