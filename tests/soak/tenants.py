# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two tenants: one migrates a service under load, the other claims it all the time, by decoys, locks and labels in a folder of its own."""

from __future__ import annotations

import functools
import json
import os
import random
import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import NotNow
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_lock import MIGRATION_LOCK
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_scale_down import MIGRATION_SCALE_DOWN

from tests.demo.playbook import run_playbook
from tests.lab.process import LabProcess
from tests.lab.traffic.reconcile import answered_counts
from tests.migration.user import User
from tests.modules import call
from tests.soak.cases import Case
from tests.soak.configurations import SERVICE
from tests.soak.markdown import table
from tests.soak.service import asked_of_marathon, send, serving
from tests.soak.sums import Cases

MIGRATIONS = 100
BY_ROLE = 10
"""Every so many migrations one is made by the role, and the versions before are deleted by it. The others are made by the modules alone."""
TRIES = 5
RATE = 200
STEP = 10
"""What the priorities of two versions differ by."""
FOLDER = "/tenantb"
OWNER = "the deployer"
MOST_APPS = 25
LOCK: dict[str, Any] = {"owner": OWNER, "nonce": "of the deployer"}
CLIENT = "dcos.avi"


def cases() -> Iterator[Case]:
    """One for each shape."""
    for shape in ("ab_pool", "pool_group"):
        yield Case(f"{MIGRATIONS} migrations, {shape}", functools.partial(beside_a_hostile_tenant, shape, MIGRATIONS))


def beside_a_hostile_tenant(shape: str, migrations: int, seed: int = 1) -> dict[str, Any]:
    """Migrate so often; tell what was lost, and what was done to apps that are not the service's."""
    with (
        serving(rate=RATE, avi=shape) as served,
        mock.patch.dict(os.environ, served[0].env),
        Neighbour(served[0], seed) as neighbour,
    ):
        lab, traffic = served
        began, failed = time.time(), []
        for number in range(1, migrations + 1):
            failure = _migrated(lab, str(100 + number), by_role=number % BY_ROLE == 0)
            failed += [failure] if failure else []
            neighbour.below = STEP * number
        seconds = time.time() - began
        neighbour.stop()
        total = traffic.stop()
        counts = answered_counts(lab, SERVICE, total)
        followed = _foreign(lab)
        figures = {
            "shape": shape,
            "migrations": migrations,
            "seconds": round(seconds, 1),
            "sent": total.sent,
            "lost": dict(total.lost),
            "counts": counts,
            "claims": dict(neighbour.done),
            "failed": failed,
            "touched": followed + neighbour.changed_by_others(),
        }
    is_counted = not total.lost_total and len(set(counts.values())) == 1
    return {**figures, "good": is_counted and not failed and not figures["touched"]}


def _migrated(lab: LabProcess, version: str, *, by_role: bool) -> str:
    """Move the traffic to a version, and scale the one before to zero. Returns why that failed."""
    if by_role:
        asked = {"rollout_service": SERVICE, "rollout_version": version, "rollout_image": f"shop/server:{version}"}
        runs = [
            ("rollout", {**asked, "rollout_drain_timeout": 2}),
            ("retire", {"retire_service": SERVICE, "retire_keep": 2}),
        ]
        for playbook, variables in runs:
            outcome = run_playbook(f"dcos.avi.{playbook}", variables, lab.env)
            if outcome.returncode:
                return outcome.failure or outcome.output[-500:]
        return ""
    user = User(lab)
    try:
        call(MIGRATION_LOCK, service=SERVICE, purpose=f"version {version}", wait_timeout=10, **LOCK)
        try:
            seen = user.roll_out(version)
            for item in seen["retire"]:
                user.info(until="drained", app=item["app"], wait_interval=0.1, wait_timeout=2)
                _scaled_down(item["app"])
        finally:
            call(MIGRATION_LOCK, service=SERVICE, state="absent", **LOCK)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _scaled_down(app: str) -> None:
    """Scale a version to zero. If a pool of the neighbour's is gone while it is read, the module says so, and is asked again."""
    for left in reversed(range(TRIES)):
        try:
            call(MIGRATION_SCALE_DOWN, service=SERVICE, app=app, retire={}, wait_timeout=30, **LOCK)
        except NotNow:
            if not left:
                raise
        else:
            return


def _foreign(lab: LabProcess) -> list[str]:
    """What the deployer wrote that is about an app outside its service, or is made of one."""
    writes = [
        each for each in lab.journal(kind="request", api="marathon", write=True) if each["client"].startswith(CLIENT)
    ]
    about = [each for each in writes if FOLDER.strip("/") in json.dumps([each["path"], each.get("body")])]
    apps = {app["id"]: json.dumps(app) for app in asked_of_marathon(lab, "/v2/apps")["apps"]}
    own = [name for name, text in apps.items() if not name.startswith(FOLDER) and FOLDER.strip("/") in text]
    return [f"{each['method']} {each['path']}" for each in about] + own


