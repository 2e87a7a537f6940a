# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The permissions of docs/permissions.md are enough for the roles, each of them is needed, and nothing else is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, PermissionRefused
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app import APP
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_info import MIGRATION_INFO

from tests.lab.dcos.permissions import EVENTS, Permission, listed
from tests.lab.process import LabProcess
from tests.marathon.administrator import Administrator
from tests.marathon.deeds import SLEEP
from tests.modules import call
from tests.permissions.jobs import (
    FOLDER,
    FREE,
    GRANTED,
    LISTENER,
    OUTPUT,
    READS,
    SERVICE,
    deployer,
    requests_of_each_job,
)
from tests.permissions.page import PAGE, write

OUTSIDE = "/prod/other/web"
NEWER = {**SLEEP, "constraints": [["hostname", "GROUP_BY"]]}
"""Whether Marathon can take this is told by its release."""
QUICKLY: dict[str, Any] = {"wait_interval": 0.1, "wait_timeout": 20}


@pytest.fixture(name="lab", scope="module")
def fixture_lab() -> Iterator[LabProcess]:
    with deployer() as lab:
        yield lab


@pytest.fixture(name="granted")
def fixture_granted(lab: LabProcess) -> Iterator[Callable[..., None]]:
    """Grants and privileges can be taken away; after the test all of the page are there again."""

    def without(permission: Permission | None = None, privilege: str = "") -> None:
        lab.set(
            dcos_grants=listed([each for each in (*GRANTED, OUTPUT) if each != permission]),
            avi_reads=",".join(each for each in READS if each != privilege),
        )

    yield without
    without()


def app(**options: Any) -> dict[str, Any]:
    return call(APP, **QUICKLY, **options)


def look(**options: Any) -> dict[str, Any]:
    return call(MIGRATION_INFO, service=SERVICE, **options)


def test_the_page_is_what_the_roles_ask(lab: LabProcess) -> None:
    """Every request passes the front, so that these permissions are enough; the page changes with what is asked."""
    written = write(requests_of_each_job(lab))
    assert PAGE.read_text() == written, "Write docs/permissions.md anew: python -m tests.permissions"


@dataclass(frozen=True)
class Lacking:
    """What is done without a permission, and the request that the sentence names."""

    permission: Permission
    deed: Callable[[], object]
    request: str


def _lacking() -> list[Lacking]:
    router, config, _events, create, read, update, delete = GRANTED
    here = f"/{FOLDER}/lacking"
    return [
        Lacking(router, look, "GET /v2/apps"),
        Lacking(config, lambda: app(id=f"{here}-3", definition=NEWER), "GET /v2/info"),
        Lacking(create, lambda: app(id=f"{here}-2", definition=SLEEP), "POST /v2/apps"),
        Lacking(read, lambda: app(id=here, definition=SLEEP), f"GET /v2/apps{here}"),
        Lacking(update, lambda: app(id=here, definition={"user": "nobody"}), f"PUT /v2/apps{here}"),
        Lacking(delete, lambda: app(id=here, state="absent"), f"DELETE /v2/apps{here}"),
    ]


@pytest.mark.parametrize("lacking", _lacking(), ids=lambda each: str(each.permission))
def test_without_a_permission_the_sentence_names_the_request(granted: Callable[..., None], lacking: Lacking) -> None:
    granted()
    app(id=f"/{FOLDER}/lacking", definition=SLEEP)
    granted(lacking.permission)
    with pytest.raises(PermissionRefused) as raised:
        lacking.deed()
    assert f"does not permit {lacking.request}" in raised.value.sentence
    assert "docs/permissions.md" in raised.value.sentence


@pytest.mark.parametrize("privilege", READS)
def test_without_a_privilege_the_sentence_names_the_request(
    lab: LabProcess, granted: Callable[..., None], privilege: str
) -> None:
    app(id=SERVICE, definition=LISTENER)
    until_it_serves(lab)
    granted(privilege=privilege)
    with pytest.raises(PermissionRefused, match=r"does not permit GET /api/\w+") as raised:
        look()
    assert "docs/permissions.md" in raised.value.sentence


def until_it_serves(lab: LabProcess) -> None:
    """A version, because only then there is a pool group."""
    definition = {**LISTENER, "labels": {"ab_config": f'{{"service": "{SERVICE}", "priority": 1000}}'}}
    app(id=f"{SERVICE}-1", definition=definition)
    look(until="active", app=f"{SERVICE}-1", **QUICKLY)


def test_without_events_a_wait_asks_again(lab: LabProcess, granted: Callable[..., None]) -> None:
    granted(Permission(EVENTS, "read"))
    since = len(lab.journal())
    assert app(id=f"/{FOLDER}/quiet", definition=SLEEP)["changed"]
    refused = [each["path"] for each in lab.journal(since=since, kind="request", api="dcos", status=403)]
    assert {path.rpartition("/")[2] for path in refused} == {"events"}


def test_without_the_agents_only_the_output_of_tasks_is_missing(lab: LabProcess, granted: Callable[..., None]) -> None:
    """Their names and hosts are Marathon's, and the sentence names the request."""
    granted()
    here = f"{FOLDER}/silent"
    app(id=f"/{here}", definition=SLEEP)
    asked = {"recover": {"app": here, "why": True}}
    (task,) = look(**asked)["why"]["tasks"]
    assert task["stdout"] and not task["unread"]
    granted(OUTPUT)
    (task,) = look(**asked)["why"]["tasks"]
    assert not task["stdout"] and "does not permit GET /state (403)" in task["unread"]
    assert task["host"] and task["task"]


def test_without_the_master_it_is_not_known_whether_there_is_room(
    lab: LabProcess, granted: Callable[..., None]
) -> None:
    granted()
    app(id=SERVICE, definition=LISTENER)
    until_it_serves(lab)
    seen = look(rollout={"version": "9", "image": "shop/server:9", "capacity": "warn"})
    assert seen["capacity"]["verdict"] == "unknown" and seen["plan"]["action"] == "deploy"
    assert "does not permit GET /slaves (403)" in seen["warnings"][0] and "docs/permissions.md" in seen["warnings"][0]
    lab.set(dcos_grants=listed([*GRANTED, FREE]))
    assert look(rollout={"version": "9", "image": "shop/server:9", "capacity": "require"})["capacity"]["fits"] == 2


def test_another_folder_is_neither_shown_nor_touched(lab: LabProcess) -> None:
    """Whoever has all rights creates the app; the deployer sees nothing of it, and may not do anything to it."""
    lab.set(dcos_grants="")
    app(id=OUTSIDE, definition=SLEEP)
    lab.set(dcos_grants=listed(GRANTED))
    admin = Administrator(lab, marathon_service_account_key=lab.env["MARATHON_SERVICE_ACCOUNT_KEY"])
    assert OUTSIDE not in {each["id"] for each in admin.info()}
    since = len(lab.journal())
    deeds: list[dict[str, Any]] = [{"instances": 0}, {"state": "absent"}, {"state": "restarted"}, {"definition": SLEEP}]
    for deed in deeds:
        with pytest.raises(PermissionRefused):
            admin.ensure(id=OUTSIDE, **deed)
    with pytest.raises(DcosAviError):
        admin.ensure(id="/prod/app1x/web", definition=SLEEP)  # a name that only begins like the folder's
    assert not lab.journal(since=since, kind="request", api="marathon", write=True)
