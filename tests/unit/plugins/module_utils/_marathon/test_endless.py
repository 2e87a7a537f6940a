# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Marathon 1.11 begins and never ends is refused before it is begun."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.endless import (
    ends_launches,
    refuse_end_of_launches,
    refuse_endless_restart,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.listener import ListenerRequest, plan_listener
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import launchable
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback import plan_rollback
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackRequest
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import SLEEP
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.rollout_plans import codes, plan
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    DEFINITION,
    fresh,
    listener,
    upgraded,
)

GROUP_BY = {"constraints": [["hostname", "GROUP_BY"]]}


def newest():
    return 1, 11


def app(instances, over, protocol="HTTP", **more):
    strategy = {"minimumHealthCapacity": 1.0, **({} if over is None else {"maximumOverCapacity": over})}
    checks = [{"protocol": protocol}] if protocol else []
    return {"id": "/a", **SLEEP, "instances": instances, "upgradeStrategy": strategy, "healthChecks": checks, **more}


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        # As measured: {1,0}, {0.5,0.2} and {0,0} with 4 instances, {0.5,0.5} with 1.
        (app(4, 0.0), "floor(4 * (1 + 0)) = 4"),
        (app(4, 0.2, "TCP"), "floor(4 * (1 + 0.2)) = 4"),
        (app(1, 0.5, "HTTPS"), "maximumOverCapacity of at least 1 "),
        (app("3", "0.3"), "at least 0.334"),
        (app(1, None, container={"volumes": [{"external": {}}]}), "floor(1 * (1 + 0)) = 1"),
    ],
)
def test_a_restart_without_room_for_one_more(wanted, words):
    with pytest.raises(Refused) as raised:
        refuse_endless_restart(wanted, newest)
    assert words in raised.value.sentence
    # Older ones end it.
    refuse_endless_restart(wanted, lambda: (1, 8))


@pytest.mark.parametrize(
    "wanted",
    [
        app(4, 0.25),
        app(5, 0.2),
        app(1, None),
        app(4, 0.0, "MESOS_HTTP"),
        app(4, 0.0, "COMMAND"),
        app(4, 0.0, None),
        app(0, 0.0),
    ],
)
def test_a_restart_that_ends_does_not_ask_for_the_release(wanted):
    refuse_endless_restart(wanted, lambda: pytest.fail("the release was asked for"))


@pytest.mark.parametrize("instances", [*range(1, 40), 200, 1000])
def test_the_way_out_is_enough(instances):
    with pytest.raises(Refused) as raised:
        refuse_endless_restart(app(instances, 0), newest)
    enough = raised.value.sentence.partition("at least ")[2].split()[0]
    refuse_endless_restart(app(instances, enough), lambda: pytest.fail("the release was asked for"))


@pytest.fixture
def running(marathon):
    marathon.release = "1.11.26"
    marathon.add("/a", **{key: value for key, value in app(4, 0.0).items() if key != "id"})
    return marathon


@pytest.mark.parametrize(
    "params",
    [
        {"definition": {"cmd": "sleep 7"}},
        {"definition": {"labels": {"team": "shop"}}, "instances": 5},
        {"state": "restarted"},
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_marathon_app_refuses_it_before_it_writes(ensure, writes, running, params, check_mode):
    with pytest.raises(Refused, match="would never end that"):
        ensure(check_mode=check_mode, id="a", **params)
    assert not writes()


def test_marathon_app_takes_the_way_out(ensure, running):
    assert ensure(id="a", instances=5, wait=False)["changed"]
    strategy = {"upgradeStrategy": {"maximumOverCapacity": 0.25}}
    assert ensure(id="a", definition={"cmd": "sleep 7", **strategy}, wait=False, force=True)["changed"]


@pytest.mark.parametrize(
    ("constraint", "is_bad"),
    [
        (["hostname", "GROUP_BY"], True),
        (["hostname", "GROUP_BY", ""], True),
        (["rack", "group_by"], True),
        (["hostname", "GROUP_BY", "3"], False),
        (["hostname", "UNIQUE"], False),
        ("x", False),
    ],
)
def test_group_by_without_a_number(constraint, is_bad):
    assert bool(ends_launches("a", [["rack", "LIKE", "1"], constraint], newest)) is is_bad
    assert ends_launches("a", [constraint], lambda: (1, 8)) is None
    assert ends_launches("a", None, newest) is None
    if is_bad:
        with pytest.raises(Refused, match="launch no task of any app"):
            refuse_end_of_launches("a", [constraint], newest)


def test_marathon_app_refuses_group_by_without_a_number(ensure, writes, running):
    for app_id in ("a", "b"):
        with pytest.raises(Refused, match="without a number"):
            ensure(id=app_id, definition={**SLEEP, **GROUP_BY})
    assert not writes()


@pytest.mark.parametrize(
    ("instances", "params"),
    [
        (0, {"instances": 1}),
        (1, {"instances": 2}),
        (1, {"definition": {"cmd": "sleep 7"}}),
        (1, {"state": "restarted"}),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_nor_is_an_app_launched_that_has_it_since_an_upgrade_of_marathon(
    ensure, writes, marathon, instances, params, check_mode
):
    marathon.release = "1.11.26"
    marathon.add("/a", **{**SLEEP, **GROUP_BY, "instances": instances})
    with pytest.raises(Refused, match="without a number"):
        ensure(check_mode=check_mode, id="a", **params)
    assert not writes()


def test_what_launches_nothing_is_done(ensure, marathon):
    marathon.release = "1.11.26"
    marathon.add("/a", **{**SLEEP, **GROUP_BY, "instances": 1})
    assert ensure(id="a", instances=0)["changed"]
    assert ensure(id="a", definition={"labels": {"team": "shop"}})["changed"]
    assert ensure(id="a", definition={"constraints": [["hostname", "GROUP_BY", "3"]]}, instances=1, wait=False)[
        "changed"
    ]


def test_planners_refuse_group_by_without_a_number():
    rollout = plan(upgraded(), definition={**DEFINITION, **GROUP_BY})
    new = plan_listener(
        picture(Observation("app1", fresh().avi.__class__("app1"))), ListenerRequest({**DEFINITION, **GROUP_BY})
    )
    way_back = plan_rollback(
        picture(Observation("app1", upgraded().avi, listener(**GROUP_BY), upgraded().versions)), RollbackRequest()
    )
    for made in (rollout, new, way_back):
        assert made.action == "deploy"
        assert codes(launchable(made, newest)) == ["ends_launches"]
        assert launchable(made, newest).steps == ()
        assert launchable(made, lambda: (1, 8)) is made
    assert launchable(plan(upgraded(), name="100", definition=DEFINITION), newest).action == "none"
