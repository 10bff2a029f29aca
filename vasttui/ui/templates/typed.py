"""The template form: the text of its fields, and the template that they stand for."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from vasttui.models.known_variables import replaces
from vasttui.models.masking import may_be_secret
from vasttui.models.private_key import SENTENCE, holds_private_key
from vasttui.models.rent import Launch, RentRequest
from vasttui.models.rent_checks import (
    LEAST_DISK,
    parse_args,
    parse_env,
    parse_ports,
    start_problems,
)
from vasttui.models.template import Template
from vasttui.models.template_draft import Filters, TemplateDraft, draft_of
from vasttui.models.template_needs import needs_as_filters
from vasttui.query.template_filters import needs_filter, wanted_filters
from vasttui.ui.templates.lines import short_port

DIRECT, PROXY = "direct", "proxy"
PRIVATE, PUBLIC = "private", "public"
MOST_NAME, MOST_DESC, MOST_README = 120, 300, 32_768
_MOST_DISK = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateTyped:
    """The text of every field. `launch` is the name of a `Launch`; `disk` is GB; `login` and
    `readme` are empty to keep what there is."""

    name: str = ""
    image: str = ""
    launch: str = Launch.SSH.name
    way: str = DIRECT
    args: str = ""
    disk: str = "16"
    ports: str = ""
    env: str = ""
    onstart: str = ""
    login: str = ""
    offers: str = ""
    desc: str = ""
    href: str = ""
    readme: str = ""
    who: str = PRIVATE


@dataclass(frozen=True, slots=True)
class TemplateReading:
    """The template, or None with the problems by field."""

    draft: TemplateDraft | None
    wrong: dict[str, str]


@dataclass(frozen=True, slots=True)
class Base:
    """The template that the form starts with; `edits` it, or makes a copy of it."""

    template: Template
    edits: bool

    @property
    def filters(self) -> str:
        """Its conditions as they stand in the form."""
        return needs_filter(self.template.needs).text


def typed_of(template: Template) -> TemplateTyped:
    """The form of a template as it is."""
    draft = draft_of(template)
    return TemplateTyped(
        name=draft.name, image=draft.image, launch=draft.launch.name,
        way=DIRECT if draft.direct else PROXY, args=draft.args,
        disk="" if draft.disk is None else f"{draft.disk:g}",
        ports=" ".join(map(short_port, draft.ports)),
        env=" ".join(f"{name}={shlex.quote(value)}" for name, value in draft.env.items()),
        onstart=draft.onstart, offers=needs_filter(template.needs).text, desc=draft.desc,
        href=draft.href, who=PRIVATE if draft.private else PUBLIC,
    )  # fmt: skip


def read_form(
    typed: TemplateTyped,
    base: Base | None,
    gpu_names: Sequence[str],
    *,
    script: str | None = None,
    readme: str | None = None,
) -> TemplateReading:
    """Read the form. `base` is what it started with; `script` and `readme` are the texts of files,
    None where the text itself was typed."""
    wrong: dict[str, str] = {}
    env, env_wrong = parse_env(typed.env)
    ports, ports_wrong = parse_ports(typed.ports)
    is_args = typed.launch == Launch.ARGS.name
    args, args_wrong = parse_args(typed.args if is_args else "")
    onstart = typed.onstart if script is None else script
    for name, problem in (("env", env_wrong), ("ports", ports_wrong), ("args", args_wrong)):
        if problem:
            wrong[name] = problem
    if not typed.name.strip():
        wrong["name"] = "A template needs a name."
    request = RentRequest(
        ask=1, image=typed.image.strip(), launch=Launch[typed.launch], env=env, ports=ports,
        onstart=onstart, args=args, login=typed.login.strip(),
    )  # fmt: skip
    for found in start_problems(request):
        wrong.setdefault(found.field, found.sentence)
    disk = _disk(typed.disk, wrong)
    filters = _filters(typed.offers.strip(), base, gpu_names, wrong)
    for name, text in (
        ("name", typed.name),
        ("desc", typed.desc),
        ("readme", readme or typed.readme),
    ):
        if holds_private_key(text):
            wrong[name] = SENTENCE
    if typed.href and not typed.href.startswith(("https://", "http://")):
        wrong["href"] = "A link starts with https://."
    if wrong:
        return TemplateReading(None, wrong)
    draft = TemplateDraft(
        name=typed.name.strip(), image=request.image, launch=Launch[typed.launch],
        direct=typed.way == DIRECT, args=typed.args.strip() if is_args else "", disk=disk,
        ports=ports, env=env, flags=() if base is None else base.template.flags, onstart=onstart,
        login=_login(typed.login), filters=filters, desc=typed.desc.strip(),
        href=typed.href.strip(), readme=(readme or typed.readme.strip()) or None,
        private=typed.who == PRIVATE,
    )  # fmt: skip
    return TemplateReading(draft, {})


def _filters(
    text: str, base: Base | None, gpu_names: Sequence[str], wrong: dict[str, str]
) -> Filters | None:
    """The conditions on offers; None where an edit leaves them as they are."""
    if base is not None and text == base.filters:
        kept = needs_as_filters([need for need in base.template.needs if need.op])
        return None if base.edits else kept
    filters, problem = wanted_filters(text, gpu_names)
    if problem:
        wrong["offers"] = problem
    return filters


def warnings(typed: TemplateTyped, base: Base | None, used_by: Sequence[str]) -> list[str]:
    """What is to be known before it is saved: `used_by` are the names of instances made from it."""
    env, _ = parse_env(typed.env)
    found = []
    if base is not None and base.edits:
        keeps = ", ".join((*used_by, "saved links and worker groups"))
        found.append(
            f"Saving makes a new version with another hash. What uses the old one keeps it: {keeps}"
            "."
        )
    elif base is not None:
        found.append("Readme and registry login are not copied.")
    secrets = [name for name, value in env.items() if value and may_be_secret(name, value)]
    if typed.who == PUBLIC and secrets:
        found.append(
            "A public template shows its variables to everybody: "
            f"{_few(secrets)} {'has a value' if len(secrets) == 1 else 'have values'}."
        )
    if own := replaces(env):
        found.append(f"{own}.")
    spaced = [name for name, value in env.items() if " " in value]
    if spaced:
        found.append(
            f"{_few(spaced)} {'has' if len(spaced) == 1 else 'have'} a space in the value: "
            "Vast.ai may lose such a value. It is read back after saving."
        )
    return found + (_left(typed, base) if base is not None else [])


def _left(typed: TemplateTyped, base: Base) -> list[str]:
    """What of the template the form does not show."""
    template, found = base.template, []
    stays = "Untouched, it stays." if base.edits else "The copy has what is shown."
    names = {"env": "Variables", "onstart": "On start"}
    found += [
        f"{names[name]}: not every character can be shown. {stays}"
        for name in sorted(template.altered & set(names))
    ]
    left = needs_filter(template.needs).left_out
    if left:
        kept = typed.offers.strip() == base.filters
        fate = "kept" if kept else "dropped when this is saved"
        found.append(f"Not shown in Offers, but {fate}: {_few(left)}.")
    return found


def _few(names: Sequence[str]) -> str:
    more = len(names) - 3
    return ", ".join(names[:3]) + (f" and {more} more" if more > 0 else "")


def _disk(text: str, wrong: dict[str, str]) -> float | None:
    try:
        disk = float(text)
    except ValueError:
        wrong["disk"] = "Needs a number."
        return None
    if not (math.isfinite(disk) and LEAST_DISK <= disk < _MOST_DISK):
        wrong["disk"] = f"At least {LEAST_DISK:g} GB."
    return disk


def _login(text: str) -> tuple[str, str, str] | None:
    """Registry, user and password of `-u name -p token registry`."""
    words = text.split()
    return (words[4], words[1], words[3]) if len(words) == 5 else None
