# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    ApiError,
    AuthenticationError,
    Away,
    Breakdown,
    DcosAviError,
    TooLate,
    UnknownOutcome,
    Unreachable,
    WaitTimeout,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Accepted
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.writes import apply_change

LOST = UnknownOutcome("no answer")
DOUBT = "An earlier try may have been applied: run this again to find out"


class Client:
    """Reads an app that never changes, and is away once a change of it could not be sent."""

    is_away = False

    def app(self, app_id):
        if self.is_away:
            raise Unreachable("away")
        return {"id": app_id, "version": "v"}


def failure_of(*errors):
    """Return the error of a change whose tries fail one after the other."""
    left, client = list(errors), Client()

    def send():
        client.is_away = isinstance(left[0], (Unreachable, Away))
        raise left.pop(0)

    with pytest.raises(DcosAviError) as raised:
        apply_change(client, "/a", {"id": "/a"}, lambda app, in_doubt: send, Deadline(1, 0.02))
    assert not left
    return raised.value


@pytest.mark.parametrize(
    "last",
    [
        Unreachable("cannot be reached. Nothing was sent", status=None, details={"a": 1}),
        AuthenticationError("who?", status=401),
        ApiError("not valid.", status=422, details=[]),
        WaitTimeout("locked, and nothing was changed."),
    ],
)
def test_what_stops_a_later_try_leaves_the_doubt_about_the_earlier(last):
    error = failure_of(LOST, last)
    assert type(error) is type(last) and (error.status, error.details) == (last.status, last.details)
    assert error.sentence == f"{last.sentence.rstrip('.')}. {DOUBT}"
    assert error.changed


@pytest.mark.parametrize("last", [Unreachable("x"), Away("x", status=429), ApiError("x", status=422)])
def test_what_stops_the_first_try_leaves_no_other(last):
    error = failure_of(last)
    assert error.sentence == "x" and not error.changed


def test_what_marathon_breaks_down_over_is_not_sent_again():
    error = failure_of(Breakdown("answered 500", status=500, details={"a": 1}))
    assert error.sentence == "answered 500. /a was read since, and the change is not there. Run this again."
    assert isinstance(error, Breakdown) and error.changed and (error.status, error.details) == (500, {"a": 1})


def test_what_marathon_made_before_it_broke_down_is_made():
    def send():
        raise Breakdown("answered 500", status=500)

    steps = [send, None]
    assert apply_change(Client(), "/a", {"id": "/a"}, lambda app, in_doubt: steps.pop(0), Deadline(5, 0.02)) is None


@pytest.mark.parametrize("unsent", [Unreachable("x"), TooLate("x"), Away("x", status=429)])
def test_what_could_not_be_sent_is_sent_after_another_look(unsent):
    client, results = Client(), [unsent, Accepted("d", "v")]

    def send():
        result = results.pop(0)
        if isinstance(result, DcosAviError):
            raise result
        return result

    looks = []
    assert apply_change(
        client, "/a", None, lambda app, in_doubt: looks.append((app, in_doubt)) or send, Deadline(5, 0.02)
    )
    assert looks == [(None, False), ({"id": "/a", "version": "v"}, False)]
