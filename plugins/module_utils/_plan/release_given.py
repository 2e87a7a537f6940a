# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds mistakes in the services of a release as somebody lists them. Pure.

A key that is misspelt would be passed over: a gate that never judges, or a service that comes after none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.given_names import name_text
from ansible_collections.dcos.avi.plugins.module_utils._plan.release import release_plan

PREFIX = "rollout_"
# What a service takes, beside its own and what it comes after: the variables of a rollout without their prefix.
OF_ROLLOUT = (
    *("definition", "src", "image", "overrides", "instances", "priority", "preview_instances"),
    *("smoke", "smoke_tasks", "requests", "soak", "hooks"),
    *("virtualservice", "cloud", "versions_also", "windows", "override_freeze", "force"),
    *("wait_timeout", "drain_timeout", "away_timeout", "keep_warm", "strategy", "on_failure"),
    *("capacity", "mesos_master", "mesos_agents", "no_log_env"),
)
KEYS = ("service", "version", "after", *OF_ROLLOUT)
# What is one for the whole release.
OF_RELEASE = ("by", "reason", "lock_timeout", "lock_lease")


def release_mistakes(listed: Any, name: Any = None) -> list[str]:
    """Return the mistakes in the services of a release, a sentence each.

    :param listed: what was given as their list.
    :param name: of the release; None where it is of no matter.
    """
    if isinstance(listed, (str, Mapping)) or not hasattr(listed, "__iter__"):
        return [
            "release_services must be a list of services, each with service and version. Give it in a file (-e @release.yml), or as JSON "
            "(-e '{\"release_services\": [...]}')."
        ]
    members = list(listed)
    wrong = [number for number, each in enumerate(members, 1) if not isinstance(each, Mapping)]
    if wrong:
        return [
            f"Number {number} in release_services must be a dictionary with service and version." for number in wrong
        ]
    return [*(mistake for each in members for mistake in _unknown(each)), *release_plan(members, name)["mistakes"]]


def _unknown(member: Mapping[str, Any]) -> Iterator[str]:
    service = name_text(member.get("service") or "") or "A service"
    for key in sorted(set(map(str, member)) - set(KEYS)):
        bare = key[len(PREFIX) :] if key.startswith(PREFIX) else ""
        if key in OF_RELEASE:
            advice = f"It is one for all services: release_{key}."
        elif bare in KEYS:
            advice = f"Write it without the prefix: {bare}."
        else:
            advice = "Check the spelling. The README of the role dcos.avi.release lists what a service takes."
        yield f"{service} has {key} in release_services, which no service of a release takes. {advice}"
