# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks for a metric: a Prometheus for a query, or any address that answers in JSON."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.address import credentials_in, is_open, split_userinfo
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    DcosAviError,
    NotFound,
    Refused,
    UnknownOutcome,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import refuse_endless
from ansible_collections.dcos.avi.plugins.module_utils._core.query import expression
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._gates.metric import HIGHER, LOWER, Bounds, Metric
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import time_of
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import before
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

# In a query, an expression or an address it stands for the id of the app that is asked about.
APP = "__app__"
PREVIOUS = "previous"
NUMBERS = ("min", "max", "allowed_change", "allowed_change_percent", "every", "timeout")
METRIC_OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "url": {"type": "str", "required": True},
    "query": {"type": "str"},
    "expression": {"type": "str"},
    "min": {"type": "float"},
    "max": {"type": "float"},
    "compared_to": {"type": "str", "choices": [PREVIOUS]},
    "allowed_change": {"type": "float", "default": 0.0},
    "allowed_change_percent": {"type": "float", "default": 0.0},
    "worse": {"type": "str", "choices": [HIGHER, LOWER], "default": HIGHER},
    "every": {"type": "float"},
    "misses": {"type": "int", "default": 1},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "token": {"type": "str", "no_log": True},
    "allow_http": {"type": "bool", "default": False},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "timeout": {"type": "float", "default": 10.0},
}
METRICS_OPTION: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": METRIC_OPTIONS,
    "mutually_exclusive": [("query", "expression"), ("username", "token")],
    "required_one_of": [("query", "expression"), ("min", "max", "compared_to")],
    "required_together": [("username", "password")],
}


class Source:
    """A metric with where it comes from. ``every`` is how many seconds are to pass between two questions."""

    def __init__(self, stated: Mapping[str, Any], interval: float) -> None:
        self.metric = Metric(stated["name"], _bounds(stated))
        self.every = stated["every"] or interval
        self._stated = stated
        self._due = 0.0
        self._read = expression("expression", stated["expression"]) if stated["expression"] else _value_of_query
        if stated["misses"] < 1 or self.every <= 0 or stated["timeout"] <= 0:
            raise Refused(f"The metric {stated['name']}: misses, every and timeout must be above 0.")
        refuse_endless(stated, NUMBERS, f"The metric {stated['name']}: ")
        self._refuse_open()

    def is_due(self, now: float) -> bool:
        """Whether it is to be asked for now, by a clock; then it is not for some time."""
        if now < self._due:
            return False
        self._due = now + self.every
        return True

    def value(self, app_id: str, at: datetime | None = None) -> float | None:
        """Return the value of an app, now or at a time as far as the source knows times; None where there is none.

        :raises Refused: the answer has no number in that place, or several.
        :raises DcosAviError: whatever else goes wrong with the request.
        """

        def named(text: str) -> str:
            return text.replace(APP, app_id)

        params: dict[str, Any] = {}
        path = ""
        if self._stated["query"]:
            path, params = "/api/v1/query", {"query": named(self._stated["query"])}
            if at is not None:
                params["time"] = f"{at.timestamp():.3f}"
        session = HttpSession(self._connection(named(self._stated["url"])))
        try:
            body = session.request("GET", path, params=params).body
        except NotFound:
            # Before it is created, and in its first seconds, nobody has figures of an app.
            if APP in self._stated["url"]:
                return None
            raise
        finally:
            session.close()
        return self._number(self._read(body))

    def _connection(self, url: str) -> Connection:
        stated = self._stated
        token = (stated["token"] or "").strip()
        return Connection(
            base_url=url,
            what=f"the source of the metric {stated['name']}",
            timeout=stated["timeout"],
            verify=stated["validate_certs"] and (stated["ca_path"] or True),
            ca_option="ca_path",
            headers={"Authorization": f"Bearer {token}"} if token else {},
            auth=(stated["username"], stated["password"]) if stated["username"] else None,
            secrets=frozenset(filter(None, (token, stated["password"]))),
        )

    def _number(self, found: Any) -> float | None:
        if found is None:
            return None
        try:
            return float(found)
        except (TypeError, ValueError, OverflowError):
            name = self._stated["name"]
            raise Refused(
                f"The metric {name}: what its source answers is no number. Look at its query or expression."
            ) from None

    def _refuse_open(self) -> None:
        url = self._stated["url"]
        has_credentials = self._stated["token"] or self._stated["username"] or credentials_in(url)
        if has_credentials and is_open(url) and not self._stated["allow_http"]:
            raise Refused(
                f"The metric {self._stated['name']}: its password or token would go to {split_userinfo(url)[0]} without TLS. Use https, or say "
                "allow_http: true for it."
            )


class OwnMetrics:
    """The user's own metrics of the app that takes the traffic, each asked for when its time has come."""

    def __init__(self, own: Sequence[Source], app_id: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._own = own
        self._app_id = app_id
        self._clock = clock

    def ask(self, seen: Picture) -> None:
        """Take the values of those that are due, and what the version before had of those that are compared to it.

        :raises DcosAviError: a source does not answer; the others were asked.
        """
        failed: DcosAviError | None = None
        for source in self._own:
            try:
                if source.metric.bounds.compares and source.metric.previous is None:
                    source.metric.compare_to(self._previous(source, seen))
                if source.is_due(self._clock()):
                    source.metric.add(source.value(self._app_id))
            except DcosAviError as error:
                failed = error
        if failed:
            raise failed

    def _previous(self, source: Source, seen: Picture) -> float | None:
        """Return what the version before had when this one was created."""
        app = seen.app(self._app_id)
        earlier = before(seen.apps, app) if app else None
        if app is None or earlier is None:
            return None
        return source.value(earlier.id, time_of(app.changed_at) if app.changed_at else None)


def sources(stated: list[dict[str, Any]], interval: float) -> list[Source]:
    """Return the metrics that are stated, as METRIC_OPTIONS has them.

    :raises Refused: one cannot be asked for, or two have one name.
    """
    names = [each["name"] for each in stated]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Refused(f"Two metrics have the name {twice[0]}. Give each its own.")
    return [Source(each, interval) for each in stated]


def _bounds(stated: Mapping[str, Any]) -> Bounds:
    return Bounds(
        stated["min"],
        stated["max"],
        stated["compared_to"] == PREVIOUS,
        stated["allowed_change"],
        stated["allowed_change_percent"],
        stated["worse"],
        stated["misses"],
    )


def _value_of_query(body: Any) -> Any:
    """Return the one value that a Prometheus answers, as it writes it; None where it has none (its HTTP API, instant queries)."""
    data = body.get("data") if isinstance(body, Mapping) else None
    kind, result = (data.get("resultType"), data.get("result")) if isinstance(data, Mapping) else (None, None)
    if kind == "vector" and isinstance(result, list):
        if len(result) > 1:
            raise Refused(
                f"A query must give one value, and this one gives {len(result)} series: sum them up, as with sum()."
            )
        result = result[0].get("value") if result and isinstance(result[0], Mapping) else []
    elif kind != "scalar":
        raise UnknownOutcome("What answers is no Prometheus, or the query gives neither a vector nor a scalar")
    return result[1] if isinstance(result, list) and len(result) == 2 else None
