# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app_info import app_info


@pytest.fixture
def look(server, marathon):
    def call(**params):
        defaults = {"id": None, "id_contains": None, "cmd_contains": None, "label": None, "embed": []}
        return app_info({**defaults, "marathon_url": [server.url], **params}, False)["apps"]

    return call


def test_an_id_finds_one_app_and_no_id_all(look, marathon):
    marathon.add("/b", cmd="x")
    marathon.add("/a", cmd="x")
    assert [app["id"] for app in look(id="a")] == ["/a"]
    assert look(id="c") == []
    assert [app["id"] for app in look()] == ["/a", "/b"]


@pytest.mark.parametrize("nothing", ["", " ", "/"])
def test_an_empty_id_names_nothing(look, server, nothing):
    with pytest.raises(Refused, match="An app needs an id"):
        look(id=nothing)
    assert not server.lines
