# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/troubleshooting.md, as it follows from docs/troubleshooting.yml and from what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import yaml

from tests.soak.markdown import Row, plain, table

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE, CATALOGUE = DOCS / "troubleshooting.md", DOCS / "troubleshooting.yml"
FIELDS = ("means", "cause", "do")
Examples: TypeAlias = Mapping[str, Mapping[str, str]]
"""Messages by kind (problem, refusal, error) and code."""
Catalogue: TypeAlias = Mapping[str, Mapping[str, Mapping[str, str]]]
"""What is said of each code, by the part of the page (problems, refusals, errors)."""
WHERE = {
    "problem": "`problems` of `dcos.avi.migration_info`",
    "refusal": "`plan.refusals` of `dcos.avi.migration_info`",
    "error": "`code` of a module that failed",
}


def catalogue() -> Catalogue:
    found: Catalogue = yaml.safe_load(CATALOGUE.read_text())
    return found


def write(parts: Catalogue, examples: Examples) -> str:
    """Return the page."""
    return _TEXT.format(
        spdx="SPDX",  # Not in the text: a checker would take its licence for that of this file.
        index=table(("code", "is a", "what it means"), _index(parts, examples)),
        **{
            part: "\n".join(_entry(code, parts[part][code], examples) for code in sorted(parts[part])) for part in parts
        },
    )


def _index(parts: Catalogue, examples: Examples) -> list[Row]:
    entries = {code: said for part in parts.values() for code, said in part.items()}
    return [
        (f"[`{code}`](#{code})", ", ".join(_kinds(code, examples)), entries[code]["means"]) for code in sorted(entries)
    ]


def _kinds(code: str, examples: Examples) -> list[str]:
    return [kind for kind in WHERE if code in examples[kind]]


def _entry(code: str, said: Mapping[str, str], examples: Examples) -> str:
    kinds = _kinds(code, examples)
    quoted = "\n".join(f"> {plain(examples[kind][code])}\n>\n> -- {WHERE[kind]}\n" for kind in kinds)
    return f"### {code}\n\n{said['means']}\n\n- Cause: {said['cause']}\n- What to do: {said['do']}\n\n{quoted}"


_TEXT = """\
<!--
Copyright (c) 2026, dcos.avi maintainers
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
{spdx}-License-Identifier: GPL-3.0-or-later
-->

# Troubleshooting

Each problem, refusal and failure has a code. The codes do not change between releases, so a playbook can decide by them. The messages may
change. `make codes` writes this page: it provokes each code in a test, and quotes the message.

| you have | find it in |
| --- | --- |
| a line `problem: ...` of `dcos.avi.status` | [Problems](#problems) |
| a line `refused: ...`, or a run that changed nothing | [Refusals](#refusals) |
| a task that failed | [Failures](#failures), by the `code` in its result |
| a rollout that failed | [`rollout_result.why`](../roles/rollout/README.md#why-it-failed): with the `code` and the evidence |

```console
ansible localhost -m dcos.avi.migration_info -a 'service=app1'
```

This command prints the `problems` of a service with their codes. If you also ask for a plan, for example with `rollout`, its refusals are in `plan.refusals`.

## All codes

{index}
## Problems

A problem is something that you should know about a service. It does not fail a run by itself. But as long as no version is proven to take the traffic,
nothing is scaled down.

{problems}
## Refusals

A plan is refused before anything is changed.

{refusals}
## Failures

The result of a failed module has the message `msg` and a `code`. If an answer of a server was the reason, it also has the HTTP `status` and `details`.

{errors}"""
