"""Decodes what an instance is started with (docs: "show instance")."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

from vasttui.models.remake import LaunchSettings
from vasttui.text import clean, clean_lines

_MOST_ARGS = 8_192
_MOST_IMAGE = 1_024
_MOST_LINES = 2_000


def settings_from(row: Mapping[str, object]) -> LaunchSettings:
    """The settings in a row of an instance; a field that cannot be read is None."""
    return LaunchSettings(
        image=_text(row.get("image_uuid")),
        args=_args(row.get("image_args")),
        env=_env(row.get("extra_env")),
        onstart=_script(row.get("onstart")),
        template_hash=_text(row.get("template_hash_id")),
        template_name=_text(row.get("template_name")),
    )


def _text(value: object) -> str | None:
    return clean(value, _MOST_IMAGE) or None if isinstance(value, str) else None


def _args(value: object) -> tuple[str, ...] | None:
    """A list of texts, or one text as of a command line."""
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        try:
            value = shlex.split(value)
        except ValueError:
            return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return None
    fits = sum(map(len, value)) <= _MOST_ARGS and all(one.isprintable() for one in value)
    return tuple(value) if fits else None


def _env(value: object) -> dict[str, str] | None:
    """From pairs or an object. Values are kept to the letter: they are sent back."""
    if value is None:
        return {}
    pairs: object = list(value.items()) if isinstance(value, dict) else value
    if not isinstance(pairs, list):
        return None
    found: dict[str, str] = {}
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            return None
        name, text = pair
        if not isinstance(name, str) or not name or not isinstance(text, str | int | float):
            return None
        found[name] = text if isinstance(text, str) else str(text)
    return found


def _script(value: object) -> str | None:
    if value is None:
        return ""
    if not isinstance(value, str):
        return None
    if re.sub(r"[\n\t]", "", value).isprintable():
        return value.strip("\n")
    lines = clean_lines(value)
    return "\n".join(lines).strip("\n") if len(lines) <= _MOST_LINES else None
