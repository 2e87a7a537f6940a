# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads when a playbook fails on Marathon: one whole run for each kind of sentence.

Bad input, and a Marathon that cannot be talked to at all, are among what the roles are tested with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.demo.playbook import run_playbook
from tests.marathon.administrator import Administrator
from tests.marathon.deeds import SLEEP, SLOW_START

PLAYBOOK = str(Path(__file__).parent / "playbooks" / "app.yml")
NEVER_HEALTHY = {**SLOW_START, "env": {"SLOW_START_SECONDS": "1000"}}


@dataclass(frozen=True)
class Failing:
    """A run that fails: what is asked for, the words a person must read, and how many versions the app has then."""

    words: tuple[str, ...]
    definition: Mapping[str, Any] = field(default_factory=lambda: SLEEP)
    variables: Mapping[str, Any] = field(default_factory=dict)
    fault: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    versions: int = 0


KINDS = {
    "the outcome is not known": Failing(
        ("gave no usable answer to POST /v2/apps", "Whether it was applied is not known", "Run this again"),
        fault={"action": "drop_before", "method": "POST"},
    ),
    "no permission": Failing(
        ("does not permit POST /v2/apps (403)",), fault={"action": "error", "method": "POST", "status": 403}
    ),
    "not valid": Failing(("answered 422 to POST /v2/apps", "/cpus"), definition={**SLEEP, "cpus": -1}),
    "a wrong address": Failing(("answered 404 to GET",), fault={"action": "html", "status": 404}),
    "locked": Failing(
        ("is locked by deployment", "nothing was changed", "Wait longer", "force: true"),
        before={**SLEEP, "cpus": 1000},
        versions=2,  # Marathon lists a refused change as a version, too.
    ),
    "never healthy": Failing(
        ("to be rolled out by deployment", "0 of 1 tasks healthy", "Marathon goes on trying"),
        definition=NEVER_HEALTHY,
        versions=1,
    ),
    "no resources": Failing(
        ("insufficient cpus", "Marathon goes on trying"), definition={**SLEEP, "cpus": 1000}, versions=1
    ),
    "rolled back": Failing(
        ("It was rolled back", "is gone again"), definition=NEVER_HEALTHY, variables={"on_failure": "rollback"}
    ),
}


@pytest.mark.parametrize("failing", KINDS.values(), ids=KINDS)
def test_a_person_is_told_what_happened_and_what_to_do(admin: Administrator, failing: Failing) -> None:
    app_id = admin.new_id()
    if failing.before:
        admin.ensure(id=app_id, definition=dict(failing.before), wait=False)
    if failing.fault:
        admin.lab.fault(api="marathon", **failing.fault)
    given = {"id": app_id, "definition": failing.definition, **failing.variables}

    outcome = run_playbook(PLAYBOOK, given, {**admin.lab.env, "MARATHON_TIMEOUT": "1"})

    admin.lab.clear_faults()
    assert outcome.returncode != 0, outcome.output
    missing = [words for words in failing.words if words not in outcome.failure]
    assert not missing, f"{missing} not in {outcome.failure!r}\n{outcome.output}"
    assert "Traceback" not in outcome.output
    assert admin.versions(app_id) == failing.versions
