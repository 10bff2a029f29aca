"""Opens dialogs without losing keys typed right after."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from textual.app import App
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

_LONGEST = 1.0
_LOOK = 0.001


async def open_dialog(app: App[Any], flow: Coroutine[Any, Any, None]) -> None:
    """Start the flow of a dialog and return when the dialog has the keys, or an input in place.

    Waiting here holds back the keys that follow: typed ahead, they are meant for the dialog, and
    to the screen below they would be commands.
    """
    before, focused = len(app.screen_stack), app.focused
    worker = app.run_worker(flow, group="dialog", description="")
    try:
        async with asyncio.timeout(_LONGEST):
            # Textual tells nobody that a screen has its focus.
            while not worker.is_finished and not _has_keys(app, before, focused):  # noqa: ASYNC110
                await asyncio.sleep(_LOOK)
    except TimeoutError:
        return


def _has_keys(app: App[Any], before: int, focused: Widget | None) -> bool:
    screen = app.screen
    if isinstance(app.focused, Input) and app.focused is not focused:
        return True
    if len(app.screen_stack) <= before or not isinstance(screen, ModalScreen):
        return False
    return screen.is_mounted and (screen.focused is not None or not screen.focus_chain)
