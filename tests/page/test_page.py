# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about two rollouts and a rollback: it counts what the journal has, holds no secret, and reads well in a browser."""

from __future__ import annotations

import base64
import html
import json
import re
import shutil
import struct
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.demo.picture import HEIGHT, PICTURE, WIDTH, draw
from tests.demo.playbook import run_playbook
from tests.demo.run import HANDED_ON
from tests.environments import ROOT, node_modules_with
from tests.lab.process import LabProcess
from tests.page.browser import Browser, NoBrowserError
from tests.soak.service import create_listeners

AXE = "axe-core@4.14.1"
PASSWORD, IN_ENV = "a-password-nobody-should-see", "a-value-nobody-should-see"
EXAMPLE, IN_AWX = ROOT / "examples/report.yml", ROOT / "examples/awx/project/report.yml"
PICTURES = ROOT / "build/page"
TOOK_OVER = re.compile(r"(\S+) (took over|rolled back) from (\S+) between ([\d: -]{19}) and ([\d: -]{19})\.")
MARKUP = "<img src=http://127.0.0.1:9/x onerror=alert(1)> {{ 7*191 }}{% x %}"


@dataclass(frozen=True)
class Made:
    """A page about a service and a rollout of it, one about all services, the lab's journal, and what the runs printed."""

    file: Path
    of_all: Path
    journal: list[dict[str, Any]]
    output: str
    output_in_awx: str

    @property
    def text(self) -> str:
        return self.file.read_text()

    def writes(self, method: str) -> list[dict[str, Any]]:
        """The requests to Marathon that write an app of the service, in order; none about locks."""
        found = [entry for entry in self.journal if entry["kind"] == "request" and entry["api"] == "marathon"]
        return [
            entry
            for entry in found
            if entry["method"] == method and "lock" not in json.dumps([entry["path"], entry.get("body")])
        ]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The page about app1: 100 was rolled out, then it went back to the listener, then 200 was rolled out; and somebody made an app by hand."""
    file = tmp_path_factory.mktemp("page") / "report.html"
    with LabProcess(avi_password=PASSWORD) as lab:
        create_listeners(lab, ["app1"])
        create_by_hand(lab)
        told = {"rollout_service": "app1", "rollout_by": "ann", "rollout_reason": "TICKET-7"}
        secret = {"rollout_overrides": {"env": {"WORD": IN_ENV}}}
        first = run_playbook(
            "dcos.avi.rollout",
            {**told, **secret, "rollout_version": "100", "rollout_image": "shop/server:100"},
            lab.env,
        )
        assert first.returncode == 0, first.output
        back = run_playbook("dcos.avi.rollback", {"rollback_service": "app1", "rollback_version": "app1"}, lab.env)
        assert back.returncode == 0, back.output
        gates = {
            "rollout_smoke": {},
            "rollout_requests": {"url": lab.env["LAB_VIP_URL"]},
            "report_path": str(file),
        }
        second = run_playbook(
            str(EXAMPLE), {**told, **gates, "rollout_version": "200", "rollout_image": "shop/server:200"}, lab.env
        )
        assert second.returncode == 0, second.output
        journal = lab.journal()
        of_all = file.with_name("all.html")
        third = run_playbook(str(IN_AWX), {"report_path": str(of_all)}, {**lab.env, "ANSIBLE_SHOW_CUSTOM_STATS": "1"})
        assert third.returncode == 0, third.output
        return Made(file, of_all, journal, second.output, third.output)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        with Browser() as browser:
            yield browser
    except NoBrowserError as missing:
        pytest.fail(f"No browser opens the page. {missing}")


def test_it_counts_what_the_journal_has(made: Made) -> None:
    created = [entry["body"]["id"].strip("/") for entry in made.writes("POST")]
    assert created == ["app1", "app1-1", "app1-100", "app1-r2", "app1-200"]
    assert re.findall("<strong>(app1[^<]*)</strong>", made.text)[: len(created)] == created[::-1]
    ended = [entry["path"].rpartition("/")[2] for entry in made.writes("PUT") if entry["body"].get("instances") == 0]
    assert ended == ["app1", "app1-100", "app1-r2"]
    assert (
        len(re.findall('class="pill ">(?:retired|rolled back|stopped)<|class="pill open">rolled back<', made.text))
        == len(ended) + 1
    ), "one never ran"
    assert re.search("5 apps, the newest first", made.text)


def test_the_traffic_moved_when_the_picture_says_so(made: Made) -> None:
    flips = [
        (entry["app"].strip("/"), entry["from"].strip("/"), entry["time"])
        for entry in made.journal
        if entry["kind"] == "flip"
    ]
    drawn = TOOK_OVER.findall(made.text)
    assert [(new, old) for new, _how, old, _begin, _end in drawn] == [(new, old) for new, old, _moved in flips]
    assert [how for _new, how, _old, _begin, _end in drawn] == ["took over", "rolled back", "took over"]
    for (*_who, begin, end), (_new, _old, moved) in zip(drawn, flips, strict=True):
        # The page has whole seconds.
        assert seconds(begin) <= moved < seconds(end) + 1
    assert made.text.count('class="cross"') + made.text.count('class="cross back"') == len(flips) + 1, (
        "one is the rollout's switch"
    )


def test_it_tells_which_pool_each_version_had(made: Made) -> None:
    sides = {entry["app"].strip("/"): entry["side"] for entry in made.journal if entry["kind"] == "flip"}
    words = dict(re.findall('<tspan class="name">([^<]+)</tspan><tspan class="words"> · pool ([AB])', made.text))
    assert {app: words[app.partition("-")[2]] for app in sides} == sides
    assert words["listener"] == "A"


def test_the_phases_took_what_the_journal_has(made: Made) -> None:
    (said,) = re.findall(r"with (\d+) requests to Marathon and Avi", made.text)
    rollout = made.text.partition('id="rollout"')[2]
    rows = re.findall(
        r'<th scope="row">(\w+).*?<td class="number">([\d.]+)</td>\s*<td class="number">(\d+)</td>',
        rollout,
        re.DOTALL,
    )
    assert sum(int(requests) for _name, _seconds, requests in rows) == int(said)
    assert [name for name, _seconds, _requests in rows] == [
        "observe",
        "lock",
        "deploy",
        "smoke",
        "confirm",
        "requests",
        "retire",
        "report",
    ]


def test_it_holds_no_secret_and_markup_is_text(made: Made) -> None:
    assert PASSWORD not in made.text and IN_ENV not in made.text
    assert html.escape(f"by mallory: {MARKUP}") in made.text
    assert "1337" not in made.text
    assert f"The page is in {made.file}." in made.output


def test_without_a_name_it_is_about_all_services(made: Made) -> None:
    assert re.findall("<h2 [^>]*>([^<]*)</h2>", made.of_all.read_text()) == ["app1"]


def test_awx_keeps_it_with_the_job(made: Made) -> None:
    (handed_on,) = HANDED_ON.findall(made.output_in_awx)
    assert base64.b64decode(json.loads(handed_on)["report_page"]).decode() == made.of_all.read_text().rstrip()


def test_what_cannot_be_read_stands_on_the_page_and_fails_the_run(tmp_path: Path) -> None:
    """A service that can have no such name: nobody has to be asked."""
    file = tmp_path / "report.html"
    nobody = {
        "MARATHON_URL": "http://127.0.0.1:9",
        "AVI_CONTROLLER": "127.0.0.1:9",
        "AVI_USERNAME": "x",
        "AVI_PASSWORD": "x",
    }
    outcome = run_playbook("dcos.avi.report", {"report_services": "App_2", "report_path": str(file)}, nobody)
    assert outcome.returncode == 2, outcome.output
    assert f"The page is in {file}." in outcome.output
    why = "only lower-case letters"
    assert why in outcome.output and file.read_text().count(why) == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_browser_shows_it_and_asks_nobody(made: Made, browser: Browser, width: int, scheme: str) -> None:
    browser.open(made.file, width, scheme)
    PICTURES.mkdir(parents=True, exist_ok=True)
    browser.screenshot(PICTURES / f"{width}-{scheme}.png")
    assert (browser.requests, browser.unwanted) == ([], [])
    assert browser.evaluate("document.documentElement.scrollWidth") <= width, "nothing is wider than the screen"
    assert browser.evaluate("document.querySelectorAll('script, img').length") == 0
    background = "getComputedStyle(document.body).backgroundColor"
    is_dark = max(map(int, re.findall(r"\d+", browser.evaluate(background))[:3])) < 128
    assert is_dark == (scheme == "dark")


def test_the_picture_for_the_readme_is_its_upper_part(made: Made, browser: Browser, tmp_path: Path) -> None:
    picture = tmp_path / "report.png"
    draw(made.file, picture)
    for drawn in (picture, PICTURE):
        # The header of a PNG: its width and its height are the first that it states.
        assert struct.unpack(">8x8xII", drawn.read_bytes()[:24]) == (WIDTH, HEIGHT)


@pytest.mark.skipif(not shutil.which("npm"), reason="npm is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_violation(made: Made, browser: Browser, width: int, scheme: str) -> None:
    browser.open(made.file, width, scheme)
    browser.evaluate((node_modules_with(AXE) / "axe-core/axe.min.js").read_text())
    found = browser.evaluate("axe.run().then(seen => JSON.stringify({bad: seen.violations, good: seen.passes.length}))")
    seen = json.loads(found)
    assert [f"{each['id']}: {[node['failureSummary'] for node in each['nodes']]}" for each in seen["bad"]] == []
    assert seen["good"] > 20


def create_by_hand(lab: LabProcess) -> None:
    """Create a version that never runs, with markup and templates in its label, as anybody may who writes apps there."""
    labels = {
        "ab_config": json.dumps({"service": "app1", "priority": 1}),
        "proxy_listener": "no",
        "dcos_avi_run": json.dumps({"at": "2026-01-15T10:20:30Z", "by": "mallory", "reason": MARKUP}),
    }
    app = {"id": "/app1-1", "cmd": "sleep 1", "cpus": 0.1, "mem": 16, "instances": 0, "labels": labels}
    request = urllib.request.Request(
        lab.env["MARATHON_URL"] + "/v2/apps", json.dumps(app).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30):
        pass


def seconds(time: str) -> float:
    return datetime.strptime(time, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp()
