# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of certification, of inclusion in the Ansible package and of releases that files can show, without running anything."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.check.checks import CHECKS
from tests.check.cores import OLDEST_PYTHON
from tests.check.mirror import tracked_files
from tests.check.release import CHECKS_OF_A_RELEASE

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
MODULES = sorted((ROOT / "plugins/modules").glob("*.py"))
#: They change nothing, and fail if what they saw does not pass.
JUDGES = {"migration_soak"}
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
#: The sections of the template for READMEs of collections, in its order.
SECTIONS = (
    "Description",
    "Requirements",
    "Installation",
    "Use Cases",
    "Testing",
    "Communication",
    "Contributing",
    "Support",
    "Release Notes and Roadmap",
    "Related Information",
    "License Information",
)
#: Galaxy asks certified collections for one of them.
REQUIRED_TAGS = {
    *("application", "cloud", "database", "eda", "infrastructure", "linux"),
    *("monitoring", "networking", "security", "storage", "tools", "windows"),
}


def loaded(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text())


def relative_links(text: str) -> list[str]:
    targets = re.findall(r"\]\(([^)]+)\)", text)
    return [target for target in targets if not re.match("https://|#", target)]


def installs_ansible_by_pip(text: str) -> bool:
    return bool(re.search(r"pip3? install[^\n#]*\bansible(-core)?\b", text))


def test_links_of_the_readme_work_where_it_is_shown_without_the_repository() -> None:
    assert relative_links("[a](docs/a.md) [b](https://b.example) [c](#c) [d](http://d)") == ["docs/a.md", "http://d"]
    assert relative_links(README) == []


