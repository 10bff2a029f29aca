"""The buttons of the rent dialog."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import HorizontalGroup
from textual.content import Content
from textual.widgets import Button

from vasttui.ui.modals.frame import button
from vasttui.words import per_hour

GUARD = 0.4
"""Seconds in which Rent is not taken after something new was said."""


class RentButtons(HorizontalGroup):
    """Cancel, and Rent with its price; `busy` while a request is prepared or sent."""

    def __init__(self) -> None:
        super().__init__(id="buttons")
        self.busy = False

    def compose(self) -> ComposeResult:
        yield button("Cancel", "cancel", id="cancel")
        yield button("Rent", "rent", id="rent")

    @property
    def _rent(self) -> Button:
        return self.query_one("#rent", Button)

    def show_price(self, price: float | None) -> None:
        """Show what Rent agrees to, in $/h; None while it could not run for it."""
        cost = "" if price is None else f" for {per_hour(price)}"
        self._rent.label = Content(f"[ Rent{cost} ]")
        self._rent.refresh(layout=True)  # as wide as the price

    def focus_rent(self) -> None:
        """Put the focus on Rent."""
        self.screen.set_focus(self._rent)

    def set_busy(self, busy: bool, *, leaves: bool) -> None:
        """Take Rent or not. After it was busy Rent waits a moment: Enter may have been pressed for
        what was shown before. `leaves`: what was sent goes on without the dialog."""
        self.busy = busy
        if busy:
            if self._rent.has_focus:
                self.screen.set_focus(None)  # or the next Enter would press Cancel
            self._rent.disabled = True
        else:
            self.set_timer(GUARD, self._take_presses)
        word = "Leave" if leaves else "Cancel"
        self.query_one("#cancel", Button).label = Content(f"[ {word} ]")

    def _take_presses(self) -> None:
        self._rent.disabled = self.busy
        if self.screen.focused is None:
            self.screen.set_focus(self._rent)
