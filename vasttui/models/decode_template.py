"""Turns the service's JSON into templates (docs: "search templates")."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from itertools import pairwise

from vasttui.models.template import Template
from vasttui.text import clean

_NAME, _TEXT, _SCRIPT = 120, 300, 16_384
_HASH = 64


def templates_from(rows: Sequence[object]) -> tuple[Template, ...]:
    """The templates in these rows, the most used first; rows without a name or a hash id are left
    out."""
    found = [one for one in map(template_from, rows) if one is not None]
    return tuple(sorted(found, key=lambda one: -one.used))


def template_from(row: object) -> Template | None:
    """The template in a row; None where it cannot be told which one it is."""
    if not isinstance(row, dict):
        return None
    number, hash_id, name = row.get("id"), _text(row, "hash_id", _HASH), _text(row, "name", _NAME)
    if type(number) is not int or not hash_id or not name:
        return None
    env, ports = docker_flags(_text(row, "env", _SCRIPT))
    used = row.get("count_created")
    return Template(
        id=number,
        hash_id=hash_id,
        name=name,
        image=_text(row, "image", _TEXT),
        tag=_text(row, "tag", _TEXT),
        runtype=_text(row, "runtype", _NAME),
        disk=_amount(row.get("recommended_disk_space")),
        desc=_text(row, "desc", _TEXT),
        onstart=_text(row, "onstart", _SCRIPT),
        env=env,
        ports=ports,
        used=used if type(used) is int else 0,
        recommended=row.get("recommended") is True,
        private=row.get("private") is True,
        is_vm="kvm" in _text(row, "image", _TEXT),
    )


def _amount(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value < 1e6 else None


def docker_flags(text: str) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """The variables and ports of `-e A=b -p 8080:8080`; other flags are the service's business."""
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    env: dict[str, str] = {}
    ports: list[str] = []
    for flag, value in pairwise(words):
        if flag == "-e":
            name, _, content = value.partition("=")
            env[name] = content
        elif flag == "-p":
            ports.append(value)
    return env, tuple(ports)


def _text(row: Mapping[str, object], name: str, most: int) -> str:
    value = row.get(name)
    return clean(value, most) if isinstance(value, str) else ""
