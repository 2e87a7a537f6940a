# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the docsite as files: where they stand, what they link to, and how they are written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.check.docsite import of_this_collection
from tests.guides.guide import GUIDES, Block, blocks, code, not_shown

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs/docsite/rst").glob("*.rst"))
PREFIX = "ansible_collections.dcos.avi.docsite."
IN_THE_REPOSITORY = re.compile(r"https://github\.com/dcos-avi/dcos\.avi/(?:blob|tree)/main/([^)>#\s]+)(?:#([\w-]+))?")
#: Words a sentence has on average, at most.
WORDS = 17


def words_a_sentence(text: str) -> float:
    """Return how many words a sentence of prose has on average: no code, tables, heads, comments or links' targets."""
    text = re.sub(r"<!--.*?-->|```.*?```", "", text, flags=re.S)
    text = re.sub(r"\A\.\.\n(  .*\n)+", "", text)
    text = re.sub(r"^\.\. [\w-]+::.*\n(?:(?: .*)?\n)*", "\n", text, flags=re.M)
    text = re.sub(r"\]\([^)]*\)|<[^<>]*>`_*|:[a-z]+:`", "", text)
    paragraphs = [
        " ".join(paragraph.split())
        for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|#\.|\d+\.) )", text)
        if not re.search(r"^\s*(?:[|#=.]|\.\. )|^(?:[=-]{3,})", paragraph, re.M)
    ]
    sentences = [s for p in paragraphs for s in re.split(r"(?<=[.?!])\s+", p) if len(s.split()) > 1]
    return sum(len(sentence.split()) for sentence in sentences) / len(sentences)


def anchors(file: Path) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", file.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def test_words_of_a_sentence_are_counted_in_prose_alone() -> None:
    assert (
        words_a_sentence("Head\n====\n\nOne two three. Four five.\n\n.. code-block:: bash\n\n    six seven eight\n")
        == 2.5
    )
    assert words_a_sentence("One two three.\n\n| a | b |\n| - | - |\n\n```console\nx y z\n```\n") == 3


@pytest.mark.parametrize("page", [ROOT / "README.md", *GUIDES], ids=lambda page: page.stem)
def test_sentences_are_short(page: Path) -> None:
    assert words_a_sentence(page.read_text()) <= WORDS


def test_each_page_has_its_place_in_the_docsite_and_its_label() -> None:
    sections = yaml.safe_load((ROOT / "docs/docsite/extra-docs.yml").read_text())["sections"]
    assert sorted(name for section in sections for name in section["toctree"]) == [page.stem for page in PAGES]
    assert [page.stem for page in PAGES if f"\n.. _{PREFIX}{page.stem}:\n" not in page.read_text()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_of_a_page_have_a_target(page: Path) -> None:
    text = page.read_text()
    labels = {label for each in PAGES for label in re.findall(r"^\.\. _(\S+):$", each.read_text(), re.M)}
    assert set(re.findall(rf"<({re.escape(PREFIX)}\w+)>", text)) <= labels
    for name, anchor in IN_THE_REPOSITORY.findall(text):
        file = ROOT / name
        assert file.exists(), name
        assert not anchor or anchor in anchors(file), f"{name}#{anchor}"


def test_the_readme_names_each_guide_and_shows_pictures_that_exist() -> None:
    readme = (ROOT / "README.md").read_text()
    table = readme.partition("### Guides")[2].partition("More to read:")[0]
    assert re.findall(r"^\| \[[^]]+\]\(\S+/(\w+)\.rst\)", table, re.M) == [
        name
        for section in yaml.safe_load((ROOT / "docs/docsite/extra-docs.yml").read_text())["sections"]
        for name in section["toctree"]
    ]
    pictures = re.findall(r"!\[[^]]+\]\(https://raw\.githubusercontent\.com/dcos-avi/dcos\.avi/main/([^)]+)\)", readme)
    assert pictures == ["docs/rollout.svg", "docs/report.png"]
    assert [name for name in pictures if not (ROOT / name).exists()] == []


def test_what_a_guide_runs_is_found_in_its_order() -> None:
    text = """
.. code-block:: bash

    one
    two

.. code-block:: text

    shown

.. code-block:: console

    $ not run

.. code-block:: bash
    :class: fails

    three
"""
    assert blocks(text) == [Block("one\ntwo", shows=("shown",)), Block("three", fails=True)]


def test_what_is_shown_must_appear_in_this_order() -> None:
    block = Block("", shows=("a  b", "c … e"))
    assert not_shown(block, "a b\nc d e") == []
    assert not_shown(block, "c d e\na b") == ["c … e"]


def test_a_warning_about_a_page_of_this_collection_fails_the_docsite() -> None:
    page = "/site/rst/guide_gates.rst:7: WARNING: "
    ours = [
        page + "Title underline too short.",
        page + "undefined label: 'ansible_collections.dcos.avi.docsite.gone' [ref.ref]",
    ]
    theirs = [
        page + "undefined label: 'common_return_values' [ref.ref]",
        "WARNING: failed to reach any of the inventories:",
    ]
    assert of_this_collection("\n".join([ours[0], theirs[0], "some text", ours[1], theirs[1]])) == ours


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_playbook_that_a_page_shows_is_that_of_an_example_it_links_to(page: Path) -> None:
    text = page.read_text()
    files = [ROOT / name for name, _anchor in IN_THE_REPOSITORY.findall(text) if name.startswith("examples/")]
    examples = "\n".join(file.read_text() for file in files)
    assert [body for body in code(text, "yaml+jinja") if body not in examples] == []


@pytest.mark.parametrize("name", ["freeze", "history", "report", "status"])
def test_the_variables_of_a_playbook_without_a_role_are_those_of_its_table(name: str) -> None:
    playbook = (ROOT / f"playbooks/{name}.yml").read_text()
    page = (ROOT / "docs/report.md" if name == "report" else ROOT / "docs/playbooks.md").read_text()
    # What it gives a name itself: results, and variables of a task.
    own = set(re.findall(r"register: (\w+)|^ +(\w+): (?:>-|\"|\{\{)", playbook, re.M))
    taken = set(re.findall(rf"(?<![\w.]){name}_\w+", playbook)) - {each for pair in own for each in pair}
    assert set(re.findall(rf"^\| `({name}_\w+)`", page, re.M)) == taken
