# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A filter that puts what M(dcos.avi.migration_history_info) returns into lines a person can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.dcos.avi.plugins.module_utils._core.outside import clean
from ansible_collections.dcos.avi.plugins.module_utils._core.table import aligned
from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted

COLUMNS = ("when", "from -> to", "by", "why", "how long", "outcome")
# Characters of a cell that somebody wrote: a table with longer ones cannot be read.
WIDEST = 60
UNITS = (("d", 86400), ("h", 3600), ("min", 60))


def history_table(seen: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the lines of a table, one block for each service, with a line for each of its apps.

    Takes a list of results of M(dcos.avi.migration_history_info).
    Raises AnsibleFilterError where an element is not one.
    """
    if isinstance(seen, (Mapping, str)) or any("history" not in each for each in seen):
        raise AnsibleFilterError("dcos.avi.history_table takes a list of results of dcos.avi.migration_history_info")
    return [clean(line) for each in seen for line in _block(each)]


def _block(seen: Mapping[str, Any]) -> list[str]:
    entries = seen["history"]
    if not entries:
        return [f"{seen['service']}: Marathon has no app of it"]
    shown = "" if len(entries) == seen["total"] else f", the newest {len(entries)} of them"
    count = counted(seen["total"], "app")
    rows = [[clean(cell) for cell in _row(entry)] for entry in entries]
    return [f"{seen['service']}: {count}{shown}", *(f"  {line}" for line in aligned(COLUMNS, rows))]


def _row(entry: Mapping[str, Any]) -> list[str]:
    came_from = entry["rolled_back_from"] or entry["from"]
    return [
        entry["at"] or "-",
        f"{came_from} -> {entry['app']}" if came_from else str(entry["app"]),
        _who(entry) or "-",
        _why(entry) or "-",
        _how_long(entry["seconds"]),
        _outcome(entry),
    ]


def _who(told: Mapping[str, Any]) -> str:
    by, job = _cut(told["by"]), _cut(told["job"])
    return f"{by} ({job})" if by and job else by or job


def _why(entry: Mapping[str, Any]) -> str:
    release = entry.get("release")
    return ": ".join(filter(None, (f"release {_cut(release)}" if release else "", _cut(entry["reason"]))))


def _outcome(entry: Mapping[str, Any]) -> str:
    ended = entry["ended"]
    if ended is None:
        return f"{entry['outcome']}, {counted(entry['instances'], 'instance')}"
    parts = [entry["outcome"]]
    if ended["at"]:
        parts.append(str(ended["at"]))
    if ended["to"]:
        parts.append(f"for {_cut(ended['to'])}")
    # Often the run that made it ended it, too: then the line has said who and why.
    who, reason = _who(ended), ended["reason"]
    if who and who != _who(entry):
        parts.append(f"by {who}")
    said = ": ".join(_cut(text) for text in (reason if reason != entry["reason"] else None, ended["said"]) if text)
    return " ".join(parts) + (f" ({said})" if said else "")


def _how_long(seconds: int | None) -> str:
    if seconds is None:
        return "-"
    return next((f"{seconds // size} {unit}" for unit, size in UNITS if seconds >= 2 * size), f"{seconds} s")


def _cut(text: Any) -> str:
    line = clean(str(text or ""))
    return line if len(line) <= WIDEST else line[: WIDEST - 3] + "..."


class FilterModule:
    """The filter about the history of a service."""

    def filters(self) -> dict[str, Any]:
        return {"history_table": history_table}
