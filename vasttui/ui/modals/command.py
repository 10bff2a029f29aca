"""Shows the command of the official client that does the same."""

from __future__ import annotations

from textual.content import Content

from vasttui.ui.context import AppContext
from vasttui.ui.copying import copy_and_show
from vasttui.ui.modals.text import TextModal


async def show_command(
    app: AppContext, text: str, masked: str, title: str = "Equivalent vastai command"
) -> None:
    """Show it, and copy it if asked to; `masked` says what is not in it."""
    lines = [Content(text), Content(""), Content.styled(masked, "$text-muted")]
    if await app.push_screen_wait(TextModal(title, lines)):
        await copy_and_show(app, app.session.clipboard, text)
