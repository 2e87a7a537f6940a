# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``/api/analytics/metrics``: HAProxy's counters over time, in the form Avi gives its metrics."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.lab.dataplane import Count, DataPlane

_SAMPLE_SECONDS = 1.0
_SAMPLES = 3600
#: The steps there are, in seconds; the shortest is the real-time one.
STEPS = (5, 300, 3600, 86400)


@dataclass(frozen=True)
class Sample:
    """The counters at one moment: of services and of pools, by their names on the data plane."""

    time: float
    services: Mapping[str, Count]
    pools: Mapping[str, Count]


def _mean_open(counts: Sequence[Count], seconds: float) -> float:
    return sum(count.open for count in counts) / len(counts)


def _requests(counts: Sequence[Count], seconds: float) -> float:
    return counts[-1].since(counts[0]).requests / seconds


def _responses(counts: Sequence[Count], seconds: float) -> float:
    return sum(counts[-1].since(counts[0]).responses.values()) / seconds


def _error_share(counts: Sequence[Count], seconds: float) -> float:
    responses = counts[-1].since(counts[0]).responses
    errors = responses.get("4xx", 0) + responses.get("5xx", 0)
    return 100 * errors / sum(responses.values()) if errors else 0.0


def _latency(counts: Sequence[Count], seconds: float) -> float:
    return counts[-1].latency


#: By name: the unit, and how to work a value out of the counts of a step. On a proxy that speaks HTTP a session with a
#: server is one request, so that new connections are requests.
METRICS: Mapping[str, tuple[str, Callable[[Sequence[Count], float], float]]] = {
    "l4_{side}.avg_open_conns": ("METRIC_COUNT", _mean_open),
    "l4_{side}.avg_new_established_conns": ("PER_SECOND", _requests),
    "l7_{side}.avg_total_requests": ("PER_SECOND", _requests),
    "l7_{side}.avg_complete_responses": ("PER_SECOND", _responses),
    "l7_{side}.pct_response_errors": ("PERCENT", _error_share),
    "l7_server.avg_resp_latency": ("MILLISECONDS", _latency),
}


class Metrics:
    """Samples the data plane and answers from the samples."""

    def __init__(self, dataplane: DataPlane, clock: Callable[[], float] = time.time) -> None:
        self._dataplane = dataplane
        self._clock = clock
        self._samples: deque[Sample] = deque(maxlen=_SAMPLES)
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to sample."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop sampling."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def sample(self) -> None:
        """Take a sample now."""
        self._samples.append(Sample(self._clock(), *await self._dataplane.counts()))

    async def _run(self) -> None:
        while True:
            await self.sample()
            await asyncio.sleep(_SAMPLE_SECONDS)

    def document(self, kind: str, place: str, what: Mapping[str, Any], query: Mapping[str, str]) -> dict[str, Any]:
        """Return the metrics of a pool or virtual service. Raises ValueError, with a sentence, for what there is none of."""
        side = "server" if kind == "pool" else "client"
        named = {name.format(side=side): metric for name, metric in METRICS.items()}
        known = {name: metric for name, metric in named.items() if f"_{side}." in name}
        names = [name for name in query.get("metric_id", "").split(",") if name]
        step, limit = int(query.get("step", STEPS[1])), int(query.get("limit", 1))
        unknown = [name for name in names if name not in known]
        if unknown or not names:
            raise ValueError(f"metric_id takes some of {', '.join(known)}.")
        if step not in STEPS:
            raise ValueError(f"step takes one of {', '.join(map(str, STEPS))}.")
        end = self._clock()
        windows = [(end - number * step, end - (number - 1) * step) for number in range(limit, 0, -1)]
        pad = query.get("pad_missing_data", "true").lower() != "false"
        return {
            "entity_uuid": what["uuid"],
            "metric_id": ",".join(names),
            "series": [
                _series(name, known[name], what, [(to, self._counts(kind, place, at, to)) for at, to in windows], pad)
                for name in names
            ],
            "start": _timestamp(windows[0][0]),
            "stop": _timestamp(end),
            "step": step,
            "limit": limit,
        }

    def _counts(self, kind: str, place: str, begin: float, end: float) -> list[tuple[float, Count]]:
        found = []
        for sample in self._samples:
            count = (sample.pools if kind == "pool" else sample.services).get(place)
            if count is not None and begin <= sample.time <= end:
                found.append((sample.time, count))
        return found


def _series(
    name: str,
    metric: tuple[str, Callable[[Sequence[Count], float], float]],
    what: Mapping[str, Any],
    windows: Sequence[tuple[float, Sequence[tuple[float, Count]]]],
    pad: bool,
) -> dict[str, Any]:
    units, work_out = metric
    data: list[dict[str, Any]] = []
    for end, samples in windows:
        if len(samples) > 1:
            seconds = samples[-1][0] - samples[0][0]
            value = work_out([count for _time, count in samples], seconds)
            data.append({"timestamp": _timestamp(end), "value": round(value, 3)})
        elif pad:
            data.append({"timestamp": _timestamp(end), "value": 0.0, "is_null": True})
    values = [point["value"] for point in data if "is_null" not in point] or [0.0]
    return {
        "header": {
            "name": name,
            "units": units,
            "entity_uuid": what["uuid"],
            "tenant_uuid": what["tenant_ref"].rpartition("/")[2],
            "statistics": {
                "min": min(values),
                "max": max(values),
                "mean": round(sum(values) / len(values), 3),
                "num_samples": sum("is_null" not in point for point in data),
            },
        },
        "data": data,
    }


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
