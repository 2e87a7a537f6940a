# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan is: an action, the app and definition it is about, and steps with reasons; or the reasons to refuse."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ansible_collections.dcos.avi.plugins.module_utils._avi.after_deployment import why_never_confirmed
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.text import shortened
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.endless import Release, ends_launches
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.foreign import FOREIGN_TRAFFIC
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

DEPLOY = "deploy"
RESUME = "resume"
PREVIEW = "preview"
NONE = "none"
# The step of a version that takes the traffic already, and is judged once more.
JUDGE = "judge"
REFUSE = "refuse"
# With these problems no look at Avi could confirm that the traffic has moved.
UNCONFIRMABLE = (
    FOREIGN_TRAFFIC,
    "ab_hidden",
    "several_virtualservices",
    "no_virtualservice",
    "virtualservice_disabled",
)
MAY_HOLD_SECRETS = ("env", "container.docker.parameters")


@dataclass(frozen=True)
class Refusal:
    """Why a plan is refused: a stable ``code``, and a sentence that says what to do instead."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Step:
    """One step of a plan, such as deploy, confirm, drain or retire, the app it is about, and why."""

    step: str
    app: str
    reason: str


def confirm_step(app: str) -> Step:
    """Return the step in which the traffic moves to an app."""
    return Step("confirm", app, "Avi must send all traffic to exactly its tasks before anything is scaled down")


def superseded_by(app_id: str, apps: Iterable[App]) -> list[tuple[str, str]]:
    """Return the apps that leave for this one, each with the reason, as leaving_steps takes them."""
    return [(app.id, f"superseded by {app_id}") for app in apps if app.id != app_id]


def leaving_steps(apps: Iterable[tuple[str, str]]) -> Iterable[Step]:
    """Yield the steps by which apps leave, each for a reason: (app, reason)."""
    for app, reason in apps:
        yield Step("drain", app, "its open connections are to end first")
        yield Step("retire", app, f"{reason}; kept at zero instances")


def delete_steps(previews: Iterable[str]) -> Iterable[Step]:
    """Yield the steps by which previews go that an interrupted rollout left."""
    for preview in previews:
        yield Step("delete", preview, "a preview that an interrupted rollout left")


def left_behind(previews: Iterable[str], service: str) -> Iterable[Refusal]:
    """Yield what a refused run, which changes nothing, has to say of previews that an interrupted rollout left."""
    for preview in previews:
        version = preview[len(service) + 1 : -len("-preview")]
        sentence = (
            f"{preview} is left from an interrupted rollout and runs on: delete it with the playbook dcos.avi.withdraw "
            f"(rollout_version: {version})."
        )
        yield Refusal("left_preview", sentence)


@dataclass(frozen=True)
class Preview:
    """The app to test before a version is created. Without a ``definition`` it is only to be deleted in the end."""

    app: str
    definition: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class EnvFrom:
    """The app, as a version of it, that the environment variables of a plan's definitions are taken from.

    Where their values are hidden in what is shown, whoever deploys by it finds them there.
    """

    app: str
    version: str | None

    @classmethod
    def of(cls, app: App | None) -> EnvFrom | None:
        """Return where to find the environment variables of an app that was seen; None where there is none."""
        if app is None:
            return None
        version = app.definition.get("version")
        return cls(app.id, str(version) if version else None)


@dataclass(frozen=True)
class Plan:
    """What to do about one app. ``definition`` is complete, ready to be created as it is.

    ``version`` is that of an app that exists, as Marathon showed it: with another one the plan does not hold. ``leftovers`` are previews
    that an interrupted rollout left, to be deleted at the end. ``env_from`` is None where a user states the whole definition.
    """

    action: str
    app: str
    priority: int | None = None
    definition: Mapping[str, Any] | None = None
    steps: tuple[Step, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    preview: Preview | None = None
    version: str | None = None
    leftovers: tuple[str, ...] = ()
    env_from: EnvFrom | None = None

    @property
    def deploys(self) -> bool:
        """Whether the app is to be created, or brought to its size and waited for."""
        return self.action in (DEPLOY, RESUME)

    @property
    def judges(self) -> bool:
        """Whether the gates judge the app: the traffic is to move to it, or an earlier run stopped, nobody knows where, before it retired
        the others.
        """
        return any(step.step in ("confirm", "retire", JUDGE) for step in self.steps)

    @property
    def retires(self) -> bool:
        """Whether superseded apps are to be drained and scaled to zero in the end."""
        return any(step.step == "retire" for step in self.steps)

    def as_result(self) -> dict[str, Any]:
        """Return the plan as JSON-like data."""
        return {
            **{field.name: getattr(self, field.name) for field in dataclasses.fields(self)},
            "steps": [dataclasses.asdict(step) for step in self.steps],
            "refusals": [dataclasses.asdict(refusal) for refusal in self.refusals],
            "preview": dataclasses.asdict(self.preview) if self.preview else None,
            "leftovers": list(self.leftovers),
            "env_from": dataclasses.asdict(self.env_from) if self.env_from else None,
            "deploys": self.deploys,
            "judges": self.judges,
            "retires": self.retires,
        }


AnyPlan = TypeVar("AnyPlan", bound=Plan)


def launchable(plan: AnyPlan, release: Release) -> AnyPlan:
    """Return the plan, refused where the app that it creates would keep Marathon from launching any task.

    :param release: tells Marathon's release; asked only where that decides.
    """
    if plan.action not in (DEPLOY, PREVIEW) or not plan.definition:
        return plan
    sentence = ends_launches(plan.app, plan.definition.get("constraints"), release)
    if sentence is None:
        return plan
    refusals = (Refusal("ends_launches", sentence),)
    return dataclasses.replace(plan, action=REFUSE, refusals=refusals, definition=None, steps=(), preview=None)


class CannotPlan(Exception):
    """Ends the making of a plan with the reasons."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(refusals)
        self.refusals = refusals


