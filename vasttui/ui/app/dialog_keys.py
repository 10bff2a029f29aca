"""The keys that open the dialogs of every screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vasttui.ui.context import AppContext
from vasttui.ui.opening import open_dialog

if TYPE_CHECKING:
    from vasttui.ui.app.dialogs import AppDialogs


class DialogKeys(AppContext):
    """Opens them, and quits."""

    @property
    def dialogs(self) -> AppDialogs:
        """The dialogs that every screen has."""
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.app.dialogs import AppDialogs

        return AppDialogs(self)

    async def action_help(self) -> None:
        await open_dialog(self, self.dialogs.help())

    async def action_palette(self) -> None:
        await open_dialog(self, self.dialogs.palette())

    async def action_sent(self) -> None:
        await open_dialog(self, self.dialogs.sent())

    async def action_messages(self) -> None:
        await open_dialog(self, self.dialogs.messages())

    async def action_inbox(self) -> None:
        await open_dialog(self, self.dialogs.inbox.run())

    async def action_key(self) -> None:
        await open_dialog(self, self.dialogs.key())

    async def action_quit(self) -> None:
        """Quit; ask first while something is unfinished."""
        if self.dialogs.unfinished:
            await open_dialog(self, self.dialogs.leave())
        else:
            self.exit()
