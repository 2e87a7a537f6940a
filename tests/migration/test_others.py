# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else changes the service at a request of the step that scales a version to zero: the service is not left to nobody."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Interfered, Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app_info import APP_INFO
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_lock import MIGRATION_LOCK
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_scale_down import MIGRATION_SCALE_DOWN
from ansible_collections.dcos.avi.plugins.module_utils._service.lease import GREATEST_AGE

from tests.lab.process import LabProcess
from tests.lab.traffic.process import TrafficProcess
from tests.migration.others import DEEDS, Aim, Deed
from tests.migration.user import QUICKLY, User
from tests.modules import call
from tests.soak.service import who_serves

RUN = "a test"
RETIRE: dict[str, Any] = {"app": "app1", "retire": {"by": "app1-100", "drain_timeout": 10}}
GO_BACK: dict[str, Any] = {"app": "app1-100", "rollback": {"instant": True}}
RATE = 100
REPAIR = 20.0
"""Seconds that starting an app anew may take on a busy machine, until the traffic finds it."""


def _is_write(sent: requests.PreparedRequest) -> bool:
    return sent.method == "PUT"


def _reads_all(sent: requests.PreparedRequest) -> bool:
    return "/v2/apps?id=" in str(sent.url)


AIMS: dict[str, Aim] = {
    "at the last read before the write": lambda sent: _reads_all(sent[-1]),
    "at the write": lambda sent: _is_write(sent[-1]),
    "at the first read after the write": lambda sent: len(sent) > 1 and _is_write(sent[-2]),
    "at the last read after the write": lambda sent: _reads_all(sent[-1]) and any(map(_is_write, sent)),
}


def _moved(user: User) -> None:
    """The traffic has moved to app1-100, app1 is superseded, and this run holds the lock."""
    user.listen()
    user.roll_out("100")
    call(MIGRATION_LOCK, service="app1", owner=RUN, purpose="a test", wait_timeout=0)


def _scale_down(asked: dict[str, Any]) -> DcosAviError | None:
    try:
        call(MIGRATION_SCALE_DOWN, service="app1", owner=RUN, **{**QUICKLY, **asked})
    except DcosAviError as error:
        return error
    return None


def _interfered_with(
    user: User, aimed: Any, asked: dict[str, Any], aim: str, deed: Deed, serves: str = ""
) -> tuple[DcosAviError | None, set[str], float]:
    """What a step ends with that somebody interferes with; who serves then, and for how many seconds nobody did.

    The traffic may still have to move to the app that `serves`.
    """
    _moved(user)
    stays = "app1" if asked is GO_BACK else "app1-100"
    with TrafficProcess(user.lab.env["LAB_VIP_URL"], rate=RATE) as traffic:
        aimed(AIMS[aim], lambda: deed(user.lab, stays))
        error = _scale_down(asked)
        deadline = time.monotonic() + REPAIR
        while (serving := who_serves(traffic)) != {serves} and serves and time.monotonic() < deadline:
            pass
        total = traffic.stop()
    return error, serving, total.lost_total / RATE


GROUP, AB = "pool_group", "ab_pool"
BEFORE, AT_THE_WRITE, AFTER, LAST = AIMS
SCALES, DELETES, RESTARTS, BREAKS, MOVES = (DEEDS[name] for name in ("scale", "delete", "restart", "break", "move"))