def refuse(app: str, refusals: Sequence[Refusal]) -> Plan:
    """Return the plan that does nothing, for these reasons."""
    return Plan(REFUSE, app, refusals=tuple(refusals))


def refuse_if_any(refusals: Iterable[Refusal]) -> None:
    """:raises CannotPlan: there is a refusal."""
    found = list(refusals)
    if found:
        raise CannotPlan(found)


def never_confirmed(picture: Picture, app_id: str, instances: int, priority: int, what: str) -> Iterable[Refusal]:
    """Yield why Avi could never show that a version of so many instances takes the traffic.

    :param what: a rollout, or a rollback.
    """
    for problem in why_never_confirmed(picture.observed.avi, app_id, instances, priority):
        yield Refusal(problem.code, f"{problem.sentence} So a {what} could not be confirmed.")


def no_instances(instances: Any) -> Refusal:
    """Return the refusal of a version of so many instances."""
    return Refusal("no_instances", f"A version needs at least one instance to take the traffic, not {instances}.")


def refuse_bad_id(app_id: str) -> None:
    """:raises CannotPlan: Marathon would refuse the id."""
    try:
        validate_id(app_id)
    except Refused as refused:
        raise CannotPlan([Refusal("bad_id", refused.sentence)]) from refused


def changes_in_words(differences: Mapping[str, tuple[Any, Any]]) -> str:
    """Say what differs: "container.docker.image is 'a', not 'b'", for values (present, asked for) by field.

    Of what may hold a password, such as an environment variable, no value is told.
    """
    return ", ".join(sentence for field, values in differences.items() for sentence in _in_words(field, *values))


def _in_words(path: str, present: Any, asked: Any) -> Iterable[str]:
    if isinstance(present, Mapping) and isinstance(asked, Mapping):
        for key in sorted({*present, *asked}):
            if present.get(key) != asked.get(key):
                yield from _in_words(f"{path}.{key}", present.get(key), asked.get(key))
    elif path.startswith(MAY_HOLD_SECRETS):
        yield f"{path} differs"
    else:
        yield f"{path} is {shortened(present)}, not {shortened(asked)}"
