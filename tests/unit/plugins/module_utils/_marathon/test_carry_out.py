# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._errors import (
    ApiError,
    AuthenticationError,
    DcosAviError,
    UnknownOutcome,
    Unreachable,
    WaitTimeout,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.carry_out import carry_out
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline

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
        client.is_away = isinstance(left[0], Unreachable)
        raise left.pop(0)

    with pytest.raises(DcosAviError) as raised:
        carry_out(client, "/a", {"id": "/a"}, lambda app, in_doubt: send, Deadline(1, 0.02))
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


@pytest.mark.parametrize(("last", "changed"), [(Unreachable("x"), False), (ApiError("x", status=500), True)])
def test_what_stops_the_first_try_leaves_no_other(last, changed):
    error = failure_of(last)
    assert error.sentence == "x" and error.changed is changed
