# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws plans: a seed always draws the same one."""

from __future__ import annotations

import random
from typing import Any

from tests.campaign.plan import (
    FAULT,
    KILL,
    LEADER,
    LISTENER,
    NEW,
    PERSON,
    SERVING,
    SILENCE,
    STOP,
    Disturbance,
    Operation,
    Plan,
)

GOOD = "avinetworks/server"
BAD = ("lab/never-healthy", "lab/crash", "lab/error", "lab/slow", "lab/wrong-version", "lab/slow-start")
STEPS = {"rollout": 14, "rollback": 12, "retire": 8, "withdraw": 8}
"""About so many steps an undisturbed run has; one that ends before a step is not disturbed there."""
INSTANT, NEVER_INSTANT = 0.6, 0.3
"""Shares of the rollbacks that say which way back they want, and that want the one forward."""
SOON = 12
"""Seconds that a run waits at most for tasks, and for the traffic."""
FAILOVER = 12.0
"""Seconds without a leader: 11 to 16 after a kill of a running one."""
SPEED = 10
"""Half of the lab's own: a busy machine must not make tasks fail their health checks."""
FIRST, APART = 100, 10
"""The first version's number, and how far the next ones are from each other."""


def drawn(seed: int) -> Plan:
    """The plan of a seed: 2 to 5 operations on 1 to 3 services."""
    chance = random.Random(seed)
    services = [f"app{number}" for number in range(1, chance.choices((1, 2, 3), (60, 28, 12))[0] + 1)]
    draw = _Draw(chance)
    operations = [draw.rollout(service, GOOD) for service in services if chance.random() < 0.5]
    for number in range(chance.randint(2, 5)):
        # Each service at least once.
        service = services[number] if number < len(services) else chance.choice(services)
        operations.append(draw.operation(service))
    return Plan(f"seed {seed}", _lab(chance), tuple(operations))


def _lab(chance: random.Random) -> dict[str, Any]:
    return {
        "marathon": chance.choice(("1.4", "1.5", "1.8", "1.11")),
        "avi": chance.choice(("ab_pool", "pool_group")),
        "flip": chance.choices(("on_server", "on_all", "on_create"), (45, 35, 20))[0],
        "alternate": chance.choice(("by_active", "by_order")),
        "top_gone": chance.choice(("keep", "revert", "empty")),
        "connector_delay": chance.choices((0, 1, 3), (60, 20, 20))[0],
        "avi_addressing": chance.choices(("host", "container"), (85, 15))[0],
        "marathon_nodes": 2,
        "election_answers": "measured",
        "speed": SPEED,
    }


