"""Copying a text, and showing it, for nobody confirms what a terminal did with it."""

from __future__ import annotations

from typing import Any

from textual.app import App

from vasttui.errors import VastError
from vasttui.services.system.clipboard import Clipboard


async def copy_and_show(app: App[Any], clipboard: Clipboard, text: str) -> None:
    """Put a text on the clipboard by the best way there is; say which and show the text."""
    try:
        result = await clipboard.copy(text, app.copy_to_clipboard)
    except VastError as error:
        app.notify(str(error), severity="warning", markup=False)
        return
    app.notify(text, title=result.sentence, timeout=8, markup=False)
