# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/troubleshooting.md has each code of the source, with what comes out where it is provoked."""

from __future__ import annotations

import re

import pytest
from ansible_collections.dcos.avi.plugins.modules import migration_info

from tests.codes.examples import examples
from tests.codes.page import FIELDS, PAGE, Examples, catalogue, write
from tests.codes.source import codes_in_source


@pytest.fixture(name="found", scope="module")
def fixture_found() -> Examples:
    return examples()


def test_each_code_of_the_source_is_provoked(found: Examples) -> None:
    assert {kind: set(said) for kind, said in found.items()} == codes_in_source()


def test_the_catalogue_has_each_code_of_the_source_once_and_no_other() -> None:
    codes = [code for part in catalogue().values() for code in part]
    assert sorted(codes) == sorted(set().union(*codes_in_source().values()))


def test_of_each_code_it_is_said_what_it_means_where_it_comes_from_and_what_to_do() -> None:
    for part in catalogue().values():
        for code, said in part.items():
            assert tuple(said) == FIELDS and all(text.endswith(".") for text in said.values()), code


def test_the_page_is_what_comes_out(found: Examples) -> None:
    assert PAGE.read_text() == write(catalogue(), found), "Write docs/troubleshooting.md anew: make codes"


def test_the_documentation_of_a_plan_names_each_code_of_a_refusal() -> None:
    codes = re.search(r"The codes are (.*?)\. ", " ".join(migration_info.RETURN.split()))
    assert codes and codes_in_source()["refusal"] <= set(re.findall(r"V\((\w+)\)", codes[1]))
