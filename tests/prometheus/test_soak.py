# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Soaks that ask a real Prometheus, which scrapes the tasks and the proxy of the lab under load."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    AuthenticationError,
    DcosAviError,
    GateFailed,
    Unreachable,
)
from ansible_collections.dcos.avi.plugins.module_utils._gates import soak_watch
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_soak import MIGRATION_SOAK
from ansible_collections.dcos.avi.plugins.module_utils._sources.services_watch import ServicesWatch

from tests.demo import EXAMPLE
from tests.lab.process import LabProcess
from tests.lab.tls import Authority
from tests.lab.traffic.process import TrafficProcess
from tests.migration.user import User
from tests.modules import call
from tests.prometheus.server import Prometheus
from tests.roles.app1 import instances, rollout, standing

REQUESTS = 'sum(increase(http_requests_total{app="APP"}[5s]))'
PASSWORD = "secret-of-mine"
HASH = "$2b$04$abcdefghijklmnopqrstuuWhYlwZdFz5TCktVdWVCtUo/fBooSrAi"
# The first frontend of the lab is that of app1.
OF_THE_PROXY = 'sum(rate(haproxy_frontend_http_requests_total{proxy="vs0"}[5s]))'


@pytest.fixture(scope="module")
def lab() -> Iterator[LabProcess]:
    with (
        standing("100", haproxy_metrics="on") as lab,
        mock.patch.dict(os.environ, lab.env),
        TrafficProcess(lab.env["LAB_VIP_URL"], rate=200),
    ):
        yield lab


@pytest.fixture(scope="module")
def prometheus(lab: LabProcess) -> Iterator[Prometheus]:
    with Prometheus(scraping(lab)) as prometheus:
        yield prometheus


def scraping(lab: LabProcess) -> dict[str, Any]:
    """The example's configuration, with the lab's Marathon and each second, and its proxy."""
    configuration = yaml.safe_load((EXAMPLE / "prometheus.yml").read_text())
    configuration["global"]["scrape_interval"] = "1s"
    (tasks,) = configuration["scrape_configs"]
    tasks["marathon_sd_configs"][0].update(servers=[lab.env["MARATHON_URL"]], refresh_interval="1s")
    # The lab's agents have short names for addresses, such as 127.2, which Go takes for names of machines.
    in_full = {"source_labels": ["__address__"], "regex": r"127\.(\d+:\d+)", "replacement": "127.0.0.$1"}
    tasks["relabel_configs"].append({**in_full, "target_label": "__address__"})
    # Without that it tells of each of hundreds of servers.
    proxy = {"job_name": "proxy", "params": {"scope": ["frontend"]}}
    configuration["scrape_configs"].append({**proxy, "static_configs": [{"targets": [lab.env["LAB_HAPROXY_METRICS"]]}]})
    return configuration


def soak(url: str, seconds: int) -> dict[str, Any]:
    """The soak of the example over a shorter time, and what the proxy counts."""
    text = (EXAMPLE / "metrics.yml").read_text().replace("[1m]", "[5s]")
    stated = yaml.safe_load(text.replace("{{ prometheus_url }}", url))["rollout_soak"]
    proxy = {"name": "requests", "url": url, "query": OF_THE_PROXY, "min": 1}
    return {**stated, "seconds": seconds, "metrics": [*stated["metrics"], proxy]}


def known(prometheus: Prometheus, app: str) -> None:
    """Wait until enough is known of an app for a share of two percent to be one."""
    prometheus.wait_for(REQUESTS.replace("APP", app), lambda count: count > 300)


def serves(lab: LabProcess) -> str:
    (app,) = instances(lab)
    return app


def flaky(lab: LabProcess, version: str) -> str:
    """A version with two percent of errors takes the traffic, without any gate; the one before stays warm."""
    User(lab).roll_out(version, overrides={"container": {"docker": {"image": f"lab/flaky:{version}"}}})
    return f"app1-{version}"


def watch(app: str, url: str, seconds: int = 3, **more: Any) -> dict[str, Any]:
    return call(MIGRATION_SOAK, service="app1", app=app, interval=0.5, **{**soak(url, seconds), **more})


