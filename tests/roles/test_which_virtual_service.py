# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The virtual service, its cloud, versions elsewhere and the lock's owner can be named in every role and playbook."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.process import LabProcess
from tests.roles.app1 import LOCK_OWNER, run, serving_version_100, writes
from tests.whole import also, whole

NAMED = {"virtualservice": "app1", "cloud": "Default-Cloud", "versions_also": ["legacy/odd"]}


def named(role: str, **more: Any) -> dict[str, Any]:
    """The variables of a role that name all of them."""
    given = {**NAMED, "owner": f"a {role} of ours", "service": "app1", **more}
    return {f"{role}_{name}": value for name, value in given.items()}


def owners(lab: LabProcess, since: int) -> list[str]:
    """Whose the locks were that were taken since then."""
    labels = [(request.get("body") or {}).get("labels") or {} for request in writes(lab, since)]
    return [each[LOCK_OWNER] for each in labels if LOCK_OWNER in each]


@whole
def test_each_role_takes_the_names() -> None:
    with serving_version_100() as lab:
        for role, playbook, more in (
            ("rollout", "rollout", {"version": "200", "image": "shop/server:200"}),
            ("rollback", "rollback", {}),
            ("retire", "retire", {"keep": 1}),
            ("rollout", "withdraw", {"version": "300"}),
        ):
            outcome = run(playbook, named(role, **more), lab)
            assert outcome.returncode == 0, outcome.output
        outcome = run(
            "status",
            {"status_services": "app1", "status_virtualservice": {"app1": "app1"}, "status_cloud": "Default-Cloud"},
            lab,
        )
        assert "the traffic goes to app1-100-r2" in outcome.output
        assert set(owners(lab, 0)) >= {"a rollout of ours", "a rollback of ours"}


@pytest.mark.parametrize(
    ("name", "words"), [("virtualservice", "no virtual service Other"), *also(("cloud", "and cloud Other"))]
)
def test_another_one_is_refused_before_anything_is_written(name: str, words: str) -> None:
    with serving_version_100() as lab:
        since = len(lab.journal())
        for role, playbook, more in (
            ("rollout", "rollout", {"version": "200", "image": "shop/server:200"}),
            ("rollback", "rollback", {}),
        ):
            outcome = run(playbook, {**named(role, **more), f"{role}_{name}": "Other"}, lab)
            assert outcome.returncode != 0
            assert words in outcome.output
        assert writes(lab, since) == []
        outcome = run("status", {"status_services": "app1", f"status_{name}": "Other"}, lab)
        assert words in outcome.output
