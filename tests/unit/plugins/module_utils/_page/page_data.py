# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service with a history as the modules return it: a listener, versions that took over, one that was withdrawn, and a rollback."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

BEGIN = datetime(2026, 1, 15, 12, 0, 0, tzinfo=timezone.utc)
NOW = BEGIN + timedelta(minutes=60)


def at(minute):
    return (BEGIN + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")


def entry(app, begin, end=None, came_from=None, outcome="running", rolled_back_from=None, **more):
    ended = None if end is None else {"at": at(end), "to": None, "by": None, "job": None, "reason": None, "said": None}
    return {
        "app": app,
        "version": app.partition("-")[2] or None,
        "at": at(begin),
        "from": came_from,
        "rolled_back_from": rolled_back_from,
        "by": "ann",
        "job": None,
        "reason": "TICKET-7",
        "outcome": outcome,
        "instances": 0 if ended else 2,
        "seconds": 60,
        "ended": ended,
        "source": "run",
        "unreadable": [],
        **more,
    }


HISTORY = (
    entry("app1-100-r2", 40, None, "app1-300", rolled_back_from="app1-300"),
    entry("app1-300", 30, 45, "app1-100", "rolled_back"),
    entry("app1-200", 20, 25, "app1-100", "withdrawn"),
    entry("app1-100", 10, 33, "app1", "retired"),
    entry("app1", 0, 12, None, "stopped"),
)


def told(entries=HISTORY, **more):
    return {"service": "app1", "total": len(entries), "history": list(entries), **more}


def version(app, role, instances=2, side=None):
    return {
        "app": app,
        "version": app.partition("-")[2] or None,
        "priority": 10,
        "instances": instances,
        "healthy": instances,
        "role": role,
        "side": side,
        "pool": f"{app}-pool-80" if side else None,
        "definition_hash": "4c3f0a9d1b2e",
    }


def seen(**more):
    return {
        "service": "app1",
        "shape": "ab_pool",
        "virtualservice": {
            "name": "app1",
            "uuid": "virtualservice-1",
            "oper_state": "OPER_UP",
            "ratio": 100,
            "pool_a": {"name": "app1-pool-80", "uuid": "pool-1", "servers_up": 0, "connections": 0},
            "pool_b": {"name": "app1-100-r2-pool-80", "uuid": "pool-2", "servers_up": 2, "connections": 3},
            "members": [],
        },
        "active": {
            "app": "app1-100-r2",
            "version": "100-r2",
            "side": "b",
            "pool": "app1-100-r2-pool-80",
            "since": at(40),
            "proof": {"servers": ["10.0.0.1:31000"], "tasks": ["10.0.0.1:31000"], "equal": True},
        },
        "versions": [version("app1", "listener", 0), version("app1-100-r2", "active", 2, "b")],
        "lock": None,
        "problems": [],
        **more,
    }


def result(**more):
    return {
        "service": "app1",
        "app": "app1-300",
        "outcome": "rolled_back",
        "failed": True,
        "failed_phase": "requests",
        "sentence": "The rollout of app1-300 failed.",
        "why": {
            "phase": "requests",
            "sentence": "503",
            "tasks": [
                {
                    "task": "app1-300.instance-1._app.1",
                    "host": "10.0.0.2",
                    "state": "TASK_FAILED",
                    "at": "2026-01-15T12:30:00.000Z",
                    "message": "Command exited with status 1",
                    "reason": "REASON_CONTAINER_LIMITATION_MEMORY",
                    "failed": True,
                    "stdout": ["listening on 31001"],
                    "stderr": ["fatal: no database", "at db.example"],
                    "unread": "",
                }
            ],
            "health_checks": [
                {
                    "task": "t",
                    "url": "http://10.0.0.2:31001/",
                    "cause": "503",
                    "status": 503,
                    "body": "not\nready",
                    "error": "",
                }
            ],
            "requests": [{"target": "http://app1", "reason": "answered 503 instead of 200", "body": "sorry"}],
            "offers": {"declined_offers": [{"reason": "InsufficientCpus", "declined": 3}], "delayed_seconds": 5},
            "unread": ["The agent 10.0.0.3 does not answer."],
        },
        "before": {"app": "app1-100", "side": "b", "pool": "app1-100-pool-80"},
        "after": {"app": "app1-100-r2", "side": "b", "pool": "app1-100-r2-pool-80"},
        "decisions": [{"step": "lock", "app": "app1", "reason": "one migration of it at a time"}],
        "phases": [
            {"phase": phase, "seconds": seconds, "requests": 3}
            for phase, seconds in (
                ("observe", 1),
                ("deploy", 20),
                ("smoke", 2),
                ("confirm", 7),
                ("requests", 60),
                ("recover", 10),
            )
        ],
        "seconds": 100,
        "requests": 18,
        "evidence": {
            "smoke": [
                {
                    "target": "http://10.0.0.1:31000",
                    "requests": 1,
                    "slowest_seconds": 0.012,
                    "status": 200,
                    "reason": None,
                    "passed": True,
                }
            ],
            "confirm": {"for": "active", "seconds": 7.0, "complete": True, "last": "app1-300 takes all traffic."},
            "requests": None,
        },
        **more,
    }
