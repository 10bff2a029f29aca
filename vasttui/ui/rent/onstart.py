"""The on-start script: typed or read from a file, with the timer that stops the instance."""

from __future__ import annotations

import asyncio
from pathlib import Path

from vasttui.errors import VastError
from vasttui.models.rent_checks import MOST_SCRIPT
from vasttui.units import HOUR

_AUTO_STOP = (
    "(sleep {seconds}; curl -fsS --retry 9 --retry-delay 60 -X PUT "
    '-H "Authorization: Bearer $CONTAINER_API_KEY" -H "Content-Type: application/json" '
    """-d '{{"state":"stopped"}}' """
    '"https://console.vast.ai/api/v0/instances/${{CONTAINER_ID:-${{VAST_CONTAINERLABEL#C.}}}}/") '
    ">/dev/null 2>&1 &"
)
"""Stops the instance from inside, with the API key that its container has for itself alone (docs:
"instances: API key of a container"). Output is discarded."""


def with_auto_stop(onstart: str, hours: float | None) -> str:
    """The on-start script with a timer that stops the instance `hours` after each start."""
    if hours is None:
        return onstart
    timer = _AUTO_STOP.format(seconds=round(hours * HOUR))
    return f"{timer}\n{onstart}" if onstart.strip() else timer


def script_file(onstart: str) -> str | None:
    """The path in `@~/start.sh`; None where the commands themselves were typed."""
    text = onstart.strip()
    return text[1:].strip() if text.startswith("@") else None


async def read_script(path: str) -> str:
    """The text of an on-start file. Raises VastError."""
    try:
        data = await asyncio.to_thread(_first_bytes, path)
        text = data.decode()
    except (OSError, RuntimeError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise VastError(f"{path} cannot be read: {reason}.") from None
    if len(data) > MOST_SCRIPT:
        raise VastError(f"{path} is longer than {MOST_SCRIPT} bytes.")
    return text


def _first_bytes(path: str) -> bytes:
    with Path(path).expanduser().open("rb") as stream:
        return stream.read(MOST_SCRIPT + 1)