def test_links_of_the_readme_within_it_and_into_the_repository_have_a_target() -> None:
    anchors = {
        re.sub("[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in re.findall("^#+ (.*)$", README, re.M)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= anchors
    files = re.findall(r"\]\(https://github\.com/dcos-avi/dcos\.avi/(?:blob|tree)/main/([^)#]+)", README)
    assert files and [file for file in files if not (ROOT / file).exists()] == []


def test_the_readme_does_not_say_how_to_install_ansible_by_pip() -> None:
    assert installs_ansible_by_pip("python3 -m pip install --upgrade ansible-core")
    assert not installs_ansible_by_pip(README)


def test_the_readme_has_the_sections_of_the_template_in_its_order() -> None:
    found = [head for head in re.findall("^## (.*)$", README, re.MULTILINE) if head in SECTIONS]
    assert tuple(found) == SECTIONS


def test_what_is_named_in_the_tables_of_rules_exists() -> None:
    tables = CONTRIBUTING.partition("## The rules of")[2]
    rows = [row.strip("|").split("|") for row in re.findall(r"^\|.*\|$", tables, re.MULTILINE)]
    points = [row for row in rows if row[2].strip() != "where" and row[0].strip(" -")]
    assert len(points) > 35
    for rule, _how, where in points:
        assert (ROOT / where.strip(" `")).is_file(), rule


def test_the_readme_welcomes_people_to_a_tag_of_the_forum() -> None:
    section = README.partition("## Communication")[2].partition("\n## ")[0]
    (tag,) = re.findall(r"https://forum\.ansible\.com/tag/([a-z-]+)", section)
    assert "https://forum.ansible.com/c/help/6" in section and "welcome" in section
    assert f"`{tag}`" in (ROOT / "RELEASING.md").read_text()


def documented(module: Path) -> Any:
    return yaml.safe_load(module.read_text().partition('DOCUMENTATION = r"""')[2].partition('"""')[0])


@pytest.mark.parametrize("module", MODULES, ids=[file.stem for file in MODULES])
def test_what_a_module_is_called_says_whether_it_only_reads(module: Path) -> None:
    fragments = documented(module)["extends_documentation_fragment"]
    only_reads = "dcos.avi._attributes.info" in fragments
    assert module.stem.endswith("_info") == (only_reads and module.stem not in JUDGES)
    # The one says which Pythons are supported.
    assert "dcos.avi._attributes" in fragments
    state = documented(module)["options"].get("state", {})
    assert not {"get", "list", "query", "info", "facts", "show"} & set(state.get("choices", []))


def test_the_documentation_of_modules_names_the_pythons_that_readme_names() -> None:
    fragment = (ROOT / "plugins/doc_fragments/_attributes.py").read_text()
    (supported,) = re.findall(
        r"requirements:\n  - Python ([0-9.]+) or newer\. Python 2\.7 and 3\.6 to 3\.8 are not supported\.", fragment
    )
    assert supported == OLDEST_PYTHON
    assert "run modules on Python 2.7 and on 3.6 to 3.8. This collection does not support those." in README


def test_no_module_returns_facts() -> None:
    files = (ROOT / "plugins").rglob("*.py")
    assert [file for file in files if "ansible_facts" in file.read_text()] == []


def test_no_file_is_large() -> None:
    assert [file for file in tracked_files() if (ROOT / file).stat().st_size > 2**20] == []


def test_the_manifest_suits_galaxy() -> None:
    galaxy = loaded("galaxy.yml")
    assert re.fullmatch(r"\d+\.\d+\.\d+", galaxy["version"])
    assert set(galaxy["tags"]) & REQUIRED_TAGS
    assert all(galaxy[link].startswith("https://") for link in ("repository", "documentation", "homepage", "issues"))
    assert galaxy["dependencies"] == {} and galaxy["license"] == ["GPL-3.0-or-later"]


def test_python_packages_have_lower_bounds_only_and_are_not_ansible() -> None:
    lines = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line and line[0] != "#"]
    assert [line for line in lines if not re.fullmatch(r"[a-z]+ >=[0-9.]+", line) or line.startswith("ansible")] == []


def test_the_readme_and_the_metadata_name_the_same_oldest_core() -> None:
    (oldest,) = re.findall(r"\| ansible-core \| ([0-9.]+) or newer \|", README)
    assert loaded("meta/runtime.yml")["requires_ansible"] == f">={oldest}.0"


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=[file.name for file in WORKFLOWS])
def test_actions_of_others_are_pinned_and_get_no_more_than_they_need(workflow: Path) -> None:
    text = workflow.read_text()
    assert re.findall(r"uses: (?![\w/-]+@[0-9a-f]{40} # v).*", text) == []
    assert loaded(f".github/workflows/{workflow.name}")["permissions"] == {"contents": "read"}
    assert re.findall("make [a-z-]+", text)
    checks = {check for names in re.findall('CHECK="?([^"\n]+)', text) for check in names.split()}
    assert checks <= {check.name for check in CHECKS}
    targets = set(re.findall("^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall("run: make ([a-z-]+)", text)) <= targets


def test_no_commit_is_released_whose_sanity_tests_fail() -> None:
    assert {"sanity", "sanity-style"} <= set(CHECKS_OF_A_RELEASE) <= {check.name for check in CHECKS}
    (job,) = loaded(".github/workflows/release.yml")["jobs"].values()
    runs = [step.get("run", "") for step in job["steps"]]
    (published,) = (number for number, run in enumerate(runs) if "collection publish" in run)
    assert "make release" in runs[:published]


def test_no_function_has_its_body_on_its_line() -> None:
    # The formatter puts three dots there, which the sanity tests of ansible-core 2.16 to 2.18 refuse (pep8 E704).
    files = [file for folder in ("plugins", "tests") for file in (ROOT / folder).rglob("*.py")]
    assert [
        str(file) for file in files if re.search(r"^ *(async )?def .*: \.\.\.$", file.read_text(), re.MULTILINE)
    ] == []


def test_workflows_are_valid() -> None:
    command = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert len(WORKFLOWS) == 4 and done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["docs.yml", "lint.yml", "tests.yml"])
def test_each_change_and_each_week_is_tested(name: str) -> None:
    triggers = loaded(f".github/workflows/{name}")[True]  # YAML 1.1 takes "on" for true
    assert "pull_request" in triggers and triggers["push"] == {"branches": ["main"]}
    (schedule,) = triggers["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", schedule["cron"])
