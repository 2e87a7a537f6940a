# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Watch what Avi measures of the pool that takes the traffic: the work of the module migration_soak."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import options as avi
from ansible_collections.dcos.avi.plugins.module_utils._avi.client import Avi
from ansible_collections.dcos.avi.plugins.module_utils._avi.measures import STEPS, health_score, metrics
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, GateFailed, Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.live import Live
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import number, refuse_endless
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import attend_between_looks, may_pass
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._gates.metric_source import (
    METRICS_OPTION,
    OwnMetrics,
    Source,
    sources,
)
from ansible_collections.dcos.avi.plugins.module_utils._gates.soak import Limit, Sample, Soak
from ansible_collections.dcos.avi.plugins.module_utils._gates.soak_watch import SoakWatch
from ansible_collections.dcos.avi.plugins.module_utils._marathon import options as marathon
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import SERVICE_OPTIONS, Service
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

HEALTH_SCORE = "min_health_score"
# Avi's own names of what the limits are on.
METRICS = {
    "max_error_percent": "l7_server.pct_response_errors",
    "max_latency_ms": "l7_server.avg_resp_latency",
    "max_connections": "l4_server.avg_open_conns",
}
# A share of errors, or a latency, says nothing where there were no requests.
OF_REQUESTS = ("max_error_percent", "max_latency_ms")
REQUESTS = "l7_server.avg_total_requests"
WORDS = {
    "max_error_percent": ("share of errors", "%"),
    "max_latency_ms": ("average latency", " ms"),
    "max_connections": ("number of open connections", ""),
    HEALTH_SCORE: ("health score", ""),
}
SOAK_OPTIONS: dict[str, Any] = {
    **SERVICE_OPTIONS,
    "app": {"type": "str", "required": True},
    # What is in it counts as the other options of its names, see spread.
    "limits": {"type": "dict"},
    "seconds": {"type": "int"},
    "interval": {"type": "float", "default": 5.0},
    "metric_step": {"type": "int", "choices": list(STEPS), "default": 5},
    **{name: {"type": "float"} for name in WORDS},
    "metrics": METRICS_OPTION,
    **marathon.MARATHON_OPTIONS,
    **avi.AVI_OPTIONS,
}