class Neighbour:
    """Claims the service in all ways it can, until it is stopped."""

    def __init__(self, lab: LabProcess, seed: int) -> None:
        self._lab = lab
        self._chance = random.Random(seed)  # noqa: S311  a drawn claim, no secret
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._claim)
        self._apps: dict[str, int] = {}  # by id, with instances
        self.done = Counter[str]()
        self.below = 2
        """The priorities it claims: above that of the version that serves, the connector itself would wait for its tasks."""

    def __enter__(self) -> Neighbour:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Claim no more; safe to call twice."""
        self._stopped.set()
        self._thread.join()

    def changed_by_others(self) -> list[str]:
        """Its apps that are not as it left them, by their instances, or gone."""
        there = {app["id"]: app["instances"] for app in asked_of_marathon(self._lab, "/v2/apps")["apps"]}
        return [name for name, instances in self._apps.items() if there.get(name) != instances]

    def _claim(self) -> None:
        number = 0
        while not self._stopped.wait(self._chance.uniform(0.05, 0.4)):
            number += 1
            what: str = self._chance.choice(list(_CLAIMS))
            try:
                if len(self._apps) >= MOST_APPS:
                    what = "deleted again"
                    self._delete(self._chance.choice(list(self._apps)))
                else:
                    self._create(what, number)
            except urllib.error.HTTPError:
                what = "refused by Marathon"
            self.done[str(what)] += 1

    def _create(self, what: str, number: int) -> None:
        name, labels, instances = _CLAIMS[what](self._chance, number, self._chance.randrange(1, self.below))
        container = {"type": "DOCKER", "docker": {"image": "tenantb/evil"}}
        app_id = f"{FOLDER}/{name}"
        app = {"id": app_id, "cmd": "sleep 1", "cpus": 0.01, "mem": 8, "container": container}
        send(
            self._lab, "POST", "/v2/apps", {**app, "instances": instances, "labels": {"proxy_listener": "no", **labels}}
        )
        self._apps[app_id] = instances

    def _delete(self, name: str) -> None:
        send(self._lab, "DELETE", f"/v2/apps{name}?force=true", {})
        del self._apps[name]


def _config(priority: object) -> dict[str, str]:
    return {"ab_config": json.dumps({"service": SERVICE, "priority": priority})}


def _decoy(chance: random.Random, number: int, priority: int) -> tuple[str, dict[str, str], int]:
    """A version without instances, which is to be counted, kept or rolled back to."""
    return f"{SERVICE}-{100 + chance.randrange(120)}-{number}", _config(priority), 0


def _lineage(chance: random.Random, number: int, priority: int) -> tuple[str, dict[str, str], int]:
    known = f"{SERVICE}-{100 + chance.randrange(100)}"
    labels = dict.fromkeys(("dcos_avi_rollback_of", "dcos_avi_takes_over_from"), known)
    return f"evil-{number}", {**_config(priority), **labels}, 0


def _lock(chance: random.Random, number: int, _priority: int) -> tuple[str, dict[str, str], int]:
    owner = chance.choice([OWNER, "AWX job 77", "\x1b[2Kok: [localhost]"])
    labels = {
        "dcos_avi_service": SERVICE,
        "dcos_avi_lock_owner": owner,
        "dcos_avi_lock_since": "",
        "dcos_avi_lock_purpose": "x",
    }
    return f"{SERVICE}-migration-lock-{number}", labels, 0


def _preview(chance: random.Random, number: int, _priority: int) -> tuple[str, dict[str, str], int]:
    return f"{SERVICE}-{100 + chance.randrange(120)}-preview-{number}", {"dcos_avi_service": SERVICE}, 1


def _text(chance: random.Random, number: int, _priority: int) -> tuple[str, dict[str, str], int]:
    text = chance.choice(["{{ lookup('pipe', 'id') }}", "\x1b]0;x\x07\x9b31m", "{", "[" * 100, '{"service": ["app1"]}'])
    return f"text-{number}", {"ab_config": text, "dcos_avi_service": text, "dcos_avi_lock_owner": text}, 0


_CLAIMS: dict[str, Callable[[random.Random, int, int], tuple[str, dict[str, str], int]]] = {
    "decoys": _decoy,
    "lineage": _lineage,
    "locks": _lock,
    "previews that run": _preview,
    "labels without sense": _text,
}


def words(found: Cases) -> str:
    """What docs/proof.md says of it."""
    rows = [
        (
            case["shape"],
            case["migrations"],
            round(case["seconds"]),
            sum(case["claims"].values()),
            case["sent"],
            sum(case["lost"].values()),
            len(case["touched"]),
            len(case["failed"]),
            "yes" if case["good"] else "NO",
        )
        for case in found
    ]
    head = (
        "shape",
        "migrations",
        "seconds",
        "claims",
        "sent",
        "lost",
        "apps of the neighbour touched or followed",
        "migrations that failed",
        "as it must be",
    )
    return (
        "A neighbour in another folder creates and deletes apps all the time that claim the service: versions without instances at any priority "
        "below that which serves, locks in the deployer's name, previews that run, labels of lineage, and labels without sense. Meanwhile one "
        "version after another is rolled out under load, and the ones before are scaled to zero. "
        f"Every {BY_ROLE}th time the roles do it, and delete all versions but two.\n\n" + table(head, rows)
    )
