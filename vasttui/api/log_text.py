"""Turns terminal output into lines to show."""

from __future__ import annotations

import asyncio
import re

from vasttui.text import LOG_LINE_CAP, clean_lines

_AT_ONCE = 500
_OVERWRITES = 100
"""How many of the last overwrites of a line are replayed."""

_CODE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, cursor moves
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # titles, links
    r"|\x1b[ -/]*[0-~]"
)
_ERASE = re.compile(r"(?:\x1b\[|\x9b)[0-2]?K")


async def shown_lines(data: bytes, *, cut: bool = False) -> tuple[str, ...]:
    """The lines of `data` (UTF-8) as a terminal would finally show them, cleaned and without
    colours. If the start is `cut`, the incomplete first line is left out."""
    raw = data.split(b"\n")
    if cut and len(raw) > 1:
        del raw[0]
    if raw and not raw[-1].strip():
        del raw[-1]
    lines: list[str] = []
    for start in range(0, len(raw), _AT_ONCE):
        lines += [_shown(line) for line in raw[start : start + _AT_ONCE]]
        await asyncio.sleep(0)
    return tuple(lines)


def _shown(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace").rstrip("\r")
    parts = text.rsplit("\r", _OVERWRITES)
    [line] = clean_lines(_overwritten(parts) if len(parts) > 1 else _CODE.sub("", text))
    return line


def _overwritten(parts: list[str]) -> str:
    """What remains visible of texts that overwrite each other, like progress bars."""
    shown = ""
    for part in parts:
        text = _CODE.sub("", part.rpartition("\r")[2])[: LOG_LINE_CAP + 1]
        shown = text if _ERASE.search(part) else text + shown[len(text) :]
    return shown
