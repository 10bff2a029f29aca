"""What is said of a template: its cells, and the lines of its details. No value of a variable that
may be secret is shown."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import fields

from vasttui.lists.columns import Cell
from vasttui.lists.resource import Fact
from vasttui.models.instance import Instance
from vasttui.models.known_variables import known_variables
from vasttui.models.masking import DOTS, masked_script, may_be_secret
from vasttui.models.rent import Launch
from vasttui.models.template import Template
from vasttui.models.template_draft import launch_of
from vasttui.query.needs import in_words
from vasttui.query.template_fields import least_cuda
from vasttui.words import UNKNOWN, plural

_SECRET_FIELDS = ("env", "args", "onstart", "flags")
_MOST_NAMED = 3


def whose(template: Template) -> Cell:
    """Whose it is, and whether it makes a virtual machine."""
    vm = " VM" if template.is_vm else ""
    if template.mine:
        return f"yours{vm}", "good"
    return (f"★{vm}", "") if template.recommended else (f"found{vm}", "dim")


def rank(template: Template) -> int:
    """Yours, recommended, found."""
    return 0 if template.mine else 1 if template.recommended else 2


def launch(template: Template) -> Cell:
    """The launch mode."""
    if template.is_vm:
        return "VM", ""
    return launch_of(template).value.replace(" ", ""), ""


def disk(template: Template) -> Cell:
    """The recommended disk size."""
    return (UNKNOWN, "dim") if template.disk is None else (f"{template.disk:g}G", "")


def cuda(template: Template) -> Cell:
    """The least CUDA version."""
    least = least_cuda(template)
    return (UNKNOWN, "dim") if least is None else (f"≥{least:g}", "") if least else ("any", "dim")


def created(template: Template) -> str:
    """The day it was made, in local time."""
    if template.created_at is None:
        return "-"
    return time.strftime("%Y-%m-%d", time.localtime(template.created_at))


def port_words(template: Template) -> str:
    """Its ports, one number where inside and outside are the same."""
    return ", ".join(map(short_port, template.ports)) or "none"


def short_port(port: str) -> str:
    """`8080:8080` as `8080`."""
    numbers, slash, protocol = port.partition("/")
    outside, _, inside = numbers.partition(":")
    return f"{outside}{slash}{protocol}" if outside == inside else port


def value_words(template: Template, name: str, value: str) -> str:
    """The value of a variable, dots where it may be secret: any of one's own."""
    hidden = template.mine or may_be_secret(name, value)
    return DOTS if hidden and value else value or "(empty)"


def overview(template: Template, instances: Sequence[Instance]) -> list[Fact]:
    """The facts of a template; `instances` are those of the account."""
    return [
        Fact("Runs", _runs(template)),
        Fact("Needs", _needs(template)),
        Fact("Gives", _gives(template)),
        *([Fact("About", template.desc)] if template.desc else []),
        Fact("Version", _version(template, instances)),
        Fact("Readme", template.readme or "none that is public", "" if template.readme else "dim"),
    ]


def _runs(template: Template) -> str:
    mode = launch_of(template).value
    parts = [template.whole_image or "no image", "virtual machine" if template.is_vm else mode]
    if launch_of(template) is not Launch.ARGS and template.direct is not None:
        parts[1] += ", direct" if template.direct else ", through Vast.ai's proxy"
    parts.append(f"ports: {port_words(template)}")
    if template.args:
        parts.append(f"arguments: {masked_script(template.args)}")
    return " · ".join(parts)


def _needs(template: Template) -> str:
    size = "disk unknown" if template.disk is None else f"{template.disk:g} GB disk"
    return " · ".join([size, *map(in_words, template.needs)])


def _gives(template: Template) -> str:
    shown = [
        f"{name}={value_words(template, name, value)}"
        for name, value in list(template.env.items())[:_MOST_NAMED]
    ]
    more = len(template.env) - len(shown)
    if more:
        shown.append(f"{more} more variables")
    lines = len(template.onstart.splitlines())
    login = "no registry login"
    if template.login or template.has_password:
        login = f"registry login at {template.login or 'unknown'}"
        login += f", password {DOTS}" if template.has_password else ""
    return " · ".join(
        [
            ", ".join(shown) or "no variables",
            f"on start: {plural(lines, 'line')}" if lines else "nothing on start",
            login,
        ]
    )


def _version(template: Template, instances: Sequence[Instance]) -> str:
    who = {True: "only you may use it", False: "everybody with its link", None: "private: unknown"}
    if not template.mine:
        who[True] = "private"
    here = [one for one in instances if one.template_hash_id == template.hash_id]
    used = f" · {plural(len(here), 'instance')} of yours from it" if here else ""
    since = "" if template.created_at is None else f" of {created(template)}"
    return f"{template.hash_id[:8]}{since} · {who[template.private]}{used}"


def variables(template: Template) -> list[Fact]:
    """Every variable, with what it is for where that is known; then the ports."""
    about = dict(known_variables(template.whole_image))
    facts = []
    for name, value in template.env.items():
        words = value_words(template, name, value)
        facts.append(Fact(name, f"{words}  {about[name]}" if name in about else words))
    free = [name for name in about if name not in template.env]
    if not facts:
        facts.append(Fact("Variables", "none", "dim"))
    facts.append(Fact("Ports", port_words(template)))
    if template.flags:
        facts.append(Fact("Flags", masked_script(" ".join(template.flags))))
    facts.append(Fact("Reads too", ", ".join(free) or "-", "dim"))
    return facts


def on_start(template: Template) -> list[Fact]:
    """The lines of the script."""
    lines = template.onstart.splitlines()
    facts = [Fact(f"{at}", masked_script(line)) for at, line in enumerate(lines, 1)]
    return facts or [Fact("", "Nothing runs on start.", "dim")]


def as_json(template: Template) -> str:
    """What it is made of, as JSON, without what may be secret."""
    return json.dumps(
        {
            "name": template.name, "image": template.image, "tag": template.tag,
            "desc": template.desc, "href": template.href, "runtype": template.runtype,
            "direct": template.is_direct, "args_str": masked_script(template.args),
            "env": {name: value_words(template, name, value) if value else ""
                    for name, value in template.env.items()},
            "ports": template.ports, "flags": masked_script(" ".join(template.flags)),
            "onstart": "\n".join(map(masked_script, template.onstart.splitlines())),
            "recommended_disk_space": template.disk, "private": template.private,
            "needs": [in_words(need) for need in template.needs],
            "docker_login_repo": template.login, "hash_id": template.hash_id, "id": template.id,
        },
        indent=2, ensure_ascii=False,
    )  # fmt: skip


def raw(template: Template) -> list[Fact]:
    """Every field; of those that may hold secrets, only whether there is something."""
    facts = []
    for one in fields(template):
        value = getattr(template, one.name)
        secret = one.name in _SECRET_FIELDS and bool(value)
        facts.append(Fact(one.name, DOTS if secret else "-" if value in (None, "") else f"{value}"))
    return facts
