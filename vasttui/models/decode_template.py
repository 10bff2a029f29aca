"""Decodes templates from the service's JSON (docs: "search templates")."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence

from vasttui.models.template import Template
from vasttui.models.template_needs import needs_from
from vasttui.text import clean

_NAME, _TEXT, _SCRIPT = 120, 300, 16_384
_HASH = 64
_FLAGS = {"-e", "-p", "-h", "-v", "-n"}
_PORT = re.compile(r"[0-9]{1,6}(:[0-9]{1,6})?(/(tcp|udp))?")


def templates_from(rows: Sequence[object]) -> tuple[Template, ...]:
    """The templates in these rows, most used first; rows without a name or hash id are skipped."""
    found = [template for template in map(template_from, rows) if template is not None]
    return tuple(sorted(found, key=lambda template: -template.used))


def template_from(row: object) -> Template | None:
    """The template in a row; None if its ids or name are unreadable."""
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
        needs=needs_from(row.get("extra_filters")),
        used=used if type(used) is int else 0,
        recommended=row.get("recommended") is True,
        private=row.get("private") is True,
    )


def _amount(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value < 1e6 else None


def docker_flags(text: str) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """The variables and ports in `-e A=b -p 8080:8080`, parsed as in client 1.9.1 (`utils.py`):
    a flag takes the next word, whatever it is. Other flags are left to the service."""
    env: dict[str, str] = {}
    ports: list[str] = []
    words = iter(_words(text))
    for flag in words:
        if flag not in _FLAGS:
            continue
        value = next(words, "")
        name, equals, content = value.partition("=")
        if flag == "-e" and name and equals:
            env[name] = content
        elif flag == "-p" and _PORT.fullmatch(value) and value not in ports:
            ports.append(value)
    return env, tuple(ports)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()  # an unclosed quote


def _text(row: Mapping[str, object], name: str, most: int) -> str:
    value = row.get(name)
    return clean(value, most) if isinstance(value, str) else ""
