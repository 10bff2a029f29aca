"""A template as it is written, and the bodies of the requests that save it (docs: "create
template", "edit template")."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from vasttui.models.rent import Launch
from vasttui.models.rent_body import port_mapping
from vasttui.models.template import Template

Filters = Mapping[str, Mapping[str, object]]

_WORDS = {Launch.SSH: "ssh", Launch.JUPYTER: "jupyter", Launch.ARGS: "args"}
"""Launch modes of templates (docs: "create template"); the connection is a flag of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDraft:
    """All that can be set. `image` may have a tag, `disk` is GB. `flags` are docker flags besides
    variables and ports. None keeps what a template has: `filters` in the service's words, `login`
    (registry, user, password) and `readme`."""

    name: str
    image: str
    launch: Launch = Launch.SSH
    direct: bool = True
    args: str = field(default="", repr=False)
    disk: float | None = None
    ports: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    flags: tuple[str, ...] = field(default=(), repr=False)
    onstart: str = field(default="", repr=False)
    login: tuple[str, str, str] | None = field(default=None, repr=False)
    filters: Filters | None = None
    desc: str = ""
    href: str = ""
    readme: str | None = None
    private: bool = True


def launch_of(template: Template) -> Launch:
    """The launch mode that a template asks for (`runtype`, docs: "create template")."""
    if "jupyter" in template.runtype:
        return Launch.JUPYTER
    return Launch.ARGS if template.runtype == "args" else Launch.SSH


def draft_of(template: Template) -> TemplateDraft:
    """What a template has, as far as it is known."""
    return TemplateDraft(
        name=template.name, image=template.whole_image, launch=launch_of(template),
        direct=template.is_direct, args=template.args, disk=template.disk, ports=template.ports,
        env=template.env, flags=template.flags, onstart=template.onstart, desc=template.desc,
        href=template.href, private=template.private is not False,
    )  # fmt: skip


def create_body(draft: TemplateDraft) -> dict[str, object]:
    """The body of `POST /template/`. The name of a Docker Hub repository is given apart."""
    image, _ = _split(draft.image)
    body = _parts(draft)
    body.update(extra_filters=draft.filters or {}, repo=image)
    body.update(_login(draft.login or ("", "", "")))
    if draft.readme is not None:
        body.update(readme=draft.readme, readme_visible=True)
    return body


def edit_body(draft: TemplateDraft, old: Template) -> dict[str, object]:
    """The fields to change, without those that stay as they are: a row lacks some of them, such as
    the password."""
    before = _parts(draft_of(old))
    body = {name: value for name, value in _parts(draft).items() if value != before[name]}
    if "image" in body or "tag" in body:
        body["image"], body["tag"] = _split(draft.image)
    if any(name in body for name in _launch(draft)):
        body.update(_launch(draft))
    if draft.filters is not None:
        body["extra_filters"] = draft.filters
    if draft.login is not None:
        body.update(_login(draft.login))
    if draft.readme is not None:
        body.update(readme=draft.readme, readme_visible=True)
    return body


def differences(draft: TemplateDraft, found: Template) -> tuple[str, ...]:
    """The fields in which what was saved differs from what was sent, as far as rows show it. The
    service gives an image without a tag one of its own."""
    wanted, kept = _parts(draft), _parts(draft_of(found))
    skipped = found.altered if wanted["tag"] else found.altered | {"tag"}
    return tuple(name for name in wanted if wanted[name] != kept[name] and name not in skipped)


def _parts(draft: TemplateDraft) -> dict[str, object]:
    image, tag = _split(draft.image)
    return {
        "name": draft.name, "image": image, "tag": tag, "env": _docker_text(draft),
        "onstart": draft.onstart, "args_str": draft.args, "desc": draft.desc, "href": draft.href,
        "recommended_disk_space": draft.disk, "private": draft.private, **_launch(draft),
    }  # fmt: skip


def _launch(draft: TemplateDraft) -> dict[str, object]:
    """As client 1.9.1 says it (`api/offers.py`)."""
    return {
        "runtype": _WORDS[draft.launch],
        "use_ssh": draft.launch is not Launch.ARGS,
        "ssh_direct": draft.direct and draft.launch is Launch.SSH,
        "jup_direct": draft.direct and draft.launch is Launch.JUPYTER,
    }


def _login(login: tuple[str, str, str]) -> dict[str, object]:
    names = ("docker_login_repo", "docker_login_user", "docker_login_pass")
    return dict(zip(names, login, strict=True))


def _docker_text(draft: TemplateDraft) -> str:
    """Variables, ports and other flags as shell words."""
    words = [word for port in draft.ports for word in ("-p", port_mapping(port))]
    words += [word for name, value in draft.env.items() for word in ("-e", f"{name}={value}")]
    return shlex.join([*words, *draft.flags])


def _split(image: str) -> tuple[str, str]:
    """Image and tag; a port of the registry is no tag."""
    name, colon, tag = image.rpartition(":")
    return (name, tag) if colon and "/" not in tag and "@" not in name else (image, "")
