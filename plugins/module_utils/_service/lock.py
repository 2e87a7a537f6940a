# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lock of a service: an app without instances, whose labels say who migrates the service, since when, and for what. Pure.

Marathon has no conditional writes, but it creates an app only where there is none. So a lock is taken by creating the app
with the number 1. The lock of a run that is gone is not replaced, which two could do one after the other, but succeeded by
creating the next number, which only one can. A run that has created a lock looks again, and withdraws where it now sees a
lock that it had not seen before: so a run that acted on an old look never holds the lock beside another.

A lock may be a lease. Its holder renews it as it took it: by creating the app with the next number, after which it deletes the one before.
A change of the app would be no proof: Marathon may lose it without a word, and creates an app anew that was deleted meanwhile.

Labels can be written by anybody who may create an app somewhere, so that none of them proves a lock. Its id does: it is in the service's
folder. Whose it is proves a digest that only the run can make that took it: of the app's id, the owner and a nonce that stays in the run.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import LISTENER
from ansible_collections.dcos.avi.plugins.module_utils._core.clock import Moment, here_and_now
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.guards import COMPANION
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.lease import NO_LEASE, Lease, lease_of
from ansible_collections.dcos.avi.plugins.module_utils._service.record import NOT_TOLD, Told

OWNER, PURPOSE, SINCE = "dcos_avi_lock_owner", "dcos_avi_lock_purpose", "dcos_avi_lock_since"
PROOF = "dcos_avi_lock_proof"
# The address of the AWX whose job the run is. Another AWX may have a job of the same number.
AWX = "dcos_avi_lock_awx"
# On whose behalf the run is, as which job, and why: for the record that it leaves on the versions it creates and ends.
BY, JOB, REASON = "dcos_avi_lock_by", "dcos_avi_lock_job", "dcos_avi_lock_reason"
RELEASE = "dcos_avi_lock_release"
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Lock:
    """The app that is the lock, who holds it, for what, and since when (in UTC, as "2026-01-15T10:20:30Z").

    ``number`` is its place in the sequence of locks, from 1. ``proof`` is what the run can make again that took it, and nobody else.
    ``told`` is what the run leaves as a record. ``awx`` is the address of the AWX whose job it is, where that is known. ``set_at`` is when
    Marathon set it so, by Marathon's clock.
    """

    app: str
    owner: str
    purpose: str
    since: str
    number: int
    proof: str = field(default="", repr=False)
    told: Told = NOT_TOLD
    lease: Lease = NO_LEASE
    awx: str = ""
    set_at: str = field(default="", compare=False)

    def shown(self) -> dict[str, Any]:
        """Return what people are told of it."""
        shown = {"app": self.app, "owner": self.owner, "purpose": self.purpose, "since": self.since}
        return {**shown, "lease": self.lease.seconds}

    def age(self, now: datetime) -> int | None:
        """Return the seconds since it was taken; None where that cannot be read."""
        try:
            since = datetime.strptime(self.since, _TIME).replace(tzinfo=timezone.utc)
        except ValueError:
            return None
        return max(0, int((now - since).total_seconds()))


@dataclass(frozen=True)
class Run:
    """A run that takes locks: its name, which everybody may know, and a nonce, which nobody else can."""

    name: str
    nonce: str = field(repr=False)

    def proof(self, app: str) -> str:
        """Return what proves that this run took the lock that is this app."""
        return hashlib.sha256("\n".join((app, self.name, self.nonce)).encode("utf-8", "surrogatepass")).hexdigest()

    def holds(self, lock: Lock | None) -> bool:
        """Whether this run took the lock. Another one may bear its name."""
        return lock is not None and lock.owner == self.name and lock.proof == self.proof(lock.app)


@dataclass(frozen=True)
class Situation:
    """What the locks of a service mean for one run.

    ``mine`` is the lock it holds, ``holder`` that of another run, which stands in the way. ``leftovers`` do not: their
    runs are gone, or to be broken, or their lease is over. ``renewed`` are older ones of its own. ``number`` is the next to create.
    """

    mine: Lock | None
    holder: Lock | None
    leftovers: tuple[Lock, ...]
    number: int
    renewed: tuple[Lock, ...] = ()


def new_lock(service: str, number: int, run: Run, purpose: str, now: datetime, told: Told = NOT_TOLD) -> Lock:
    """Return the lock with a number, as it is to be created."""
    app = _app_of(service, number)
    return Lock(app, run.name, purpose, now.strftime(_TIME), number, run.proof(app), told.bounded())


def renewed_lock(service: str, lock: Lock, number: int, run: Run, lease: Lease) -> Lock:
    """Return the lock with a number that continues one of this run."""
    app = _app_of(service, number)
    return replace(lock, app=app, number=number, proof=run.proof(app), lease=lease)


def _app_of(service: str, number: int) -> str:
    return f"{service}-migration-lock-{number}"


def is_said_to_be_a_lock(app: Mapping[str, Any]) -> bool:
    """Whether an app, as Marathon returns it, has the label of a lock. Its id tells whether it is one."""
    return OWNER in (app.get("labels") or {})


