# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends the requests of a recorded case to a Marathon of the lab, and compares its answers with the recorded ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.recordings.masks import TIME, UUID, differences, masked
from tests.recordings.unseen import KEPT, UNSEEN, Step

DATA = Path(__file__).with_name("data")
#: The recorded releases, and the lab's personas of them.
PERSONAS = {"1.4.13": "1.4", "1.5.15": "1.5", "1.8.222": "1.8", "1.11": "1.11"}
#: The headers a client may act on.
YEAR_OF_THE_RECORDINGS = "2026"
HEADERS = ("Content-Type", "Location", "Marathon-Deployment-Id", "Allow", "X-Marathon-Leader")


@dataclass(frozen=True)
class Exchange:
    """A recorded request and its answer. ``number`` is its place within its case."""

    case: str
    number: int
    request: dict[str, Any]
    answer: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.case}[{self.number}] {self.request['method']} {self.request['path']}"


def exchanges(release: str) -> dict[str, list[Exchange]]:
    """Return the recorded exchanges of a release by case, in the order in which they were made."""
    found: dict[str, list[Exchange]] = {}
    for line in (DATA / f"{release}.jsonl").read_text().splitlines():
        entry = json.loads(line)
        of_case = found.setdefault(entry["case"], [])
        of_case.append(Exchange(entry["case"], len(of_case), entry["request"], entry["answer"]))
    return found


@dataclass
class Replay:
    """Replays one case. ``ids`` maps recorded ids, versions and addresses to those that the lab gave instead."""

    marathon: Any
    release: str
    ids: dict[str, str] = field(default_factory=dict)
    never_shown: str = ""
    """The version of the lab's app that stands for a recorded one which no recorded answer shows."""

    def case(self, of_case: list[Exchange]) -> Iterator[tuple[Exchange, list[str]]]:
        """Yield each exchange with a line for each difference; none where the lab answers as recorded."""
        steps = UNSEEN.get(of_case[0].case, {})
        for exchange in of_case:
            for step in steps.get(exchange.number, ()):
                if self.release in step.only or not step.only:
                    self._take(step)
            yield exchange, self._compare(exchange)
        self.marathon.clear()

    def _take(self, step: Step) -> None:
        if step.until:
            self.marathon.until(step.path, step.until)
            return
        body = json.loads(json.dumps(step.body).replace(KEPT, self.never_shown))
        answer = self.marathon.ask(step.method, step.path, body)
        assert answer.status < 300, f"{step.method} {step.path}: {answer}"
        if step.keeps_version:
            self.never_shown = answer.body["version"]

    def _compare(self, exchange: Exchange) -> list[str]:
        request, recorded = exchange.request, exchange.answer
        more = {"headers": request["headers"]} if "headers" in request else {}
        seen = self.marathon.ask(
            request["method"], self._mapped(request["path"]), self._mapped_body(request.get("body")), **more
        )
        self._learn(recorded["body"], seen.body)
        if seen.status != recorded["status"]:
            return [f"status: recorded {recorded['status']}, seen {seen.status} {json.dumps(seen.body)[:200]}"]
        headers = {name: value for name, value in recorded["headers"].items() if name in HEADERS}
        return [
            *differences(
                masked(headers), masked({name: seen.headers[name] for name in headers if name in seen.headers})
            ),
            *differences(masked(recorded["body"]), masked(seen.body)),
        ]

    def _mapped_body(self, body: Any) -> Any:
        return body if body is None or isinstance(body, str) else json.loads(self._mapped(json.dumps(body)))

    def _mapped(self, text: str) -> str:
        """Return a path or body with the lab's ids in place of the recorded ones, those never shown included."""
        named = TIME.search(text)
        if self.never_shown and named and named[0].startswith(YEAR_OF_THE_RECORDINGS):
            self.ids.setdefault(named[0], self.never_shown)
        for recorded, seen in self.ids.items():
            text = text.replace(recorded, seen)
        if text.startswith("/v2/deployments/") and UUID.search(text):
            running = {each["id"] for each in self.marathon.ask("GET", "/v2/deployments").body}
            if running and UUID.search(text)[0] not in running:  # type: ignore[index]
                text = UUID.sub(sorted(running)[0], text)
        return text

    def _learn(self, recorded: Any, seen: Any) -> None:
        """Remember which id of the lab stands where a recorded one did."""
        if isinstance(recorded, dict) and isinstance(seen, dict):
            for key in recorded.keys() & seen.keys():
                self._learn(recorded[key], seen[key])
        elif isinstance(recorded, list) and isinstance(seen, list):
            for one, other in zip(recorded, seen, strict=False):
                self._learn(one, other)
        elif isinstance(recorded, str) and isinstance(seen, str):
            for pattern in (UUID, TIME):
                ours = [match[0] for match in pattern.finditer(seen)]
                theirs = [match[0] for match in pattern.finditer(recorded)]
                if len(ours) == len(theirs):
                    for one, other in zip(theirs, ours, strict=True):
                        self.ids.setdefault(one, other)
