"""Reads the form that changes an instance: what to send, and what will be different."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from vasttui.models.instance import WITNESS
from vasttui.models.remake import Difference, LaunchSettings, Remake, differences
from vasttui.models.rent import Launch, RentRequest
from vasttui.models.rent_checks import parse_args, parse_env, start_problems
from vasttui.models.self_stop import hours_in, with_stop, without_stop
from vasttui.models.template import Template
from vasttui.ui.rent.form import hours_of

_MOUNT = "-v "
"""How the mount of a volume begins among the variables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditTyped:
    """The fields as they are typed; `self_stop` in hours, empty for never."""

    image: str
    args: str
    env: str = field(repr=False)
    onstart: str = field(repr=False)
    self_stop: str = ""


@dataclass(frozen=True, slots=True)
class EditReading:
    """What to send and what that changes; with problems, by field, nothing is sent."""

    change: Remake
    differences: tuple[Difference, ...]
    wrong: Mapping[str, str]


def typed_of(settings: LaunchSettings) -> EditTyped:
    """The form of an instance as it is."""
    env = [f"{name}={value}" for name, value in settings.variables.items()]
    script = settings.onstart or ""
    hours = hours_in(script)
    return EditTyped(
        image=settings.image or "",
        args=shlex.join(settings.args or ()),
        env=shlex.join(env),
        onstart=without_stop(script),
        self_stop="" if hours is None else f"{hours:.10g}",
    )


def settings_of(template: Template, old: LaunchSettings) -> LaunchSettings:
    """What an instance is started with once it has this template. Volumes stay, and the timer that
    stops it; whether its own variables do is documented nowhere: they are counted as gone."""
    args, wrong = parse_args(template.args)
    ports = {f"-p {port}": "1" for port in template.ports}
    own = {
        name: value
        for name, value in (old.env or {}).items()
        if name == WITNESS or name.startswith(_MOUNT)
    }
    return LaunchSettings(
        image=template.whole_image,
        args=None if wrong else args,
        env={**template.env, **ports, **own},
        onstart=with_stop(template.onstart, hours_in(old.onstart or "")),
        template_hash=template.hash_id,
        template_name=template.name,
    )


def read_edit(
    typed: EditTyped, old: LaunchSettings, template: Template | None, script: str | None = None
) -> EditReading:
    """Read the form of an instance that has the `old` settings. `script` is the text of an on-start
    file, None where commands were typed."""
    base = old if template is None else settings_of(template, old)
    start = typed_of(base)
    onstart = typed.onstart if script is None else script
    env, env_wrong = parse_env(typed.env)
    args, args_wrong = parse_args(typed.args)
    if typed.env == start.env:
        env_wrong = ""  # what is there already may stay
    wrong = {name: text for name, text in (("env", env_wrong), ("args", args_wrong)) if text}
    hours = hours_of(typed.self_stop, "self_stop", wrong)
    same_start = (onstart, typed.self_stop) == (start.onstart, start.self_stop)
    new = LaunchSettings(
        image=base.image if typed.image == start.image else typed.image,
        args=base.args if typed.args == start.args else args,
        env=base.env if typed.env == start.env else {**base.kept, **env},
        onstart=base.onstart if same_start else with_stop(onstart, hours),
        template_hash=base.template_hash,
        template_name=base.template_name,
    )
    for found in start_problems(_as_request(new)):
        if getattr(new, found.field, None) != getattr(base, found.field, None):
            wrong.setdefault(found.field, found.sentence)
    sent_alone = base.onstart if template is None else template.onstart
    change = Remake(
        image=new.image if new.image != base.image else None,
        args=new.args if new.args != base.args else None,
        env=new.env if new.env != base.env else None,
        onstart=new.onstart if new.onstart != sent_alone else None,
        template_hash=None if template is None else template.hash_id,
    )
    return EditReading(change, tuple(differences(old, new)), wrong)


def _as_request(settings: LaunchSettings) -> RentRequest:
    """The same as what a rental starts with, to be checked as that is."""
    shown = {name: value for name, value in (settings.env or {}).items() if name.isidentifier()}
    shown.pop(WITNESS, None)
    return RentRequest(
        ask=1, image=settings.image or "", launch=Launch.ARGS, env=shown,
        onstart=settings.onstart or "", args=settings.args or (),
    )  # fmt: skip
