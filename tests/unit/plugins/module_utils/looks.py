# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pictures of a service one after the other, and time that passes when it is waited."""

from __future__ import annotations

from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture

QUICK = {"timeout": 0.2, "interval": 0.0}
ONE_LOOK = {"timeout": 0, "interval": 0.0}


class Looks:
    """Gives the states one after the other, then the last one for ever; an error is raised. A glance counts, too."""

    def __init__(self, *states):
        self.states = states
        self.count = 0
        self.glances = 0
        self.watched = []

    def __call__(self):
        return picture(self._next())

    def glance(self, pools):
        self.glances += 1
        known = self._next().avi.pools
        return [known[uuid].connections for uuid in pools]

    def is_unchanged(self, seen, pools):
        self.glances += 1
        self.watched.append([pool.uuid for pool in pools])
        return self._next().avi == seen.observed.avi

    def _next(self):
        state = self.states[min(self.count, len(self.states) - 1)]
        self.count += 1
        if isinstance(state, Exception):
            raise state
        return state


class Time:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = 0.0

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds
