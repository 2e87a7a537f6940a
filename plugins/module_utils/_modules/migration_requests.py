# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask each task of an app, or a virtual service, and judge the answers: the work of the module migration_requests."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.dcos.avi.plugins.module_utils._core.address import refuse_unreadable, split_userinfo
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import MIB
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import NotFound, Refused, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._core.hiding import hidden
from ansible_collections.dcos.avi.plugins.module_utils._core.host_names import Names, hosts_of
from ansible_collections.dcos.avi.plugins.module_utils._core.masking import masked
from ansible_collections.dcos.avi.plugins.module_utils._core.secrets import in_all_forms, secrets
from ansible_collections.dcos.avi.plugins.module_utils._core.single_request import ask_once
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import WAIT_OPTIONS, wait_until
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._gates.requests import (
    LONGEST_KEPT,
    Expected,
    Got,
    Verdict,
    describe,
    why_not,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import MARATHON_OPTIONS, client_from
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import tasks_that_may_serve
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import Task, read_app

# That it is missing is told by _module.run, before anything of it is used.
with contextlib.suppress(ImportError):
    import requests

# Seconds that a request may take at least.
TIMEOUT = 10.0
# And at most: no gate is meant to wait longer for an answer, and sockets have their limit.
MOST_SECONDS = 86400
# Bytes of an answer, once it is decoded.
MOST_BYTES = 64 * MIB
# Characters of a body that is not as expected. A hundred of them are shown.
LONGEST_LOOKED_AT = 10_000
# A token of HTTP.
METHOD = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
REQUESTS_OPTIONS: dict[str, Any] = {
    "app": {"type": "str"},
    "url": {"type": "str"},
    # What is in it counts as the other options of its names, see spread.
    "request": {"type": "dict", "no_log": True},
    "scheme": {"type": "str", "choices": ["http", "https"], "default": "http"},
    "path": {"type": "str", "default": "/"},
    "method": {"type": "str", "default": "GET"},
    # What is sent may hold credentials.
    "headers": {"type": "dict", "no_log": True},
    "body": {"type": "jsonarg", "no_log": True},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "status": {"type": "list", "elements": "int", "default": [200]},
    "body_contains": {"type": "str"},
    "answer_headers": {"type": "dict", "default": {}},
    "max_seconds": {"type": "float"},
    "count": {"type": "int", "default": 1},
    **WAIT_OPTIONS,
    "wait_timeout": {"type": "int", "default": 30},
    **MARATHON_OPTIONS,
}


@dataclass(frozen=True)
class Target:
    """Where to send requests. ``task`` is None for a virtual service; without a ``url`` it has no address: not yet, or no more."""

    url: str
    task: str | None = None
    has_ended: bool = False


def migration_requests(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of migration_requests.

    :param params: its options, each key present.
    :returns: {changed: False, passed, targets}; ``passed`` is None in check mode, in which nothing is sent.
    :raises Refused: a number is none that can be, a pattern is no regular expression, or the request is one that cannot be sent.
    :raises WaitTimeout: not all answers were as expected in time.
    :raises DcosAviError: whatever went wrong with Marathon.
    """
    refuse_unusable_request(params)
    if check_mode:
        return {"changed": False, "passed": None, "targets": []}
    marathon = client_from(params) if params["app"] else None
    names = Names()
    what = f"every task of {params['app']}" if marathon else params["url"]
    seen: list[Verdict] = []

    def ask_all() -> list[Verdict]:
        seen[:] = _ask_all(_targets(marathon, names, params), params)
        return list(seen)

    try:
        verdicts = _wait(ask_all, params, what)
    except WaitTimeout as error:
        waited = error.details if isinstance(error.details, dict) else {}
        error.details = {**waited, "targets": [verdict.as_result() for verdict in seen]}
        raise
    return {"changed": False, "passed": True, "targets": [verdict.as_result() for verdict in verdicts]}


def _wait(ask_all: Callable[[], list[Verdict]], params: dict[str, Any], what: str) -> list[Verdict]:
    path = "" if _is_whole(params) else f" {params['path']}"
    return wait_until(
        ask_all,
        lambda verdicts: bool(verdicts) and all(verdict.reason is None for verdict in verdicts),
        timeout=params["wait_timeout"],
        interval=params["wait_interval"],
        describe=lambda verdicts: describe(verdicts) if verdicts else f"{params['app']} has no task",
        what=f"{what} to answer {params['method']}{path} as expected",
    )


def refuse_unusable_request(params: dict[str, Any]) -> None:
    """:raises Refused: a number is none that can be, a pattern is no regular expression, or the request is one that cannot be sent."""
    if params["count"] < 1:
        raise Refused(f"count must be at least 1, not {params['count']}.")
    for name in ("app", "url"):
        if params[name] is not None and not params[name].strip():
            raise Refused(f"{name} is empty.")
    if not METHOD.fullmatch(params["method"]):
        raise Refused(f"method is a word such as GET, without spaces, and {params['method']!r} is none.")
    # Also false where it is no number.
    if params["max_seconds"] is not None and not 0 < params["max_seconds"] <= MOST_SECONDS:
        raise Refused(f"max_seconds must be above 0 and at most {MOST_SECONDS}, not {params['max_seconds']}.")
    if not params["status"]:
        raise Refused("status is empty, so that no answer could be as expected.")
    if not params["path"].startswith("/"):
        raise Refused(f"path begins with a slash, and {params['path']!r} does not.")
    for status in params["status"]:
        if not 100 <= status <= 599:
            raise Refused(f"status: no answer has the status {status}; they are from 100 to 599.")
    for name, pattern in params["answer_headers"].items():
        try:
            re.compile(str(pattern))
        except re.error as error:
            raise Refused(f"answer_headers: {pattern!r} for {name} is no regular expression: {error}.") from error
    refuse_unreadable(params["url"] or "", "what is asked")
    # The addresses of an app's tasks are not known yet.
    url = _address(params["url"] or f"{params['scheme']}://localhost:1", params)
    try:
        headers = {name: value.encode("latin-1") for name, value in _headers(params).items()}
        # Some releases of requests let one at the end pass.
        if any(b"\n" in value for value in headers.values()):
            raise requests.exceptions.InvalidHeader
        requests.Request(params["method"], url, headers=headers).prepare()
        requests.Session().get_adapter(url)
    except (requests.exceptions.InvalidHeader, UnicodeEncodeError) as error:
        # The error quotes the header, which may hold a credential.
        sentence = (
            "One of the headers cannot be sent: look for line breaks, spaces at its beginning, and special characters."
        )
        raise Refused(sentence) from error
    except ValueError as error:
        sentence = f"{split_userinfo(url)[0]} cannot be asked: look at the address, which begins with http:// or https://, and the path."
        raise Refused(sentence) from error


def _is_whole(params: dict[str, Any]) -> bool:
    """Whether the url has a path of its own, and none is given besides."""
    return bool(params["path"] == "/" and urlsplit(params["url"] or "").path.strip("/"))


def _address(base: str, params: dict[str, Any]) -> str:
    return base if _is_whole(params) else base.rstrip("/") + params["path"]


def _headers(params: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in (params["headers"] or {}).items()}


def _targets(marathon: Marathon | None, names: Names, params: dict[str, Any]) -> Sequence[Target]:
    if marathon is None:
        return [Target(params["url"])]
    found = marathon.app(params["app"])
    if found is None:
        raise NotFound(f"Marathon has no app {params['app']}, whose tasks are to be asked.", status=404)
    names.begin_look()
    names.ask(hosts_of([found]))
    may_serve = {task.get("id") for task in tasks_that_may_serve(found)}
    tasks = read_app(found, names.addresses, marathon.now()).tasks
    return [_target(task, params["scheme"], task.id not in may_serve) for task in tasks]


def _target(task: Task, scheme: str, has_ended: bool) -> Target:
    # Its container's address is still listed, and may be another's by now.
    if has_ended:
        return Target("", task.id, has_ended=True)
    return Target(f"{scheme}://{task.endpoints[0]}" if task.endpoints else "", task.id)


def _ask_all(targets: Sequence[Target], params: dict[str, Any]) -> list[Verdict]:
    expected = Expected(
        tuple(params["status"]),
        params["body_contains"],
        {name: str(value) for name, value in params["answer_headers"].items()},
        params["max_seconds"],
    )
    return [_ask(target, expected, params) for target in targets]


def _ask(target: Target, expected: Expected, params: dict[str, Any]) -> Verdict:
    """Send requests to a target until one is answered badly, or all are answered well."""
    if not target.url:
        why = "has ended, and no other runs in its place yet" if target.has_ended else "has no port yet"
        return Verdict("its agent", target.task, 0, 0.0, None, why)
    known = in_all_forms(secrets(REQUESTS_OPTIONS, params), params)
    slowest, made, wrong = 0.0, 0, None
    got = Got(0.0)
    while made < params["count"] and wrong is None:
        got = _request(_address(target.url, params), params)
        made += 1
        slowest = max(slowest, got.seconds)
        wrong = why_not(expected, got, lambda body: hidden(body[:LONGEST_LOOKED_AT], known))
    body = masked(got.body[:LONGEST_LOOKED_AT], known)[:LONGEST_KEPT] if wrong else ""
    return Verdict(target.url, target.task, made, round(slowest, 3), got.status, wrong, body)


def _request(url: str, params: dict[str, Any]) -> Got:
    """Send one request on a connection of its own; never again, because each answer counts."""
    begin = time.monotonic()
    found = ask_once(
        params["method"],
        url,
        timeout=max(TIMEOUT, params["max_seconds"] or 0),
        most_bytes=MOST_BYTES,
        headers=_headers(params),
        data=params["body"].encode() if params["body"] else None,
        verify=params["validate_certs"] and (params["ca_path"] or True),
    )
    return Got(time.monotonic() - begin, found.status, found.headers or {}, found.body, found.error)


MIGRATION_REQUESTS = Work(
    migration_requests,
    REQUESTS_OPTIONS,
    {
        "required_one_of": [("app", "url")],
        "mutually_exclusive": [("app", "url")],
        "required_by": {"app": "marathon_url"},
    },
)