class _Draw:
    """Knows which versions there are so far."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._versions: dict[str, list[str]] = {}
        self._last: dict[str, Operation] = {}

    def operation(self, service: str) -> Operation:
        """Any operation, disturbed or not."""
        chance = self._chance
        kind = chance.choices(("rollout", "again", "rollback", "retire", "withdraw"), (55, 12, 17, 8, 8))[0]
        if kind in ("again", "withdraw") and service not in self._last:
            kind = "rollout"
        image = GOOD if chance.random() < 0.65 else chance.choice(BAD)
        plain = {
            "rollout": lambda: self.rollout(service, image),
            "again": lambda: self._last[service],
            "rollback": lambda: self._rollback(service),
            "retire": lambda: Operation(service, "retire", variables=self._retire()),
            "withdraw": lambda: self._withdraw(service),
        }[kind]()
        check = chance.random() < 0.1
        disturbances = () if check else self._disturbances(plain)
        return Operation(**{**vars(plain), "check": check, "disturbances": disturbances})

    def rollout(self, service: str, image: str) -> Operation:
        """A rollout of the next version."""
        chance = self._chance
        known = self._versions.setdefault(service, [])
        known.append(str(FIRST + APART * len(known)))
        variables: dict[str, Any] = {
            "rollout_wait_timeout": SOON,
            "rollout_drain_timeout": chance.choice((2, 5)),
            "rollout_strategy": chance.choice(("direct", "preview")),
            "rollout_keep_warm": chance.choices((0, 3600), (80, 20))[0],
        }
        if chance.random() < 0.2:
            variables["rollout_smoke"] = {"max_seconds": 2, "wait_timeout": 1}
        if chance.random() < 0.1:
            variables["rollout_on_failure"] = "freeze"
        if chance.random() < 0.2:
            variables["rollout_lock_timeout"] = 20
        gate, whole = chance.random() < 0.4, chance.random() < 0.5
        operation = Operation(service, "rollout", known[-1], image, whole, variables, gate)
        self._last[service] = operation
        return operation

    def _rollback(self, service: str) -> Operation:
        chance = self._chance
        variables: dict[str, Any] = {"rollback_wait_timeout": SOON, "rollback_drain_timeout": 2}
        known = self._versions.get(service, [])
        if known and chance.random() < 0.3:
            variables["rollback_version"] = chance.choice([*known, service])
        drawn = chance.random()
        if drawn < INSTANT:
            variables["rollback_instant"] = drawn >= NEVER_INSTANT
        return Operation(service, "rollback", variables=variables)

    def _retire(self) -> dict[str, Any]:
        keep = {"retire_keep": self._chance.choice((0, 1, 2))} if self._chance.random() < 0.5 else {}
        return {"retire_drain_timeout": 2, "retire_wait_timeout": SOON, **keep}

    def _withdraw(self, service: str) -> Operation:
        version = self._chance.choice(self._versions[service])
        return Operation(service, "withdraw", version, variables={"rollout_wait_timeout": SOON})

    def _disturbances(self, operation: Operation) -> tuple[Disturbance, ...]:
        number = self._chance.choices((0, 1, 2), (30, 52, 18))[0]
        drawn = sorted((self._disturbance(operation) for _each in range(number)), key=lambda each: each.step)
        # What follows a kill would meet nobody.
        killed = next((at for at, each in enumerate(drawn, 1) if each.what == KILL), len(drawn))
        return tuple(drawn[:killed])

    def _disturbance(self, operation: Operation) -> Disturbance:
        chance = self._chance
        what = chance.choices((KILL, STOP, FAULT, SILENCE, LEADER, PERSON), (20, 14, 28, 6, 6, 26))[0]
        step = chance.randint(2, STEPS[operation.playbook])
        later = round(chance.uniform(0.1, 2.5), 2) if what == STOP or chance.random() < 0.5 else 0.0
        seconds = round(chance.uniform(1, 8), 1) if what in (FAULT, SILENCE) else FAILOVER if what == LEADER else 0.0
        details = {FAULT: self._fault, PERSON: self._deed, STOP: self._meanwhile}.get(what, dict)()
        return Disturbance(what, step, later, seconds, details)

    def _fault(self) -> dict[str, Any]:
        chance = self._chance
        api = chance.choices(("marathon", "avi"), (70, 30))[0]
        if api == "marathon" and chance.random() < 0.5:  # of one write alone
            action = chance.choice(("error", "html", "slow", "drop_before", "drop_after", "apply_late"))
            one: dict[str, Any] = {
                "api": api, "method": chance.choice(("POST", "PUT", "DELETE")), "action": action, "times": 1,
            }  # fmt: skip
            return {**one, "seconds": chance.choice((1, 4, 7))} if action in ("slow", "apply_late") else one
        action = chance.choice(("error", "html", "garbage", "slow", "drop_before", "refuse"))
        return {"api": api, "action": action, **({"seconds": 1.5} if action == "slow" else {})}

    def _deed(self) -> dict[str, Any]:
        chance = self._chance
        deed = chance.choices(("scale", "restart", "delete", "crash", "break_lock"), (45, 12, 10, 23, 10))[0]
        if deed == "break_lock":
            return {"deed": deed}
        whom = chance.choices((NEW, SERVING, LISTENER), (45, 40, 15))[0]
        if deed == "delete" and whom != NEW:
            whom = NEW
        return {"deed": deed, "whom": whom, **({"instances": chance.choice((0, 0, 1, 3))} if deed == "scale" else {})}

    def _meanwhile(self) -> dict[str, Any]:
        return {"run": self._chance.choice(("", "rollback", "rollout"))}
