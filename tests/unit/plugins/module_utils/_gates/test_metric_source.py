# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    AuthenticationError,
    DcosAviError,
    NotFound,
    NotJson,
    Refused,
    UnknownOutcome,
    Unreachable,
)
from ansible_collections.dcos.avi.plugins.module_utils._gates.metric_source import METRICS_OPTION, OwnMetrics, sources
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import upgraded
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply


def stated(url="http://127.0.0.1:1", **options):
    given = {"name": "errors", "url": url, **({"query": "up"} if "expression" not in options else {}), **options}
    if not {"min", "max", "compared_to"} & given.keys():
        given["max"] = 1
    checked = ArgumentSpecValidator({"metrics": METRICS_OPTION}).validate({"metrics": [given]})
    assert not checked.error_messages, checked.error_messages
    return checked.validated_parameters["metrics"]


def source(url="http://127.0.0.1:1", **options):
    (made,) = sources(stated(url, **options), 5.0)
    return made


def vector(*values):
    return {
        "status": "success",
        "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1.5, each]} for each in values]},
    }


def test_a_query_names_the_app_and_gets_the_token(server):
    server.answer = lambda request: Reply(body=vector("0.25"))
    asked = source(server.url, query='rate(errors{app="__app__"}[1m])', token="t0ken-of-prometheus")
    assert asked.value("app1-200") == 0.25
    (request,) = server.requests
    assert (request.path, request.query["query"]) == ("/api/v1/query", ['rate(errors{app="app1-200"}[1m])'])
    assert request.headers["Authorization"] == "Bearer t0ken-of-prometheus"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (vector(), None),
        (vector("NaN"), "nan"),
        ({"status": "success", "data": {"resultType": "scalar", "result": [1, "7"]}}, 7.0),
    ],
)
def test_what_a_prometheus_answers(server, body, value):
    server.answer = lambda request: Reply(body=body)
    found = source(server.url).value("app1-200")
    assert str(found) == value if value == "nan" else found == value


@pytest.mark.parametrize(
    ("reply", "error", "said"),
    [
        (Reply(body=vector("1", "2")), Refused, "gives 2 series: sum them up"),
        (Reply(body={"data": {"resultType": "matrix", "result": []}}), UnknownOutcome, "neither a vector nor a scalar"),
        (Reply(body=[1, 2]), UnknownOutcome, "no Prometheus"),
        (Reply(text="<html>"), NotJson, "JSON"),
        (Reply(401, {"error": "who are you"}), AuthenticationError, "401"),
        (Reply(400, {"status": "error", "error": "parse error at char 3"}), DcosAviError, "parse error at char 3"),
        (Reply(body=vector("high")), Refused, "no number"),
        (Reply(body=vector(10**400)), Refused, "no number"),
    ],
)
def test_what_cannot_be_judged_is_said(server, reply, error, said):
    server.answer = lambda request: reply
    with pytest.raises(error) as raised:
        source(server.url).value("app1-200")
    assert said in raised.value.sentence


def test_any_address_that_answers_in_json(server):
    server.answer = lambda request: Reply(body={"stats": [{"name": "p99", "ms": 120}, {"name": "p50", "ms": 30}]})
    asked = source(f"{server.url}/stats/__app__?window=60", expression="stats[?name=='p99'].ms | [0]", max=200)
    assert asked.value("app1-200") == 120.0
    assert server.requests[0].path == "/stats/app1-200"
    assert source(f"{server.url}/stats", expression="nothing").value("app1-200") is None


def test_an_app_that_nobody_knows_yet_has_no_value(server):
    """Metrics are asked for once before the version is created."""
    server.answer = lambda request: Reply(404, {"message": "no such app"})
    assert source(f"{server.url}/stats/__app__", expression="p99").value("app1-200") is None
    with pytest.raises(NotFound):
        source(f"{server.url}/stats", expression="p99").value("app1-200")


def test_what_cannot_be_asked_is_refused_before_anything_is():
    with pytest.raises(Refused, match="password or token would go to"):
        source("http://prometheus.example.com", token="s3cret")
    with pytest.raises(Refused, match="must be above 0"):
        source(misses=0)
    with pytest.raises(Refused, match="is not a JMESPath"):
        source(expression="][")
    with pytest.raises(Refused, match="Two metrics have the name errors"):
        sources(stated() + stated(), 5.0)
    for name in ("min", "max", "allowed_change", "allowed_change_percent", "every", "timeout"):
        with pytest.raises(Refused, match=rf"The metric errors: {name} must be a number with an end, not nan"):
            source(**{name: "nan"})
    source("http://prometheus.example.com", token="s3cret", allow_http=True)


@pytest.mark.parametrize(
    "options",
    [
        {"query": "up", "expression": "a", "max": 1},
        {"max": 1},
        {"query": "up"},
        {"query": "up", "max": 1, "username": "ann"},
    ],
)
def test_options_that_do_not_go_together(options):
    given = {"name": "errors", "url": "http://127.0.0.1:1", **options}
    assert ArgumentSpecValidator({"metrics": METRICS_OPTION}).validate({"metrics": [given]}).error_messages


def test_the_version_before_is_asked_for_once_and_as_it_was(server):
    """app1-100 took over from the listener."""
    answers = {"app1": "0.5", "app1-100": "0.75"}
    server.answer = lambda request: Reply(body=vector(answers[request.query["query"][0]]))
    now = [0.0]
    asked = source(server.url, query="__app__", compared_to="previous", allowed_change=0.2, every=10)
    own = OwnMetrics([asked], "app1-100", lambda: now[0])
    for now[0] in (0.0, 5.0, 10.0):
        own.ask(picture(upgraded()))
    assert [request.query["query"][0] for request in server.requests] == ["app1", "app1-100", "app1-100"]
    assert (
        asked.metric.broken() == "the metric errors was 0.75, and 0.5 for the version before: it may be higher by 0.2"
    )


def test_the_version_before_is_asked_again_where_it_had_no_number(server):
    """It had no requests in that moment, so that its share of errors is that of none."""
    answers = {"app1": "NaN", "app1-100": "0"}
    server.answer = lambda request: Reply(body=vector(answers[request.query["query"][0]]))
    own = OwnMetrics([asked := source(server.url, query="__app__", compared_to="previous")], "app1-100")
    own.ask(picture(upgraded()))
    assert asked.metric.broken() is None
    assert "no value of the version before" in asked.metric.missing()
    answers["app1"] = "0.5"
    own.ask(picture(upgraded()))
    assert asked.metric.missing() is None


def test_one_that_does_not_answer_keeps_no_other_from_being_asked(server):
    server.answer = lambda request: Reply(body=vector("2"))
    silent, other = source("http://127.0.0.1:1", timeout=1), source(server.url)
    with pytest.raises(Unreachable, match="source of the metric errors"):
        OwnMetrics([silent, other], "app1-100").ask(picture(upgraded()))
    assert other.metric.broken()
