# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Definitions drawn at random, over HTTP: the first run changes, the second does not, and check mode knows both times."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import ApiError, Refused
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.drawn import definitions
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.lab.marathon.persona import PERSONAS
from tests.lab.process import LabProcess
from tests.marathon.administrator import Administrator
from tests.whole import also, examples

# The seed is fixed, so that a run that failed fails again. A draw that fails is not made smaller here, where each
# attempt takes requests: the tests of the pure comparison do that.
# Few, as each takes some thirty requests; those tests draw many more.
FEW = settings(
    max_examples=examples(40),
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
# Marathon's answers to a draw that it cannot take.
INVALID = (400, 422, 500)


@pytest.mark.parametrize("release", [*also(*list(PERSONAS)[:-1]), list(PERSONAS)[-1]])
def test_the_second_run_changes_nothing(release: str) -> None:
    late = PERSONAS[release].executor_resources
    drawn = st.booleans().flatmap(lambda new_form: definitions(new_form=new_form, late=late))

    with LabProcess(marathon=release) as lab:
        admin = Administrator(lab)

        @FEW
        @given(drawn, drawn)
        def check(definition: dict[str, Any], other: dict[str, Any]) -> None:
            app_id = admin.new_id()
            assume(twice(admin, without_tasks(definition, app_id)))
            twice(admin, without_tasks(other, app_id), update="replace")
            admin.ensure(id=app_id, state="absent", delete_listener=True)

        check()


def twice(admin: Administrator, definition: dict[str, Any], **options: Any) -> bool:
    """Ask for it twice, each time in check mode first; False where Marathon cannot take it."""
    try:
        predicted = admin.ensure(check_mode=True, definition=definition, **options)
        first = admin.ensure(definition=definition, **options)
    except (ApiError, Refused) as error:
        assert error.status in (None, *INVALID), error.sentence
        return False
    assert first["changed"] == predicted["changed"]
    assert first["diff"] == predicted["diff"]
    assert not admin.ensure(check_mode=True, definition=definition, **options)["changed"]
    second = admin.ensure(definition=definition, **options)
    assert not second["changed"]
    assert second["version"] == first["version"]
    return True


def without_tasks(definition: dict[str, Any], app_id: str) -> dict[str, Any]:
    """Return the definition for an app of no instances, that is no version of a service (which may not be redefined)."""
    labels = {key: value for key, value in definition.get("labels", {}).items() if key != "ab_config"}
    return {**definition, "id": app_id, "instances": 0, "labels": labels}
