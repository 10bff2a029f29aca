"""Decodes templates from the service's JSON (docs: "search templates")."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from vasttui.models.template import Template
from vasttui.models.template_needs import needs_from
from vasttui.text import clean, clean_lines

_NAME, _TEXT, _SCRIPT = 120, 300, 16_384
_FLAGS_CAP = 65_536
_HASH = 64
_CAPS = {
    "name": _NAME, "image": _TEXT, "tag": _TEXT, "desc": _TEXT, "href": _TEXT, "args_str": _SCRIPT,
    "env": _FLAGS_CAP,
}  # fmt: skip
"""Most characters of the texts that can be edited."""

_FLAGS = {"-e", "-p", "-h", "-v", "-n"}
_PORT = re.compile(r"[0-9]{1,6}(:[0-9]{1,6})?(/(tcp|udp))?")


class DockerFlags(NamedTuple):
    """The variables and ports in a template's docker flags, and the words of all others."""

    env: Mapping[str, str]
    ports: tuple[str, ...]
    others: tuple[str, ...]


def templates_from(rows: Sequence[object], me: int | None = None) -> tuple[Template, ...]:
    """The templates in these rows, most used first; rows without a name or ids, and those of an id
    that came before, are left out. `me` is the id of this account."""
    found: dict[int, Template] = {}
    for row in rows:
        template = template_from(row, me)
        if template is not None:
            found.setdefault(template.id, template)
    return tuple(sorted(found.values(), key=lambda template: -(template.used or 0)))


def template_from(row: object, me: int | None = None) -> Template | None:
    """The template in a row; None if it is deleted, or its ids or name are unreadable."""
    if not isinstance(row, dict) or row.get("deleted_at"):
        return None
    number, hash_id, name = row.get("id"), _text(row, "hash_id", _HASH), _text(row, "name", _NAME)
    if type(number) is not int or not hash_id or not name:
        return None
    flags = docker_flags(_text(row, "env", _FLAGS_CAP))
    creator, onstart = _count(row.get("creator_id")), _script(row)
    runtype = _text(row, "runtype", _NAME)
    return Template(
        id=number,
        hash_id=hash_id,
        name=name,
        image=_text(row, "image", _TEXT),
        tag=_text(row, "tag", _TEXT),
        runtype=runtype,
        direct=_direct(row, runtype),
        args=_text(row, "args_str", _SCRIPT),
        disk=_amount(row.get("recommended_disk_space")),
        desc=_text(row, "desc", _TEXT),
        onstart=onstart,
        env=flags.env,
        ports=flags.ports,
        flags=flags.others,
        needs=needs_from(row.get("extra_filters")),
        used=_count(row.get("count_created")),
        created_at=_moment(row.get("created_at")),
        creator=creator,
        recommended=row.get("recommended") is True,
        private=row["private"] if isinstance(row.get("private"), bool) else None,
        mine=me is not None and creator == me,
        is_vm=row.get("vm") is True,
        has_readme=row.get("readme_visible") is True and _has_text(row, "readme_hash", "readme"),
        href=_text(row, "href", _TEXT),
        login=_text(row, "docker_login_repo", _TEXT),
        has_password=_has_text(row, "docker_login_pass"),
        altered=_altered(row, onstart),
    )


def _direct(row: Mapping[str, object], runtype: str) -> bool | None:
    """The flag of its launch mode."""
    flag = row.get("jup_direct" if "jupyter" in runtype else "ssh_direct")
    return flag if isinstance(flag, bool) else None


def _amount(value: object) -> float | None:
    """Gigabytes, which client 1.9.1 sends as text (`api/offers.py`)."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value < 1e6 else None


def _count(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < 2**63 else None


def _moment(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value < 1e11 else None


def docker_flags(text: str) -> DockerFlags:
    """The variables and ports in `-e A=b -p 8080:8080`, parsed as in client 1.9.1 (`utils.py`):
    a flag takes the next word, whatever it is. Other flags are left to the service."""
    env: dict[str, str] = {}
    ports: list[str] = []
    others: list[str] = []
    words = iter(_words(text))
    for flag in words:
        if flag not in _FLAGS:
            others.append(flag)
            continue
        value = next(words, "")
        name, equals, content = value.partition("=")
        if flag == "-e" and name and equals:
            env[name] = content
        elif flag == "-p" and _PORT.fullmatch(value):
            ports += [] if value in ports else [value]
        else:
            others += [flag, value]
    return DockerFlags(env, tuple(ports), tuple(others))


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()  # an unclosed quote


def _text(row: Mapping[str, object], name: str, most: int) -> str:
    value = row.get(name)
    return clean(value, most) if isinstance(value, str) else ""


def _script(row: Mapping[str, object]) -> str:
    """The on-start script with its lines."""
    value = row.get("onstart")
    return "\n".join(clean_lines(value[:_SCRIPT], _SCRIPT)) if isinstance(value, str) else ""


def _has_text(row: Mapping[str, object], *names: str) -> bool:
    return any(isinstance(text := row.get(name), str) and text.strip() for name in names)


def _altered(row: Mapping[str, object], onstart: str) -> frozenset[str]:
    """The texts of which something was left out or replaced."""
    shown = {name: _text(row, name, cap) for name, cap in _CAPS.items()}
    shown["onstart"] = onstart.strip()
    return frozenset(
        name for name, text in shown.items()
        if isinstance(raw := row.get(name), str) and raw.strip() != text
    )  # fmt: skip
