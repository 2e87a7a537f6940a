# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What would it take to create the listener?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._plan.listener import ListenerRequest, plan_listener
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import Plan, launchable
from ansible_collections.dcos.avi.plugins.module_utils._questions.basis import Basis
from ansible_collections.dcos.avi.plugins.module_utils._questions.stated import STATED_OPTIONS, release_for

LISTENER_OPTIONS: dict[str, Any] = {**STATED_OPTIONS, "avi": {"type": "dict"}}


def listener_asked_for(basis: Basis, listener: Mapping[str, Any]) -> Plan:
    """Return the plan of a listener.

    :param listener: the options of LISTENER_OPTIONS, as ``stated`` returns them.
    """
    release = release_for(basis.client, listener["definition"])
    request = ListenerRequest(listener["definition"], listener["avi"] or {}, release)
    return launchable(plan_listener(basis.seen, request), basis.client.release)
