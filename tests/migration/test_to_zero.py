# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Marathon starts again although it is scaled to zero is ended, by whoever scales it so, and only where another version is ready."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app import APP
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_deployment import DEPLOYMENT
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_lock import MIGRATION_LOCK
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_scale_down import MIGRATION_SCALE_DOWN

from tests.migration.user import QUICKLY, User
from tests.modules import call
from tests.whole import also

RUN = "a test"
SLOW: dict[str, Any] = {"backoffSeconds": 3600, "maxLaunchDelaySeconds": 3600}
"""A relaunch waits for minutes, unless its backoff is ended."""
SLEEP: dict[str, Any] = {"cmd": "sleep 1000", "cpus": 0.01, "mem": 1, "instances": 2, **SLOW}
BEFORE_1_8 = [{"marathon": release, "avi": "pool_group", "scale_interval": 36000} for release in ("1.4", "1.5")]


def marathon(user: User, method: str, path: str, body: bytes | None = None) -> None:
    """Be somebody without the collection."""
    url = user.lab.env["MARATHON_URL"].split(",")[0] + path
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method=method)
    urllib.request.urlopen(request, timeout=10).close()


def state(user: User, app: str) -> tuple[int, int]:
    """How many tasks of an app there are, and how many launches of it wait."""
    seen = user.lab.state()["marathon"]
    return len(seen["apps"][app]["tasks"]), seen["queue"].get(app, 0)


def until(user: User, app: str, wanted: tuple[int, int]) -> None:
    deadline = time.monotonic() + 30
    while state(user, app) != wanted:
        assert time.monotonic() < deadline, f"{app} stays {state(user, app)}, not {wanted}"
        time.sleep(0.05)


def comes_back(user: User, app: str, count: int = 2) -> None:
    """Scale an app of which all tasks have just died to zero, without the collection: it comes back."""
    user.lab.crash(app, count)
    marathon(user, "PUT", f"/v2/apps{app}", b'{"instances": 0}')
    try:
        marathon(user, "DELETE", f"/v2/queue{app}/delay")
    except urllib.error.HTTPError as error:
        # Its backoff was over meanwhile, so that it does not wait any more.
        assert error.code == 404
    until(user, app, (count, 0))


def ensure(**options: Any) -> dict[str, Any]:
    return call(APP, **{**QUICKLY, **options})


@pytest.mark.parametrize("user", [BEFORE_1_8[0], *also(BEFORE_1_8[1])], indirect=True)
def test_an_app_that_is_scaled_to_zero_does_not_come_back(user: User) -> None:
    ensure(definition={"id": "a", **SLEEP})
    user.lab.crash("/a", 2)
    assert state(user, "/a") == (0, 2)
    assert ensure(id="a", instances=0)["changed"]
    assert state(user, "/a") == (0, 0)
    assert not ensure(id="a", instances=0)["changed"]


@pytest.mark.parametrize("user", [BEFORE_1_8[0], *also(BEFORE_1_8[1])], indirect=True)
def test_an_app_that_came_back_is_ended(user: User) -> None:
    ensure(definition={"id": "a", **SLEEP})
    comes_back(user, "/a")
    since = len(user.lab.journal())
    assert ensure(id="a", instances=0, check_mode=True)["changed"]
    assert user.lab.journal(since=since, kind="request", write=True) == []
    assert ensure(id="a", instances=0)["changed"]
    assert state(user, "/a") == (0, 0)
    assert not ensure(id="a", instances=0)["changed"]


def leftover(**options: Any) -> dict[str, Any]:
    return call(
        MIGRATION_SCALE_DOWN, service="app1", app="app1-200", leftover=True, **{"owner": RUN, **QUICKLY, **options}
    )


@pytest.mark.parametrize("user", BEFORE_1_8[:1], indirect=True)
def test_a_version_that_came_back_and_serves_is_ended_only_where_another_is_ready(user: User) -> None:
    user.listen()
    user.roll_out("200")
    call(MIGRATION_LOCK, service="app1", owner=RUN, purpose="a test", wait_timeout=0)
    comes_back(user, "/app1-200")
    deadline = time.monotonic() + 20
    while (seen := user.info())["leftover"] == [] or user.answering() != {"app1-200"}:
        assert time.monotonic() < deadline, seen
    assert [problem["subject"] for problem in seen["problems"] if problem["code"] == "runs_at_zero"] == ["app1-200"]
    with pytest.raises(Refused, match="holds the lock of app1, and not this run"):
        leftover(owner="another")
    user.lab.crash("/app1", 1)
    with pytest.raises(Refused, match="nothing is ready to serve"):
        leftover()
    assert state(user, "/app1-200") == (2, 0)
    while user.info()["leftover"] == []:
        time.sleep(0.2)
    assert leftover(check_mode=True)["changed"]
    assert state(user, "/app1-200") == (2, 0)
    assert leftover()["changed"]
    assert (state(user, "/app1-200"), user.answering()) == ((0, 0), {"app1"})
    assert not leftover()["changed"]


@pytest.mark.parametrize(
    ("user", "comes"),
    [({"marathon": "1.8"}, 1), ({"marathon": "1.11"}, 1), ({"marathon": "1.5"}, 0)],
    indirect=["user"],
)
def test_whoever_abandons_a_creation_is_told_that_it_comes_all_the_same(user: User, comes: int) -> None:
    ensure(definition={"id": "a", **SLEEP, "cpus": 1000}, wait=False)
    until(user, "/a", (0, 2))
    warnings = call(DEPLOYMENT, app="a", state="abandoned", **QUICKLY)["warnings"]
    assert (len(warnings), state(user, "/a")) == (comes, (0, 2 * comes))
    assert all("2 launches of /a still wait in Marathon's queue" in warning for warning in warnings)
    ensure(id="a", instances=0)
    assert state(user, "/a") == (0, 0)
