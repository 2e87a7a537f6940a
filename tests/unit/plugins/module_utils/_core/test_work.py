# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.secrets import printable
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import WAIT_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    ("times", "words"),
    [
        ({"wait_timeout": -3}, "wait_timeout must be 0 or more (seconds), not -3."),
        *[
            ({"wait_interval": float(number)}, f"wait_interval must be above 0 (seconds), not {float(number)}.")
            for number in ("0", "-1", "nan", "inf")
        ],
    ],
)
def test_what_is_no_time_to_wait_is_refused_before_anything_is_done(times, words, check_mode):
    done = []
    work = Work(lambda params, check_mode: done.append(params) or {}, WAIT_OPTIONS)
    result = work.result(
        {"wait_timeout": 0, "wait_interval": 1.0, **times}, module="m", check_mode=check_mode, diff_mode=False
    )
    assert (result["failed"], result["msg"], done) == (True, words, [])


@pytest.mark.parametrize("times", [{}, {"wait_timeout": 0, "wait_interval": 0.001}])
def test_a_short_time_is_one(times):
    work = Work(lambda _params, _check_mode: {"changed": False}, WAIT_OPTIONS)
    assert "failed" not in work.result(times, module="m", check_mode=False, diff_mode=False)


def test_an_error_that_nobody_thought_of_is_a_failure_in_words():
    def fail(_params, _check_mode):
        raise KeyError("an abc of the secret")

    options = {"password": {"type": "str", "no_log": True}}
    result = Work(fail, options).result(
        {"password": "abc"}, module="dcos.avi.migration_lock", check_mode=False, diff_mode=False
    )
    assert result["failed"] and "changed" not in result
    assert result["msg"].startswith(
        "dcos.avi.migration_lock failed with an error of the kind KeyError, which is a defect"
    )
    assert "-vvv" in result["msg"] and "abc" not in result["msg"]
    printed = printable(options, {"password": "abc"}, result)
    assert printed["exception"].startswith("Traceback") and "an ******** of the secret" in printed["exception"]