def lock_of(app: Mapping[str, Any], service: str) -> Lock | None:
    """Return the lock of the service that an app is, as Marathon returns it; None where it is something else."""
    labels, app_id = app.get("labels") or {}, short_id(str(app.get("id", "")))
    number = re.fullmatch(re.escape(service) + r"-migration-lock-([1-9][0-9]{0,8})", app_id)
    if number is None or not is_said_to_be_a_lock(app) or short_id(labels.get(COMPANION, "")) != service:
        return None
    purpose, since, proof = (labels.get(label, "") for label in (PURPOSE, SINCE, PROOF))
    told = Told(*(labels.get(label, "") for label in (BY, JOB, REASON, RELEASE))).bounded()
    lock = Lock(app_id, labels[OWNER], purpose, since, int(number[1]), proof, told)
    return replace(lock, lease=lease_of(labels), awx=labels.get(AWX, ""), set_at=str(app.get("version") or ""))


def locks_of(service: str, companions: Iterable[Mapping[str, Any]]) -> list[Lock]:
    """Return the locks of a service among companions as Marathon returns them, the one that counts last."""
    found = (lock_of(app, service) for app in companions)
    return sorted(filter(None, found), key=lambda lock: lock.number)


def definition_of(lock: Lock, service: str) -> dict[str, Any]:
    """Return the app to create: never started, with no port that the cloud connector could make something of."""
    labels = {COMPANION: service, LISTENER: "no", OWNER: lock.owner, PURPOSE: lock.purpose, SINCE: lock.since}
    labels.update({PROOF: lock.proof, **lock.lease.labels()})
    told = {BY: lock.told.by, JOB: lock.told.job, REASON: lock.told.reason, RELEASE: lock.told.release, AWX: lock.awx}
    labels.update({key: value for key, value in told.items() if value})
    nothing = {"cmd": "sleep 1", "cpus": 0.01, "mem": 32, "instances": 0, "portDefinitions": []}
    return {"id": f"/{lock.app}", **nothing, "labels": labels}


def judge(
    locks: Iterable[Lock],
    me: Run,
    to_break: str | None,
    is_gone: Callable[[str], bool],
    is_over: Callable[[Lock], bool] = lambda lock: False,
) -> Situation:
    """Tell what the locks of a service, in their order, mean for the run ``me``.

    :param to_break: the owner whose lock is not to stand in the way.
    :param is_gone: tells of an owner whether it is known to be gone.
    :param is_over: tells of a lock whether its holder is known to hold it no more.
    """
    own: list[Lock] = []
    holder: Lock | None = None
    leftovers: list[Lock] = []
    number = 0
    for lock in locks:
        number = lock.number
        if me.holds(lock):
            own.append(lock)
        elif lock.owner == to_break or is_gone(lock.owner) or is_over(lock):
            leftovers.append(lock)
        else:
            holder = lock
    return Situation(own[-1] if own else None, holder, tuple(leftovers), number + 1, tuple(own[:-1]))


def held_by(service: str, holder: Lock, since_when: str) -> str:
    """Say who holds the lock and for what; ``since_when`` is a clause that begins with a space, or empty."""
    return f"{service} is locked by {holder.owner}{since_when} for: {holder.purpose}"


def refusal(service: str, holder: Lock, me: Run, to_break: str | None, now: datetime, of_awx: str = "") -> str:
    """Say who holds the lock, since when, for what, and what to do; ``of_awx`` is what AWX said of the holder, a sentence."""
    age = holder.age(now)
    held = held_by(service, holder, f" since {holder.since} ({_in_words(age)})" if age is not None else "")
    if to_break:
        return f"{held}. That is not {to_break}, whose lock was to be broken. Nothing was changed."
    if holder.owner == me.name:
        held += ". Its run has the same name as this one, but another nonce (DCOS_AVI_LOCK_NONCE), so that it is another run"
    wait = (
        "Wait until that run is over, for longer with wait_timeout (in a role, its variable that ends in lock_timeout)."
    )
    if holder.lease.seconds:
        wait += f" If it has ended without releasing the lock, a run that waits for {holder.lease.seconds} s takes the lock over."
    return (
        f"{held}. Nothing was changed.{of_awx and ' ' + of_awx} {wait} Or, if it is certain that it does nothing any more, break its lock: "
        f"dcos.avi.migration_lock with service: {service}, state: absent and break_holder: {holder.owner}"
    )


def refuse_without_the_lock(
    lock: Lock | None, service: str, me: Run | None, what: str, now: Callable[[], Moment] = here_and_now
) -> None:
    """Refuse to change anything of a service whose lock this run does not hold.

    :param what: begins the sentence, "app1-100 is not scaled to zero".
    :raises Refused: another run may migrate the service meanwhile, or may take the lock at any moment.
    """
    if me and not me.holds(lock):
        holder = f"{lock.owner} holds" if lock else "nobody holds"
        this = "this run, which has the same name" if lock and lock.owner == me.name else f"this run ({me.name})"
        raise Refused(f"{what}, because {holder} the lock of {service}, and not {this}.")
    if me and lock and lock.lease.is_over(now()):
        raise Refused(
            f"{what}, because this run has not renewed its lock of {service} in time: it is good for {lock.lease.seconds} s. Another run may "
            "take it at any moment. Run this again. If one step takes that long, give the lock more time (in a role, its variable that ends in "
            "lock_lease)."
        )


def _in_words(seconds: int) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
