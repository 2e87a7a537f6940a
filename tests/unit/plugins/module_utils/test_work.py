# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.options import AVI_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._work import SECRET_VARIABLES, Work


@pytest.fixture(autouse=True)
def fixture_environment(monkeypatch):
    for variable in SECRET_VARIABLES:
        monkeypatch.setenv(variable, f"of {variable}")


def secrets(options, **params):
    return Work(lambda _params, _check_mode: {}, options).secrets(params)


def test_a_password_in_a_url_is_a_secret_wherever_it_was_given():
    nested = {"controller": "https://u:inner@avi.example.com"}
    found = secrets({}, url="http://u:outer@x", urls=["http://u:listed@x", "http://u@x", "x"], nested=nested, number=5)
    assert found == {"outer", "listed", "inner"}


def test_what_the_environment_holds_for_the_controller_is_a_secret_to_whom_it_is_given():
    assert secrets(AVI_OPTIONS) == {"of AVI_PASSWORD", "of AVI_TOKEN"}
    assert secrets({}) == set()
