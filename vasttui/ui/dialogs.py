"""The dialogs that every screen has: help, palette, what was sent, the key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from textual.app import App

from vasttui.ui.keys import Keymap
from vasttui.ui.modals.help import HelpModal
from vasttui.ui.modals.key import KeyModal
from vasttui.ui.modals.palette import PaletteEntry, PaletteModal
from vasttui.ui.modals.sent import Exchange, SentModal
from vasttui.ui.session import SignedIn


class AppDialogs:
    """Each method shows a dialog and returns what the user chose, None for nothing."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app

    async def help(self, keymap: Keymap) -> None:
        await self._app.push_screen_wait(HelpModal(keymap, ("offers", "table", "filter", "app")))

    async def palette(self, entries: Sequence[tuple[str, str, str, str, str]]) -> str | None:
        """Choose one of (action id, about, keys, where, why it is off)."""
        modal = PaletteModal([PaletteEntry(*entry) for entry in entries])
        return await self._app.push_screen_wait(modal)

    async def sent(self, exchanges: Iterable[Exchange], address: str) -> str | None:
        """Show the last requests; the text to copy."""
        return await self._app.push_screen_wait(SentModal(exchanges, address))

    async def key(
        self, sign_in: Callable[[str], Awaitable[SignedIn]], why: str, stored_where: str
    ) -> SignedIn | None:
        """Ask for a key and check it."""
        return await self._app.push_screen_wait(KeyModal(sign_in, why, stored_where))
