"""Asks for a file and writes it; what does not work is said where the name was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.app import App
from textual.content import Content

from vasttui.errors import VastError
from vasttui.services.system.private_file import save_lines
from vasttui.ui.modals.ask import AskModal

_LONGEST = 4_096


async def save_as(
    app: App[Any], title: str, about: str, path: str, lines: Callable[[str], Sequence[str]]
) -> str | None:
    """Write the `lines` for a path to a new file of the user's choice, at first called `path`. The
    path that was written; None if there is none."""

    async def refused(chosen: str) -> str:
        try:
            await save_lines(chosen, lines(chosen))
        except VastError as error:
            return str(error)
        return ""

    modal = AskModal(
        title, Content(about), "File", path, "Save",
        check=lambda text: "" if text else "Enter a file name.", read=refused, most=_LONGEST,
    )  # fmt: skip
    return await app.push_screen_wait(modal)
