"""Copies a text and shows it, since a terminal confirms no copy."""

from __future__ import annotations

from typing import Any

from textual.app import App

from vasttui.errors import VastError
from vasttui.services.system.clipboard import Clipboard


async def copy_and_show(
    app: App[Any], clipboard: Clipboard, text: str, *, secret: str = ""
) -> None:
    """Put a text on the clipboard in the best available way; say which and show the text, or what
    it is if it is `secret`."""
    try:
        result = await clipboard.copy(text, app.copy_to_clipboard, secret=bool(secret))
    except VastError as error:
        app.notify(str(error), severity="warning", markup=False)
        return
    app.notify(secret or text, title=result.sentence, timeout=8, markup=False)
