# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks the Controller how a pool or a virtual service does: each measure is one request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.client import OF_AVI, Avi
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import oper_state
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import NotFound
from ansible_collections.dcos.avi.plugins.module_utils._core.segments import one_segment

RUNTIME, HEALTH_SCORE, METRICS = "runtime", "health_score", "metrics"
# Seconds of a sample. The shortest is there while real-time metrics are switched on.
STEPS = (5, 300, 3600, 86400)
METRIC_OPTIONS: dict[str, Any] = {
    "metric_ids": {"type": "list", "elements": "str"},
    "metric_step": {"type": "int", "choices": list(STEPS), "default": 300},
}


def measures(avi: Avi, kind: str, uuid: str, params: Mapping[str, Any], choices: Sequence[str]) -> dict[str, Any]:
    """Return what was asked for of an object, None for each of the choices that was not.

    :param kind: "pool" or "virtualservice".
    :param params: ``gather``, and the options of METRIC_OPTIONS.
    """
    ask: dict[str, Callable[[], Any]] = {
        RUNTIME: lambda: runtime(avi, kind, uuid),
        HEALTH_SCORE: lambda: health_score(avi, kind, uuid),
        METRICS: lambda: metrics(avi, kind, uuid, params["metric_ids"], params["metric_step"]),
    }
    return {choice: ask[choice]() if choice in params["gather"] else None for choice in choices}


def runtime(avi: Avi, kind: str, uuid: str) -> dict[str, Any] | None:
    """Return the state of an object and the counts of its servers; None where there is none yet.

    :param kind: "pool" or "virtualservice".
    """
    answer = avi.runtime(kind, uuid)
    if not isinstance(answer, Mapping):
        return None
    status = _object(answer.get("oper_status"))
    changed = _object(status.get("last_changed_time"))
    return {
        "oper_state": oper_state(answer),
        "reason": status.get("reason") or [],
        "since": _seconds(changed.get("secs")),
        "servers": answer.get("num_servers"),
        "servers_enabled": answer.get("num_servers_enabled"),
        "servers_up": answer.get("num_servers_up"),
    }


def health_score(avi: Avi, kind: str, uuid: str) -> float | None:
    """Return the health score, 0 to 100; None where there is none."""
    score = _get(avi, f"{kind}-inventory/{uuid}", {"include": "health_score"}).get("health_score")
    return score.get("health_score") if isinstance(score, Mapping) else score


def metrics(avi: Avi, kind: str, uuid: str, ids: list[str], step: int) -> dict[str, dict[str, Any] | None]:
    """Return the newest sample of each metric: {id: {value, timestamp}}, None where there is no sample."""
    # Otherwise a sample that is missing would come as a zero.
    query = {"metric_id": ",".join(ids), "step": step, "limit": 1, "pad_missing_data": "false"}
    answer = _get(avi, f"analytics/metrics/{kind}/{one_segment(uuid, OF_AVI)}", query)
    samples = {
        str(_object(series.get("header")).get("name")): series.get("data") for series in _objects(answer.get("series"))
    }
    return {name: _newest(samples.get(name)) for name in ids}


def _newest(data: Any) -> dict[str, Any] | None:
    known = [sample for sample in _objects(data) if not sample.get("is_null")]
    return {"value": known[-1].get("value"), "timestamp": known[-1].get("timestamp")} if known else None


def _seconds(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _get(avi: Avi, path: str, query: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        answer = avi.get(path, query)
    except NotFound:
        return {}
    return answer if isinstance(answer, Mapping) else {}
