"""What a screen asks, or says against it, before something is changed."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from textual.content import Content

from vasttui.errors import READ_ONLY
from vasttui.ui.context import context
from vasttui.ui.opening import open_dialog
from vasttui.ui.parts import ScreenPart


class Questions(ScreenPart):
    """A screen that asks in dialogs of its own, and says why it does not."""

    async def change(self, flow: Coroutine[Any, Any, None]) -> None:
        """Start a flow that changes something; in read-only mode it is refused."""
        if context(self).session.read_only:
            flow.close()
            self.app.notify(READ_ONLY, severity="warning", markup=False)
        else:
            await open_dialog(self.app, flow)

    def say_here(self, text: str) -> None:
        """Say what is of this screen alone, while it is shown."""
        context(self).say_while(lambda: self.is_current, text)

    def refused(self, reason: str) -> bool:
        """Whether there is a reason against it; then it is said."""
        if reason:
            self.say_here(f"{reason[:1].upper()}{reason[1:]}.")
        return bool(reason)

    async def sure(self, title: str, text: str, confirm: str) -> bool:
        """Ask for confirmation; `confirm` labels the button."""
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.modals.message import ConfirmModal

        return await self.app.push_screen_wait(ConfirmModal(title, text, confirm))

    async def typed(self, title: str, text: str, word: str, confirm: str) -> bool:
        """Ask to type a word, such as a name, before what cannot be undone."""
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.modals.ask import AskModal

        if context(self).discreet(word) != word:  # it cannot be read
            word = confirm.lower()
        wanted = f"Type {word} to {confirm.lower()}"
        modal = AskModal(
            title, Content(text), wanted, "", confirm, most=300,
            check=lambda given: "" if given == word else f"That is not it. {wanted}.",
        )  # fmt: skip
        return await self.app.push_screen_wait(modal) is not None