@pytest.mark.parametrize(
    ("asked", "aim"),
    [
        *((RETIRE, aim) for aim in (BEFORE, AT_THE_WRITE, LAST)),
        # Either way it is the same code: each moment once, and the write, which nothing can guard, in both.
        *((GO_BACK, aim) for aim in (AT_THE_WRITE, AFTER)),
    ],
    ids=lambda value: value if isinstance(value, str) else next(key for key in value if key != "app"),
)
@pytest.mark.parametrize("user", [{"avi": GROUP}], indirect=True)
def test_whoever_ends_the_version_that_is_to_serve_finds_the_other_one_serving(
    user: User, aimed: Any, aim: str, asked: dict[str, Any]
) -> None:
    deed = DELETES if aim == AT_THE_WRITE and asked is RETIRE else SCALES
    error, serving, seconds_lost = _interfered_with(user, aimed, asked, aim, deed)
    leaving = asked["app"]
    assert serving == {f"/{leaving}"}
    assert seconds_lost < REPAIR
    if aim == BEFORE:
        assert isinstance(error, Refused) and not error.changed, error
        assert not user.lab.journal(kind="request", method="PUT", path=f"/v2/apps/{leaving}")
    else:
        assert isinstance(error, Interfered) and error.changed, error
        assert f"scaled up to its 2 instances again. Now {leaving} serves" in error.sentence
        assert isinstance(error.details, dict)
        assert "dcos_avi_ended" not in call(APP_INFO, id=leaving)["apps"][0]["labels"]
        assert (error.details["outcome"], error.details["app"], error.details["active"]) == (
            "restored",
            leaving,
            leaving,
        )


@pytest.mark.parametrize("user", [{"avi": AB}], indirect=True)
def test_pools_that_never_stand_in_for_one_another_are_said_to_be_without_traffic(user: User, aimed: Any) -> None:
    """Whoever scales down the version that serves ends the service there; what the run did is undone all the same."""
    error, _serving, _seconds = _interfered_with(user, aimed, RETIRE, AT_THE_WRITE, SCALES)
    assert isinstance(error, Interfered)
    assert "app1-100 has no instances any more. So app1 was scaled up to its 2 instances again." in error.sentence
    assert "But no version is proven to serve yet." in error.sentence
    assert isinstance(error.details, dict) and error.details["outcome"] == "not_restored"
    assert {each["app"]: each["instances"] for each in user.info()["versions"]} == {"app1": 2, "app1-100": 0}


@pytest.mark.parametrize("aim", [BEFORE, AT_THE_WRITE])
def test_whoever_breaks_the_lock_stops_the_run(user: User, aimed: Any, aim: str) -> None:
    error, serving, seconds_lost = _interfered_with(user, aimed, RETIRE, aim, BREAKS)
    assert (serving, seconds_lost) == ({"/app1-100"}, 0)
    assert isinstance(error, Refused if aim == BEFORE else Interfered), error
    writes = user.lab.journal(kind="request", method="PUT", path="/v2/apps/app1")
    assert len(writes) == (0 if aim == BEFORE else 1)
    assert "lock of app1" in error.sentence


@pytest.mark.parametrize(("deed", "serves"), [(RESTARTS, "/app1-100"), (MOVES, "/app1-999")])
@pytest.mark.parametrize("user", [{"avi": AB}], indirect=True)
def test_what_leaves_somebody_serving_is_left_alone(user: User, aimed: Any, deed: Deed, serves: str) -> None:
    error, serving, _seconds = _interfered_with(user, aimed, RETIRE, AT_THE_WRITE, deed, serves)
    assert error is None
    assert serving == {serves}
    assert len(user.lab.journal(kind="request", method="PUT", path="/v2/apps/app1")) == 1


@pytest.mark.parametrize("user", [{"avi": GROUP}], indirect=True)
def test_a_process_that_was_stopped_before_its_write_checks_again(
    user: User, aimed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It finds its lock broken, and the other version scaled down."""

    def stopped(lab: LabProcess, app: str) -> None:
        BREAKS(lab, app)
        SCALES(lab, app)
        time.sleep(GREATEST_AGE + 0.1)

    # Between the last check and the write, nothing of the session's own has begun yet.
    update_app = Marathon.update_app
    left = [stopped]

    def update_when_woken(self: Marathon, *args: Any, **kwargs: Any) -> Any:
        if left:
            left.pop()(user.lab, "app1-100")
        return update_app(self, *args, **kwargs)

    _moved(user)
    monkeypatch.setattr(Marathon, "update_app", update_when_woken)
    error = _scale_down(RETIRE)
    assert isinstance(error, Refused), error
    assert not user.lab.journal(kind="request", method="PUT", path="/v2/apps/app1")
