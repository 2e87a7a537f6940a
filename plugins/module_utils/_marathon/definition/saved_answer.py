# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of Marathon, and results of modules, that are passed where the definition of an app belongs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused

_ONE_OF_ITS_APPS = "Pass one of its apps, as in {{ answer.apps[0] }}"


def refuse_saved_answer(given: Mapping[str, Any]) -> None:
    """Refuse what holds an app, several, or none, and is no app itself. Marathon would ignore its fields as unknown.

    :raises Refused: says what it is, and what to pass instead.
    """
    found = _kind(given)
    if found:
        what, instead = found
        raise Refused(f"This is not the definition of an app, but {what}. {instead}.")


def refuse_list(given: object) -> None:
    """Refuse a list of objects, such as ``apps`` of an answer.

    :raises Refused: it is one; says what to pass instead.
    """
    if isinstance(given, list) and given and all(isinstance(item, Mapping) for item in given):
        raise Refused(
            "This is not the definition of an app, but a list, such as Marathon's answers hold. Pass one of its elements, as in "
            "{{ answer.apps[0] }}."
        )


def _kind(given: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return what was given and what to pass instead; None where it may be an app."""
    if isinstance(given.get("app"), Mapping):
        what = "an answer of Marathon about one app, or a result of marathon_app"
        return what, "Pass what it has in app, as in {{ answer.app }}"
    if isinstance(given.get("groups"), list) or ("id" in given and isinstance(given.get("apps"), list)):
        return "a group of Marathon", _ONE_OF_ITS_APPS
    if isinstance(given.get("apps"), list):
        return "a list of apps, as Marathon and marathon_app_info return them", _ONE_OF_ITS_APPS
    if isinstance(given.get("versions"), list):
        return (
            "the list of an app's versions",
            "Pass the definition that Marathon shows of one of them, at /v2/apps/ID/versions/VERSION",
        )
    if "deploymentId" in given:
        return "Marathon's answer to a change", "Read the app with marathon_app_info, and pass that"
    if isinstance(given.get("containers"), list):
        return "the definition of a pod", "Modules of this collection work with apps only"
    if isinstance(given.get("message"), str) and not {"id", "cmd", "args", "container"} & given.keys():
        return "an error that Marathon answered", "Read the app with marathon_app_info, and pass that"
    return None
