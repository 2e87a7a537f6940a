# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Marathon labels that Avi's cloud connector reads, as data instead of escaped JSON.

Pure. The labels and their exact case come from Avi's pages on Mesos: ``FE-Proxy``, ``FE-Proxy-VIP``, ``avi_proxy``,
``proxy_listener``, and, from the article on graceful migration, ``ab_config``.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.vocabulary import (
    numbers_read,
    wrong_in_ab_config,
    wrong_in_data,
    wrong_in_proxy,
    wrong_in_vip,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import number

FRONTEND = "FE-Proxy"
FRONTEND_VIP = "FE-Proxy-VIP"
PROXY = "avi_proxy"
LISTENER = "proxy_listener"
AB_CONFIG = "ab_config"

_JSON_LABELS = (PROXY, AB_CONFIG)
YES_NO_LABELS = (FRONTEND, LISTENER)
AVI_LABELS = (FRONTEND, FRONTEND_VIP, PROXY, LISTENER, AB_CONFIG)
_YES_NO = {"yes": True, "no": False}
# By the keys of labels as data, those that are not written where they are false or empty.
_LEFT_OUT = {"frontend": FRONTEND, "frontend_vip": FRONTEND_VIP, "proxy": PROXY}
# An app with one of these means the same as one without the label.
_SAYS_NOTHING = {FRONTEND: "no", FRONTEND_VIP: "", PROXY: "{}"}


@dataclass(frozen=True)
class AbConfig:
    """What makes an app a version: the service it belongs to (as written in the label) and its priority."""

    service: str
    priority: int


@dataclass(frozen=True)
class BrokenLabel:
    """A label that cannot be right as it is, and why."""

    key: str
    sentence: str


@dataclass(frozen=True)
class AviLabels:
    """The Avi labels of one app.

    A label in ``broken`` cannot be read, and is otherwise as if it were absent. One in ``wrong`` can be read, but holds a
    key or a value that Avi does not know, and would ignore.
    """

    frontend: bool = False
    frontend_vip: str | None = None
    proxy: dict[str, Any] | None = None
    proxy_listener: bool | None = None
    ab_config: AbConfig | None = None
    broken: tuple[BrokenLabel, ...] = ()
    wrong: tuple[BrokenLabel, ...] = ()


def render(avi: Mapping[str, Any]) -> dict[str, str]:
    """Turn labels as data, the form of the option ``avi``, into label strings.

    Takes ``{frontend: bool, frontend_vip, proxy: {virtualservice, pool, ...}, proxy_listener: bool,
    ab_config: {service, priority}}``. Each key may be absent or null, which renders nothing, and so does
    ``frontend: false``: a service without ``FE-Proxy`` is an east-west one. The same input always renders the same strings.

    :raises Refused: a value cannot be right; names its path.
    """
    avi = numbers_read(avi)
    wrong = wrong_in_data(avi)
    if wrong:
        raise Refused(f"The Avi labels cannot be made from this: {'; '.join(wrong)}.")
    proxy = {key: value for key, value in (avi.get("proxy") or {}).items() if value is not None}
    ab_config = avi.get("ab_config")
    return write(
        AviLabels(
            frontend=bool(avi.get("frontend")),
            frontend_vip=avi.get("frontend_vip"),
            proxy=proxy or None,
            proxy_listener=avi.get("proxy_listener"),
            ab_config=AbConfig(ab_config["service"], ab_config["priority"]) if ab_config else None,
        )
    )


def denied(avi: Mapping[str, Any]) -> frozenset[str]:
    """Return the labels that an app is not to have, by labels as data: what is false or empty there is denied, not unsaid.

    :raises Refused: as ``render``.
    """
    rendered = render(avi)
    return frozenset(label for key, label in _LEFT_OUT.items() if avi.get(key) is not None and label not in rendered)


def says_something(key: str, value: str) -> bool:
    """Whether an app with this label means anything else than one without it."""
    return key not in _SAYS_NOTHING or not same_label(key, value, _SAYS_NOTHING[key])


def write(avi: AviLabels) -> dict[str, str]:
    """Return the label strings that say this."""
    labels: dict[str, str] = {}
    if avi.frontend:
        labels[FRONTEND] = "yes"
    if avi.frontend_vip:
        labels[FRONTEND_VIP] = avi.frontend_vip
    if avi.proxy:
        labels[PROXY] = _dump(avi.proxy)
    if avi.proxy_listener is not None:
        labels[LISTENER] = "yes" if avi.proxy_listener else "no"
    if avi.ab_config:
        labels[AB_CONFIG] = _dump(dataclasses.asdict(avi.ab_config))
    return labels


def as_data(avi: AviLabels) -> dict[str, Any]:
    """Return labels in the form of the option ``avi``, without what they do not say: what ``render`` takes."""
    ab_config = dataclasses.asdict(avi.ab_config) if avi.ab_config else None
    data = {
        "frontend": avi.frontend or None,
        "frontend_vip": avi.frontend_vip,
        "proxy": avi.proxy,
        "proxy_listener": avi.proxy_listener,
        "ab_config": ab_config,
    }
    return {key: value for key, value in data.items() if value is not None}


def read(labels: Mapping[str, str]) -> AviLabels:
    """Read the Avi labels of an app, whoever wrote them. Never raises: see ``broken`` and ``wrong``."""
    broken: list[BrokenLabel] = []
    flags = {key: _read_yes_no(key, labels, broken) for key in YES_NO_LABELS}
    proxy = _read_object(PROXY, labels, broken)
    ab_object = _read_object(AB_CONFIG, labels, broken)
    broken.extend(_misspelt(labels))
    vip = labels.get(FRONTEND_VIP) or None
    wrong = {
        PROXY: wrong_in_proxy(proxy or {}),
        AB_CONFIG: wrong_in_ab_config(ab_object or {}),
        FRONTEND_VIP: wrong_in_vip(vip) if vip else [],
    }
    return AviLabels(
        frontend=flags[FRONTEND] is True,
        frontend_vip=vip,
        proxy=proxy,
        proxy_listener=flags[LISTENER],
        ab_config=None if ab_object is None else _read_ab_config(ab_object, broken),
        broken=tuple(broken),
        wrong=tuple(BrokenLabel(key, sentence) for key, found in wrong.items() for sentence in found),
    )


def same_label(key: str, one: str | None, other: str | None) -> bool:
    """Whether two values of the label ``key`` mean the same to Avi.

    JSON labels are compared as JSON and yes/no labels without regard to case (Avi's own tools write ``Yes``),
    because writing a label that only looks different would restart every task of the app.
    """
    if one == other:
        return True
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    if key in _JSON_LABELS:
        try:
            return _dump(_parsed(one)) == _dump(_parsed(other))
        except (ValueError, RecursionError):
            return False
    if key in YES_NO_LABELS:
        return one.strip().lower() == other.strip().lower()
    return False


def _parsed(text: str) -> Any:
    """To JSON 20.0 is 20."""
    return json.loads(text, parse_float=number)


def _dump(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _read_yes_no(key: str, labels: Mapping[str, str], broken: list[BrokenLabel]) -> bool | None:
    if key not in labels:
        return None
    flag = _YES_NO.get(str(labels[key]).strip().lower())
    if flag is None:
        broken.append(BrokenLabel(key, f'{key} must be "yes" or "no", not {_excerpt(labels[key])}'))
    return flag


def _read_object(key: str, labels: Mapping[str, str], broken: list[BrokenLabel]) -> dict[str, Any] | None:
    if key not in labels:
        return None
    text = labels[key]
    try:
        value = _parsed(text)
    except (ValueError, TypeError, RecursionError) as error:
        hint = " (it holds curly quotes: write straight ones)" if _has_curly_quotes(text) else ""
        broken.append(BrokenLabel(key, f"{key} is not valid JSON{hint}: {error}; it holds {_excerpt(text)}"))
        return None
    if not isinstance(value, dict):
        broken.append(BrokenLabel(key, f"{key} must hold a JSON object, not {_excerpt(text)}"))
        return None
    return value


def _read_ab_config(value: dict[str, Any], broken: list[BrokenLabel]) -> AbConfig | None:
    service = value.get("service")
    if not isinstance(service, str) or not service.strip("/ "):
        broken.append(BrokenLabel(AB_CONFIG, f"ab_config must name its service, but holds {_excerpt(_dump(value))}"))
        return None
    priority = value.get("priority")
    if isinstance(priority, int) and not isinstance(priority, bool):
        return AbConfig(service, priority)
    broken.append(
        BrokenLabel(
            AB_CONFIG, f"the priority in ab_config must be a whole number, but it holds {_excerpt(_dump(value))}"
        )
    )
    # A number in quotes still tells where the app stands; without it the next priority could be too low.
    if isinstance(priority, str) and re.fullmatch(r"\s*[0-9]{1,9}\s*", priority):
        return AbConfig(service, int(priority))
    return None


def _misspelt(labels: Mapping[str, str]) -> list[BrokenLabel]:
    """Whoever writes ab-config or fe_proxy means a label of Avi's, and would not have it."""
    return [
        BrokenLabel(key, f"Avi reads the label {_RIGHT[_letters(key)]}, not {key}: upper and lower case, - and _ count")
        for key in labels
        if key not in AVI_LABELS and _letters(key) in _RIGHT
    ]


def _letters(key: str) -> str:
    return re.sub(r"[-_. ]", "", key).lower()


_RIGHT = {_letters(key): key for key in AVI_LABELS}


def _has_curly_quotes(text: object) -> bool:
    return isinstance(text, str) and any(mark in text for mark in "\u201c\u201d\u2018\u2019")


def _excerpt(text: object, limit: int = 80) -> str:
    shown = text if isinstance(text, str) else str(text)
    return repr(shown if len(shown) <= limit else shown[:limit] + "...")
