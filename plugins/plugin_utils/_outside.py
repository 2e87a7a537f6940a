# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps Ansible from templating what came from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

try:
    from ansible.template import is_trusted_as_template as _trust
except ImportError:  # before ansible-core 2.19, which templates every text that is not marked
    _trust = None

_wrap: Callable[[Any], Any] | None = None
if _trust is None:
    from ansible.utils import unsafe_proxy

    _wrap = unsafe_proxy.wrap_var


def never_templated(value: Any) -> Any:
    """Return data that Ansible takes for text, whatever is in it. From 2.19 on it templates only what it was told to trust."""
    return _wrap(value) if _wrap else value
