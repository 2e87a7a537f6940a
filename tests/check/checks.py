# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of `make test`, in the order they start. Add one here; run it alone with `make test CHECK=<name>`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.check.run import LOGS, Check
from tests.whole import WHOLE

BIN = Path(sys.executable).parent


def pytest(name: str, *wanted: str, at_once: int = 0, quiet: bool = False, by: str = "pytest") -> Check:
    """A check that runs the tests that are wanted, and counts each; some at once where they have labs of their own and wait."""
    results = f"{LOGS}/{name}.xml"
    selected = () if WHOLE else ("-m", "not whole")
    command = (sys.executable, "-m", by, "-q", "--color=no", f"--junit-xml={results}", *selected, *wanted)
    spread = (f"--numprocesses={at_once}", "--dist=worksteal") if at_once else ()
    return Check(name, (*command, *spread), results, quiet=quiet)


def sanity(name: str, *options: str) -> Check:
    """A check that runs sanity tests of ansible-test, and counts each."""
    results = f"{LOGS}/ansible-test-{name}"
    command = (sys.executable, "-m", "tests.check.ansible_test", "sanity", "--junit", "--results", results)
    return Check(name, (*command, *options), f"{results}/*.xml")


def nox(session: str, *, in_whole_alone: bool = False) -> Check:
    """A check that runs a session of antsibull-nox.toml, which makes its own environment the first time."""
    return Check(session, (f"{BIN}/nox", "-R", "--session", session), in_whole_alone=in_whole_alone)


#: What depends on how Ansible templates and finds files, and one rollout with all its phases: for each ansible-core.
BEHAVIOUR = (
    "relative_path",
    "hooks",
    "second_rollout",
    "errors_are_ignored",
    "template_from_outside",
    "process_of_their_own",
    "line_of_a_wait",
)
#: What the oldest core alone does of it where not all is run; the matrix has all of it.
BEHAVIOUR_OF_OLDEST = BEHAVIOUR if WHOLE else ("relative_path", "second_rollout", "template_from_outside")


def of_each_core(*wanted: str) -> tuple[str, ...]:
    """Arguments of pytest: those of the tests with playbooks whose names have one of these words."""
    files = (
        *(f"tests/roles/test_{each}.py" for each in ("in_process", "rollout", "around")),
        "tests/security/test_templates.py",
        "tests/runner/test_lines.py",
    )
    return (*files, "-k=" + " or ".join(wanted))


#: The sanity tests that look at how code is written, as ruff does.
STYLE = ("pylint", "pep8")

CHECKS = (
    # The longest first, so that none of them is waited for alone in the end.
    pytest("roles", "tests/roles", at_once=4),
    # Most of its tests wait.
    pytest("unit", "tests/unit", "tests/codes", "--ignore=tests/unit/lab", at_once=3),
    # All other tests of the modules run by this Python anyway.
    sanity("sanity", *(() if WHOLE else ("--imported-by=3.9",)), *(f"--skip-test={each}" for each in STYLE)),
    # Through the tests ruff looks in each run, which takes it a second; pylint needs minutes for them.
    sanity("sanity-style", *(f"--test={each}" for each in STYLE), *(() if WHOLE else ("--exclude=tests/",))),
    # In the whole, ansible-test runs each target, too: one after another, as it has one folder for what it keeps.
    pytest("integration", "tests/integration", at_once=0 if WHOLE else 2),
    # ansible-rulebook with its rule engine is in an environment of its own, which the first run makes.
    pytest("eda", "tests/eda"),
    pytest("prometheus", "tests/prometheus"),
    pytest("migration", "tests/migration", at_once=4),
    pytest("guides", "tests/guides", at_once=2),
    pytest("marathon", "tests/marathon", at_once=2),
    pytest("oldest-core", *of_each_core(*BEHAVIOUR_OF_OLDEST), at_once=3, by="tests.check.oldest_core"),
    pytest("security", "tests/security", "tests/permissions", "tests/fuzz", at_once=3),
    nox("ansible-lint"),
    pytest("package", "tests/package"),
    nox("docs-check"),
    nox("build-import-check", in_whole_alone=True),
    pytest("page", "tests/page"),
    pytest("recordings", "tests/recordings", at_once=4),
    pytest("awx", "tests/awx"),
    pytest("runner", "tests/runner"),
    pytest("clients", "tests/clients"),
    Check("certification", (sys.executable, "-m", "tests.check.certification"), in_whole_alone=True),
    Check("types", (f"{BIN}/mypy",)),
    Check("changelog", (f"{BIN}/antsibull-changelog", "lint")),
    nox("license-check"),
    nox("yamllint"),
    nox("extra-checks"),
    nox("codeqa"),
    nox("formatters"),
    pytest("lab", "tests/unit/lab", at_once=4, quiet=True),
    Check("demo", (sys.executable, "-m", "tests.demo.run"), quiet=True),
    pytest("without_safety", "tests/without_safety", at_once=2, quiet=True),
    pytest("campaign", "tests/campaign", at_once=2, quiet=True),
)
