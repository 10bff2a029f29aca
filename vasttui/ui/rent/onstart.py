"""The on-start script: typed or read from a file."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

from vasttui.errors import VastError
from vasttui.models.private_key import SENTENCE
from vasttui.models.rent_checks import MOST_SCRIPT
from vasttui.services.system.text_file import read_text

_PRIVATE = re.compile(r"id_\w+|.*\.(?:pem|key|ppk|p12|pfx|pk8)|ssh_host_\w+_key", re.IGNORECASE)
_FOLDERS = frozenset({".ssh", ".gnupg"})


def script_file(onstart: str) -> str | None:
    """The path in `@~/start.sh`; None where the commands themselves were typed."""
    text = onstart.strip()
    return text[1:].strip() if text.startswith("@") else None


async def read_script(path: str, most: int = MOST_SCRIPT) -> str:
    """The text of an on-start file of at most `most` bytes. A private key is not opened. Raises
    VastError."""
    return await asyncio.to_thread(read_text, path, most, _refuse_private)


def _refuse_private(path: Path) -> None:
    if any(map(_is_private, (path, Path(os.path.realpath(path))))):
        raise VastError(f"{path} was not opened. {SENTENCE}")


def _is_private(path: Path) -> bool:
    """Whether it is a private key by its name, its folder, or a public half beside it."""
    has_half = path.with_name(f"{path.name}.pub").exists()
    return bool(_PRIVATE.fullmatch(path.name)) or has_half or bool(_FOLDERS & set(path.parts[:-1]))