def test_two_percent_of_errors_more_than_the_version_before_roll_a_version_back(
    lab: LabProcess, prometheus: Prometheus
) -> None:
    before = serves(lab)
    known(prometheus, before)
    # It ends when it has seen enough.
    judged = soak(prometheus.url, 120)
    judged["metrics"][0]["misses"] = 2
    ended = rollout(lab, "200", "lab/flaky:200", rollout_soak=judged)
    assert ended.returncode and "the metric share of errors was" in ended.failure, ended.output
    assert "and 0 for the version before: it may be higher by 1, 2 times in a row" in ended.failure, ended.output
    assert serves(lab).startswith(f"{before}-r"), ended.output


def test_as_many_errors_as_the_version_before_are_no_worse(lab: LabProcess, prometheus: Prometheus) -> None:
    known(prometheus, flaky(lab, "300"))
    app = flaky(lab, "400")
    known(prometheus, app)
    watched = watch(app, prometheus.url)
    errors, requests = watched["measures"]["share of errors"], watched["measures"]["requests"]
    assert watched["passed"] and errors["samples"] and requests["samples"], watched
    assert errors["previous"] > 1 and errors["last"] > 1, watched


def test_errors_that_come_while_the_version_before_is_warm_are_an_event(
    lab: LabProcess, prometheus: Prometheus
) -> None:
    User(lab).roll_out("450")
    known(prometheus, "app1-450")
    app = flaky(lab, "460")
    given = {"services": ["app1"], "interval": 0.5, "metrics": soak(prometheus.url, 1)["metrics"]}
    said: list[str] = []
    watch = ServicesWatch(given, said.append)
    found: list[dict[str, Any]] = []

    def put(event: dict[str, Any]) -> None:
        # A busy machine may miss a health check of a task, which is an event, too.
        if event["type"] == "metric_failed":
            found.append(event)
            watch.stop()

    alarm = threading.Timer(120, watch.stop)
    alarm.start()
    watch.run(put)
    alarm.cancel()
    (event,) = found
    assert (event["app"], event["metric"]) == (app, "share of errors"), (event, said)
    assert event["measures"]["previous"] == 0 and min(event["values"]) > 1 and len(event["values"]) == 3, event
    assert event["warm"]["app"] == "app1-450" and "and 0 for the version before" in event["why"], event


def test_what_has_no_samples_does_not_pass(lab: LabProcess) -> None:
    app = flaky(lab, "500")
    with Prometheus({"scrape_configs": []}) as empty, pytest.raises(GateFailed) as failed:
        watch(app, empty.url)
    assert "the metric share of errors had no value" in failed.value.sentence
    assert "which is no pass" in failed.value.sentence


def test_a_prometheus_that_is_down_does_not_pass(lab: LabProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    app = flaky(lab, "600")
    with Prometheus({"scrape_configs": []}) as prometheus:
        url = prometheus.url
    with pytest.raises(Unreachable):
        watch(app, url, check_mode=True)
    # So long it may be away.
    monkeypatch.setattr(soak_watch, "AWAY_SECONDS", 0.0)
    with pytest.raises(GateFailed) as failed:
        watch(app, url)
    assert failed.value.unseen and "which is no pass" in failed.value.sentence, failed.value.sentence


def test_a_prometheus_with_a_password_and_a_certificate_of_its_own_authority(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.server_context()
    certificate = str(tmp_path / "server.pem")
    web = {
        "tls_server_config": {"cert_file": certificate, "key_file": certificate},
        "basic_auth_users": {"reader": HASH},
    }

    def ask(**connection: Any) -> None:
        metric = {"name": "one", "query": "vector(1)", "max": 1, "url": prometheus.url, "username": "reader"}
        soak = {"service": "app1", "app": "app1-100", "seconds": 1, "metrics": [{**metric, **connection}]}
        call(MIGRATION_SOAK, check_mode=True, **soak)

    with Prometheus({"scrape_configs": []}, web) as prometheus:
        ask(password=PASSWORD, ca_path=str(authority.ca_file))
        with pytest.raises(AuthenticationError):
            ask(password="another", ca_path=str(authority.ca_file))
        with pytest.raises(DcosAviError, match="certificate"):
            ask(password=PASSWORD)
