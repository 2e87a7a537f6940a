# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals, with the statuses and bodies Marathon gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from tests.lab.marathon.persona import Persona


class Refusal(Exception):  # noqa: N818  it is an answer, not a failure of the lab
    """An answer other than success."""

    def __init__(self, status: int, message: str, *, thrown: bool = False, **more: Any) -> None:
        """`thrown`: Marathon gave up on the request, where it usually answers; the headers tell."""
        super().__init__(message)
        self.status = status
        self.thrown = thrown
        self.body: dict[str, Any] = {"message": message, **more}


class Invalid(Refusal):
    """What was sent breaks rules: one detail for each path, with all its errors."""

    def __init__(
        self,
        problems: Iterable[Problem],
        status: int = 422,
        message: str = "Object is not valid",
        *,
        thrown: bool = False,
    ) -> None:
        by_path: dict[str, list[str]] = {}
        for path, error in problems:
            texts = by_path.setdefault(path, [])
            texts += [error] if error not in texts else []
        details = [{"path": path, "errors": texts} for path, texts in by_path.items()]
        super().__init__(status, message, thrown=thrown, details=details)


#: A path in what was sent, such as "/container/volumes(0)/hostPath" ("/" is all of it), and what is wrong there.
Problem = tuple[str, str]


def unknown_app(app_id: str, version: str | None = None) -> Refusal:
    """404 for an app, or a version of it."""
    return Refusal(404, f"App '{app_id}' does not exist" + (f" in version {version}" if version else ""))


_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def bad_moment(text: str, persona: Persona) -> Refusal:
    """What is no timestamp: each release has its own way to say so."""
    if persona.old_form:
        return Refusal(422, f'Invalid format: "{text}"')
    if persona.jersey_1:
        index = 10 if _DATE.match(text) else 0
        return Refusal(500, f"Text '{text}' could not be parsed at index {index}")
    return Refusal(422, f"Invalid timestamp provided '{text}'. Expecting ISO-8601 datetime string.")


def unknown_group(group_id: str, *, thrown: bool = False) -> Refusal:
    """404 for a group."""
    return Refusal(404, f"Group '{group_id}' does not exist", thrown=thrown)


def unknown_task(task_id: str) -> Refusal:
    """404 for a task."""
    return Refusal(404, f"Task '{task_id}' does not exist")


def unknown_deployment(deployment_id: str) -> Refusal:
    """404 for a deployment that is not running."""
    return Refusal(404, f"DeploymentPlan {deployment_id} does not exist")


def locked(deployment_ids: Iterable[str]) -> Refusal:
    """409 for a change to apps that running deployments change already."""
    return Refusal(
        409,
        "App is locked by one or more deployments. Override with the option '?force=true'. "
        "View details at '/v2/deployments/<DEPLOYMENT_ID>'.",
        deployments=[{"id": each} for each in deployment_ids],
    )


def too_many_deployments(limit: int) -> Refusal:
    """403 for one deployment more than may run at once."""
    return Refusal(
        403,
        f"Max number ({limit}) of running deployments is achieved. Wait for existing deployments to complete or "
        "cancel oneusing force=true parameter. You can increase max deployment number by using "
        "--max_running_deployments parameter but be advised that this can have negative effects on the performance.",
    )