def migration_soak(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of migration_soak.

    :param params: its options, each key present.
    :returns: {changed: False, passed, seconds, measures}; ``passed`` is None in check mode, which does not wait.
    :raises Refused: seconds or interval is not positive.
    :raises GateFailed: a limit was broken, the app does not hold the traffic any more, or there was no sample; ``unseen`` where that is only
        because Marathon or Avi gave no answer.
    :raises DcosAviError: whatever else went wrong with Marathon, Avi or the source of a metric. That is no verdict on the app: ``unseen``.
    """
    soak, own = soak_by(params)
    if check_mode:
        # A wrong address, a wrong token or a wrong query is to be found before anything is written.
        for source in own:
            source.value(short_id(params["app"]))
        return {"changed": False, "passed": None, "seconds": 0.0, "measures": soak.as_result()}
    begin = time.monotonic()
    with avi.controller_from(params) as controller:
        service = Service.asked_for(params, marathon.client_from(params), controller)
        own_metrics = OwnMetrics(own, short_id(params["app"]))
        with service.keeping_the_lock():
            _watch(
                soak,
                service.look,
                lambda seen: _samples(soak, seen, controller, params["metric_step"]),
                params,
                ask=own_metrics.ask,
            )
    seconds = round(time.monotonic() - begin, 1)
    return {"changed": False, "passed": True, "seconds": seconds, "measures": soak.as_result()}


def soak_by(params: dict[str, Any]) -> tuple[Soak, list[Source]]:
    """Return what is to be judged by, and the metrics in it that are the user's own.

    :raises Refused: that is nothing, or a number is none that can be.
    """
    if params["seconds"] is None:
        raise Refused("seconds is missing. Say for how long Avi's measures are to be watched.")
    if params["seconds"] <= 0 or params["interval"] <= 0:
        raise Refused("seconds and interval must be above 0.")
    refuse_endless(params, ("interval", *WORDS))
    limits = {
        name: Limit(*WORDS[name], params[name], name == HEALTH_SCORE) for name in WORDS if params[name] is not None
    }
    own = sources(params["metrics"], params["interval"])
    if not limits and not own:
        raise Refused(f"There is nothing to judge by. Give one of {', '.join(WORDS)}, or metrics.")
    return Soak(limits, [source.metric for source in own]), own


def _watch(
    soak: Soak,
    look: Callable[[], Picture],
    measure: Callable[[Picture], dict[str, Sample | None]],
    params: dict[str, Any],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    ask: Callable[[Picture], None] = lambda seen: None,
) -> None:
    """Check again and again until the time is up. A check that fails in a way that may pass is only not counted.

    :param ask: takes the values of the metrics that are the user's own.
    """
    app_id = short_id(params["app"])
    watch, news = SoakWatch(app_id, params["seconds"], clock()), Live(app_id, params["seconds"], clock)
    last_error, checks = "", 0
    while True:
        try:
            seen = look()
            why = watch.answered(clock(), seen)
            if why:
                raise _failed(why, soak)
            soak.add(measure(seen))
            ask(seen)
            last_error, checks = "", checks + 1
        except DcosAviError as error:
            if not may_pass(error):
                # A login that has ended, or a query that gives no number, tells nothing of the app.
                error.unseen = not isinstance(error, GateFailed)
                raise
            watch.unanswered(clock())
            last_error = f" The last check failed: {error.sentence}"
        if soak.broken():
            raise _failed(f"While {app_id} took the traffic, {soak.broken()}.", soak)
        if watch.is_over(clock(), has_samples=checks > 0 and not soak.missing()):
            break
        news.seen(f"watched.{last_error}" if last_error else ". ".join(filter(None, (soak.in_words(), watch.doubt))))
        attend_between_looks()
        news.pause(watch.pause(clock(), params["interval"]), sleep)
    _refuse_without_samples(soak, watch, checks, params, last_error)


def _refuse_without_samples(soak: Soak, watch: SoakWatch, checks: int, params: dict[str, Any], last_error: str) -> None:
    """Fail where too little was seen to pass; without a verdict on the app where Marathon or Avi gave no answer."""
    app_id, seconds = short_id(params["app"]), params["seconds"]
    if not checks:
        error = _failed(
            f"Within {seconds} s nothing could be seen of how {app_id} does, which is no pass.{last_error}", soak
        )
    elif watch.is_away:
        error = _failed(
            f"How {app_id} does could not be seen to the end of the {seconds} s, which is no pass.{last_error}", soak
        )
    elif soak.missing():
        advice = "Without traffic, or without real-time metrics, there is nothing to judge."
        missing = f"{soak.missing()} within {seconds} s, which is no pass. {advice}{last_error}"
        error = _failed(f"While {app_id} took the traffic, {missing}", soak)
    else:
        return
    error.unseen = watch.was_away
    raise error


def _samples(soak: Soak, seen: Picture, controller: Avi, step: int) -> dict[str, Sample | None]:
    """Return what Avi measures of the pool that takes the traffic."""
    taker = seen.traffic.taker
    if taker is None:
        return {}
    uuid = taker.pool.uuid
    measured = [name for name in soak.limits if name in METRICS]
    wanted = [*(METRICS[name] for name in measured), REQUESTS]
    found = metrics(controller, "pool", uuid, wanted, step) if measured else {}
    samples = {name: _sample(found[METRICS[name]]) for name in measured}
    if measured and not (found[REQUESTS] or {}).get("value"):
        samples.update(dict.fromkeys(set(measured).intersection(OF_REQUESTS)))
    if HEALTH_SCORE in soak.limits:
        # A score is that of now, and has no time of its own.
        samples[HEALTH_SCORE] = _sample(
            {"value": health_score(controller, "pool", uuid), "timestamp": time.monotonic()}
        )
    return samples


def _sample(found: dict[str, Any] | None) -> Sample | None:
    value = number(found["value"]) if found else None
    return None if found is None or value is None else Sample(float(value), str(found["timestamp"]))


def _failed(sentence: str, soak: Soak) -> GateFailed:
    return GateFailed(sentence, details={"measures": soak.as_result()})


MIGRATION_SOAK = Work(migration_soak, SOAK_OPTIONS)
